//! Why a daemon does not come up, or ends.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use sampan_types::{Classified, ErrorClass};

/// The HTTP side of a daemon failed.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// There is no place to listen.
    #[error("the daemon was given no address to listen on")]
    Nowhere,
    /// An address that is none.
    #[error("`{0}` is no address to listen on")]
    Host(String),
    /// TCP that anybody could read and write.
    #[error("`tcp://{0}` would be open to everybody, because clients are not asked for a certificate")]
    Unencrypted(SocketAddr),
    /// Another daemon answers there.
    #[error("another process answers on `{0}`")]
    Answered(PathBuf),
    /// What is there is not a socket.
    #[error("`{0}` is there and is not a socket")]
    NotASocket(PathBuf),
    /// The socket cannot be made.
    #[error("cannot listen on `{path}`")]
    Unix {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The port cannot be taken.
    #[error("cannot listen on `{address}`")]
    Tcp {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No group has this name.
    #[error("there is no group `{0}`")]
    NoGroup(String),
    /// A PEM file cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A PEM file does not hold what it should.
    #[error("`{path}` holds no {what} in PEM form")]
    Pem {
        /// Which.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// Certificate and key do not make a server.
    #[error("the certificate, its key and the clients' authority do not fit together")]
    Tls(#[source] rustls::Error),
    /// No clients can be checked.
    #[error("the clients' authority is not usable")]
    Authority(#[source] rustls::server::VerifierBuilderError),
    /// No more connections can be taken.
    #[error("connections can be taken no more")]
    Accept(#[source] io::Error),
}

impl Classified for DaemonError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Nowhere
            | Self::Host(_)
            | Self::Unencrypted(_)
            | Self::NoGroup(_)
            | Self::Pem { .. }
            | Self::Tls(_)
            | Self::Authority(_) => ErrorClass::InvalidInput,
            Self::Answered(_) | Self::NotASocket(_) => ErrorClass::Conflict,
            Self::Unix { source, .. } | Self::Tcp { source, .. } | Self::Read { source, .. } => {
                match source.kind() {
                    io::ErrorKind::PermissionDenied => ErrorClass::Denied,
                    io::ErrorKind::AddrInUse => ErrorClass::Conflict,
                    io::ErrorKind::NotFound => ErrorClass::NotFound,
                    _ => ErrorClass::Internal,
                }
            }
            Self::Accept(_) => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Nowhere => Some("give it one with `--host unix:///PATH`".to_owned()),
            Self::Answered(_) => {
                Some("stop that daemon, or listen elsewhere with `--host unix:///PATH`".to_owned())
            }
            Self::NotASocket(_) => {
                Some("move it away, or listen elsewhere with `--host unix:///PATH`".to_owned())
            }
            Self::NoGroup(group) => Some(format!(
                "make it with `groupadd {group}`, or choose another with `--group`"
            )),
            Self::Tcp { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                Some("another program has the port".to_owned())
            }
            _ => None,
        }
    }
}
