//! One run of a program, and the handle by which others watch and end it.

mod beneath;
mod build;
mod supervise;
mod template;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use sampan_types::{Call, Called, Ending, Signal, Usage, Used};
use wasmtime::Store;

use crate::HostError;
use crate::call::{Callers, Calls};
use crate::control::{Cause, Control};
use crate::diagnostics::{Diagnostics, DiagnosticsError};
use crate::entry::Entry;
use crate::ledger::{Ledger, Refusal};
use crate::program::{Inner, Program};
use crate::serve::{Front, Server, Versions, WeakVersions};
use crate::state::GuestState;
use crate::ticker::{Registration, Ticker};
use crate::{entry, outcome};

pub(crate) use build::build;
pub(crate) use template::Template;
pub use template::Words;

/// How much later than its last moment a guest's time is looked at.
const MOMENT: Duration = Duration::from_millis(1);

/// One run of a program.
pub struct Guest {
    handle: GuestHandle,
    program: Program,
    work: Work,
    entry: Entry,
    diagnostics: Diagnostics,
    ticker: Arc<Ticker>,
}

/// What a guest does.
enum Work {
    /// Runs its program to its end.
    Run(Box<Store<GuestState>>),
    /// Answers requests.
    Serve(Box<Server>),
    /// Answers calls.
    Calls(Box<Calls>),
}

/// Watches and ends a guest from any thread. Outlives it; then `usage` is the last word and `kill` does
/// nothing.
#[derive(Clone)]
pub struct GuestHandle {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    /// Where calls are put, of a guest that answers them.
    callers: Option<Callers>,
    /// What answers requests, of a server.
    versions: Option<WeakVersions>,
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

    /// Whether it answers requests, for which several threads are of use.
    pub fn is_server(&self) -> bool {
        matches!(self.work, Work::Serve(_))
    }

    /// By which other servers answer on the ports of this one.
    pub fn front(&self) -> Option<Front> {
        match &self.work {
            Work::Serve(server) => Some(server.front()),
            Work::Run(_) | Work::Calls(_) => None,
        }
    }

    /// Runs it to its end. Needs a tokio runtime with time and I/O. An error means that it could not be
    /// started: it needs more than a limit from its first moment, or the pool is full.
    pub async fn run(self) -> Result<Ending, HostError> {
        self.run_watched().await.map(|finished| finished.ending)
    }

    /// As [`Guest::run`], and tells what became of its diagnostics.
    pub async fn run_watched(self) -> Result<Finished, HostError> {
        let control = self.handle.control;
        let server = matches!(self.work, Work::Serve(_) | Work::Calls(_));
        let timed = server || control.needs_ticks() || self.diagnostics.profile.is_some();
        let ticking = self
            .ticker
            .register(self.program.inner.engine(), timed)
            .map_err(HostError::Thread)?;
        match self.work {
            Work::Run(store) => {
                run_command(
                    *store,
                    &self.program,
                    &self.entry,
                    &self.diagnostics,
                    &control,
                    &ticking,
                )
                .await
            }
            Work::Serve(server) => {
                let work = Box::pin(server.run(ticking.need()));
                let supervised = supervise::supervise(work, control.clone(), &ticking);
                served(supervised.pacing_itself().await, &self.program, &control)
            }
            Work::Calls(calls) => {
                let work = Box::pin(calls.run());
                let supervised = supervise::supervise(work, control.clone(), &ticking);
                served(supervised.await, &self.program, &control)
            }
        }
    }
}

