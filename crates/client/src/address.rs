//! Where a daemon listens.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::ClientError;

/// The socket of a daemon, written `unix:///PATH`, as `DOCKER_HOST` has it, or as a path alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(PathBuf);

impl Address {
    /// A socket at a path.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl FromStr for Address {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let path = match text.split_once("://") {
            Some(("unix", path)) => path,
            Some(_) => return Err(ClientError::Address(text.to_owned())),
            None => text,
        };
        if path.starts_with('/') {
            Ok(Self(path.into()))
        } else {
            Err(ClientError::Address(text.to_owned()))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unix://{}", self.0.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_a_whole_path() {
        for text in ["unix:///run/s.sock", "/run/s.sock"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), "unix:///run/s.sock");
        }
        for bad in [
            "",
            "s.sock",
            "unix://s.sock",
            "tcp://127.0.0.1:2375",
            "ssh://host",
            "unix://",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
