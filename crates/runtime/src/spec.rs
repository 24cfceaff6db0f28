//! What a runtime is told about a container.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use bytes::Bytes;
use sampan_types::grants::Access;
use sampan_types::{ContainerId, Digest, Grants, Limits};

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
    pub stdio: Stdio,
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
    /// Where the host accepts requests for it, if it is a server: bound already, and not the guest's.
    pub listeners: Vec<TcpListener>,
    /// What to write down for people who look for a fault.
    pub diagnostics: Diagnostics,
    /// Whether network use beyond the grants is let through and written down, to learn what is needed.
    pub learn: bool,
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
}

/// Where a program's bytes are: the binary or the text form. A program that was compiled before runs from the
/// cache, and its bytes need not be read.
#[derive(Debug)]
pub enum ProgramBytes {
    /// In a file whose content has the digest, open for reading.
    File(File),
    /// In memory.
    Memory(Bytes),
}

/// The root folder of a container.
#[derive(Debug)]
pub struct RootDir {
    /// Where on the host.
    pub path: PathBuf,
    /// Whether the guest may write; writes count against the disk limit.
    pub access: Access,
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
