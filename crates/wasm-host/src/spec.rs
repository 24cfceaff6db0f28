//! What one guest is given.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use sampan_types::grants::Access;
use sampan_types::{Grants, Limits, Serving};

use crate::diagnostics::Diagnostics;
use crate::ledger::Ledger;
use crate::net::{Mode, Surroundings};
use crate::processes::{Processes, Within};
use crate::serve::Front;
use crate::stdio::Pipe;

/// Everything that one run of a program is given.
#[derive(Debug, Default)]
pub struct GuestSpec {
    /// Arguments; the first one is the program's name.
    pub args: Vec<String>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Working folder, a path of the guest.
    pub cwd: Option<String>,
    /// Standard streams.
    pub stdio: Stdio,
    /// The folder that stands for `/`.
    pub root: Option<RootDir>,
    /// What the guest may reach beside.
    pub grants: Grants,
    /// Folders of the host that stand for each of [`Grants::tmpfs`].
    pub tmpfs_dirs: Vec<TmpfsDir>,
    /// What it may use.
    pub limits: Limits,
    /// The export to call instead of the program's own entry.
    pub entry: Option<String>,
    /// Whether a program without a start of its own waits for calls, instead of being refused.
    pub calls: bool,
    /// Where the host accepts requests for it, if it is a server.
    pub listeners: Vec<TcpListener>,
    /// How they are accepted, if it is a server.
    pub serving: Serving,
    /// For a server without listeners of its own: the server on whose ports it answers.
    pub beside: Option<Front>,
    /// Where a line is written for each request to its listeners.
    pub access_log: Option<Output>,
    /// What is written down about it, for a person who looks for a fault.
    pub diagnostics: Diagnostics,
    /// Whether what is not granted is refused, or let through and written down.
    pub mode: Mode,
    /// Who looks up names for it, and the networks in which it has a place.
    pub surroundings: Surroundings,
    /// The record to write into; `None` makes one, which [`crate::GuestHandle::used`] reads.
    pub ledger: Option<Arc<Ledger>>,
    /// What starts other programs for it, where its code has the imports for that.
    pub processes: Option<Arc<dyn Processes>>,
    /// The guest that started it, whose limits it shares.
    pub within: Option<Within>,
}

/// Standard streams.
#[derive(Debug, Default)]
pub struct Stdio {
    /// What the guest reads.
    pub stdin: Input,
    /// What it writes.
    pub stdout: Output,
    /// Where it complains.
    pub stderr: Output,
    /// Which of the three the guest shall see as a terminal.
    pub terminals: [bool; 3],
}

/// Where standard input comes from.
#[derive(Default)]
pub enum Input {
    /// Nowhere: at its end from the start.
    #[default]
    Null,
    /// A file, pipe, socket or terminal. Its flags are left alone, because other processes may share it.
    Fd(OwnedFd),
    /// The embedder's own.
    Pipe(Arc<dyn Pipe>),
}

/// Where output goes.
#[derive(Default)]
pub enum Output {
    /// Nowhere: all is taken.
    #[default]
    Null,
    /// A file, pipe, socket or terminal.
    Fd(OwnedFd),
    /// The embedder's own.
    Pipe(Arc<dyn Pipe>),
}

/// A folder that stands for `/` of the guest. What is written to it counts against [`Limits::disk`].
#[derive(Clone, Debug)]
pub struct RootDir {
    /// Where it is on the host.
    pub path: PathBuf,
    /// What may be done in it.
    pub access: Access,
}

/// A folder of the host that stands for one of [`Grants::tmpfs`], in the same order.
#[derive(Clone, Debug)]
pub struct TmpfsDir {
    /// Where it is on the host: empty at the start, removed by the caller.
    pub path: PathBuf,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Fd(_) => "Fd",
            Self::Pipe(_) => "Pipe",
        })
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Fd(_) => "Fd",
            Self::Pipe(_) => "Pipe",
        })
    }
}
