//! What a runtime is told about a container.

use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use sampan_types::grants::Access;
use sampan_types::{ContainerId, Digest, Effort, Grants, Limits, Serving};

use crate::{Kin, LinuxSpec, Networking, TerminalSize};

/// Everything about a container that is to be created.
#[derive(Debug)]
pub struct ContainerSpec {
    /// Its identity.
    pub id: ContainerId,
    /// What runs.
    pub program: Program,
    /// Arguments, the program's own name first.
    pub args: Vec<String>,
    /// Environment, in order; a later entry of the same name wins.
    pub env: Vec<(String, String)>,
    /// Working directory in the container.
    pub cwd: Option<String>,
    /// Standard streams.
    pub streams: Streams,
    /// What stands at `/`; nothing where it is `None`.
    pub root: Option<RootDir>,
    /// What it may reach.
    pub grants: Grants,
    /// A folder of the host for each of `grants.tmpfs`, in order. The runtime enforces the size.
    pub tmpfs_dirs: Vec<PathBuf>,
    /// What it may use.
    pub limits: Limits,
    /// The export to call instead of the program's own start.
    pub entry: Option<String>,
    /// Whether a program without a start of its own waits for calls ([`crate::Container::call`]), instead of being refused.
    pub calls: bool,
    /// Where the host accepts requests for it, if it is a server: bound already, and not the guest's.
    pub listeners: Vec<TcpListener>,
    /// How they are accepted.
    pub serving: Serving,
    /// For a server without listeners of its own: the one, created before and not yet started, on whose ports it answers
    /// too. That one answers nobody until this one can.
    pub beside: Option<ContainerId>,
    /// Where a line is written for each request to its listeners.
    pub access_log: Option<File>,
    /// Its places in networks, and which ports of the host lead to it.
    pub networking: Networking,
    /// What to write down for people who look for a fault.
    pub diagnostics: Diagnostics,
    /// Whether network use beyond the grants is let through and written down, to learn what is needed.
    pub learn: bool,
    /// With whom it may share a process.
    pub placement: Placement,
    /// What a Linux container is besides; nothing for other kinds.
    pub linux: Option<Box<LinuxSpec>>,
    /// By whom other programs are started for it, where its code is the one that may ask for that.
    pub kin: Option<Arc<dyn Kin>>,
}

impl std::fmt::Debug for dyn Kin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kin").finish_non_exhaustive()
    }
}

/// With whom a container may share a process, and how it shares the processor there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The trust domain: containers of different domains never share a process.
    pub domain: String,
    /// Whether it may share at all.
    pub isolation: Isolation,
    /// Its weight beside others, as Docker's `--cpu-shares`: 1024 is the usual one.
    pub cpu_weight: u64,
}

impl Placement {
    /// The weight of a container that asked for none.
    pub const USUAL_WEIGHT: u64 = 1024;
}

impl Default for Placement {
    fn default() -> Self {
        Self {
            domain: String::new(),
            isolation: Isolation::default(),
            cpu_weight: Self::USUAL_WEIGHT,
        }
    }
}

/// Whether a container may share its process with others of its trust domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Where nothing it was granted forbids it.
    #[default]
    Shared,
    /// Never: `--isolation=process`.
    Process,
}

/// The program of a container.
#[derive(Debug)]
pub struct Program {
    /// For people: the file's name or the image's reference.
    pub name: String,
    /// Digest of the bytes.
    pub digest: Digest,
    /// Where the bytes are.
    pub bytes: ProgramBytes,
    /// How much time its machine code is worth.
    pub effort: Effort,
}

/// Where a program's bytes are: the binary or the text form. A program that was compiled before runs from the
/// cache, and its bytes need not be read.
#[derive(Debug)]
pub enum ProgramBytes {
    /// In a file whose content has the digest, open for reading.
    File(File),
    /// In a file whose content has the digest, opened when it is needed.
    Later(Box<dyn OpenFile>),
    /// In memory.
    Memory(Bytes),
}

/// A file that is opened only if it is needed.
pub trait OpenFile: std::fmt::Debug + Send + Sync {
    /// Opens it for reading.
    fn open(&self) -> std::io::Result<File>;
}

