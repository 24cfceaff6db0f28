//! The engine itself: what all use cases share.

use std::sync::Arc;

use sampan_runtime::Runtime;
use sampan_store::Store;
use sampan_types::platform::Kind;

use crate::config::EngineConfig;
use crate::error::EngineError;

/// Answers to people through the command line, and later to Docker's clients.
pub struct Engine {
    pub(crate) config: EngineConfig,
    pub(crate) store: Store,
    runtimes: Vec<Arc<dyn Runtime>>,
}

impl Engine {
    /// Puts an engine together. Costs nothing: whatever needs preparation is prepared when it is first used.
    pub fn new(config: EngineConfig, store: Store, runtimes: Vec<Arc<dyn Runtime>>) -> Self {
        Self {
            config,
            store,
            runtimes,
        }
    }

    /// The store that it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The backend for a kind of container.
    pub(crate) fn runtime(&self, kind: Kind) -> Result<&Arc<dyn Runtime>, EngineError> {
        self.runtimes
            .iter()
            .find(|r| r.kind() == kind)
            .ok_or(EngineError::Kind(kind))
    }

    /// Subnets that the machine uses.
    pub(crate) fn foreign_subnets(&self) -> Vec<sampan_types::grants::Cidr> {
        self.runtimes
            .iter()
            .flat_map(|runtime| runtime.foreign_subnets())
            .collect()
    }

    /// All runtimes.
    pub(crate) fn runtimes(&self) -> &[Arc<dyn Runtime>] {
        &self.runtimes
    }

    /// What people should know of what cannot be done on this machine.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.runtimes
            .iter()
            .flat_map(|runtime| runtime.warnings())
            .collect()
    }

    /// Gives disk back if something is due. What fails here fails nobody's command; it is due again next time.
    pub fn tidy(&self) {
        match self.store.maybe_gc() {
            Ok(Some(report)) => tracing::debug!(freed = %report.freed, "disk was given back"),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "disk could not be given back"),
        }
    }
}
