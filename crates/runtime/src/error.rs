//! What can go wrong between the engine and a runtime.

use std::error::Error;
use std::fmt;

use sampan_types::{Classified, ErrorClass};

/// A failure of a runtime. Each backend has its own rich error; here it is carried with its class and hint,
/// so that the engine can decide and the printer can walk the chain.
#[derive(Debug)]
pub enum RuntimeError {
    /// The backend failed. What it says is the message; the chain goes on beneath it.
    Backend(Box<dyn Classified>),
    /// `start` was called twice.
    AlreadyStarted,
    /// Containers of this runtime cannot do it.
    Unsupported(&'static str),
    /// No socket can be had for the streams of a container.
    Streams(std::io::Error),
    /// The container has ended, or the process that hosted it is gone.
    Gone,
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backend(error) => error.fmt(f),
            Self::AlreadyStarted => f.write_str("the container was started already"),
            Self::Unsupported(what) => write!(f, "{what} is not possible for this container"),
            Self::Streams(_) => f.write_str("the container's streams cannot be joined"),
            Self::Gone => f.write_str("the container is not running"),
        }
    }
}

impl Error for RuntimeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Backend(error) => error.source(),
            Self::Streams(error) => Some(error),
            Self::AlreadyStarted | Self::Unsupported(_) | Self::Gone => None,
        }
    }
}

impl RuntimeError {
    /// Wraps a backend's error.
    pub fn backend(error: impl Classified) -> Self {
        Self::Backend(Box::new(error))
    }
}

impl Classified for RuntimeError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Backend(error) => error.class(),
            Self::AlreadyStarted | Self::Gone => ErrorClass::Conflict,
            Self::Unsupported(_) => ErrorClass::Unsupported,
            Self::Streams(_) => ErrorClass::Internal,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            Self::Backend(error) => error.hint(),
            Self::AlreadyStarted | Self::Unsupported(_) | Self::Streams(_) | Self::Gone => None,
        }
    }
}
