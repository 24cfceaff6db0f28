//! The instances that answer requests, and what they must keep to.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use sampan_types::Serving;
use tokio::sync::watch;
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use super::turn::{Phase, Slot, Turn};
use crate::guest::Template;
use crate::link::Handler;
use crate::state::GuestState;

/// How long an instance that may answer further requests waits for one.
const IDLE: Duration = Duration::from_secs(10);

/// Makes the instances of one version of a server. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Instances(Arc<Making>);

struct Making {
    template: Template,
    handler: Handler,
    reuse: usize,
    request_time: Duration,
    closing: watch::Receiver<()>,
    /// Each instance has a share in it.
    alive: Arc<()>,
}

impl Instances {
    pub(super) fn new(
        template: Template,
        handler: Handler,
        serving: &Serving,
        closing: watch::Receiver<()>,
    ) -> Self {
        Self(Arc::new(Making {
            template,
            handler,
            reuse: serving.reuse.get(),
            request_time: serving.limits.request_time,
            closing,
            alive: Arc::default(),
        }))
    }

    /// How many there are.
    pub(super) fn alive(&self) -> u64 {
        Arc::strong_count(&self.0.alive) as u64 - 1
    }

    /// What their stores are made from.
    pub(super) fn template(&self) -> &Template {
        &self.0.template
    }

    /// An instance with its store.
    pub(super) async fn make(&self) -> wasmtime::Result<Instance<GuestState, Patience, Turns>> {
        let Making {
            template,
            handler,
            reuse,
            request_time,
            closing,
            alive,
        } = &*self.0;
        let mut store = template.store().map_err(wasmtime::Error::new)?;
        let proxy = handler.instantiate_async(&mut store).await?;
        store.data_mut().limiter.starting = false;
        let slot = Slot::default();
        Ok(Instance {
            store,
            proxy,
            view: GuestState::http,
            expiration: Patience::new(slot.clone(), *request_time, closing.clone()),
            state: Turns {
                slot,
                reuse: *reuse,
                _alive: alive.clone(),
                closing: closing.clone(),
            },
        })
    }
}

impl HandlerState for Instances {
    type StoreData = GuestState;
    type WorkerExpiration = Patience;
    type WorkerState = Turns;

    async fn instantiate(&self) -> wasmtime::Result<Instance<GuestState, Patience, Turns>> {
        self.make().await
    }
}

/// Takes so many requests, one after the other.
pub(super) struct Turns {
    slot: Slot,
    reuse: usize,
    closing: watch::Receiver<()>,
    _alive: Arc<()>,
}

impl WorkerState for Turns {
    type StoreData = GuestState;
    type RequestData = Arc<Turn>;

    fn should_accept_request(&self, now: usize, total: usize) -> ShouldAccept {
        match (now, total) {
            (_, total) if total >= self.reuse => ShouldAccept::Never,
            (0, _) => ShouldAccept::Yes,
            _ => ShouldAccept::No,
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, GuestState>,
        turn: Arc<Turn>,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        self.slot.set(Some(turn));
        // `Patience` ends an instance that takes too long, also where this is not looked at.
        Box::pin(std::future::pending())
    }

    fn drop(&self, _store: Store<GuestState>, result: wasmtime::Result<()>) {
        // What is cut off with the server has not failed.
        let closed = self.closing.has_changed().is_err();
        if let (Err(error), Some(turn), false) = (result, self.slot.get(), closed) {
            turn.failed(&error);
        }
    }
}

/// When an instance has had its time: when the server ends, when its answer has not begun in time, when its client
/// has gone away, when nobody reads it any more and the guest still works, or when no further request comes.
pub(super) struct Patience {
    slot: Slot,
    most: Duration,
    closing: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
    tick: Pin<Box<Sleep>>,
    /// For what the tick is set; nothing while no request is there.
    phase: Option<Phase>,
}

impl Patience {
    fn new(slot: Slot, most: Duration, mut closing: watch::Receiver<()>) -> Self {
        Self {
            slot,
            most,
            closing: Mutex::new(Box::pin(async move {
                // Nothing is ever sent: the channel closes.
                while closing.changed().await.is_ok() {}
            })),
            tick: Box::pin(tokio::time::sleep(most)),
            phase: Some(Phase::Asked),
        }
    }

    /// What is left of its time; nothing where that has no end.
    fn left(&mut self, cx: &Context<'_>, status: WorkerStatus) -> (Option<Phase>, Option<Duration>) {
        if status == WorkerStatus::Idle {
            // The place of the request that went before is free.
            self.slot.set(None);
        }
        let Some(turn) = self.slot.get() else {
            return (None, Some(IDLE));
        };
        turn.register(cx.waker());
        let phase = turn.phase();
        let left = turn.time_left(phase, self.most);
        if left == Some(Duration::ZERO) && phase == Phase::Asked {
            turn.expire();
        }
        (Some(phase), left)
    }
}

impl WorkerExpiration for Patience {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, _: Instant) -> Poll<()> {
        let this = self.get_mut();
        let closing = this.closing.get_mut().unwrap_or_else(PoisonError::into_inner);
        if closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let (phase, left) = this.left(cx, status);
        let Some(left) = left else {
            this.phase = phase;
            return Poll::Pending;
        };
        if left.is_zero() {
            return Poll::Ready(());
        }
        if phase != this.phase {
            this.phase = phase;
            this.tick.as_mut().reset(tokio::time::Instant::now() + left);
        }
        // Waiting for the client moves the end away: then there is another look later.
        while this.tick.as_mut().poll(cx).is_ready() {
            match this.left(cx, status) {
                (None, _) | (_, Some(Duration::ZERO)) => return Poll::Ready(()),
                (_, None) => return Poll::Pending,
                (_, Some(left)) => this.tick.as_mut().reset(tokio::time::Instant::now() + left),
            }
        }
        Poll::Pending
    }
}
