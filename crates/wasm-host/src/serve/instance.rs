//! An instance for each request, and what it must keep to.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::sync::watch;
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use super::REQUEST_TIME;
use super::turn::{Slot, Turn};
use crate::guest::Template;
use crate::link::Handler;
use crate::state::GuestState;

/// Makes the instances of one server.
pub(super) struct Instances {
    template: Template,
    handler: Handler,
    closing: watch::Receiver<()>,
}

impl Instances {
    pub(super) fn new(template: Template, handler: Handler, closing: watch::Receiver<()>) -> Self {
        Self {
            template,
            handler,
            closing,
        }
    }

    /// An instance with its store.
    pub(super) async fn make(&self) -> wasmtime::Result<Instance<GuestState, Patience, OneTurn>> {
        let mut store = self.template.store().map_err(wasmtime::Error::new)?;
        let proxy = self.handler.instantiate_async(&mut store).await?;
        store.data_mut().limiter.starting = false;
        let slot = Slot::default();
        Ok(Instance {
            store,
            proxy,
            view: GuestState::http,
            expiration: Patience::new(slot.clone(), self.closing.clone()),
            state: OneTurn(slot),
        })
    }
}

impl HandlerState for Instances {
    type StoreData = GuestState;
    type WorkerExpiration = Patience;
    type WorkerState = OneTurn;

    async fn instantiate(&self) -> wasmtime::Result<Instance<GuestState, Patience, OneTurn>> {
        self.make().await
    }
}

/// Takes one request, and no other.
pub(super) struct OneTurn(Slot);

impl WorkerState for OneTurn {
    type StoreData = GuestState;
    type RequestData = Arc<Turn>;

    fn should_accept_request(&self, _: usize, total: usize) -> ShouldAccept {
        if total == 0 {
            ShouldAccept::Yes
        } else {
            ShouldAccept::Never
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, GuestState>,
        turn: Arc<Turn>,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        self.0.set(turn);
        Box::pin(tokio::time::sleep(REQUEST_TIME))
    }

    fn drop(&self, _store: Store<GuestState>, result: wasmtime::Result<()>) {
        if let (Err(error), Some(turn)) = (result, self.0.get()) {
            turn.failed(&error);
        }
    }
}

/// When an instance has had its time: when the server ends, when its answer has not begun in time, or when
/// nobody reads it any more and the guest still works.
pub(super) struct Patience {
    slot: Slot,
    closing: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
    tick: Pin<Box<Sleep>>,
    /// The answer was read, or left, by the tick before.
    read: bool,
}

impl Patience {
    fn new(slot: Slot, mut closing: watch::Receiver<()>) -> Self {
        Self {
            slot,
            closing: Mutex::new(Box::pin(async move {
                // Nothing is ever sent: the channel closes.
                while closing.changed().await.is_ok() {}
            })),
            // A little later than the client is told.
            tick: Box::pin(tokio::time::sleep(REQUEST_TIME + REQUEST_TIME / 10)),
            read: false,
        }
    }

    fn has_had_its_time(&mut self) -> bool {
        let Some(turn) = self.slot.get() else { return true };
        if !turn.is_answered() {
            return true;
        }
        std::mem::replace(&mut self.read, turn.is_read()) && self.read
    }
}

impl WorkerExpiration for Patience {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, _: WorkerStatus, _: Instant) -> Poll<()> {
        let this = self.get_mut();
        let closing = this.closing.get_mut().unwrap_or_else(PoisonError::into_inner);
        if closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        while this.tick.as_mut().poll(cx).is_ready() {
            if this.has_had_its_time() {
                return Poll::Ready(());
            }
            this.tick
                .as_mut()
                .reset(tokio::time::Instant::now() + REQUEST_TIME);
        }
        Poll::Pending
    }
}
