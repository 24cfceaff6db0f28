//! Measured times of one contender.

use std::time::Duration;

/// Times, sorted.
#[derive(Debug, Clone)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "a contender ran at least once");
        times.sort_unstable();
        Self(times)
    }

    pub(crate) fn median(&self) -> Duration {
        self.at(0.5)
    }

    pub(crate) fn min(&self) -> Duration {
        self.0[0]
    }

    pub(crate) fn p99(&self) -> Duration {
        self.at(0.99)
    }

    fn at(&self, share: f64) -> Duration {
        self.0[((self.0.len() - 1) as f64 * share).round() as usize]
    }
}

/// One median through another.
pub(crate) fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

/// A time with three digits and its unit.
pub(crate) fn show(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        m if m < 1e3 => format!("{m:.1} µs"),
        m if m < 1e6 => format!("{:.2} ms", m / 1e3),
        m => format!("{:.2} s", m / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_and_p99_near_the_end() {
        let samples = Samples::new((1..=101).rev().map(Duration::from_millis).collect());
        assert_eq!(samples.median(), Duration::from_millis(51));
        assert_eq!(samples.min(), Duration::from_millis(1));
        assert_eq!(samples.p99(), Duration::from_millis(100));
    }

    #[test]
    fn times_are_shown_with_their_unit() {
        assert_eq!(show(Duration::from_nanos(9_200)), "9.2 µs");
        assert_eq!(show(Duration::from_micros(4_100)), "4.10 ms");
        assert_eq!(show(Duration::from_millis(1_500)), "1.50 s");
    }
}
