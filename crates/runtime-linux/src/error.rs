//! What can go wrong with a Linux container.

use std::io;
use std::path::PathBuf;

use sampan_network::NetworkError;
use sampan_process::desk::DeskError;
use sampan_process::packet::PacketError;
use sampan_types::{Classified, ErrorClass};

use crate::wire::{Failure, FailureKind};

/// A failure between the daemon and a monitor.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinuxError {
    /// A folder of the container cannot be made or read.
    #[error("cannot use the folder `{path}` for the container")]
    Folder {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// No monitor could be started.
    #[error("a process for the container cannot be had: {0}")]
    Launch(Box<dyn Classified>),
    /// A monitor failed.
    #[error("the process that hosts the container does not answer")]
    Monitor(#[from] PacketError),
    /// A monitor answered with something else.
    #[error("the process that hosts the container answered something else than was asked")]
    Answer,
    /// The log file cannot be opened.
    #[error("the container's log cannot be opened")]
    Log(#[source] io::Error),
    /// What the monitor says.
    #[error("{0}")]
    Failed(Box<Failure>),
    /// Another container, whose namespace was to be joined, does not run.
    #[error("cannot join the namespaces of container {0}: it is not running")]
    NotRunning(String),
    /// The container has nothing to say what it is.
    #[error("the container has no specification for Linux")]
    NoSpec,
    /// The cgroup of a container cannot be read or changed.
    #[error("the limits of the container cannot be {0}: {1}")]
    Cgroup(&'static str, String),
    /// Something needs control groups, which an ordinary user has none of here.
    #[error("{0} needs a daemon that root started")]
    ByRootAlone(&'static str),
    /// The kernel does not do what networks need.
    #[error("the container's networks cannot be had")]
    Network(#[source] NetworkError),
    /// The namespace of its bridges cannot be handed on.
    #[error("the namespace of the container's networks cannot be handed on")]
    Yard(#[source] io::Error),
    /// Nobody answers for its names and ports.
    #[error("nobody answers for the container's names and ports: {0}")]
    Desk(DeskError),
    /// Nobody could carry a published port.
    #[error("ports of the container cannot be published here")]
    NoDesk,
    /// The files of a container cannot be mounted.
    #[error("the files of the container cannot be mounted ({step})")]
    Overlay {
        step: &'static str,
        #[source]
        source: io::Error,
    },
}

impl Classified for LinuxError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Launch(error) => error.class(),
            Self::Monitor(_) => ErrorClass::Unavailable,
            Self::Network(error) => error.class(),
            Self::Desk(error) => error.class(),
            Self::NoDesk | Self::ByRootAlone(_) => ErrorClass::Unsupported,
            Self::NotRunning(_) => ErrorClass::Conflict,
            Self::Failed(failure) => match failure.kind {
                FailureKind::NoProgram => ErrorClass::NotFound,
                FailureKind::CannotExecute => ErrorClass::CannotInvoke,
                FailureKind::Invalid => ErrorClass::InvalidInput,
                FailureKind::Engine => ErrorClass::Internal,
            },
            Self::Folder { .. }
            | Self::Answer
            | Self::Log(_)
            | Self::NoSpec
            | Self::Yard(_)
            | Self::Cgroup(..)
            | Self::Overlay { .. } => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Launch(error) | Self::Desk(error) => error.hint(),
            Self::Network(error) => error.hint(),
            Self::ByRootAlone(_) => Some("start the daemon as root".to_owned()),
            _ => None,
        }
    }
}
