//! What can go wrong between a client and a daemon.

use std::io;
use std::path::PathBuf;

use sampan_api::routes::ApiVersion;
use sampan_types::{Classified, ErrorClass};

use crate::frames::FrameError;

/// A call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// What was given as the daemon's address is none that can be used.
    #[error("`{0}` is not the address of a daemon: write `unix:///PATH`")]
    Address(String),
    /// Nobody listens there.
    #[error("no daemon answers at `{path}`", path = path.display())]
    NoDaemon {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The socket is there and may not be opened.
    #[error("permission denied to the daemon's socket `{path}`", path = path.display())]
    SocketDenied {
        /// The socket.
        path: PathBuf,
    },
    /// The connection cannot be made for another reason.
    #[error("cannot connect to `{path}`", path = path.display())]
    Connect {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The daemon took the connection and said nothing.
    #[error("the daemon at `{path}` does not answer", path = path.display())]
    Silent {
        /// The socket.
        path: PathBuf,
    },
    /// The daemon is older than what this client can speak.
    #[error("the daemon speaks version {server} of the API at the newest, and {min} is needed")]
    TooOld {
        /// Its newest version.
        server: ApiVersion,
        /// Our oldest.
        min: ApiVersion,
    },
    /// The call cannot be written down: a name that is no text of a header, for example.
    #[error("the request cannot be written")]
    Request(#[source] http::Error),
    /// A document of ours cannot be written.
    #[error("the request's body cannot be written")]
    RequestBody(#[source] serde_json::Error),
    /// The daemon broke the connection, or what it sends is not HTTP.
    #[error("the connection to the daemon broke")]
    Http(#[source] hyper::Error),
    /// The connection broke after it had been taken over for streams.
    #[error("the stream from the daemon broke")]
    Stream(#[source] io::Error),
    /// The daemon refused, and said why.
    #[error("{message}")]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// The daemon's words.
        message: String,
    },
    /// Long work failed after its answer had begun.
    #[error("{0}")]
    Failed(String),
    /// An answer was longer than anything that the daemon has to say.
    #[error("the daemon's answer is larger than {max} bytes")]
    TooLarge {
        /// The most that is read.
        max: usize,
    },
    /// A document was not what the API says.
    #[error("the daemon's answer to `{call}` is not what the API says")]
    Answer {
        /// Method and path.
        call: String,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A header that the API promises is missing or unreadable.
    #[error("the daemon's answer to `{call}` has no usable `{header}`")]
    Header {
        /// Method and path.
        call: String,
        /// The header.
        header: &'static str,
    },
    /// The daemon did not hand over the connection.
    #[error("the daemon did not open a stream for `{call}` (it answered {status})")]
    NotUpgraded {
        /// Method and path.
        call: String,
        /// What it answered.
        status: u16,
    },
    /// Output was framed wrongly.
    #[error("the daemon's stream cannot be read")]
    Frame(#[from] FrameError),
}

impl ClientError {
    /// Whether the daemon said that the thing is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

impl Classified for ClientError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Address(_) | Self::Request(_) | Self::RequestBody(_) => ErrorClass::InvalidInput,
            Self::NoDaemon { .. } | Self::Silent { .. } | Self::Http(_) | Self::Stream(_) => {
                ErrorClass::Unavailable
            }
            Self::SocketDenied { .. } => ErrorClass::Denied,
            Self::Connect { .. } | Self::Failed(_) => ErrorClass::Internal,
            Self::TooOld { .. } => ErrorClass::Unsupported,
            Self::TooLarge { .. }
            | Self::Answer { .. }
            | Self::Header { .. }
            | Self::NotUpgraded { .. }
            | Self::Frame(_) => ErrorClass::Corrupt,
            Self::Refused { status, .. } => match status {
                400 => ErrorClass::InvalidInput,
                401 => ErrorClass::Unauthenticated,
                403 => ErrorClass::Denied,
                404 => ErrorClass::NotFound,
                409 | 304 => ErrorClass::Conflict,
                501 => ErrorClass::Unsupported,
                503 | 504 => ErrorClass::Unavailable,
                _ => ErrorClass::Internal,
            },
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Address(text) if text.starts_with("tcp://") || text.starts_with("ssh://") => {
                Some("a daemon elsewhere is reached by Docker's own client".to_owned())
            }
            Self::NoDaemon { .. } => Some("start one with `sampan daemon`".to_owned()),
            Self::SocketDenied { .. } => {
                Some("become a member of the socket's group, or run as its owner".to_owned())
            }
            _ => None,
        }
    }
}
