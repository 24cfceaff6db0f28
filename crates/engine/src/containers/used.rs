//! What the last run of a program used of its grants, for `inspect --grants`.
//!
//! Kept by the program's digest, and written only when it changed: a program that uses nothing costs nothing.

use sampan_types::{Digest, Used};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::EngineError;

/// What the last run of a program used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LastUse {
    /// Of its grants.
    pub used: Used,
}

impl Engine {
    /// What the last run of a program used; `None` where nothing is known or it used nothing.
    pub fn last_use(&self, program: &Digest) -> Option<LastUse> {
        let note = self.store.notes().read(program).ok()??;
        serde_json::from_slice(&note).ok()
    }

    /// Writes it down. This is a convenience: where it fails, the run does not.
    pub(crate) fn keep_use(&self, program: &Digest, used: &Used) {
        if used.is_empty() {
            return;
        }
        let last = LastUse { used: used.clone() };
        let write = || -> Result<(), EngineError> {
            if self.last_use(program).as_ref() == Some(&last) {
                return Ok(self.store.notes().touch(program)?);
            }
            let note = serde_json::to_vec(&last).map_err(EngineError::Record)?;
            Ok(self.store.notes().write(program, &note)?)
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "what the program used could not be written down");
        }
    }
}
