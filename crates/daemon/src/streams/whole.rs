//! What is begun for a client is carried through, whether or not it waits for the answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper::upgrade::{OnUpgrade, Upgraded};
use sampan_engine::supervisor::{Attached, SupervisorError};
use tokio::sync::oneshot;
use tracing::Instrument as _;

use crate::metrics::Metrics;
use crate::problem::{Problem, Result};

/// Attaches, where `of` finds what it gave. A request whose client left is dropped wherever it stands; its container would
/// wait for input for ever from somebody of whom nobody says that there will be none.
pub(crate) async fn whole<T: Send + 'static>(
    attaching: impl Future<Output = std::result::Result<T, SupervisorError>> + Send + 'static,
    of: fn(&T) -> Option<&Attached>,
) -> Result<std::result::Result<T, SupervisorError>> {
    let (give, given) = oneshot::channel();
    let attaching = async move {
        if let Err(Ok(unheard)) = give.send(attaching.await)
            && let Some(attached) = of(&unheard)
        {
            said_all(attached);
        }
    };
    tokio::spawn(attaching.in_current_span());
    given.await.map_err(|lost| Problem::internal(&lost))
}

/// Has `carry` carry the streams over the connection, once that is handed over.
pub(super) fn upgraded<F>(
    metrics: &Arc<Metrics>,
    upgrade: OnUpgrade,
    attached: Attached,
    carry: impl FnOnce(Upgraded, Attached) -> F + Send + 'static,
) where
    F: Future<Output = io::Result<()>> + Send,
{
    let metrics = Arc::clone(metrics);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(client) => {
                metrics.hijacked.fetch_add(1, Ordering::Relaxed);
                let over = attached.stdin.then(|| attached.over.clone());
                if let Err(error) = carry(client, attached).await {
                    // Whoever cannot be written to is gone, and says nothing more.
                    if let Some(over) = over {
                        over.tell();
                    }
                    tracing::debug!(%error, "an attached stream ended");
                }
                metrics.hijacked.fetch_sub(1, Ordering::Relaxed);
            }
            Err(error) => {
                said_all(&attached);
                tracing::debug!(%error, "a connection could not be handed over");
            }
        }
    });
}

/// The client will say nothing more.
pub(super) fn said_all(attached: &Attached) {
    if attached.stdin {
        attached.over.tell();
    }
}
