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
    /// The debugger's side could not be set up or broke off.
    #[error("cannot debug the program")]
    Debug(#[source] wasmtime::Error),
    /// The port for a debugger is not on this machine alone.
    #[error("a debugger may connect to a loopback address only, not to {0}")]
    DebugAddress(std::net::SocketAddr),
}

impl Classified for DiagnosticsError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Write { .. } | Self::Profile(_) | Self::Debug(_) => ErrorClass::Internal,
            Self::DebugAddress(_) => ErrorClass::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Write { .. } => {
                Some("give a file in a folder that exists and that you may write to".into())
            }
            Self::DebugAddress(address) => Some(format!("use `--debug {}`", address.port())),
            Self::Profile(_) | Self::Debug(_) => None,
        }
    }
}