async fn run_command(
    mut store: Store<GuestState>,
    program: &Program,
    entry: &Entry,
    diagnostics: &Diagnostics,
    control: &Arc<Control>,
    ticking: &Registration,
) -> Result<Finished, HostError> {
    let (stdout, stderr) = {
        let p1 = &store.data().preview1;
        (p1.stdout.clone(), p1.stderr.clone())
    };
    let Inner { code, name, .. } = &*program.inner;
    let guest = &mut store;
    let whole = async {
        let result = entry::run(guest, code, entry).await;
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
    let result = supervise::supervise(Box::pin(whole), control.clone(), ticking).await;
    let cause = control.finish();
    let mut troubles = Vec::new();
    let mut coredump = None;
    // A core dump shows a fault of the guest's own: there is none of one that left or was ended.
    if let Err(error) = &result
        && cause.is_none()
        && !error.is::<wasmtime_wasi::I32Exit>()
    {
        match diagnostics.after_trap(&mut store, error, name) {
            Ok(path) => coredump = path.map(PathBuf::from),
            Err(trouble) => troubles.push(trouble),
        }
    }
    if let (Some(session), Some(path)) = (store.data_mut().profiler.take(), diagnostics.profile.as_deref())
        && let Err(trouble) = session.finish(path)
    {
        troubles.push(trouble);
    }
    let held = template::held(&mut store);
    control.counters.host_memory.fetch_max(held, Relaxed);
    let limiter = &store.data().limiter;
    let ending = outcome::conclude(result, cause, control, limiter, name)?;
    Ok(Finished {
        ending,
        coredump,
        troubles,
    })
}

/// How what answers requests or calls ended.
fn served(
    result: wasmtime::Result<u8>,
    program: &Program,
    control: &Arc<Control>,
) -> Result<Finished, HostError> {
    let cause = control.finish();
    let ending = match (result, cause) {
        (Ok(code), _) => Ending::Exited { code },
        (Err(_), Some(cause)) => outcome::ended_by(cause, control),
        (Err(error), None) => return Err(outcome::not_begun(error, control, &program.inner.name)),
    };
    Ok(Finished {
        ending,
        coredump: None,
        troubles: Vec::new(),
    })
}

impl GuestHandle {
    /// Ends the guest, wherever it is. The first signal counts. A server is asked first to finish what is under
    /// way, unless the signal is [`Signal::Kill`]. Not for signal handlers: call it from a thread.
    pub fn kill(&self, signal: Signal) {
        if signal != Signal::Kill && self.control.ask() {
            return;
        }
        self.control.end(Cause::Signal(signal));
    }

    /// Asks a guest that answers calls. `tell` is called once, on whatever thread knows the answer: it must not block.
    pub fn call(&self, call: Call, tell: impl FnOnce(Called) + Send + 'static) {
        match &self.callers {
            Some(callers) => callers.ask(call, tell),
            None => tell(Called::Gone),
        }
    }

    /// The versions that answer requests, of a server that runs; nothing of other guests.
    pub fn versions(&self) -> Option<Versions> {
        self.versions.as_ref()?.get()
    }

    /// Somebody pressed the key that interrupts. Whether the guest takes that itself; of any other nothing happens.
    #[must_use]
    pub fn interrupt(&self) -> bool {
        self.control.interrupt()
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
                    control.measure_from_outside();
                    control.check_times();
                }
                None => told.await,
            }
        }
    }

    /// Whether the guest is out of its own code for good. What goes on after that is the host's: a core dump or
    /// a profile is written to its end, for which no grace need be counted.
    pub fn has_returned(&self) -> bool {
        self.control.has_returned()
    }

    /// Holds the guest at its next safe point until [`GuestHandle::resume`]: an epoch, or without checks the next
    /// time it waits. Its clocks go on, and so does its wall time.
    pub fn pause(&self) {
        self.control.pause(true);
    }

    /// Lets a paused guest go on.
    pub fn resume(&self) {
        self.control.pause(false);
    }

    /// Changes its limits of memory and of its share of processors; the others stay as they were at its start. A share
    /// is held only by code with checks.
    pub fn update(&self, limits: &sampan_types::Limits) {
        self.control.change(limits);
    }

    /// What it has used until now. CPU time of a guest in a loop is as of the question before; where the process is
    /// the guest's alone, it is the process's, and as of now.
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
