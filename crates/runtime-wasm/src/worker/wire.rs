//! What the daemon and a worker say to each other.
//!
//! Fields that are added later have defaults, so that daemons and workers of different ages understand each other.
//! To a worker its daemon is trusted; to the daemon a worker is hostile.

use std::path::PathBuf;

use sampan_runtime::{Attach, TerminalSize};
use sampan_types::grants::Access;
use sampan_types::{ContainerId, Ending, Grants, Limits, Signal, Usage, Used};
use sampan_wasm_host::net::Neighbourhood;
use sampan_wasm_host::{CodeFacts, Reported};
use serde::{Deserialize, Serialize};

/// What a daemon orders. Each order that has an `order` number is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Make machine code ready: in the descriptor, sealed and verified.
    Load {
        order: u64,
        /// How later orders call it.
        program: u64,
        facts: CodeFacts,
        /// Stack of its guests, in bytes.
        stack: u64,
    },
    /// Run a guest. Descriptors, in this order: log file, terminal's master and slave, a socket for each of
    /// `attached`, listeners.
    Start { order: u64, guest: Box<GuestOrder> },
    /// End a guest.
    Signal { id: ContainerId, signal: Signal },
    /// Hold a guest, or let it go on.
    Pause {
        order: u64,
        id: ContainerId,
        paused: bool,
    },
    /// Change limits of a guest.
    Update {
        order: u64,
        id: ContainerId,
        limits: Box<Limits>,
        cpu_weight: u64,
    },
    /// Join a guest's streams with the descriptor.
    Attach {
        order: u64,
        id: ContainerId,
        request: Attach,
    },
    /// A guest has other networks.
    Neighbours {
        id: ContainerId,
        neighbourhood: Box<Neighbourhood>,
    },
    /// Another size of a guest's terminal.
    Resize { id: ContainerId, size: TerminalSize },
    /// What a guest has used.
    Usage { order: u64, id: ContainerId },
    /// Go on with the log in the descriptor.
    Log { id: ContainerId },
    /// Forget a guest that has ended.
    Release { id: ContainerId },
}

/// A guest to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GuestOrder {
    pub(crate) id: ContainerId,
    pub(crate) program: u64,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: Option<String>,
    pub(crate) entry: Option<String>,
    pub(crate) root: Option<(PathBuf, Access)>,
    pub(crate) grants: Grants,
    pub(crate) tmpfs_dirs: Vec<PathBuf>,
    pub(crate) limits: Limits,
    pub(crate) learn: bool,
    pub(crate) cpu_weight: u64,
    pub(crate) stdin: bool,
    pub(crate) stdin_once: bool,
    /// Whether a terminal's two ends are among the descriptors.
    pub(crate) terminal: bool,
    /// Whether a log file is.
    pub(crate) log: Option<LogOrder>,
    pub(crate) attached: Vec<Attach>,
    pub(crate) listeners: usize,
    /// What it may do in its networks.
    #[serde(default)]
    pub(crate) neighbourhood: Neighbourhood,
}

/// How a log is written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LogOrder {
    /// How large the file is already, in bytes.
    pub(crate) size: u64,
    /// When it is full, in bytes.
    pub(crate) max_size: Option<u64>,
    /// Written with each line.
    pub(crate) attrs: Vec<(String, String)>,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(crate) enum Say {
    /// The first words to a new daemon: the containers that are here, in several packets where they are many.
    Known { containers: Vec<Known>, last: bool },
    /// The answer to an order.
    Answer { order: u64, answer: Answer },
    /// A guest has ended.
    Ended { id: ContainerId, end: Box<End> },
    /// A guest's log file has its size.
    LogFull { id: ContainerId },
}

/// A container of a worker, as it tells a new daemon.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) id: ContainerId,
    /// `None` while it runs.
    pub(crate) end: Option<Box<End>>,
}

/// How a guest ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) how: Result<Ending, Reported>,
    pub(crate) usage: Usage,
    pub(crate) used: Used,
}

/// The answer to an order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// Done.
    Done,
    /// What a guest has used.
    Usage { usage: Box<Usage>, used: Box<Used> },
    /// There is no such guest, or it has ended.
    Gone,
    /// All slots are taken.
    Full,
    /// Not done.
    Failed { error: Reported },
}

/// What the zygote tells a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Summons {
    /// Take up the shape in which it will live: comes once, before all else. Descriptors: a folder for each of
    /// `folders`.
    Become {
        /// The folders that it may use.
        folders: Vec<Folder>,
        /// Whether guests may have sockets, and with which TCP ports.
        network: Option<Ports>,
        /// Whether the last descriptor is a socket to the network process, which makes the sockets.
        #[serde(default)]
        border: bool,
    },
    /// Speak with the daemon at the other end of the descriptor, and no other any more.
    Speak,
}

/// A folder that a worker may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folder {
    /// How orders and grants name it: where it lies on the host.
    pub(crate) path: PathBuf,
    pub(crate) access: Access,
}

/// What the kernel lets a worker use of the network: TCP ports, of which `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub(crate) connect: Option<Vec<u16>>,
    pub(crate) bind: Option<Vec<u16>>,
    /// Whether UDP is used, if only to look up names.
    pub(crate) datagrams: bool,
}
