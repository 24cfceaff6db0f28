//! How errors are classed and what the process answers with.
//!
//! Each crate has its own error enum; what they share is here: a class, from which the exit code and later
//! the HTTP status follow, and a hint, which tells the person what to do.

use serde::{Deserialize, Serialize};

/// What sort of thing went wrong, from the caller's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorClass {
    /// What was asked for does not parse or contradicts itself.
    InvalidInput,
    /// The named thing is not there.
    NotFound,
    /// The named thing is there already, or in a state that does not allow the request.
    Conflict,
    /// The caller may not do this, or a grant is missing.
    Denied,
    /// Credentials are missing or wrong.
    Unauthenticated,
    /// A program was found but cannot be run: not Wasm, malformed, an import that nothing meets.
    CannotInvoke,
    /// Bytes from outside do not have the digest, size or form that was promised.
    Corrupt,
    /// A limit or a quota was reached.
    Exhausted,
    /// Somebody else did not answer, or answered that they cannot now; trying again may help.
    Unavailable,
    /// The machine does not have what is needed (a kernel feature, an architecture).
    Unsupported,
    /// The operating system failed us, or we did.
    Internal,
}

/// The exit codes of `sampan`. A container's own code passes through and so is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// All went well.
    Success = 0,
    /// A command other than `run` failed.
    Failure = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The engine failed before the program ran (as `docker run`).
    Engine = 125,
    /// The program was found but cannot be invoked.
    CannotInvoke = 126,
    /// The program, file or image was not found.
    NotFound = 127,
    /// The program trapped: as after `SIGABRT`, which is how native programs fail an assertion.
    Trap = 134,
    /// The program was killed, by a person or by a limit: as after `SIGKILL`.
    Killed = 137,
}

impl ExitCode {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl ErrorClass {
    /// The code with which `sampan run` ends when an error of this class keeps the program from running.
    pub const fn run_exit_code(self) -> ExitCode {
        match self {
            Self::CannotInvoke => ExitCode::CannotInvoke,
            Self::NotFound => ExitCode::NotFound,
            Self::InvalidInput
            | Self::Conflict
            | Self::Denied
            | Self::Unauthenticated
            | Self::Corrupt
            | Self::Exhausted
            | Self::Unavailable
            | Self::Unsupported
            | Self::Internal => ExitCode::Engine,
        }
    }

    /// Whether the same request may succeed later with nothing else changed.
    pub const fn retryable(self) -> bool {
        match self {
            Self::Unavailable => true,
            Self::InvalidInput
            | Self::NotFound
            | Self::Conflict
            | Self::Denied
            | Self::Unauthenticated
            | Self::CannotInvoke
            | Self::Corrupt
            | Self::Exhausted
            | Self::Unsupported
            | Self::Internal => false,
        }
    }
}

/// What every crate's error enum tells beside its message.
///
/// `Display` says what happened and to what; it never includes the source error (one printer walks the
/// chain). Lower case, no full stop, backticks round paths and commands.
pub trait Classified: std::error::Error + Send + Sync + 'static {
    /// What sort of failure it is.
    fn class(&self) -> ErrorClass;

    /// What the person can do about it, as an imperative without a full stop: ``add `--allow-net HOST:PORT` ``.
    fn hint(&self) -> Option<String> {
        None
    }
}
