//! Waiting for a container: begun at once, so that nothing is missed, and awaited later.

use sampan_api::container::{WaitError, WaitResponse};
use tokio::sync::watch::Receiver;

use crate::supervisor::cell::Phase;
use crate::supervisor::error::Result;
use crate::supervisor::{Supervisor, WaitCondition};

/// Somebody who waits.
#[derive(Debug)]
pub struct Waiting {
    phase: Receiver<Phase>,
    condition: WaitCondition,
    /// How often it had ended when the waiting began.
    seen: u64,
}

impl Supervisor {
    /// Begins to wait; what happens from now on counts.
    pub fn wait(&self, container: &str, condition: WaitCondition) -> Result<Waiting> {
        let cell = self.shared.find(container)?;
        let phase = cell.phase.subscribe();
        let seen = phase.borrow().exits;
        Ok(Waiting {
            phase,
            condition,
            seen,
        })
    }
}

impl Waiting {
    /// Resolves when it has come to pass.
    pub async fn done(mut self) -> WaitResponse {
        let (condition, seen) = (self.condition, self.seen);
        let met = |phase: &Phase| match condition {
            WaitCondition::NotRunning => !phase.running || phase.exits > seen || phase.removed,
            WaitCondition::NextExit => phase.exits > seen || phase.removed,
            WaitCondition::Removed => phase.removed,
        };
        // An error means that nobody has the container any more: it is gone, and its last word still stands.
        let _ = self.phase.wait_for(met).await;
        let last = self.phase.borrow().clone();
        WaitResponse {
            error: last.error.map(|message| WaitError { message }),
            status_code: last.code,
        }
    }
}
