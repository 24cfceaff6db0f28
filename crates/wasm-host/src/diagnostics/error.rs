//! What can go wrong with diagnostics. The guest's own ending never depends on it.

use std::path::PathBuf;

use sampan_types::{Classified, ErrorClass};

/// A diagnostic that could not be given.
#[derive(Debug, thiserror::Error)]
pub enum DiagnosticsError {
    /// A file could not be written.
    #[error("cannot write {what} to `{path}`")]
    Write {
        /// What was to be written.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Wasmtime did not begin a profile.
    #[error("cannot profile the program")]
    Profile(#[source] wasmtime::Error),
    /// A debugger was asked for.
    #[error("no debugger can be attached to a guest")]
    NoDebugger,
}

impl Classified for DiagnosticsError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Write { .. } | Self::Profile(_) => ErrorClass::Internal,
            Self::NoDebugger => ErrorClass::Unsupported,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Write { .. } => {
                Some("give a file in a folder that exists and that you may write to".into())
            }
            Self::NoDebugger => Some("use `--coredump FILE` or `--profile FILE` instead of `--debug`".into()),
            Self::Profile(_) => None,
        }
    }
}
