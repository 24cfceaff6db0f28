//! What a request can fail with, in the words of dockerd: tools match on them.

use std::path::PathBuf;

use sampan_runtime::RuntimeError;
use sampan_types::{Classified, ErrorClass};

use super::journal::JournalError;
use crate::error::EngineError;

/// A request failed. What had been answered before still holds.
///
/// [`Classified::class`] gives the status: not found is 404, a conflict 409, invalid input 400, denied 403,
/// unsupported 501, all else 500. [`SupervisorError::NotModified`] is 304 and has no body.
#[derive(Debug, thiserror::Error)]
pub enum SupervisorError {
    /// The thing is already as it should be: 304.
    #[error("{0}")]
    NotModified(&'static str),
    /// No such container.
    #[error("No such container: {0}")]
    NoContainer(String),
    /// No such exec.
    #[error("No such exec instance: {0}")]
    NoExec(String),
    /// No such image; a client such as the docker command line pulls it then.
    #[error("No such image: {0}")]
    NoImage(String),
    /// No such volume.
    #[error("get {0}: no such volume")]
    NoVolume(String),
    /// No such network.
    #[error("network {0} not found")]
    NoNetwork(String),
    /// No such file in a container.
    #[error("Could not find the file {path} in container {container}")]
    NoFile {
        /// As it was written.
        path: String,
        /// As it was written.
        container: String,
    },
    /// Something else is not there; the text says what.
    #[error("{0}")]
    NotFound(String),
    /// A short id fits several things.
    #[error("multiple IDs found with provided prefix: {0}")]
    Ambiguous(String),
    /// The name has an owner.
    #[error(
        "Conflict. The container name \"/{name}\" is already in use by container \"{owner}\". You have to remove (or rename) that container to be able to reuse that name."
    )]
    NameTaken {
        /// The name.
        name: String,
        /// The id of the container that has it.
        owner: String,
    },
    /// The thing is in a state that does not allow it; the text says which.
    #[error("{0}")]
    Conflict(String),
    /// What was asked for makes no sense; the text says why.
    #[error("{0}")]
    Invalid(String),
    /// It may not be done.
    #[error("{0}")]
    Denied(String),
    /// It cannot be done for containers of this kind.
    #[error("{0}")]
    Unsupported(String),
    /// A port of the host cannot be had; clients look for the words.
    #[error("{message}")]
    Publish {
        /// What dockerd would say.
        message: String,
    },
    /// A link leads nowhere; clients look for the words.
    #[error("{0}")]
    Link(String),
    /// The program of a container cannot be run: 400, and the container shows exit code 126 or 127.
    #[error("{message}")]
    CannotStart {
        /// What is wrong with it.
        message: String,
        /// What the container's exit code becomes.
        code: u8,
        /// Beneath it.
        #[source]
        source: Option<Box<EngineError>>,
    },
    /// It was killed, and does not end: in dockerd's words.
    #[error("could not kill container {0}: tried to kill container, but did not receive an exit event")]
    Unending(String),
    /// Where output is to go cannot be reached.
    #[error("failed to create task for container: failed to initialize logging driver: {why}")]
    LogDriver {
        /// In dockerd's words.
        why: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file system of a volume cannot be mounted: in dockerd's words.
    #[error("error while mounting volume '{}': failed to mount local volume: {what}", folder.display())]
    Mount {
        /// The volume's folder.
        folder: PathBuf,
        /// What was tried.
        what: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The host keeps to itself what is mounted where a bind is to spread it: in dockerd's words.
    #[error("path {path} is mounted on {on} but it is not a {wanted} mount")]
    NotSpread {
        /// The bind's source.
        path: String,
        /// The host's mount that it lies on.
        on: String,
        /// What it had to be.
        wanted: &'static str,
    },
    /// A command of a build failed: in dockerd's words.
    #[error("The command '{command}' returned a non-zero code: {code}")]
    StepFailed {
        /// What ran.
        command: String,
        /// Its exit code.
        code: i64,
    },
    /// The images, the store or a program failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The runtime failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The state could not be written down.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The file system failed.
    #[error("cannot {action} `{path}`")]
    Io {
        /// What was done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A failpoint of a test.
    #[error("failpoint `{0}`")]
    Injected(&'static str),
}

impl SupervisorError {
    /// Of a failed file operation.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> SupervisorError {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    pub(crate) fn not_running(id: &sampan_types::ContainerId) -> Self {
        Self::Conflict(format!("container {id} is not running"))
    }
}

impl From<sampan_store::StoreError> for SupervisorError {
    fn from(error: sampan_store::StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<sampan_image::ImageError> for SupervisorError {
    fn from(error: sampan_image::ImageError) -> Self {
        Self::Engine(error.into())
    }
}

impl Classified for SupervisorError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NoContainer(_)
            | Self::NoExec(_)
            | Self::NoImage(_)
            | Self::NoVolume(_)
            | Self::NoNetwork(_)
            | Self::NoFile { .. }
            | Self::NotFound(_) => ErrorClass::NotFound,
            Self::NameTaken { .. } | Self::Conflict(_) | Self::NotModified(_) => ErrorClass::Conflict,
            Self::Invalid(_) | Self::CannotStart { .. } | Self::StepFailed { .. } | Self::Ambiguous(_) => {
                ErrorClass::InvalidInput
            }
            Self::Denied(_) => ErrorClass::Denied,
            Self::Unsupported(_) => ErrorClass::Unsupported,
            Self::Engine(error) => error.class(),
            Self::Runtime(error) => error.class(),
            Self::Journal(JournalError::Owned(_)) => ErrorClass::Conflict,
            Self::Journal(JournalError::Io { source, .. }) | Self::Io { source, .. } if is_full(source) => {
                ErrorClass::Exhausted
            }
            Self::Journal(_)
            | Self::Io { .. }
            | Self::Injected(_)
            | Self::Publish { .. }
            | Self::Mount { .. }
            | Self::NotSpread { .. }
            | Self::Link(_)
            | Self::Unending(_)
            | Self::LogDriver { .. } => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Runtime(error) => error.hint(),
            Self::CannotStart { source, .. } => source.as_ref().and_then(|error| error.hint()),
            Self::NotSpread { on, .. } => Some(format!(
                "let the host share it first: `mount --make-rshared {on}`"
            )),
            Self::LogDriver { .. } => Some(
                "say where its socket is with `--journal-socket`, or choose another `--log-driver`"
                    .to_owned(),
            ),
            Self::Mount { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                Some("file systems of volumes are mounted by a daemon that runs as root".to_owned())
            }
            Self::Journal(JournalError::Owned(_)) => {
                Some("stop the other daemon, or give this one another `--data-root`".to_owned())
            }
            _ => None,
        }
    }
}

/// Whether there is no room on the disk, or for this user on it.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

/// What a request gives.
pub type Result<T> = std::result::Result<T, SupervisorError>;

/// A named step of a path that changes something: where tests let it fail.
macro_rules! step {
    ($name:literal) => {
        fail::fail_point!($name, |_| Err($crate::supervisor::SupervisorError::Injected(
            $name
        )))
    };
}
pub(crate) use step;
