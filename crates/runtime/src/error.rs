//! What can go wrong between the engine and a runtime.

use sampan_types::{Classified, ErrorClass};

/// A failure of a runtime. Each backend has its own rich error; here it is carried with its class and hint,
/// so that the engine can decide and the printer can walk the chain.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The backend failed. What it says is the message; the chain goes on beneath it.
    #[error(transparent)]
    Backend(Box<dyn Classified>),
    /// `start` was called twice.
    #[error("the container was started already")]
    AlreadyStarted,
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
            Self::AlreadyStarted => ErrorClass::Conflict,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            Self::Backend(error) => error.hint(),
            Self::AlreadyStarted => None,
        }
    }
}
