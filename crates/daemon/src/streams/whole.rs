//! What is begun for a client is carried through, whether or not it waits for the answer.

use sampan_engine::supervisor::{Attached, SupervisorError};
use tokio::sync::oneshot;
use tracing::Instrument as _;

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

/// The client will say nothing more.
pub(super) fn said_all(attached: &Attached) {
    if attached.stdin {
        attached.over.tell();
    }
}
