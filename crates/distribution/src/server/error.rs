//! Why a server does not start or stops. What a client is told is in `api_error`.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use sampan_types::{Classified, ErrorClass};

/// A server that does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Others could reach it and nothing would stop them or hide what they send.
    #[error("`{listen}` can be reached from other machines, but the registry has {missing}")]
    Exposed {
        /// The address that was asked for.
        listen: SocketAddr,
        /// What it lacks.
        missing: &'static str,
    },
    /// The address is taken, or not ours.
    #[error("cannot listen on `{listen}`")]
    Bind {
        /// The address that was asked for.
        listen: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file that was named cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A PEM file has no certificate or no key in it.
    #[error("`{}` has no {what} in PEM form", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// Certificate and key do not go together, or are of a sort that TLS does not take.
    #[error("the certificate and key cannot be used for TLS")]
    Tls {
        /// What the TLS library said.
        source: rustls::Error,
    },
    /// A line of the password file is not `USER:HASH` with a bcrypt hash. The line itself is not shown.
    #[error("line {line} of `{}` is not USER:HASH with a bcrypt hash", path.display())]
    Htpasswd {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// A user stands in the password file twice.
    #[error("line {line} of `{}` names a user for the second time", path.display())]
    HtpasswdTwice {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// Nobody could ever log in.
    #[error("`{}` has no users", path.display())]
    HtpasswdEmpty {
        /// The file.
        path: PathBuf,
    },
    /// The public address is not one.
    #[error("`{0}` is not an address that clients can be sent to")]
    PublicUrl(String),
    /// The system gives no random numbers, so no token would be safe.
    #[error("the system gives no random numbers")]
    Random,
    /// The listening socket itself failed.
    #[error("cannot accept connections any more")]
    Accept {
        /// Why not.
        source: io::Error,
    },
}

impl Classified for ServerError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Exposed { .. } => ErrorClass::Denied,
            Self::Bind { source, .. } => match source.kind() {
                io::ErrorKind::AddrInUse => ErrorClass::Conflict,
                io::ErrorKind::PermissionDenied => ErrorClass::Denied,
                _ => ErrorClass::InvalidInput,
            },
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => ErrorClass::NotFound,
            Self::Read { .. } => ErrorClass::Denied,
            Self::Pem { .. }
            | Self::Tls { .. }
            | Self::Htpasswd { .. }
            | Self::HtpasswdTwice { .. }
            | Self::HtpasswdEmpty { .. }
            | Self::PublicUrl(_) => ErrorClass::InvalidInput,
            Self::Random | Self::Accept { .. } => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exposed { .. } => "add `--tls-cert FILE --tls-key FILE` and `--htpasswd FILE`, or listen \
                                     on 127.0.0.1"
                .to_owned(),
            Self::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                "choose another port, or stop what uses this one".to_owned()
            }
            Self::Bind { .. } => "choose an address of this machine and a port above 1023".to_owned(),
            Self::Pem { what, .. } => format!("give a file with a `-----BEGIN …-----` {what}"),
            Self::Tls { .. } => "check that the key belongs to the first certificate of the file".to_owned(),
            Self::Htpasswd { .. } => {
                "write the file with `htpasswd -B`: only bcrypt hashes are accepted, of \
                                      cost 4 to 16"
                    .to_owned()
            }
            Self::HtpasswdTwice { .. } => "remove one of the two lines".to_owned(),
            Self::HtpasswdEmpty { path } => {
                format!("add a user: `htpasswd -B -c {} USER`", path.display())
            }
            Self::PublicUrl(_) => "write SCHEME://HOST or SCHEME://HOST:PORT".to_owned(),
            Self::Read { .. } | Self::Random | Self::Accept { .. } => return None,
        })
    }
}
