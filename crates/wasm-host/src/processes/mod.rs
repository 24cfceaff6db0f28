//! Other programs that a guest starts in its container: what the toolbox asks of its host, and how its host asks an
//! embedder. `guests/toolbox/HOST.md` is the contract.
//!
//! A program gets the imports by its digest, which whoever made its code says, and their use by its spec. What it starts
//! has its files, grants and ledger, and takes from its limits; it never has more, and ends with it.

mod capture;
mod folders;
mod link;
mod request;
mod start;
mod talk;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::GuestHandle;
use crate::control::Control;
use crate::files::Space;
use crate::spec::{GuestSpec, RootDir, TmpfsDir};
use capture::Capture;
pub(crate) use link::{MODULE, add};

/// Starts, lists and ends the programs of one container, for one guest in it.
#[async_trait]
pub trait Processes: Send + Sync {
    /// The guest's own number among them.
    fn number(&self) -> u32;

    /// Starts a program. It does not wait for its end.
    async fn start(&self, start: Start) -> Result<Started, NotStarted>;

    /// Sends a signal by its number in Linux; 0 only asks. Whether there is such a process.
    async fn signal(&self, number: u32, signal: u8) -> bool;

    /// A line for each: number, parent's number, CPU time in milliseconds, command, with a tab between.
    async fn list(&self) -> Option<String>;
}

/// A program that is to start.
#[derive(Debug)]
pub struct Start {
    /// Which.
    pub program: StartProgram,
    /// What it is given. The embedder may add to it what only it knows.
    pub spec: GuestSpec,
}

/// Which program is to start.
#[derive(Debug)]
pub enum StartProgram {
    /// The one in this file, which lies in the container and is regular.
    File(std::fs::File),
    /// The one that the container offers by this name.
    Named(String),
}

/// A program that was started.
#[derive(Debug)]
pub struct Started {
    /// By which it is ended with the guest that started it.
    pub handle: GuestHandle,
    /// Its exit code. Nothing comes where it is lost.
    pub end: oneshot::Receiver<u8>,
}

/// Why a program was not started.
#[derive(Debug)]
pub enum NotStarted {
    /// There is none.
    Missing,
    /// As many run as may.
    Busy,
    /// Something else, in words for people.
    Refused(String),
}

/// What a guest counts against beside its own limits: the guest that started it.
#[derive(Clone)]
pub struct Within {
    pub(crate) control: Arc<Control>,
    pub(crate) space: Space,
}

impl std::fmt::Debug for Within {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Within").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for dyn Processes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Processes").finish_non_exhaustive()
    }
}

/// What a guest's store holds to start others.
pub(crate) struct Tools {
    host: Arc<dyn Processes>,
    root: Option<RootDir>,
    tmpfs_dirs: Vec<TmpfsDir>,
    /// Number of the last handle.
    handles: i32,
    child: Option<Child>,
    /// The one connection that it has open.
    line: Option<TcpStream>,
}

impl Tools {
    pub(crate) fn new(
        host: Arc<dyn Processes>,
        root: Option<RootDir>,
        tmpfs_dirs: Vec<TmpfsDir>,
    ) -> Box<Self> {
        Box::new(Self {
            host,
            root,
            tmpfs_dirs,
            handles: 0,
            child: None,
            line: None,
        })
    }
}

/// The one program that the guest has started and not waited for.
struct Child {
    handle: i32,
    capture: Option<Arc<Capture>>,
    runs: Runs,
}

enum Runs {
    Here(Started),
    /// It could not start, which its standard error tells.
    Refused,
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Runs::Here(started) = &self.runs {
            // After its end this does nothing.
            started.handle.kill(sampan_types::Signal::Kill);
        }
    }
}
