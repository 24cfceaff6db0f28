//! What a supervisor is told at its start.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use sampan_types::ByteCount;

use super::defaults::Defaults;

/// Settings of a supervisor.
#[derive(Clone, Debug)]
pub struct SupervisorConfig {
    /// Where output goes that no container said anything about: driver and options.
    pub log_driver: String,
    /// The options of [`SupervisorConfig::log_driver`].
    pub log_options: BTreeMap<String, String>,
    /// The socket of the machine's journal, for the log driver `journald`.
    pub journal_socket: PathBuf,
    /// How long `stop` waits where nobody said.
    pub stop_timeout: Duration,
    /// Labels of the engine itself.
    pub labels: Vec<String>,
    /// The engine's version, as `info` tells it.
    pub version: String,
    /// How much builds may keep beside what people named; all of it where it is none.
    pub build_cache: Option<ByteCount>,
    /// What exec runs where the image has no such program.
    pub toolbox: Option<Toolbox>,
    /// What containers and networks have where nobody said otherwise.
    pub defaults: Defaults,
}

/// A program that is several tools, chosen by its first argument's name.
#[derive(Clone, Debug)]
pub struct Toolbox {
    /// The module.
    pub wasm: Bytes,
    /// The names that it answers to.
    pub tools: Vec<String>,
}

impl Default for SupervisorConfig {
    fn default() -> Self {
        Self {
            log_driver: "json-file".to_owned(),
            log_options: BTreeMap::new(),
            journal_socket: PathBuf::from("/run/systemd/journal/socket"),
            stop_timeout: Duration::from_secs(10),
            labels: Vec::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build_cache: Some(ByteCount::gib(10)),
            toolbox: None,
            defaults: Defaults::default(),
        }
    }
}
