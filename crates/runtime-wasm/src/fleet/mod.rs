//! Wasm containers in worker processes, commanded by a daemon: the runtime contract over many workers.
//!
//! No guest's code runs in this process, and none is compiled. Machine code is made by compiler processes, verified
//! once, and handed to workers in sealed memory.

mod code;
mod container;
mod crew;
mod desk;
mod going;
mod kin;
mod online;
mod place;
mod start;
mod versions;
mod worker;

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sampan_process::desk::Desk;
use sampan_process::launch::Launch;
use sampan_runtime::{Container, ContainerSpec, Inspection, Runtime, RuntimeError, Streams, Survivor};
use sampan_types::platform::Kind;
use sampan_types::{Classified, Digest, ErrorClass};

use crate::network::client::NetworkError;
use crate::runtime::{assemble, inspection};
use crate::zygote::client::ZygoteError;
use code::Codes;
use container::FleetContainer;
use crew::Crew;
use desk::FleetDesk;
use kin::{Answers, Gate};

/// How a fleet is set up.
#[derive(Clone, Debug)]
pub struct FleetConfig {
    /// This engine's binary, which also is the zygote and all that it starts.
    pub exe: PathBuf,
    /// A folder of the caller's alone, gone after a reboot, for the sockets of processes.
    pub run_dir: PathBuf,
    /// Containers for which a shared worker has room.
    pub slots: u32,
    /// How long processes that nobody needs wait for the next daemon.
    pub linger: Duration,
    /// The program that may start others, where whoever creates it says by whom.
    pub toolbox: Option<Digest>,
}

impl FleetConfig {
    /// As many containers as fit in a worker with what the kernel allows a process by default: memory maps, above
    /// all.
    pub const SLOTS: u32 = 5_000;
    /// Long enough for a daemon to come back after an upgrade.
    pub const LINGER: Duration = Duration::from_secs(60);

    /// The folder in which nothing is.
    fn empty(&self) -> PathBuf {
        self.run_dir.join("empty")
    }
}

