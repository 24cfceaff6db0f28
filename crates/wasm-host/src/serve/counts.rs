//! What one version has answered. Counting takes no lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use sampan_types::Served;
use sampan_types::serving::BOUNDS;

#[derive(Default)]
pub(super) struct Counts {
    statuses: [AtomicU64; 5],
    cut: AtomicU64,
    buckets: [AtomicU64; BOUNDS.len()],
    micros: AtomicU64,
}

impl Counts {
    /// A request was answered with this status, and its answer has ended.
    pub(super) fn answered(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).saturating_sub(1).min(4);
        self.statuses[class].fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Relaxed);
        if let Some(at) = BOUNDS.iter().position(|bound| micros <= *bound) {
            self.buckets[at].fetch_add(1, Relaxed);
        }
    }

    /// A client left before it had all of its answer.
    pub(super) fn cut(&self) {
        self.cut.fetch_add(1, Relaxed);
    }

    pub(super) fn told(&self) -> Served {
        let all =
            |counts: &[AtomicU64]| -> Vec<u64> { counts.iter().map(|count| count.load(Relaxed)).collect() };
        Served {
            statuses: all(&self.statuses).try_into().unwrap_or_default(),
            cut: self.cut.load(Relaxed),
            buckets: all(&self.buckets).try_into().unwrap_or_default(),
            micros: self.micros.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_counted_once_by_its_status_and_its_time() {
        let counts = Counts::default();
        for (status, micros) in [(200, 90), (204, 100), (404, 101), (500, u64::MAX), (599, 2_000)] {
            counts.answered(status, Duration::from_micros(micros));
        }
        counts.cut();
        let served = counts.told();
        assert_eq!(served.statuses, [0, 2, 0, 1, 2]);
        assert_eq!((served.answered(), served.cut), (5, 1));
        assert_eq!(served.buckets[..5], [2, 1, 0, 0, 1]);
        // What took longer than any bound is in none of them.
        assert_eq!(served.buckets.iter().sum::<u64>(), 4);
    }
}
