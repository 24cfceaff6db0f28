//! What an engine is told at its start.

use sampan_distribution::client::ClientConfig;
use sampan_types::ByteCount;

/// Settings of an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineConfig {
    /// How registries are reached.
    pub registries: ClientConfig,
    /// What compiled code and unpacked root file systems may take on the disk together; `None` is the store's
    /// own choice.
    pub disk_budget: Option<ByteCount>,
}
