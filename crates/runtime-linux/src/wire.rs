//! What the daemon and a monitor say to each other. Fields that are added later have defaults.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::linux::Identity;
use sampan_runtime::{Attach, Counted, LinuxSpec, TerminalSize};
use sampan_types::{ContainerId, Usage};
use serde::{Deserialize, Serialize};

/// What is settled at a monitor's start: its one argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The container's folder among those of running ones.
    pub(crate) folder: PathBuf,
    /// The folder of filters of system calls that were made before.
    pub(crate) filters: PathBuf,
}

/// What a daemon orders. Each order that has an `order` number is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Be the monitor of this container, whose folder has taken the place of the first one.
    Take { id: ContainerId, folder: PathBuf },
    /// Run the container. Descriptors: log file, journal's socket, a socket for each of `attached`.
    Start {
        order: u64,
        guest: Box<GuestOrder>,
        streams: Box<StreamsOrder>,
    },
    /// Run another program in it. Descriptors as above.
    Exec {
        order: u64,
        id: ContainerId,
        process: Box<ProcessOrder>,
        streams: Box<StreamsOrder>,
    },
    /// Join the streams of one of both with the descriptor.
    Attach {
        order: u64,
        id: ContainerId,
        request: Attach,
    },
    /// Hand out the container's files.
    Root { order: u64 },
    /// Somebody who joined with standard input has said all, or is gone.
    InputOver { id: ContainerId },
    /// Another size of a terminal.
    Resize { id: ContainerId, size: TerminalSize },
    /// Go on with the log in the descriptor.
    Log {
        id: ContainerId,
        /// Whether it is a socket of the journal and not a file.
        #[serde(default)]
        journal: bool,
    },
    /// Forget what has ended. With the container itself, the monitor ends.
    Release { id: ContainerId },
}

/// A container to run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct GuestOrder {
    pub(crate) process: ProcessOrder,
    pub(crate) linux: LinuxSpec,
    /// A process of each other container whose namespaces are joined.
    #[serde(default)]
    pub(crate) joins: BTreeMap<ContainerId, u32>,
    /// Whether its network namespace is the first descriptor. Without one the monitor makes one, if it is to have its own.
    #[serde(default)]
    pub(crate) plugged: bool,
    /// Whether the namespace of bridges is the next one, to be kept and told of: it is there as long as somebody has it.
    #[serde(default)]
    pub(crate) yard: bool,
}

/// A program to run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProcessOrder {
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: Option<String>,
    /// As whom; `None` as the container's own program.
    pub(crate) identity: Option<Identity>,
    #[serde(default)]
    pub(crate) privileged: bool,
}

/// The streams of a program.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StreamsOrder {
    pub(crate) stdin: bool,
    pub(crate) stdin_once: bool,
    pub(crate) terminal: Option<TerminalSize>,
    /// Whether a log file is among the descriptors.
    pub(crate) log: Option<LogOrder>,
    /// Whether a journal's socket is.
    pub(crate) journal: Option<JournalOrder>,
    pub(crate) attached: Vec<Attach>,
    /// Whether one of `attached` has said all already.
    pub(crate) input_over: bool,
}

/// What a monitor says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(crate) enum Say {
    /// The first words to a new daemon. Descriptors: a pidfd of each that runs, then the namespace of bridges where it was
    /// given one.
    Known { here: Vec<Known> },
    /// The answer to an order.
    Answer { order: u64, answer: Answer },
    /// One has ended.
    Ended { id: ContainerId, end: Box<End> },
    /// A log file has its size, or a journal's socket leads nowhere any more.
    LogFull { id: ContainerId, journal: bool },
    /// The kernel has ended something in the container for want of memory.
    OutOfMemory { id: ContainerId },
}

/// A container or exec of a monitor.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) id: ContainerId,
    pub(crate) pid: u32,
    /// `None` while it runs.
    pub(crate) end: Option<Box<End>>,
}

/// The answer to an order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// Done. With `Root`, what was asked for is the descriptor.
    Done,
    /// It runs. The descriptor is its pidfd.
    Started {
        pid: u32,
        /// What the host could not do, for people.
        #[serde(default)]
        warnings: Vec<String>,
    },
    /// There is no such thing, or it has ended.
    Gone,
    /// Not done.
    Failed { failure: Box<Failure> },
}

/// Why something was not done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// In words.
    pub(crate) what: String,
}

/// Whose fault it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FailureKind {
    /// There is no such program: 127.
    NoProgram,
    /// It cannot be executed: 126.
    CannotExecute,
    /// The caller asked for what makes no sense.
    Invalid,
    /// The engine's or the host's.
    Engine,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
        }
    }

    /// Of the engine or the host, with all its causes.
    pub(crate) fn engine(step: &str, error: &dyn std::error::Error) -> Self {
        let mut what = format!("{step}: {error}");
        let mut next = error.source();
        while let Some(cause) = next {
            what.push_str(&format!(": {cause}"));
            next = cause.source();
        }
        Self::new(FailureKind::Engine, what)
    }

    /// The exit code that a shell would give.
    pub(crate) fn code(&self) -> u8 {
        match self.kind {
            FailureKind::NoProgram => 127,
            FailureKind::CannotExecute => 126,
            FailureKind::Invalid | FailureKind::Engine => 125,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// How one ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct End {
    /// The exit code as a shell has it: 128 and the number for a signal.
    pub(crate) code: u8,
    /// Whether the kernel killed something of it for want of memory.
    #[serde(default)]
    pub(crate) out_of_memory: bool,
    pub(crate) usage: Usage,
    #[serde(default)]
    pub(crate) counted: Option<Box<Counted>>,
}
