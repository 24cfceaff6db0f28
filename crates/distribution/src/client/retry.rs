//! How long to wait before the next attempt.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime};

use super::config::RetryPolicy;
use super::error::ClientError;

/// Counts the attempts of one piece of work.
#[derive(Debug)]
pub(crate) struct Backoff {
    policy: RetryPolicy,
    failed: u32,
    /// Whether any of it has been done, so that the other side was there.
    moved: bool,
}

impl Backoff {
    pub(crate) const fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            failed: 0,
            moved: false,
        }
    }

    /// The work moved on, so that the count begins anew.
    pub(crate) const fn moved_on(&mut self) {
        self.failed = 0;
        self.moved = true;
    }

    /// The number of the next attempt, counted from one.
    pub(crate) const fn attempt(&self) -> u32 {
        self.failed + 1
    }

    /// How long to wait after this failure; `None` when it is final.
    pub(crate) fn after(&mut self, error: &ClientError) -> Option<Duration> {
        self.failed += 1;
        let retryable = error.retryable() || (self.moved && error.is_unreachable());
        if !retryable || self.failed >= self.policy.attempts {
            return None;
        }
        let own = self
            .policy
            .base
            .saturating_mul(1u32.checked_shl(self.failed - 1).unwrap_or(u32::MAX))
            .min(self.policy.max);
        let own = own.mul_f64(1.0 - 0.5 * random_unit());
        match error.retry_after() {
            Some(asked) if asked > self.policy.max_retry_after => None,
            Some(asked) => Some(asked.max(own)),
            None => Some(own),
        }
    }
}

/// A random number in 0..1, good enough to keep clients from coming back all at once: the standard
/// library seeds each hasher from the system.
fn random_unit() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1u64 << 53) as f64
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::wire::Broken;

    fn limited(retry_after: Option<Duration>) -> ClientError {
        ClientError::RateLimited {
            registry: "r".to_owned(),
            detail: String::new(),
            retry_after,
        }
    }

    fn policy() -> RetryPolicy {
        RetryPolicy {
            attempts: 5,
            base: Duration::from_millis(100),
            max: Duration::from_millis(250),
            max_retry_after: Duration::from_secs(10),
        }
    }

    #[test]
    fn doubles_up_to_the_longest_and_ends() {
        let mut backoff = Backoff::new(policy());
        for top in [100, 200, 250, 250] {
            let wait = backoff.after(&limited(None)).unwrap();
            assert!(
                wait <= Duration::from_millis(top) && wait * 2 >= Duration::from_millis(top),
                "{wait:?}"
            );
        }
        assert_eq!(backoff.after(&limited(None)), None);
    }

    #[test]
    fn honours_what_the_registry_asks_within_reason() {
        let mut backoff = Backoff::new(policy());
        let asked = Duration::from_secs(7);
        assert_eq!(backoff.after(&limited(Some(asked))), Some(asked));
        assert_eq!(backoff.after(&limited(Some(Duration::from_secs(11)))), None);
    }

    #[test]
    fn final_errors_are_not_tried_again() {
        let error = ClientError::NoImage {
            registry: "r".to_owned(),
            image: "i".to_owned(),
        };
        assert_eq!(Backoff::new(policy()).after(&error), None);
    }

    #[test]
    fn who_was_never_there_is_not_tried_again_and_who_went_away_is() {
        let error = ClientError::Unreachable {
            registry: "r".to_owned(),
            source: Broken::say("refused"),
        };
        let mut backoff = Backoff::new(policy());
        assert_eq!(backoff.after(&error), None);
        backoff.moved_on();
        assert!(backoff.after(&error).is_some());
    }

    #[test]
    fn reads_both_forms_of_retry_after() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_secs(120)));
        let date = "Sun, 06 Nov 1994 08:50:07 GMT";
        assert_eq!(retry_after(date, now), Some(Duration::from_secs(30)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
    }
}
