//! How a container that is an HTTP server is served: what its clients may do, by which certificates, and which part of
//! an address is its own.

mod limits;
mod route;
mod version;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use limits::{HttpLimitError, HttpLimitName, HttpLimits};
pub use route::{HostPattern, Route, RouteError};
pub use version::{Answering, BOUNDS, HttpCheck, Served, Split, SplitError};

/// How requests reach one server component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// What its clients may do.
    pub limits: HttpLimits,
    /// Certificates, of which a client gets the first that has the name it asked for, or else the first. None: no TLS.
    pub tls: Vec<TlsFiles>,
    /// How many requests one instance answers, one after the other, before it is dropped.
    pub reuse: NonZeroUsize,
    /// What it answers of the address; empty for everything.
    pub routes: Vec<Route>,
    /// By which number the program is known that answers from the start, where others can take its place.
    pub version: u64,
    /// To which of the program's own outputs lines about requests go, beside what it writes there itself.
    pub access_log: Option<LogOutput>,
}

/// An output of a program that others write to as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogOutput {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            limits: HttpLimits::default(),
            tls: Vec::new(),
            reuse: NonZeroUsize::MIN,
            routes: Vec::new(),
            version: 0,
            access_log: None,
        }
    }
}

/// Files of one certificate and its key, in PEM. They are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that vouch for it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}
