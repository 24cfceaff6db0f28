//! What a daemon and its zygote say to each other.

use serde::{Deserialize, Serialize};

use crate::worker::{Folder, Ports, WorkerSettings};

/// What a daemon orders. Each is answered by its number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Start a worker that waits to be told what it shall be.
    Spawn { order: u64, settings: WorkerSettings },
    /// Tell a worker what it shall be. Descriptors: its folders.
    Become {
        order: u64,
        number: u64,
        /// What a later daemon shall know of it.
        tag: serde_json::Value,
        folders: Vec<Folder>,
        network: Option<Ports>,
        /// Whether the last descriptor is a socket to the network process.
        #[serde(default)]
        border: bool,
    },
    /// Open a way to a worker. The answer has it as its descriptor.
    Connect { order: u64, number: u64 },
    /// Start a compiler. Descriptors: module, code, report.
    Compile { order: u64, text: String },
    /// Start a process of another role. Descriptors: its standard input and output. Its end is told to nobody.
    Launch {
        order: u64,
        role: String,
        argument: String,
    },
    /// End a process at once. Not answered: its end is told.
    Kill { number: u64 },
    /// Nothing need be known of a process that has ended.
    Forget { number: u64 },
}

/// What a zygote says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(crate) enum Say {
    /// The first words.
    Hello { build: String },
    /// A process that is there, or has ended and was not forgotten. Part of the first words.
    Process(Known),
    /// The end of the first words.
    Ready,
    /// The answer to an order.
    Answer { order: u64, answer: Answer },
    /// A process has ended, with its wait status.
    Ended { number: u64, status: i32 },
}

/// A worker, as a zygote tells a new daemon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) number: u64,
    pub(crate) pid: u32,
    /// What the daemon said that made it what it is; nothing where it waits still.
    pub(crate) tag: serde_json::Value,
    pub(crate) settings: WorkerSettings,
    pub(crate) status: Option<i32>,
}

/// The answer to an order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// A process was started, or something was done with it.
    Process { number: u64, pid: u32 },
    /// Not done.
    Failed { what: String },
}
