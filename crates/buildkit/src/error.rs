//! What can go wrong between a client and the builder.

use base64::Engine as _;
use prost::Message as _;
use sampan_types::{Classified, ErrorClass};
use tonic::{Code, Status};

use crate::proto::google;

/// What can go wrong between a client and the builder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildkitError {
    /// The connection on which the client gives its files is not there.
    #[error("no active session for `{0}`")]
    NoSession(String),
    /// Two clients say that they are the same one.
    #[error("session `{0}` already exists")]
    SessionTaken(String),
    /// The archive that a build names is not there.
    #[error("no upload `{0}`")]
    NoUpload(String),
    /// A client that says nothing of itself.
    #[error("a session needs the header `{0}`")]
    NoHeader(&'static str),
    /// Nobody began this build.
    #[error("no such job `{0}`")]
    NoBuild(String),
    /// A build of this name is there.
    #[error("job `{0}` already exists")]
    BuildTaken(String),
    /// The request contradicts itself or cannot be read.
    #[error("{0}")]
    Invalid(String),
    /// BuildKit has it, this builder does not.
    #[error("{what} is not supported by Sampan's builder")]
    Unsupported {
        /// What was asked for.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// The client answered a question with an error.
    #[error("the client cannot give {what}: {}", .status.message())]
    Peer {
        /// What it was asked for.
        what: String,
        /// Its answer.
        status: Box<Status>,
    },
    /// The client sent files that cannot be taken.
    #[error("{what}: {why}")]
    Files {
        /// Of which folder.
        what: String,
        /// What is wrong with them.
        why: String,
    },
    /// The client stopped in the middle.
    #[error("{0} stopped coming from the client")]
    Stopped(String),
    /// A connection could not be begun or broke off.
    #[error("the connection to the client broke off")]
    Connection(#[source] hyper::Error),
}

impl BuildkitError {
    pub(crate) fn unsupported(what: impl Into<String>, instead: &'static str) -> Self {
        Self::Unsupported {
            what: what.into(),
            instead,
        }
    }

    pub(crate) fn files(what: &str, why: impl Into<String>) -> Self {
        Self::Files {
            what: what.to_owned(),
            why: why.into(),
        }
    }

    /// As gRPC tells it.
    pub(crate) fn status(&self) -> Status {
        let hint = self.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        Status::new(code(self.class()), format!("{self}{hint}"))
    }
}

impl Classified for BuildkitError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NoSession(_) | Self::NoBuild(_) | Self::NoUpload(_) => ErrorClass::NotFound,
            Self::SessionTaken(_) | Self::BuildTaken(_) => ErrorClass::Conflict,
            Self::NoHeader(_) | Self::Invalid(_) | Self::Files { .. } => ErrorClass::InvalidInput,
            Self::Unsupported { .. } => ErrorClass::Unsupported,
            Self::Peer { status, .. } => match status.code() {
                Code::NotFound => ErrorClass::NotFound,
                Code::PermissionDenied => ErrorClass::Denied,
                _ => ErrorClass::Unavailable,
            },
            Self::Stopped(_) | Self::Connection(_) => ErrorClass::Unavailable,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unsupported { instead, .. } if !instead.is_empty() => Some((*instead).to_owned()),
            _ => None,
        }
    }
}

/// The code that clients read off a class.
pub(crate) fn code(class: ErrorClass) -> Code {
    match class {
        ErrorClass::NotFound => Code::NotFound,
        ErrorClass::Conflict => Code::AlreadyExists,
        ErrorClass::Denied => Code::PermissionDenied,
        ErrorClass::Unauthenticated => Code::Unauthenticated,
        ErrorClass::Exhausted => Code::ResourceExhausted,
        ErrorClass::Unavailable => Code::Unavailable,
        ErrorClass::Unsupported => Code::Unimplemented,
        // Clients show any other code before the words.
        ErrorClass::InvalidInput | ErrorClass::CannotInvoke | ErrorClass::Corrupt | ErrorClass::Internal => {
            Code::Unknown
        }
    }
}

/// The largest Dockerfile that is told beside an error, so that clients show the lines about the one that failed.
const SHOWN: usize = 64 << 10;

/// Says at which line of the Dockerfile something failed, in the form that BuildKit's clients read.
pub(crate) fn with_line(status: Status, filename: &str, text: &str, line: Option<u32>) -> Status {
    let Some(line) = line.filter(|line| *line > 0 && text.len() <= SHOWN) else {
        return status;
    };
    let place = serde_json::json!({ "line": line });
    let source = serde_json::json!({
        "info": {
            "filename": filename,
            "data": base64::engine::general_purpose::STANDARD.encode(text),
            "language": "Dockerfile",
        },
        "ranges": [{ "start": place, "end": place }],
    });
    let detail = prost_types::Any {
        type_url: "github.com/moby/buildkit/errdefs.Source+json".to_owned(),
        value: source.to_string().into_bytes(),
    };
    let told = google::rpc::Status {
        code: status.code() as i32,
        message: status.message().to_owned(),
        details: vec![detail],
    };
    Status::with_details(status.code(), status.message(), told.encode_to_vec().into())
}
