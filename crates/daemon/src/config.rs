//! What a daemon is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the HTTP side of a daemon.
#[derive(Clone, Debug)]
pub struct DaemonConfig {
    /// Where it listens.
    pub listen: Vec<Listen>,
    /// Host names under which it may be called over TCP, beside addresses and `localhost`.
    pub host_names: Vec<String>,
    /// Whether only requests that change nothing are answered.
    pub read_only: bool,
    /// The version of Sampan, as `/version` tells it.
    pub version: String,
    /// The commit that it was built from, if that is known.
    pub commit: String,
    /// Whether to say more in answers and logs.
    pub debug: bool,
    /// What clients may use up.
    pub bounds: Bounds,
}

impl Default for DaemonConfig {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            host_names: Vec::new(),
            read_only: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: String::new(),
            debug: false,
            bounds: Bounds::default(),
        }
    }
}

/// A place to listen.
#[derive(Clone, Debug)]
pub enum Listen {
    /// A Unix socket, made with mode 0660. Whoever may open it may do whatever the daemon may: it is as good as being
    /// its user.
    Unix {
        /// Where.
        path: PathBuf,
        /// The group that may open it, by name or number; the daemon's own where it is `None`.
        group: Option<String>,
    },
    /// A Unix socket for Wasm containers without folders and networks of the host: it may be handed out. Mode 0666.
    WasmOnly {
        /// Where.
        path: PathBuf,
    },
    /// TCP, only for clients with a certificate of the right authority.
    Tcp {
        /// Where.
        address: SocketAddr,
        /// The daemon's certificate and the clients' authority.
        tls: TlsFiles,
    },
    /// TCP for `/metrics`, `/live` and `/ready` alone, which tell no secrets and change nothing.
    Metrics {
        /// Where.
        address: SocketAddr,
    },
}

/// PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The authority that clients' certificates must come from.
    pub ca: PathBuf,
    /// The daemon's own chain.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// What clients may use up. Every bound is on.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Open connections. When one more comes, the one that has been idle the longest is closed.
    pub connections: usize,
    /// How long a head may take, and how long a connection may be idle.
    pub head: Duration,
    /// The largest head of a request in bytes.
    pub head_size: usize,
    /// The largest JSON body in bytes. Archives have no bound here; the store has its own.
    pub body_size: usize,
    /// How long a body may make no progress.
    pub body_pause: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long requests may go on when the daemon ends.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 4096,
            // As dockerd: clients keep connections for their next request, and some fall over when one was closed.
            head: Duration::from_secs(300),
            head_size: 64 << 10,
            body_size: 4 << 20,
            body_pause: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(15),
        }
    }
}
