//! What an engine is told at its start.

use sampan_distribution::client::ClientConfig;

/// Settings of an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineConfig {
    /// How registries are reached.
    pub registries: ClientConfig,
}
