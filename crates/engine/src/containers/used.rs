//! What the last run of a program used of its grants, for `inspect --grants`.
//!
//! Kept by the program's digest, and written only when it changed: a program that uses nothing costs nothing.

use std::fs;
use std::path::PathBuf;

use sampan_types::{Digest, Used};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;

/// What the last run of a program used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LastUse {
    /// Of its grants.
    pub used: Used,
}

impl Engine {
    /// What the last run of a program used; `None` where nothing is known or it used nothing.
    pub fn last_use(&self, program: &Digest) -> Option<LastUse> {
        serde_json::from_slice(&fs::read(self.use_path(program)).ok()?).ok()
    }

    /// Writes it down. This is a convenience: where it fails, the run does not.
    pub(crate) fn keep_use(&self, program: &Digest, used: &Used) {
        if used.is_empty() {
            return;
        }
        let last = LastUse { used: used.clone() };
        if self.last_use(program).as_ref() == Some(&last) {
            return;
        }
        let path = self.use_path(program);
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            let beside = path.with_extension(format!("{}.tmp", std::process::id()));
            fs::write(&beside, serde_json::to_vec(&last)?)?;
            fs::rename(beside, &path)
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "what the program used could not be written down");
        }
    }

    fn use_path(&self, program: &Digest) -> PathBuf {
        self.store.root().join("v1/used").join(program.hex())
    }
}
