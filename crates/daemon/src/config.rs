//! What a daemon is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::DaemonError;

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
    /// Whether Docker's experimental features are on: squashing of builds is the one that Sampan has.
    pub experimental: bool,
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
            experimental: false,
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

impl Listen {
    /// Reads an address as `--host` and `daemon.json` write it: `unix:///PATH` or `tcp://ADDRESS:PORT`.
    ///
    /// # Errors
    /// [`DaemonError::Host`] for any other, and [`DaemonError::Unencrypted`] for TCP without certificates.
    pub fn parse(host: &str, group: Option<&str>, tls: Option<&TlsFiles>) -> Result<Self, DaemonError> {
        let wrong = || DaemonError::Host(host.to_owned());
        match host.split_once("://") {
            Some(("unix", path)) if path.starts_with('/') && path.len() > 1 => Ok(Self::Unix {
                path: path.into(),
                group: group.map(str::to_owned),
            }),
            Some(("tcp", address)) => {
                let address = address.strip_suffix('/').unwrap_or(address);
                let address = match address.strip_prefix("localhost:") {
                    Some(port) => format!("127.0.0.1:{port}"),
                    None => address.to_owned(),
                };
                let address = address.parse().map_err(|_| wrong())?;
                let tls = tls.ok_or(DaemonError::Unencrypted(address))?.clone();
                Ok(Self::Tcp { address, tls })
            }
            _ => Err(wrong()),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_and_none_is_open_to_everybody() {
        let tls = TlsFiles {
            ca: "ca".into(),
            cert: "cert".into(),
            key: "key".into(),
        };
        assert!(matches!(
            Listen::parse("unix:///run/a.sock", Some("docker"), None),
            Ok(Listen::Unix { path, group: Some(_) }) if path.as_os_str() == "/run/a.sock"
        ));
        for host in [
            "tcp://127.0.0.1:2376",
            "tcp://localhost:2376/",
            "tcp://[::1]:2376",
        ] {
            assert!(
                matches!(Listen::parse(host, None, Some(&tls)), Ok(Listen::Tcp { .. })),
                "{host}"
            );
            assert!(
                matches!(Listen::parse(host, None, None), Err(DaemonError::Unencrypted(_))),
                "{host}"
            );
        }
        for host in [
            "",
            "/run/a.sock",
            "unix://",
            "unix://a",
            "tcp://",
            "tcp://x:1",
            "fd://",
            "npipe:////./pipe/x",
        ] {
            assert!(
                matches!(Listen::parse(host, None, Some(&tls)), Err(DaemonError::Host(_))),
                "{host}"
            );
        }
    }
}
