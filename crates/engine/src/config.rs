//! What an engine is told at its start.

use sampan_distribution::client::ClientConfig;

/// Settings of an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineConfig {
    /// How registries are reached.
    pub registries: ClientConfig,
    /// What this user can have of Linux containers.
    pub linux: LinuxHere,
}

/// What a user can have of Linux containers, as far as that is up to the user.
#[derive(Clone, Debug, Default)]
pub enum LinuxHere {
    /// Everything.
    #[default]
    Whole,
    /// Less than root has.
    Less(Missing),
    /// Nothing.
    Nothing(Missing),
}

/// Why something cannot be done on this machine, or by this user.
#[derive(Clone, Debug)]
pub struct Missing {
    /// What is missing.
    pub why: String,
    /// What to do.
    pub hint: String,
}
