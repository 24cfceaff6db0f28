//! HTTP requests that a guest sends through `wasi:http` 0.2 and 0.3.
//!
//! A request goes out when a rule has its scheme, host and port, and only to addresses that the name may
//! lead to (the same rule as for sockets: see `docs/design/grants.md`). Redirects are the guest's business,
//! so that each step meets the rules. Everything that a server could draw out is bounded in time or size.
//! A refusal is `HTTP-request-denied` to the guest and a line in the ledger.

mod body;
mod pool;
mod send;
mod target;
mod tls;

use std::future::Future;
use std::sync::Arc;

use http::uri::Scheme;
use rustls_pki_types::CertificateDer;
use sampan_types::Grants;
use sampan_types::grants::HttpRule;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::ledger::Ledger;
use crate::net::{Mode, Neighbours, Resolve, Resolver, Surroundings};

/// How many requests of one guest are under way at a time, bodies included.
pub const REQUESTS_AT_A_TIME: usize = 128;

type Sent = Result<
    (
        http::Response<WasiBody>,
        Box<dyn Future<Output = Result<(), Error>> + Send>,
    ),
    Error,
>;

/// The HTTP client of one guest. Cheap to clone; clones share the record, the bounds and the connections that rest.
#[derive(Clone)]
pub struct HttpClient(Arc<Client>);

struct Client {
    rules: Vec<HttpRule>,
    mode: Mode,
    ledger: Arc<Ledger>,
    resolver: Resolver,
    neighbours: Neighbours,
    free: Arc<Semaphore>,
    tls: tls::Trust,
    pool: Arc<pool::Pool>,
}

impl HttpClient {
    /// A client within a guest's surroundings, which trusts Mozilla's certificate authorities and the machine's.
    pub fn new(grants: &Grants, mode: Mode, ledger: &Arc<Ledger>, surroundings: &Surroundings) -> Self {
        Self::within(grants, mode, ledger, surroundings, Vec::new())
    }

    /// A client with another resolver, and further certificate authorities.
    pub fn with(
        grants: &Grants,
        mode: Mode,
        ledger: &Arc<Ledger>,
        resolve: Arc<dyn Resolve>,
        authorities: Vec<CertificateDer<'static>>,
    ) -> Self {
        let surroundings = Surroundings {
            resolve,
            ..Surroundings::default()
        };
        Self::within(grants, mode, ledger, &surroundings, authorities)
    }

    fn within(
        grants: &Grants,
        mode: Mode,
        ledger: &Arc<Ledger>,
        surroundings: &Surroundings,
        authorities: Vec<CertificateDer<'static>>,
    ) -> Self {
        Self(Arc::new(Client {
            rules: grants.http.clone(),
            mode,
            ledger: Arc::clone(ledger),
            resolver: Resolver::new(Arc::clone(&surroundings.resolve)),
            neighbours: surroundings.neighbours.clone(),
            free: Arc::new(Semaphore::new(REQUESTS_AT_A_TIME)),
            tls: tls::Trust::new(authorities),
            pool: Arc::default(),
        }))
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

/// Forbidden headers, the `Host` header and the default scheme (https) are as Wasmtime has them from the
/// standard.
impl WasiHttpHooks for HttpClient {
    fn is_supported_scheme(&mut self, scheme: &Scheme) -> bool {
        *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        // How the guest fares with the response changes nothing here.
        _outcome: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let client = Arc::clone(&self.0);
        Box::new(async move { send::send(&client, request, options.unwrap_or_default()).await })
    }
}

#[cfg(test)]
mod tests;
