//! The engine itself: what all use cases share.

use std::sync::Arc;

use sampan_runtime::Runtime;
use sampan_store::Store;
use sampan_types::platform::Kind;

use crate::config::{EngineConfig, LinuxHere};
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
            .ok_or_else(|| match &self.config.linux {
                LinuxHere::Nothing(missing) if kind == Kind::Linux => EngineError::NoLinux(missing.clone()),
                _ => EngineError::Kind(kind),
            })
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
        let told = match &self.config.linux {
            LinuxHere::Whole => None,
            LinuxHere::Less(missing) => Some(("Linux containers have one user alone", missing)),
            LinuxHere::Nothing(missing) => Some(("No Linux containers", missing)),
        };
        let own = told
            .map(|(what, missing)| format!("WARNING: {what}: {}. {}", missing.why, sentence(&missing.hint)));
        let theirs = self.runtimes.iter().flat_map(|runtime| runtime.warnings());
        own.into_iter().chain(theirs).collect()
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

/// A hint as a sentence of its own.
fn sentence(hint: &str) -> String {
    let mut letters = hint.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
