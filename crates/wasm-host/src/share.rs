//! A share of a processor: a bucket of processor time that fills at it. Who has used more than was in it waits.

use std::time::{Duration, Instant};

/// The longest credit of processor time that is saved up while nothing is used.
const BURST: Duration = Duration::from_millis(50);

/// A bucket of processor time.
pub(crate) struct Bucket {
    /// The share, in thousandths of a processor.
    millis: u64,
    /// Processor time that had been used when the bucket was last looked at, in nanoseconds.
    used: u64,
    /// What is left, in nanoseconds; below zero is debt.
    left: i64,
    last: Instant,
}

impl Bucket {
    pub(crate) fn new(millis: u64, used: u64) -> Self {
        Self {
            millis,
            used,
            left: 0,
            last: Instant::now(),
        }
    }

    /// The bucket of a share that may have changed; none where there is no share any more.
    pub(crate) fn follow(bucket: &mut Option<Self>, millis: Option<u64>, used: u64) -> Option<&mut Self> {
        if bucket.as_ref().map(|kept| kept.millis) != millis {
            *bucket = millis.map(|millis| Self::new(millis, used));
        }
        bucket.as_mut()
    }

    /// How long to wait until what was used is paid; nothing where it is.
    pub(crate) fn debt(&mut self, used: u64) -> Option<Duration> {
        let now = Instant::now();
        let share = |nanos: u128| i64::try_from(nanos * u128::from(self.millis) / 1000).unwrap_or(i64::MAX);
        let earned = share(now.duration_since(self.last).as_nanos());
        let most = share(BURST.as_nanos());
        let spent = i64::try_from(used.saturating_sub(self.used)).unwrap_or(i64::MAX);
        self.left = self.left.saturating_add(earned).min(most).saturating_sub(spent);
        self.last = now;
        self.used = self.used.max(used);
        if self.left >= 0 {
            return None;
        }
        let debt = u128::from(self.left.unsigned_abs()) * 1000 / u128::from(self.millis.max(1));
        Some(Duration::from_nanos(u64::try_from(debt).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_is_paid_at_the_share() {
        let mut bucket = None;
        let half = Bucket::follow(&mut bucket, Some(500), 1_000).unwrap();
        assert_eq!(half.debt(1_000), None, "nothing was used since");
        let wait = half.debt(1_000 + 20_000_000_000).unwrap();
        // Twenty seconds of a half processor are paid in forty, but for the moment since the bucket was made.
        assert!((39.0..=40.0).contains(&wait.as_secs_f64()), "{wait:?}");
        assert!(half.debt(1_000).is_some(), "an older number takes nothing back");
        let whole = Bucket::follow(&mut bucket, Some(1000), 30_000_000_000).unwrap();
        assert_eq!(whole.debt(30_000_000_000), None, "another share begins anew");
        assert!(Bucket::follow(&mut bucket, None, 0).is_none());
    }
}
