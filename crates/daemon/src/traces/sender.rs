//! Sends spans, some at a time.

use std::time::{Duration, Instant};

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use sampan_distribution::client::Client;
use tokio::sync::{mpsc, watch};

use super::TracesConfig;
use super::otlp;
use super::span::Span;

/// How many spans go at once.
const BATCH: usize = 512;
/// How often it is said that a collector takes nothing.
const SAYING: Duration = Duration::from_secs(60);
/// How long the last spans may take at the daemon's end.
const LAST: Duration = Duration::from_secs(2);

/// Spans on their way to a collector.
#[derive(Debug)]
pub struct Sending {
    config: TracesConfig,
    spans: mpsc::Receiver<Span>,
}

/// Sends what was gathered, and ends.
#[derive(Debug)]
pub struct Flush {
    ask: watch::Sender<bool>,
    done: tokio::task::JoinHandle<()>,
}

impl Sending {
    pub(super) fn new(config: TracesConfig, spans: mpsc::Receiver<Span>) -> Self {
        Self { config, spans }
    }

    /// Begins to send. Needs a runtime of tasks; while there are no spans it sleeps.
    pub fn start(self) -> Flush {
        let (ask, asked) = watch::channel(false);
        Flush {
            ask,
            done: tokio::spawn(self.run(asked)),
        }
    }

    async fn run(mut self, mut asked: watch::Receiver<bool>) {
        let client = Client::new(self.config.network.clone());
        let (mut batch, mut lost, mut said) = (Vec::new(), 0_usize, None::<Instant>);
        loop {
            let going_on = tokio::select! {
                first = self.spans.recv() => match first {
                    Some(first) => { batch.push(first); true }
                    None => false,
                },
                _ = asked.wait_for(|asked| *asked) => false,
            };
            if going_on {
                self.gather(&mut batch, &mut asked).await;
            }
            while let Ok(span) = self.spans.try_recv() {
                batch.push(span);
                if batch.len() >= BATCH {
                    break;
                }
            }
            if !batch.is_empty() {
                let count = batch.len();
                let sent = self.send(&client, &batch).await;
                batch.clear();
                if let Err(error) = sent {
                    lost += count;
                    if said.is_none_or(|said| said.elapsed() >= SAYING) {
                        said = Some(Instant::now());
                        tracing::warn!(
                            error,
                            lost,
                            address = self.config.address,
                            "a collector takes no spans"
                        );
                        lost = 0;
                    }
                }
            } else if !going_on {
                return;
            }
        }
    }

    /// Waits for more, until there are enough, it took long enough, or it is the end.
    async fn gather(&mut self, batch: &mut Vec<Span>, asked: &mut watch::Receiver<bool>) {
        let more = async {
            while batch.len() < BATCH
                && let Some(span) = self.spans.recv().await
            {
                batch.push(span);
            }
        };
        tokio::select! {
            _ = asked.wait_for(|asked| *asked) => {}
            _ = tokio::time::timeout(self.config.gather, more) => {}
        }
    }

    async fn send(&self, client: &Client, batch: &[Span]) -> Result<(), String> {
        let document = otlp::document(&self.config, batch).to_string();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.config.headers {
            // What is no header was refused when the settings were read.
            if let (Ok(name), Ok(mut value)) = (
                HeaderName::try_from(name.as_str()),
                HeaderValue::try_from(value.expose().as_str()),
            ) {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        client
            .post(&self.config.address, headers, document.into())
            .await
            .map_err(|error| crate::problem::chain(&error))
    }
}

impl Flush {
    /// Sends what is left, for a moment at the most.
    pub async fn flush(self) {
        self.ask.send_replace(true);
        // A collector that takes longer does without the last spans.
        let _ = tokio::time::timeout(LAST, self.done).await;
    }
}
