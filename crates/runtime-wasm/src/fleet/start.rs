//! From a created container to a guest in a worker.
//!
//! A start is done when a worker has let the guest in. Where nothing but a want of room can come between, it is done
//! when the order lies before the worker: that is answered for, and whoever asked need not wait until another process
//! was woken. Orders to one worker come one after the other, so whatever is asked of the container next finds it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use sampan_runtime::RuntimeError;
use sampan_types::Signal;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::FleetError;
use super::container::{FleetContainer, Stage};
use super::going::{Created, Going};
use super::online::{Admitted, Online};
use super::place::Place;
use super::worker::{NotDone, Worker};

/// How often another worker is looked for when one is full or gone.
const TRIES: usize = 4;

/// Starts it, and answers as soon as that is certain to have an effect.
pub(super) async fn start(container: Arc<FleetContainer>, created: Created) -> Result<(), RuntimeError> {
    let (sent, certain) = oneshot::channel();
    let mut whole = Whole(Some(Box::pin(async move {
        let mut starting = Starting {
            container: &container,
            sent: Some(sent),
            at: None,
        };
        let started = starting.run(created).await;
        container.settle(started)
    })));
    tokio::select! {
        biased;
        started = &mut whole => started,
        Ok(()) = certain => Ok(()),
    }
}

/// A start, which goes on when whoever asked for it has his answer or is gone: others wait until it is over.
struct Whole(Option<Rest>);

/// What is left to be done of it.
type Rest = Pin<Box<dyn Future<Output = Result<(), RuntimeError>> + Send>>;

impl Future for Whole {
    type Output = Result<(), RuntimeError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = match &mut self.0 {
            Some(start) => start.as_mut().poll(context),
            None => Poll::Pending,
        };
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let (Some(rest), Ok(tasks)) = (self.0.take(), Handle::try_current()) {
            tasks.spawn(rest);
        }
    }
}

impl FleetContainer {
    /// It is known now whether it runs.
    fn settle(&self, started: Result<Arc<Worker>, RuntimeError>) -> Result<(), RuntimeError> {
        let settled = match started {
            Ok(worker) => {
                *self.stage() = Stage::Started(worker);
                Ok(())
            }
            Err(error) => {
                *self.stage() = Stage::Failed;
                // Who waits already would wait for ever.
                self.tenant.not_begun(&error);
                Err(error)
            }
        };
        self.settled.notify_waiters();
        settled
    }
}

struct Starting<'a> {
    container: &'a Arc<FleetContainer>,
    /// Tells that an answer may be given; taken when it was.
    sent: Option<oneshot::Sender<()>>,
    /// The worker that it was said to run in.
    at: Option<Arc<Worker>>,
}

impl Starting<'_> {
    async fn run(&mut self, mut created: Created) -> Result<Arc<Worker>, RuntimeError> {
        let container = self.container;
        let online = Online::of(&mut created.spec, &created.code, &container.crew)
            .await
            .map_err(RuntimeError::backend)?;
        let networked = online.as_ref().is_some_and(Online::needs_sockets);
        let place = Place::of(&created.spec, created.code.reach, networked);
        let shared = matches!(place, Place::Shared { .. });
        let mut full = Vec::new();
        let mut going = Going::new(created, online.as_ref())?;
        for _ in 0..TRIES {
            let (worker, admitted) = container
                .crew
                .worker(&place, online.as_ref(), &full)
                .await
                .map_err(RuntimeError::backend)?;
            let quick = shared && admitted.is_none() && going.will_begin();
            let error = match self.one(&mut going, &worker, admitted.as_ref(), quick).await {
                Ok(()) => return Ok(worker),
                Err(error) => error,
            };
            let gone = matches!(error, NotDone::Failed(FleetError::Worker(_))) && worker.is_gone();
            if gone && self.at.as_ref().is_some_and(|at| Arc::ptr_eq(at, &worker)) {
                // It was said to run. How its worker ended is told as its end.
                return Ok(worker);
            }
            worker.dismiss(&container.tenant);
            if let Some(admitted) = admitted {
                admitted.dismiss().await;
            }
            if !shared {
                worker.end().await;
            }
            match error {
                // Another one may have room, or live.
                NotDone::Full => full.push(worker),
                _ if gone => {}
                NotDone::Gone => return Err(RuntimeError::Gone),
                NotDone::Reported(error) => return Err(RuntimeError::backend(error)),
                NotDone::Failed(error) => return Err(RuntimeError::backend(error)),
            }
        }
        Err(RuntimeError::Gone)
    }

    /// Asks one worker.
    async fn one(
        &mut self,
        going: &mut Going,
        worker: &Arc<Worker>,
        admitted: Option<&Admitted>,
        quick: bool,
    ) -> Result<(), NotDone> {
        if let Some(admitted) = admitted {
            going.inside = admitted.listeners().await.map_err(NotDone::Failed)?;
        }
        let sent = going.send(worker, &self.container.tenant).await?;
        if quick || self.sent.is_none() {
            self.lies_before(worker);
        }
        sent.done().await?;
        going.began();
        Ok(())
    }

    /// From now on it is spoken to through this worker.
    fn lies_before(&mut self, worker: &Arc<Worker>) {
        let container = self.container;
        let signals: Vec<Signal> = {
            let mut stage = container.stage();
            let signals = match &mut *stage {
                Stage::Sent(_, signals) => std::mem::take(signals),
                _ => Vec::new(),
            };
            *stage = Stage::Sent(worker.clone(), signals.clone());
            signals
        };
        for signal in signals {
            worker.signal(&container.tenant, signal);
        }
        self.at = Some(worker.clone());
        if let Some(sent) = self.sent.take() {
            // Nobody waits any more where the client has gone.
            let _ = sent.send(());
        }
    }
}
