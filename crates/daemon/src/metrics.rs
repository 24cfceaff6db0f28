//! Numbers for Prometheus.

mod services;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use sampan_api::routes::Handler;
pub(crate) use services::page as services;

/// Upper bounds of the time that a request takes, in microseconds.
const BUCKETS: [u64; 9] = [
    100, 250, 500, 1_000, 5_000, 25_000, 100_000, 1_000_000, 10_000_000,
];

/// What the daemon counts. Counting takes no lock.
pub(crate) struct Metrics {
    requests: Box<[PerHandler]>,
    /// Requests that found no handler, or were refused before theirs.
    pub(crate) refused: AtomicU64,
    /// Connections that are open.
    pub(crate) connections: AtomicU64,
    /// Connections since the start.
    pub(crate) accepted: AtomicU64,
    /// Connections that were closed to make place for others.
    pub(crate) evicted: AtomicU64,
    /// Connections that were handed over to streams and are open.
    pub(crate) hijacked: AtomicU64,
}

#[derive(Default)]
struct PerHandler {
    good: AtomicU64,
    bad: AtomicU64,
    failed: AtomicU64,
    micros: AtomicU64,
    buckets: [AtomicU64; BUCKETS.len()],
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Handler::ALL.iter().map(|_| PerHandler::default()).collect(),
            refused: AtomicU64::default(),
            connections: AtomicU64::default(),
            accepted: AtomicU64::default(),
            evicted: AtomicU64::default(),
            hijacked: AtomicU64::default(),
        }
    }
}

impl Metrics {
    /// Counts a request that was answered with this status after this time.
    pub(crate) fn count(&self, handler: Handler, status: u16, took: Duration) {
        let Some(row) = self.requests.get(handler as usize) else {
            return;
        };
        match status {
            0..400 => &row.good,
            400..500 => &row.bad,
            _ => &row.failed,
        }
        .fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        row.micros.fetch_add(micros, Relaxed);
        if let Some(at) = BUCKETS.iter().position(|bound| micros <= *bound) {
            row.buckets[at].fetch_add(1, Relaxed);
        }
    }

    /// All numbers, in Prometheus' text form. Handlers that nobody called are left out.
    pub(crate) fn page(&self) -> String {
        let mut page = String::new();
        let gauges = [
            (
                "sampan_connections",
                "gauge",
                "Open connections.",
                &self.connections,
            ),
            (
                "sampan_connections_accepted_total",
                "counter",
                "Connections since the start.",
                &self.accepted,
            ),
            (
                "sampan_connections_evicted_total",
                "counter",
                "Idle connections closed for others.",
                &self.evicted,
            ),
            (
                "sampan_streams_hijacked",
                "gauge",
                "Open attached streams.",
                &self.hijacked,
            ),
            (
                "sampan_http_refused_total",
                "counter",
                "Requests that reached no handler.",
                &self.refused,
            ),
        ];
        // Writing to a string cannot fail.
        for (name, kind, help, value) in gauges {
            let _ = writeln!(
                page,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {}",
                value.load(Relaxed)
            );
        }
        let called: Vec<_> = Handler::ALL
            .iter()
            .zip(&self.requests)
            .map(|(handler, row)| (handler.name(), row, row.good.load(Relaxed), row.bad.load(Relaxed)))
            .map(|(name, row, good, bad)| (name, row, good, bad, row.failed.load(Relaxed)))
            .filter(|(_, _, good, bad, failed)| good + bad + failed > 0)
            .collect();
        page.push_str("# HELP sampan_http_requests_total Requests by handler and outcome.\n");
        page.push_str("# TYPE sampan_http_requests_total counter\n");
        for (name, _, good, bad, failed) in &called {
            for (outcome, count) in [("ok", good), ("refused", bad), ("failed", failed)] {
                let _ = writeln!(
                    page,
                    "sampan_http_requests_total{{handler=\"{name}\",outcome=\"{outcome}\"}} {count}"
                );
            }
        }
        page.push_str("# HELP sampan_http_request_seconds Time until the head of the answer was ready.\n");
        page.push_str("# TYPE sampan_http_request_seconds histogram\n");
        for (name, row, good, bad, failed) in &called {
            let total = good + bad + failed;
            let mut below = 0;
            for (bound, count) in BUCKETS.iter().zip(&row.buckets) {
                below += count.load(Relaxed);
                let bound = Duration::from_micros(*bound).as_secs_f64();
                let _ = writeln!(
                    page,
                    "sampan_http_request_seconds_bucket{{handler=\"{name}\",le=\"{bound}\"}} {below}"
                );
            }
            let sum = Duration::from_micros(row.micros.load(Relaxed)).as_secs_f64();
            let _ = writeln!(
                page,
                "sampan_http_request_seconds_bucket{{handler=\"{name}\",le=\"+Inf\"}} {total}\n\
                 sampan_http_request_seconds_sum{{handler=\"{name}\"}} {sum}\n\
                 sampan_http_request_seconds_count{{handler=\"{name}\"}} {total}"
            );
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::default();
        metrics.count(Handler::Ping, 200, Duration::from_micros(90));
        metrics.count(Handler::Ping, 404, Duration::from_millis(3));
        let page = metrics.page();
        assert!(page.contains("sampan_http_requests_total{handler=\"Ping\",outcome=\"ok\"} 1"));
        assert!(page.contains("sampan_http_request_seconds_bucket{handler=\"Ping\",le=\"0.005\"} 2"));
        assert!(page.contains("sampan_http_request_seconds_count{handler=\"Ping\"} 2"));
        assert!(!page.contains("Version"));
    }
}
