//! What is known of one connection while it lasts, and when its client has had its time.
//!
//! Everything here is atomic: requests and answers write moments down where they pass, and the connection's own task
//! looks at them a few times within the shortest bound, so that a request takes no timer and no lock for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use sampan_types::HttpLimits;
use tokio::sync::Notify;

/// Answers of one connection that can be watched at a time: more than the streams that it may have.
const ANSWERS: usize = 64;
/// How many more requests a client may leave than it takes answers for.
const LEFT: u32 = 64;
/// How long a connection of HTTP/2 may have nothing under way.
const IDLE: Duration = Duration::from_secs(300);

/// Nobody has this place.
const FREE: u64 = 0;
/// An answer has it, and its client takes what it is given.
const TAKES: u64 = 1;
/// The first moment: what lies before has a meaning of its own.
const FIRST: u64 = 2;

/// One connection.
pub(super) struct Link {
    made: Instant,
    /// A request has come.
    begun: AtomicBool,
    /// Since when its socket takes nothing; [`FREE`] while it does.
    blocked: AtomicU64,
    /// For each answer: since when its client has not taken what it was given.
    answers: [AtomicU64; ANSWERS],
    /// When the last answer ended.
    rested: AtomicU64,
    /// Requests that were left before they were answered.
    left: AtomicU32,
    flooded: Notify,
}

/// Why a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// No request came.
    NoRequest,
    /// What it was given was not taken.
    NotTaken,
    /// Nothing was under way for long.
    Idle,
    /// It left too many of its requests.
    Left,
}

impl Link {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            made: Instant::now(),
            begun: AtomicBool::new(false),
            blocked: AtomicU64::new(FREE),
            answers: [const { AtomicU64::new(FREE) }; ANSWERS],
            rested: AtomicU64::new(FIRST),
            left: AtomicU32::new(0),
            flooded: Notify::new(),
        })
    }

    fn now(&self) -> u64 {
        let millis = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        millis.saturating_add(FIRST)
    }

    /// A request has come.
    pub(super) fn begin(&self) {
        if !self.begun.load(Relaxed) {
            self.begun.store(true, Relaxed);
        }
    }

    /// A place for an answer; none where the client has more of them than it was told it may.
    pub(super) fn answer(self: &Arc<Self>) -> Option<Taking> {
        let index = self.answers.iter().position(|place| {
            place.load(Relaxed) == FREE && place.compare_exchange(FREE, TAKES, Relaxed, Relaxed).is_ok()
        })?;
        Some(Taking {
            link: Arc::clone(self),
            index,
        })
    }

    /// The client left a request before it was answered.
    pub(super) fn left(&self) {
        if self.left.fetch_add(1, Relaxed) + 1 >= LEFT {
            self.flooded.notify_one();
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self) {
        // Two at a time may take one away: a client is never cut for less than it did.
        let left = self.left.load(Relaxed);
        if left > 0 {
            self.left.store(left - 1, Relaxed);
        }
    }

    /// The socket takes nothing.
    pub(super) fn blocks(&self) {
        if self.blocked.load(Relaxed) == FREE {
            self.blocked.store(self.now(), Relaxed);
        }
    }

    /// The socket takes what it is given.
    pub(super) fn flows(&self) {
        if self.blocked.load(Relaxed) != FREE {
            self.blocked.store(FREE, Relaxed);
        }
    }

    /// Resolves when the client has had its time.
    pub(super) async fn overdue(&self, limits: &HttpLimits) -> Overdue {
        let step = limits.head_time.min(limits.client_time).min(IDLE) / 4;
        loop {
            tokio::select! {
                () = tokio::time::sleep(step) => {}
                () = self.flooded.notified() => return Overdue::Left,
            }
            if let Some(why) = self.look(self.now(), limits) {
                return why;
            }
        }
    }

    fn look(&self, now: u64, limits: &HttpLimits) -> Option<Overdue> {
        let over = |since: u64, bound: Duration| {
            let millis = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
            since >= FIRST && now.saturating_sub(since) >= millis
        };
        if !self.begun.load(Relaxed) {
            return over(FIRST, limits.head_time).then_some(Overdue::NoRequest);
        }
        if over(self.blocked.load(Relaxed), limits.client_time) {
            return Some(Overdue::NotTaken);
        }
        let mut rests = true;
        for place in &self.answers {
            let since = place.load(Relaxed);
            rests &= since == FREE;
            if over(since, limits.client_time) {
                return Some(Overdue::NotTaken);
            }
        }
        (rests && over(self.rested.load(Relaxed), IDLE)).then_some(Overdue::Idle)
    }
}

/// The place of a request and its answer in their connection.
pub(super) struct Taking {
    link: Arc<Link>,
    index: usize,
}

impl Taking {
    fn place(&self) -> Option<&AtomicU64> {
        self.link.answers.get(self.index)
    }

    /// The client was given something.
    pub(super) fn given(&self) {
        if let Some(place) = self.place() {
            place.store(self.link.now(), Relaxed);
        }
    }

    /// It asks for more.
    pub(super) fn took(&self) {
        if let Some(place) = self.place() {
            place.store(TAKES, Relaxed);
        }
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.link.rested.store(self.link.now(), Relaxed);
        if let Some(place) = self.place() {
            place.store(FREE, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: Duration) -> u64 {
        FIRST + time.as_millis() as u64
    }

    #[test]
    fn who_sends_no_request_is_cut_after_the_time_for_heads() {
        let (link, limits) = (Link::new(), HttpLimits::default());
        assert_eq!(link.look(millis(limits.head_time) - 1, &limits), None);
        assert_eq!(
            link.look(millis(limits.head_time), &limits),
            Some(Overdue::NoRequest)
        );
        link.begin();
        assert_eq!(link.look(millis(limits.head_time), &limits), None);
        assert_eq!(link.look(millis(IDLE), &limits), Some(Overdue::Idle));
    }

    #[test]
    fn an_answer_that_is_not_taken_is_cut_and_one_that_is_goes_on() {
        let (link, limits) = (Link::new(), HttpLimits::default());
        link.begin();
        let late = millis(limits.client_time * 2);
        let answers: Vec<_> = (0..ANSWERS).filter_map(|_| link.answer()).collect();
        assert_eq!(answers.len(), ANSWERS);
        assert!(link.answer().is_none(), "there are no more places");
        // The program has not said anything yet: that is not the client's fault.
        assert_eq!(link.look(late, &limits), None);
        answers[40].given();
        assert_eq!(link.look(late, &limits), Some(Overdue::NotTaken));
        answers[40].took();
        assert_eq!(link.look(late, &limits), None);
        answers[40].given();
        drop(answers);
        assert_eq!(link.look(late, &limits), None);
        link.blocks();
        assert_eq!(link.look(late, &limits), Some(Overdue::NotTaken));
        link.flows();
        assert_eq!(link.look(late, &limits), None);
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_more_than_it_takes_is_cut() {
        let (link, limits) = (Link::new(), HttpLimits::default());
        for _ in 0..LEFT {
            link.left();
            link.answered();
        }
        let soon = Duration::from_millis(1);
        let waited = tokio::time::timeout(soon, link.overdue(&limits)).await;
        assert!(waited.is_err(), "as many were answered");
        for _ in 0..LEFT {
            link.left();
        }
        assert_eq!(link.overdue(&limits).await, Overdue::Left);
    }
}
