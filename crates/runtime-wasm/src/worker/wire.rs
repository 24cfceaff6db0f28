//! What the daemon and a worker say to each other.
//!
//! Fields that are added later have defaults, so that daemons and workers of different ages understand each other.
//! To a worker its daemon is trusted; to the daemon a worker is hostile.

use std::path::PathBuf;

use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::{Attach, TerminalSize};
use sampan_types::grants::Access;
use sampan_types::serving::LogOutput;
use sampan_types::{
    Answering, Call, Called, ContainerId, Ending, Grants, HttpCheck, Limits, Signal, Usage, Used,
};
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
    /// `attached`, listeners, the journal's socket (last, because older workers do not look for it).
    Start { order: u64, guest: Box<GuestOrder> },
    /// End a guest, or what it has started under this number.
    Signal {
        id: ContainerId,
        signal: Signal,
        #[serde(default)]
        started: Option<u32>,
    },
    /// The answer to a guest's question. A program comes with its machine code in the descriptor, sealed and verified.
    Told { ask: u64, told: Told },
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
    /// Somebody who joined with standard input has said all, or is gone.
    InputOver { id: ContainerId },
    /// A guest has other networks.
    Neighbours {
        id: ContainerId,
        neighbourhood: Box<Neighbourhood>,
    },
    /// Another size of a guest's terminal.
    Resize { id: ContainerId, size: TerminalSize },
    /// Call a guest's function.
    Call {
        order: u64,
        id: ContainerId,
        call: Box<Call>,
    },
    /// Make another version of a server ready: its machine code is in the descriptor, sealed and verified.
    Prepare {
        order: u64,
        id: ContainerId,
        version: Box<VersionOrder>,
    },
    /// Divide requests between versions by their weights.
    Divide {
        order: u64,
        id: ContainerId,
        to: Vec<(u64, u32)>,
    },
    /// Which versions answer, and what they have answered.
    Answering { order: u64, id: ContainerId },
    /// What a guest has used.
    Usage { order: u64, id: ContainerId },
    /// Go on with the log in the descriptor.
    Log {
        id: ContainerId,
        /// Whether it is a socket of the journal and not a file.
        #[serde(default)]
        journal: bool,
    },
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
    /// Whether a journal's socket is among the descriptors.
    #[serde(default)]
    pub(crate) journal: Option<JournalOrder>,
    /// Its own number in its container, where it may start other programs.
    #[serde(default)]
    pub(crate) kin: Option<u32>,
    /// Whether one of `attached` has said all already.
    #[serde(default)]
    pub(crate) input_over: bool,
    /// Whether it waits for calls, if its program has no start of its own.
    #[serde(default)]
    pub(crate) calls: bool,
    /// What it may do in its networks.
    #[serde(default)]
    pub(crate) neighbourhood: Neighbourhood,
    /// By which number its program is known, if it is a server whose program can be changed.
    #[serde(default)]
    pub(crate) version: u64,
    /// Where lines about its requests go, if it is a server.
    #[serde(default)]
    pub(crate) access_log: Option<LogOutput>,
}

/// Another version of a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VersionOrder {
    pub(crate) number: u64,
    pub(crate) facts: CodeFacts,
    /// Stack of its instances, in bytes.
    pub(crate) stack: u64,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: Option<String>,
    pub(crate) check: Option<HttpCheck>,
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
    /// A guest's log file has its size, or its journal's socket leads nowhere any more.
    LogFull {
        id: ContainerId,
        #[serde(default)]
        journal: bool,
    },
    /// A guest that may start others asks something.
    Ask { id: ContainerId, ask: u64, what: Ask },
    /// What a guest had started is over.
    Over { id: ContainerId, number: u32 },
}

/// What a guest asks that may start others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub(crate) enum Ask {
    /// A program: the file in the descriptor, or the one that the container offers by this name.
    Program {
        name: Option<String>,
        /// The process that starts it.
        parent: u32,
        /// How it is called in lists.
        command: String,
    },
    /// All processes of its container.
    Processes,
    /// A signal to a process of its container; 0 only asks whether it is there.
    Signal { number: u32, signal: u8 },
}

/// The answer to an [`Ask`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Told {
    /// A program, and the number of its process.
    Program {
        number: u32,
        facts: CodeFacts,
        stack: u64,
    },
    /// There is no such program.
    Missing,
    /// As many run or are asked for as may.
    Busy,
    /// Not done, in words for people.
    Refused { why: String },
    /// All processes, a line for each.
    Processes { list: String },
    /// Whether a process was there.
    Signalled { found: bool },
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
    Usage {
        usage: Box<Usage>,
        used: Box<Used>,
        /// Processor time in milliseconds of what it has started, by number.
        #[serde(default)]
        started: Vec<(u32, u64)>,
    },
    /// Which versions of a server answer.
    Answering { versions: Vec<Answering> },
    /// What a call came to.
    Called { called: Box<Called> },
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
    /// Whether its descriptor is a tree of mounts of its own, which no mount namespace has.
    #[serde(default)]
    pub(crate) detached: bool,
}

/// What the kernel lets a worker use of the network: TCP ports, of which `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub(crate) connect: Option<Vec<u16>>,
    pub(crate) bind: Option<Vec<u16>>,
    /// Whether UDP is used, if only to look up names.
    pub(crate) datagrams: bool,
}
