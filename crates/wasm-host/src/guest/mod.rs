//! One run of a program, and the handle by which others watch and end it.

mod build;
mod supervise;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use sampan_types::{Ending, Signal, Usage, Used};
use wasmtime::Store;

use crate::HostError;
use crate::control::{Cause, Control};
use crate::diagnostics::{Diagnostics, DiagnosticsError};
use crate::ledger::{Ledger, Refusal};
use crate::program::Program;
use crate::state::GuestState;
use crate::ticker::Ticker;
use crate::{entry, outcome};

pub(crate) use build::build;

/// How much later than its last moment a guest's time is looked at.
const MOMENT: Duration = Duration::from_millis(1);

/// One run of a program.
pub struct Guest {
    handle: GuestHandle,
    program: Program,
    store: Store<GuestState>,
    entry: Option<String>,
    diagnostics: Diagnostics,
    ticker: Arc<Ticker>,
}

/// Watches and ends a guest from any thread. Outlives it; then `usage` is the last word and `kill` does
/// nothing.
#[derive(Clone)]
pub struct GuestHandle {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
}

/// How a guest ended, and what was written down about it.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// Where the core dump lies, if one was asked for and the guest trapped.
    pub coredump: Option<PathBuf>,
    /// What of the diagnostics could not be given.
    pub troubles: Vec<DiagnosticsError>,
}

impl Guest {
    /// The handle of this guest.
    pub fn handle(&self) -> GuestHandle {
        self.handle.clone()
    }

    /// Runs it to its end. Needs a tokio runtime with time and I/O. An error means that it could not be
    /// started: it needs more than a limit from its first moment, or the pool is full.
    pub async fn run(self) -> Result<Ending, HostError> {
        self.run_watched().await.map(|finished| finished.ending)
    }

    /// As [`Guest::run`], and tells what became of its diagnostics.
    pub async fn run_watched(mut self) -> Result<Finished, HostError> {
        let control = self.handle.control.clone();
        let profiled = self.diagnostics.profile.is_some();
        let _registration = self
            .ticker
            .register(self.store.engine(), control.needs_ticks() || profiled)
            .map_err(HostError::Thread)?;
        let (stdout, stderr) = {
            let p1 = &self.store.data().preview1;
            (p1.stdout.clone(), p1.stderr.clone())
        };
        let code = &self.program.inner.code;
        let entry = self.entry.as_deref();
        let store = &mut self.store;
        let whole = async {
            let result = entry::run(store, code, entry).await;
            let exited = match &result {
                Ok(_) => true,
                Err(error) => error.is::<wasmtime_wasi::I32Exit>(),
            };
            if exited {
                // What was handed over belongs to the reader; that he went away is no news any more.
                let _ = stdout.drain().await;
                let _ = stderr.drain().await;
            }
            result
        };
        let result = supervise::supervise(Box::pin(whole), control.clone()).await;
        control.finish();
        let mut troubles = Vec::new();
        let mut coredump = None;
        // A core dump shows a fault of the guest's own: there is none of one that left or was ended.
        if let Err(error) = &result
            && control.cause().is_none()
            && !error.is::<wasmtime_wasi::I32Exit>()
        {
            match self
                .diagnostics
                .after_trap(&mut self.store, error, &self.program.inner.name)
            {
                Ok(path) => coredump = path.map(PathBuf::from),
                Err(trouble) => troubles.push(trouble),
            }
        }
        if let (Some(session), Some(path)) = (
            self.store.data_mut().profiler.take(),
            self.diagnostics.profile.as_deref(),
        ) && let Err(trouble) = session.finish(path)
        {
            troubles.push(trouble);
        }
        let held = build::held(&mut self.store);
        control.counters.host_memory.fetch_max(held, Relaxed);
        let limiter = &self.store.data().limiter;
        let ending = outcome::conclude(result, &control, limiter, &self.program.inner.name)?;
        Ok(Finished {
            ending,
            coredump,
            troubles,
        })
    }
}

impl GuestHandle {
    /// Ends the guest, wherever it is. The first signal counts. Not for signal handlers: call it from a
    /// thread.
    pub fn kill(&self, signal: Signal) {
        self.control.end(Cause::Signal(signal));
    }

    /// Resolves when the guest shall end though it has not returned — a signal, or its time is used up — and
    /// tells how it ends. A guest without checks may go on computing, but the host does nothing for it any
    /// more: give it a moment to return by itself, then end the process. For one watcher.
    pub async fn ended_from_outside(&self) -> Ending {
        let control = &self.control;
        loop {
            if let Some(cause) = control.cause() {
                return outcome::ended_by(cause, control);
            }
            let told = std::future::poll_fn(|cx| {
                control.watcher.register(cx.waker());
                if control.cause().is_some() {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            });
            match control.time_left() {
                Some(left) => {
                    // That time ran out is what the next look finds.
                    let _ = tokio::time::timeout(left + MOMENT, told).await;
                    control.measure();
                    control.check_times();
                }
                None => told.await,
            }
        }
    }

    /// Holds the guest at its next safe point until [`GuestHandle::resume`]. Its clocks go on, and so does its
    /// wall time.
    pub fn pause(&self) {
        self.control.pause(true);
    }

    /// Lets a paused guest go on.
    pub fn resume(&self) {
        self.control.pause(false);
    }

    /// What it has used until now. CPU time of a guest in a loop is as of the question before.
    pub fn usage(&self) -> Usage {
        self.control.usage()
    }

    /// What it used of its grants until now.
    pub fn used(&self) -> Used {
        self.ledger.used()
    }

    /// What it was refused until now.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.ledger.refusals()
    }
}

impl std::fmt::Debug for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for GuestHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuestHandle").finish_non_exhaustive()
    }
}
