//! One request on its way through an instance.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use futures::task::AtomicWaker;
use http::{Method, Uri};
use tokio::sync::OwnedSemaphorePermit;

use super::counts::Counts;
use crate::control::{Control, Ended};
use crate::outcome;
use crate::ticker::OwnedBusy;

/// Most characters of a path that the log shows.
const PATH: usize = 200;

/// What has happened to a request.
const ANSWERED: u8 = 1;
const READ: u8 = 2;
const LEFT: u8 = 4;
const EXPIRED: u8 = 8;
const TOLD: u8 = 16;

/// What the connection and the instance both know of a request. While it lives, its place is taken.
pub(super) struct Turn {
    method: Method,
    uri: Uri,
    control: Arc<Control>,
    begun: Instant,
    state: AtomicU8,
    fault: AtomicU8,
    /// Microseconds in which it waited for its client's body.
    waited: AtomicU64,
    /// Since when it does, in microseconds of its life; 0 while it does not.
    waits: AtomicU64,
    /// When its answer was read, in microseconds of its life.
    read_at: AtomicU64,
    /// Where it is counted.
    counts: Arc<Counts>,
    /// Wakes the instance.
    waker: AtomicWaker,
    /// Its place, and that its code is to be looked at.
    _held: (OwnedSemaphorePermit, OwnedBusy),
}

/// What is wrong with a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It pauses for too long.
    Slow = 1,
    /// It is too large.
    TooLarge = 2,
    /// It cannot be read, or ended early.
    Broken = 3,
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its answer has not begun.
    Asked,
    /// Its answer is read.
    Answering,
    /// Its answer was read.
    After,
    /// Its client has gone away.
    Left,
}

impl Turn {
    pub(super) fn new<B>(
        request: &http::Request<B>,
        control: Arc<Control>,
        counts: Arc<Counts>,
        held: (OwnedSemaphorePermit, OwnedBusy),
    ) -> Arc<Self> {
        Arc::new(Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            control,
            counts,
            begun: Instant::now(),
            state: AtomicU8::new(0),
            fault: AtomicU8::new(0),
            waited: AtomicU64::new(0),
            waits: AtomicU64::new(0),
            read_at: AtomicU64::new(0),
            waker: AtomicWaker::new(),
            _held: held,
        })
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn is(&self, flag: u8) -> bool {
        self.state.load(SeqCst) & flag != 0
    }

    fn becomes(&self, flag: u8) -> bool {
        self.state.fetch_or(flag, SeqCst) & flag == 0
    }

    /// Where it is.
    pub(super) fn phase(&self) -> Phase {
        let state = self.state.load(SeqCst);
        match state {
            _ if state & LEFT != 0 => Phase::Left,
            _ if state & READ != 0 => Phase::After,
            _ if state & ANSWERED != 0 => Phase::Answering,
            _ => Phase::Asked,
        }
    }

    /// What is left of the time that its instance has in this phase; nothing where that has no end.
    pub(super) fn time_left(&self, phase: Phase, most: Duration) -> Option<Duration> {
        match phase {
            Phase::Asked => {
                let waits = match self.waits.load(Relaxed) {
                    0 => 0,
                    since => self.micros().saturating_sub(since),
                };
                let waited = Duration::from_micros(self.waited.load(Relaxed).saturating_add(waits));
                Some((most + waited).saturating_sub(self.begun.elapsed()))
            }
            Phase::Answering => None,
            Phase::After => {
                let since = self.micros().saturating_sub(self.read_at.load(Relaxed));
                Some(most.saturating_sub(Duration::from_micros(since)))
            }
            Phase::Left => Some(Duration::ZERO),
        }
    }

    /// Who is to be woken when its phase changes.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// The answer has begun.
    pub(super) fn answered(&self) {
        self.becomes(ANSWERED);
    }

    /// The answer was read to its end.
    pub(super) fn read(&self) {
        self.read_at.store(self.micros(), Relaxed);
        self.becomes(READ);
        self.waker.wake();
    }

    /// The client has gone away: nobody needs the instance any more.
    pub(super) fn left(&self) {
        self.becomes(LEFT);
        self.waker.wake();
    }

    /// It has been answered, and whether its client had all of that.
    pub(super) fn ended(&self, status: u16, complete: bool) {
        self.counts.answered(status, self.begun.elapsed());
        if !complete {
            self.counts.cut();
        }
    }

    /// Its client left before the answer began.
    pub(super) fn gone(&self) {
        self.counts.cut();
    }

    /// Its instance had its time.
    pub(super) fn expire(&self) {
        self.becomes(EXPIRED);
    }

    pub(super) fn is_expired(&self) -> bool {
        self.is(EXPIRED)
    }

    /// It begins to wait for its client, if it does not already. Gives how long it has waited in all.
    pub(super) fn waits(&self) {
        if self.waits.load(Relaxed) == 0 {
            self.waits.store(self.micros().max(1), Relaxed);
        }
    }

    /// Its client sent something. Gives how long it has waited for that client in all, while its answer has not begun.
    pub(super) fn waits_no_more(&self) -> Option<Duration> {
        let since = self.waits.swap(0, Relaxed);
        let waited = match since {
            0 => self.waited.load(Relaxed),
            since => {
                let took = self.micros().saturating_sub(since);
                self.waited.fetch_add(took, Relaxed).saturating_add(took)
            }
        };
        (!self.is(ANSWERED)).then_some(Duration::from_micros(waited))
    }

    /// Its body is wrong. The first time counts.
    pub(super) fn has_fault(&self, fault: Fault) {
        let _ = self.fault.compare_exchange(0, fault as u8, SeqCst, SeqCst);
    }

    pub(super) fn fault(&self) -> Option<Fault> {
        let faults = [Fault::Slow, Fault::TooLarge, Fault::Broken];
        let code = self.fault.load(SeqCst);
        faults.into_iter().find(|fault| *fault as u8 == code)
    }

    /// Says once why the request failed, unless all of the container ends or it is the client's doing.
    pub(super) fn failed(&self, error: &wasmtime::Error) {
        let ends = self.control.cause().is_some() || error.is::<Ended>();
        // A guest that is cut off while nobody reads has not failed.
        if ends || self.is(READ | LEFT) || self.fault().is_some() || !self.becomes(TOLD) {
            return;
        }
        let what = shown(&self.method, &self.uri);
        tracing::warn!("the request `{what}` failed: {}", outcome::reason(error));
    }
}

/// The method and path, fit for a log.
fn shown(method: &Method, uri: &Uri) -> String {
    let path: String = uri
        .path()
        .chars()
        .filter(|c| !c.is_control())
        .take(PATH)
        .collect();
    format!("{method} {path}")
}

/// Where an instance finds its request, while it has one.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Arc<Turn>>>>);

impl Slot {
    pub(super) fn set(&self, turn: Option<Arc<Turn>>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), turn);
        drop(before);
    }

    pub(super) fn get(&self) -> Option<Arc<Turn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_is_short_and_holds_no_controls() {
        let long: Uri = format!("/{}", "x".repeat(5000)).parse().unwrap();
        let line = shown(&Method::GET, &long);
        assert!(line.starts_with("GET /xxx") && line.len() < PATH + 10, "{line}");
    }
}
