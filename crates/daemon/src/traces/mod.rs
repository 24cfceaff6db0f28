//! OpenTelemetry traces, where somebody asked for them: spans of this program's own, sent to a collector as OTLP over
//! HTTP in its JSON form (opentelemetry-proto 1.x, `trace_service.proto`).
//!
//! A span that is told is a `tracing` span of the target [`TRACES`]. Where nobody asked, no subscriber wants that
//! target, and a span costs one look at a number. Where somebody did, a collector that is slow or away costs spans,
//! never a request: what does not fit the queue, and what a collector does not take, is dropped.

mod layer;
mod otlp;
mod sender;
mod span;

use std::time::Duration;

use sampan_distribution::client::ClientConfig;
use sampan_types::Secret;
use tokio::sync::mpsc;

pub use layer::Layer;
pub use sender::{Flush, Sending};
pub(crate) use span::parent_of;

use sampan_types::TRACES;

/// How many spans wait at the most.
const QUEUE: usize = 4096;

/// Where spans go, and what is said of who sends them.
#[derive(Clone, Debug)]
pub struct TracesConfig {
    /// The collector's address for spans: `http://127.0.0.1:4318/v1/traces`.
    pub address: String,
    /// Further headers, such as an API key.
    pub headers: Vec<(String, Secret<String>)>,
    /// `service.name`.
    pub service: String,
    /// `service.version`.
    pub version: String,
    /// How long spans are gathered before they are sent.
    pub gather: Duration,
    /// How the collector is reached: proxies, certificates, time-outs.
    pub network: ClientConfig,
}

impl TracesConfig {
    /// Of a collector whose base address this is, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it.
    pub fn to(endpoint: &str) -> Self {
        Self {
            address: format!("{}/v1/traces", endpoint.trim_end_matches('/')),
            headers: Vec::new(),
            service: "sampan".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            gather: Duration::from_secs(5),
            network: ClientConfig::default(),
        }
    }
}

/// A layer for the subscriber, and what sends its spans once there is a runtime of tasks.
pub fn traces(config: TracesConfig) -> (Layer, Sending) {
    let (to, spans) = mpsc::channel(QUEUE);
    (Layer::new(to), Sending::new(config, spans))
}
