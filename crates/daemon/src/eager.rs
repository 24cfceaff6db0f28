//! A client that asks one thing right after another is answered and waited for awake.
//!
//! To fall asleep and be woken takes tens of microseconds on a machine that rests, more than most answers take. So where
//! a request came right after the answer to the one before it, this process looks for what comes next instead of
//! sleeping: the worker's answer, then the client's next request. It costs one processor a fraction of a millisecond after
//! the last request of a burst, and nothing when nobody asks.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// As long as a program in a slow language takes from an answer to its next request, in nanoseconds.
const MOMENT: u64 = 200_000;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Until when it is looked, in nanoseconds since the start.
static UNTIL: AtomicU64 = AtomicU64::new(0);
/// Whether somebody looks.
static LOOKING: AtomicBool = AtomicBool::new(false);

/// How the requests of one connection follow each other.
#[derive(Debug, Default)]
pub(crate) struct Eager {
    /// When the last answer was given; nothing before the first.
    answered: AtomicU64,
    quick: AtomicBool,
}

fn now() -> u64 {
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

impl Eager {
    /// A request came.
    pub(crate) fn asked(&self) {
        let (now, answered) = (now(), self.answered.load(Relaxed));
        let quick = answered != 0 && now.saturating_sub(answered) < MOMENT;
        self.quick.store(quick, Relaxed);
        if quick {
            look(now);
        }
    }

    /// Its answer is about to go out.
    pub(crate) fn answered(&self) {
        let now = now();
        self.answered.store(now.max(1), Relaxed);
        if self.quick.load(Relaxed) {
            look(now);
        }
    }
}

/// Looks for a moment from now on.
fn look(from: u64) {
    UNTIL.store(from.saturating_add(MOMENT), Relaxed);
    if LOOKING.swap(true, Relaxed) {
        return;
    }
    tokio::spawn(async {
        while now() < UNTIL.load(Relaxed) {
            // With nothing else to do, the runtime looks at its sockets and does not sleep.
            tokio::task::yield_now().await;
        }
        LOOKING.store(false, Relaxed);
    });
}
