//! What the caller decides about a server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use sampan_types::ByteCount;

/// Everything that a server needs to know at its start.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where to listen. Port 0 takes any free one; [`crate::server::Server::local_addr`] tells which.
    pub listen: SocketAddr,
    /// Who may do what; `None` lets everybody do everything, which is refused beyond loopback.
    pub auth: Option<AuthConfig>,
    /// Certificate and key; without them plain HTTP, which is refused beyond loopback.
    pub tls: Option<TlsFiles>,
    /// `SCHEME://HOST[:PORT]` under which clients reach the server, where that differs from the `Host`
    /// header they send (behind a proxy). Only the address of the token service is made from it.
    pub public_url: Option<String>,
    /// Limits in bytes, time and number.
    pub bounds: Bounds,
}

impl Default for ServerConfig {
    /// Port 5000 on loopback, open, plain.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 5000)),
            auth: None,
            tls: None,
            public_url: None,
            bounds: Bounds::default(),
        }
    }
}

/// Who may use the server.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// Users and their bcrypt hashes, as `htpasswd -B` writes them. Every user may pull, push and delete.
    pub htpasswd: PathBuf,
    /// How credentials travel.
    pub scheme: AuthScheme,
    /// Whether pulling needs no credentials.
    pub anonymous_pull: bool,
}

/// How credentials travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthScheme {
    /// User and password with every request (RFC 7617).
    Basic,
    /// User and password once, at `/token`; then a short-lived token for what was asked (the Docker token
    /// protocol).
    Token,
}

/// PEM files of the server's identity.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate chain, leaf first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// What bounds one server and one request.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The largest manifest. The spec asks for at least 4 MB.
    pub manifest: ByteCount,
    /// The largest blob.
    pub blob: ByteCount,
    /// Connections at the same time; more wait in the listener's queue.
    pub connections: usize,
    /// Requests that carry content at the same time; more are told to come back (429).
    pub uploads: usize,
    /// Time for a TLS handshake, and for the head of a request (also how long an idle connection stays).
    pub head: Duration,
    /// Longest silence within a request's body, and longest time a client may refuse to read a response.
    pub idle: Duration,
    /// An upload session that nobody touched for this long goes.
    pub upload_age: Duration,
    /// How long running requests may go on after the shutdown began.
    pub drain: Duration,
    /// How long a token is good.
    pub token: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            manifest: ByteCount::mib(4),
            blob: ByteCount::gib(256),
            connections: 1024,
            uploads: 256,
            head: Duration::from_secs(20),
            idle: Duration::from_secs(60),
            upload_age: Duration::from_secs(24 * 3600),
            drain: Duration::from_secs(10),
            token: Duration::from_secs(300),
        }
    }
}
