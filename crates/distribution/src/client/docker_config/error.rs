//! What can go wrong with Docker's configuration and its helpers.

use std::io;
use std::path::PathBuf;

use sampan_types::{Classified, ErrorClass};

/// A failure to read, write or ask for credentials. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum DockerConfigError {
    /// The file is there but cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is larger than any such file.
    #[error("`{}` is larger than 4MiB", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is not JSON, or has another form.
    #[error("`{}` cannot be read as Docker's configuration", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where it breaks off; never any of its text.
        source: serde_json::Error,
    },
    /// An `auth` value that is not base64 of `USER:PASSWORD`.
    #[error("the entry for \"{key}\" in Docker's configuration is damaged")]
    Entry {
        /// The registry's key.
        key: String,
    },
    /// A helper's name could leave its folder.
    #[error("\"{name}\" is not the name of a credential helper")]
    HelperName {
        /// Cleaned and cut.
        name: String,
    },
    /// The program is not on the path.
    #[error("the credential helper `docker-credential-{name}` was not found")]
    NoHelper {
        /// The helper.
        name: String,
    },
    /// The program could not be run or talked to.
    #[error("the credential helper `docker-credential-{name}` could not be run")]
    HelperRun {
        /// The helper.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// The program took too long.
    #[error("the credential helper `docker-credential-{name}` did not end in time")]
    HelperTimeout {
        /// The helper.
        name: String,
    },
    /// The program said no.
    #[error("the credential helper `docker-credential-{name}` failed to {action}: {said}")]
    HelperFailed {
        /// The helper.
        name: String,
        /// `get`, `store` or `erase`.
        action: &'static str,
        /// Its words, cleaned and cut.
        said: String,
    },
    /// The program's answer is too long or not the JSON that it should be.
    #[error("the credential helper `docker-credential-{name}` gave an answer that cannot be read")]
    HelperAnswer {
        /// The helper.
        name: String,
    },
}

impl Classified for DockerConfigError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Io { .. } => ErrorClass::Internal,
            Self::TooLarge { .. } | Self::Malformed { .. } | Self::Entry { .. } | Self::HelperName { .. } => {
                ErrorClass::InvalidInput
            }
            Self::NoHelper { .. } => ErrorClass::Unsupported,
            Self::HelperRun { .. }
            | Self::HelperTimeout { .. }
            | Self::HelperFailed { .. }
            | Self::HelperAnswer { .. } => ErrorClass::Unauthenticated,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Malformed { path, .. } | Self::TooLarge { path } => {
                Some(format!("repair or remove `{}`", path.display()))
            }
            Self::Entry { key } => Some(format!("run `sampan login {}` again", super::registry_of(key))),
            Self::NoHelper { .. } | Self::HelperName { .. } => Some(
                "install it, or take it out of `credsStore` and `credHelpers` in Docker's configuration"
                    .to_owned(),
            ),
            Self::Io { .. }
            | Self::HelperRun { .. }
            | Self::HelperTimeout { .. }
            | Self::HelperFailed { .. }
            | Self::HelperAnswer { .. } => None,
        }
    }
}
