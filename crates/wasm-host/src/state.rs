//! The data of a guest's store: what its imports work on.

use std::sync::{Arc, OnceLock};

use sampan_types::Grants;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::diagnostics::{HasProfiler, ProfilerSession};
use crate::http::HttpClient;
use crate::ledger::{Ledger, LedgerView};
use crate::limiter::Limiter;
use crate::net::{Mode, Network, NetworkCtx, NetworkView, Surroundings};
use crate::preview1::Preview1;
use crate::processes::Tools;

pub(crate) struct GuestState {
    pub(crate) preview1: Preview1,
    pub(crate) limiter: Limiter,
    pub(crate) profiler: Option<ProfilerSession>,
    pub(crate) tools: Option<Box<Tools>>,
    pub(crate) online: Online,
}

/// What only components reach. Made when it is first asked for.
pub(crate) struct Online {
    pub(crate) grants: Arc<Grants>,
    pub(crate) mode: Mode,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) network: Network,
    pub(crate) surroundings: Surroundings,
    /// Of all stores of the container; the clone that this one has, once it asked.
    shared: Arc<OnceLock<HttpClient>>,
    http: Option<HttpClient>,
    http_ctx: WasiHttpCtx,
}

impl Online {
    pub(crate) fn new(
        grants: Arc<Grants>,
        mode: Mode,
        ledger: Arc<Ledger>,
        network: Network,
        surroundings: Surroundings,
        shared: Arc<OnceLock<HttpClient>>,
    ) -> Self {
        Self {
            grants,
            mode,
            ledger,
            network,
            surroundings,
            shared,
            http: None,
            http_ctx: WasiHttpCtx::new(),
        }
    }
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.preview1.inner.ctx()
    }
}

impl GuestState {
    pub(crate) fn table(&mut self) -> &mut ResourceTable {
        self.ctx().table
    }
}

impl WasiHttpView for GuestState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let online = &mut self.online;
        let hooks = online.http.get_or_insert_with(|| {
            let made = || HttpClient::new(&online.grants, online.mode, &online.ledger, &online.surroundings);
            online.shared.get_or_init(made).clone()
        });
        WasiHttpCtxView {
            hooks,
            table: self.preview1.inner.ctx().table,
            ctx: &mut online.http_ctx,
        }
    }
}

impl NetworkView for GuestState {
    fn network(&mut self) -> NetworkCtx<'_> {
        NetworkCtx {
            network: &self.online.network,
            table: self.preview1.inner.ctx().table,
        }
    }
}

impl LedgerView for GuestState {
    fn ledger(&self) -> &Ledger {
        &self.online.ledger
    }
}

impl HasProfiler for GuestState {
    fn profiler(&mut self) -> &mut Option<ProfilerSession> {
        &mut self.profiler
    }
}
