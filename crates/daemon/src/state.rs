//! What all requests share.

use std::sync::Arc;

use http::HeaderValue;
use sampan_buildkit::BuildKit;
use sampan_engine::supervisor::Supervisor;
use tokio::sync::watch;

use crate::config::DaemonConfig;
use crate::metrics::Metrics;

/// What all requests share.
pub(crate) struct State {
    pub(crate) supervisor: Arc<Supervisor>,
    pub(crate) config: DaemonConfig,
    pub(crate) metrics: Arc<Metrics>,
    /// Sessions and builds of BuildKit's clients.
    pub(crate) buildkit: BuildKit,
    /// `Server`, made once.
    pub(crate) server: HeaderValue,
    leaving: watch::Sender<bool>,
}

impl State {
    pub(crate) fn new(config: DaemonConfig, supervisor: Arc<Supervisor>) -> Self {
        let server = HeaderValue::from_str(&format!("Docker/{} (linux)", config.version))
            .unwrap_or(HeaderValue::from_static("Docker (linux)"));
        Self {
            supervisor,
            config,
            metrics: Arc::default(),
            buildkit: BuildKit::default(),
            server,
            leaving: watch::Sender::new(false),
        }
    }

    /// Whether requests are taken: until the way out begins.
    pub(crate) fn ready(&self) -> bool {
        !*self.leaving.borrow()
    }

    /// Tells when the way out begins. Each connection holds one until its end.
    pub(crate) fn leaving(&self) -> watch::Receiver<bool> {
        self.leaving.subscribe()
    }

    /// Resolves when the way out begins: answers that would go on for ever end then.
    pub(crate) fn left(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut leaving = self.leaving.subscribe();
        async move {
            let _ = leaving.wait_for(|leaving| *leaving).await;
        }
    }

    /// The way out begins. Resolves when the last connection has ended.
    pub(crate) async fn leave(&self) {
        self.leaving.send_replace(true);
        self.leaving.closed().await;
    }
}