/// The root folder of a container.
#[derive(Debug)]
pub struct RootDir {
    /// Where on the host.
    pub path: PathBuf,
    /// Whether the guest may write; writes count against the disk limit.
    pub access: Access,
}

/// Whose a container's standard streams are.
#[derive(Debug)]
pub enum Streams {
    /// The caller's own descriptors; the container ends with its caller.
    Own(Stdio),
    /// The runtime's: logged, and joined by [`crate::Container::attach`]. The container outlives its caller.
    Kept(KeptStreams),
}

/// Standard streams that the runtime keeps.
pub struct KeptStreams {
    /// Whether standard input is open for those who attach; else it is at its end from the start.
    pub stdin: bool,
    /// Whether standard input ends with the first one attached to it who has said all or is gone.
    pub stdin_once: bool,
    /// The size of the terminal, if it has one. Then there is no standard error of its own.
    pub terminal: Option<TerminalSize>,
    /// Where output is written down.
    pub log: Logs,
}

/// Where a container's output is written down: in files, in the machine's journal, in both or in neither.
#[derive(Clone, Default)]
pub struct Logs {
    /// Files of its own.
    pub files: Option<Arc<dyn LogFiles>>,
    /// The machine's journal.
    pub journal: Option<Arc<dyn JournalSink>>,
}

impl Logs {
    /// Files alone.
    pub fn files(files: Arc<dyn LogFiles>) -> Self {
        Self {
            files: Some(files),
            journal: None,
        }
    }
}

impl std::fmt::Debug for Logs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logs")
            .field("files", &self.files.is_some())
            .field("journal", &self.journal.is_some())
            .finish()
    }
}

impl std::fmt::Debug for KeptStreams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptStreams")
            .field("stdin", &self.stdin)
            .field("terminal", &self.terminal)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

/// The log files of one container, in Docker's `json-file` form: one JSON document
/// `{"log":"…\n","stream":"stdout","time":"<RFC 3339, nanoseconds>"}` for each line; `attrs` come after `stream`.
pub trait LogFiles: Send + Sync {
    /// Opens the present file to append to.
    fn open(&self) -> io::Result<File>;
    /// Puts the present file aside and opens a fresh one. Called when it has [`LogFiles::max_size`].
    fn rotate(&self) -> io::Result<File>;
    /// When a file is full, in bytes.
    fn max_size(&self) -> Option<u64>;
    /// What is written with each line, such as labels.
    fn attrs(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A journal that takes entries of named fields, each in a datagram of systemd's native journal protocol. The runtime
/// adds `MESSAGE`, `PRIORITY` (6 for standard output, 3 for standard error), `SYSLOG_TIMESTAMP`,
/// `CONTAINER_LOG_ORDINAL`, and for a line that is cut into several `CONTAINER_PARTIAL_ID`, `_ORDINAL`, `_LAST` and
/// `_MESSAGE`.
pub trait JournalSink: Send + Sync {
    /// Connects a datagram socket. Called again when the journal has gone and may be back.
    fn connect(&self) -> io::Result<OwnedFd>;
    /// What each entry has beside that. Names are upper case letters, digits and `_`.
    fn fields(&self) -> Vec<(String, String)>;
    /// How many bytes wait for a journal that is slow before entries are lost. Where it is `None`, nothing is lost and
    /// the guest waits.
    fn lossy_buffer(&self) -> Option<u64>;
}

/// Standard streams.
#[derive(Debug)]
pub struct Stdio {
    /// Standard input.
    pub stdin: Stream,
    /// Standard output.
    pub stdout: Stream,
    /// Standard error.
    pub stderr: Stream,
    /// Whether the guest is told that its streams are a terminal.
    pub terminal: bool,
}

/// One standard stream.
#[derive(Debug)]
pub enum Stream {
    /// Nothing: reads end at once, writes vanish.
    Null,
    /// A descriptor, shared with whoever else has it: its flags are never changed.
    Fd(OwnedFd),
}

/// What to write down for people who look for a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// Where to write a core dump if the guest traps.
    pub coredump: Option<PathBuf>,
    /// Where to write a profile, in the form that the Firefox profiler reads.
    pub profile: Option<PathBuf>,
    /// Where a debugger may connect; the guest waits for it.
    pub debug: Option<SocketAddr>,
}
