//! What is on the disk, and giving it back.

use sampan_store::{Df, GcPolicy, GcReport};

use crate::engine::Engine;
use crate::error::EngineError;

/// What the store takes on the disk.
pub type DiskReport = Df;

impl Engine {
    /// What is on the disk. The sum equals what `du` says of the folder.
    pub fn disk(&self) -> Result<DiskReport, EngineError> {
        Ok(self.store.df()?)
    }

    /// Removes what nothing needs. With `all` compiled code and unpacked files go too; they come again when
    /// they are needed. Names of images are never touched.
    pub fn prune(&self, all: bool) -> Result<GcReport, EngineError> {
        let mut policy = GcPolicy::unreferenced();
        if all {
            policy.budget = Some(sampan_types::ByteCount::default());
        }
        Ok(self.store.gc(&policy)?)
    }
}