/// What can go wrong between the daemon and its workers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FleetError {
    /// The zygote failed.
    #[error("a process for the container cannot be had")]
    Zygote(#[from] ZygoteError),
    /// A worker failed.
    #[error("the process that hosts the container does not answer")]
    Worker(#[source] crate::packet::PacketError),
    /// Something that a container is given cannot be opened.
    #[error("cannot open `{path}` for the container")]
    Folder {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The terminal or a socket of a container cannot be made.
    #[error("the container's {0} cannot be made")]
    Stream(&'static str, #[source] std::io::Error),
    /// The log file cannot be opened.
    #[error("the container's log cannot be opened")]
    Log(#[source] std::io::Error),
    /// A program that a guest wants to start cannot be read.
    #[error("cannot read the program")]
    Program(#[source] std::io::Error),
    /// A program that a guest wants to start is too large.
    #[error("the program is larger than its module-size limit of {most}")]
    ProgramSize {
        /// The limit, for people.
        most: String,
    },
    /// A worker answered with something else.
    #[error("the process that hosts the container answered something else than was asked")]
    Answer,
    /// The network process failed.
    #[error("the container's networks cannot be had")]
    Network(#[source] NetworkError),
    /// No namespace for networks can be had here.
    #[error("a port of a program that listens by itself cannot be published without root")]
    NoNetworks,
    /// Work on another thread fell.
    #[error("the engine failed over a program; please report this")]
    Fell,
    /// A version of a server that answers nothing.
    #[error("the new version, `{name}`, does not answer HTTP requests")]
    NoHandler {
        /// The program.
        name: String,
    },
    /// A version of a server needs what its process was not given, and cannot be given any more.
    #[error("the new version, `{name}`, uses {what}, and the container's process was started without")]
    NotGiven {
        /// The program.
        name: String,
        /// What it uses.
        what: &'static str,
    },
    /// The container lives in a process that another build of this engine started.
    #[error("the container's process was started by another build of Sampan and knows of no versions")]
    OldWorker,
    /// A daemon is there, and its workers obey one alone.
    #[error("another daemon uses `{0}`")]
    Owned(PathBuf),
}

/// What an engine without root cannot do.
const NO_NETWORKS: &str = "WARNING: Networks carry nothing without root: names and addresses are shown, containers do not reach \
    each other, and `-p` serves components of HTTP alone. Let users have namespaces \
    (`sysctl user.max_user_namespaces`), or start the daemon as root.";

impl Classified for FleetError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Folder { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::NotFound
            }
            Self::Zygote(_) | Self::Worker(_) => ErrorClass::Unavailable,
            Self::Owned(_) => ErrorClass::Conflict,
            Self::Program(_) | Self::ProgramSize { .. } => ErrorClass::CannotInvoke,
            Self::Network(NetworkError::Refused(_) | NetworkError::Socket(_)) => ErrorClass::Internal,
            Self::Network(_) => ErrorClass::Unavailable,
            Self::NoHandler { .. } => ErrorClass::CannotInvoke,
            Self::NotGiven { .. } | Self::OldWorker => ErrorClass::Conflict,
            Self::NoNetworks => ErrorClass::Unsupported,
            Self::Folder { .. } | Self::Stream(..) | Self::Log(_) | Self::Answer | Self::Fell => {
                ErrorClass::Internal
            }
        }
    }

    fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Owned(_) => "stop the other daemon, or give this one another `--exec-root`",
            Self::NoNetworks => {
                "grant it a port of the host with `--security-opt wasm.listen=PORT`, or let users have namespaces (`sysctl \
                 user.max_user_namespaces`), or start the daemon as root"
            }
            Self::NoHandler { .. } | Self::NotGiven { .. } => crate::error::AGAIN,
            Self::OldWorker => "restart the container first",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// Runs Wasm containers in workers.
pub struct Fleet {
    crew: Arc<Crew>,
    codes: Arc<Codes>,
    gate: Arc<Gate>,
    survivors: Mutex<Vec<Survivor>>,
}

impl Fleet {
    /// Finds the workers of an earlier daemon, or starts afresh. Needs a runtime of tasks.
    pub async fn open(config: FleetConfig, cache: sampan_store::CodeCache) -> Result<Self, RuntimeError> {
        let codes = Arc::new(Codes::new(cache, config.toolbox.clone())?);
        let (crew, survivors) = Crew::find(config, codes.clone())
            .await
            .map_err(RuntimeError::backend)?;
        Ok(Self {
            crew,
            codes,
            gate: Arc::default(),
            survivors: Mutex::new(survivors),
        })
    }
}

impl Fleet {
    /// By whom names and ports of other runtimes' containers are answered for: its process for networks.
    pub fn desk(&self) -> Arc<dyn Desk> {
        Arc::new(FleetDesk(self.crew.clone()))
    }

    /// By whom processes of other runtimes are started: its zygote.
    pub fn launcher(&self) -> Arc<dyn Launch> {
        Arc::new(Launcher(self.crew.clone()))
    }
}

/// Starts processes through the zygote.
struct Launcher(Arc<Crew>);

#[async_trait]
impl Launch for Launcher {
    async fn launch(
        &self,
        role: &str,
        argument: String,
        descriptors: [OwnedFd; 2],
    ) -> Result<u32, Box<dyn Classified>> {
        let launched = async {
            let zygote = self.0.zygote().await?;
            let pid = zygote.launch(role, argument, descriptors.into()).await?;
            Ok::<_, FleetError>(pid)
        };
        launched
            .await
            .map_err(|error| Box::new(error) as Box<dyn Classified>)
    }
}

#[async_trait]
impl Runtime for Fleet {
    fn kind(&self) -> Kind {
        Kind::Wasm
    }

    fn inspect(&self, program: &[u8]) -> Result<Inspection, RuntimeError> {
        inspection(program)
    }

    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError> {
        assemble(&program)
    }

    async fn create(&self, mut spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        let streams = std::mem::replace(&mut spec.streams, Streams::Own(no_streams()));
        let Streams::Kept(streams) = streams else {
            return Err(RuntimeError::Unsupported("using the caller's streams"));
        };
        let code = self.codes.get(&spec.program, &spec.limits, &self.crew).await?;
        let answers = spec
            .kin
            .take()
            .filter(|_| code.facts.processes)
            .map(|kin| Answers {
                kin,
                limits: spec.limits.clone(),
                codes: self.codes.clone(),
                crew: Arc::downgrade(&self.crew),
                gate: self.gate.clone(),
                running: Mutex::default(),
            });
        Ok(FleetContainer::created(
            self.crew.clone(),
            code,
            spec,
            streams,
            answers,
        ))
    }

    fn warnings(&self) -> Vec<String> {
        match rustix::process::geteuid().is_root() {
            true => Vec::new(),
            false => vec![NO_NETWORKS.to_owned()],
        }
    }

    async fn survivors(&self) -> Result<Vec<Survivor>, RuntimeError> {
        Ok(std::mem::take(
            &mut *self.survivors.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

fn no_streams() -> sampan_runtime::Stdio {
    use sampan_runtime::Stream::Null;
    sampan_runtime::Stdio {
        stdin: Null,
        stdout: Null,
        stderr: Null,
        terminal: false,
    }
}
