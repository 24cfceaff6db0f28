//! What can go wrong before a host is asked.

use sampan_types::{Classified, ErrorClass};

/// What to do with a container whose program cannot be changed while it runs.
pub(crate) const AGAIN: &str = "remove the container and run the new image in its place";

/// An error of this runtime that is not the host's own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WasmRuntimeError {
    /// The program's file cannot be read.
    #[error("cannot read `{name}`")]
    Read {
        /// The program.
        name: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The thread that runs the guest could not be made.
    #[error("cannot start the thread that runs the program")]
    Thread(#[source] std::io::Error),
    /// The thread that runs the guest has fallen over a fault of the host.
    #[error("the host failed while it ran the program; please report this")]
    Fell,
    /// The task that runs the guest could not be made.
    #[error("no runtime of tasks is there to run the guest")]
    NoTasks,
    /// A worker was not given a descriptor that it was told of.
    #[error("the worker was not given a descriptor that it was told of")]
    NoDescriptor,
    /// A worker was told of a program that it has not loaded.
    #[error("the worker does not have the program")]
    NoProgram,
    /// A program that answers no requests has no versions.
    #[error("the container answers no HTTP requests by which its program could be changed while it runs")]
    NoServer,
    /// A stream of a container cannot be set up.
    #[error("the container's streams cannot be set up")]
    Stream(#[source] std::io::Error),
}

/// An error with its causes and its hint, in one line for a person who sees nothing else of it.
pub(crate) fn whole(error: &impl Classified) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!(" ({hint})"));
    }
    text
}

impl Classified for WasmRuntimeError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::NotFound
            }
            Self::Read { .. }
            | Self::Thread(_)
            | Self::Fell
            | Self::NoTasks
            | Self::NoDescriptor
            | Self::NoProgram
            | Self::Stream(_) => ErrorClass::Internal,
            Self::NoServer => ErrorClass::Conflict,
        }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, Self::NoServer).then(|| AGAIN.to_owned())
    }
}
