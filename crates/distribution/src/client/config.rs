//! Everything that the client must be told, in one value. The library reads no environment and no home
//! folder: the caller does, and fills this in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sampan_types::{ByteCount, Secret};

use super::credentials::Credentials;

/// What [`super::Client::new`] is made from.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Where user names and passwords come from.
    pub credentials: Credentials,
    /// What is special about single registries, by the name that a reference gives them (`docker.io`,
    /// `localhost:5000`).
    pub registries: BTreeMap<String, RegistryConfig>,
    /// Folders laid out as Docker's `certs.d`: `HOST[:PORT]/*.crt` are certificate authorities for that
    /// host, `NAME.cert` beside `NAME.key` is the client's own certificate.
    pub certs_dirs: Vec<PathBuf>,
    /// Further certificate authorities (PEM files), trusted for every host.
    pub ca_files: Vec<PathBuf>,
    /// Where the system keeps its certificate authorities: the first of these files that exists is read.
    pub system_ca_files: Vec<PathBuf>,
    /// Proxies, as `HTTP_PROXY` and its kin name them.
    pub proxies: Proxies,
    /// How long to wait for others.
    pub timeouts: Timeouts,
    /// How often and how patiently to try again.
    pub retry: RetryPolicy,
    /// How many blobs come at the same time.
    pub parallel_blobs: usize,
    /// How many blobs of a push go at the same time.
    pub parallel_uploads: usize,
    /// How blobs are sent.
    pub upload: UploadPolicy,
    /// The `User-Agent` that registries see.
    pub user_agent: String,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            credentials: Credentials::Anonymous,
            registries: BTreeMap::new(),
            certs_dirs: Vec::new(),
            ca_files: Vec::new(),
            system_ca_files: SYSTEM_CA_FILES.iter().map(PathBuf::from).collect(),
            proxies: Proxies::default(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            parallel_blobs: 4,
            parallel_uploads: 4,
            upload: UploadPolicy::default(),
            user_agent: concat!("sampan/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Debian, Fedora, SUSE, RHEL, Alpine and macOS, in the order that Go's `crypto/x509` uses.
const SYSTEM_CA_FILES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What is special about one registry.
#[derive(Clone, Debug, Default)]
pub struct RegistryConfig {
    /// Asked before the registry itself when pulling, in this order: `[http[s]://]HOST[:PORT][/PREFIX]`.
    pub mirrors: Vec<String>,
    /// Plain HTTP and certificates that nobody vouches for are accepted.
    pub insecure: bool,
    /// Certificate authorities for this registry alone (PEM files).
    pub ca_files: Vec<PathBuf>,
}

/// Proxies. Loopback addresses are never asked through one.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For `http://` (the value of `HTTP_PROXY`); it may hold a password.
    pub http: Option<Secret<String>>,
    /// For `https://` (the value of `HTTPS_PROXY`).
    pub https: Option<Secret<String>>,
    /// Hosts, domains and address ranges that are asked directly, separated by commas (`NO_PROXY`).
    pub no_proxy: Option<String>,
}

/// How long to wait for others. There is no limit on a whole transfer: a large layer on a thin line is
/// well as long as bytes arrive.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the next bytes of an answer.
    pub idle: Duration,
    /// For a credential helper.
    pub helper: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            idle: Duration::from_secs(60),
            helper: Duration::from_secs(30),
        }
    }
}

/// How often and how patiently to try again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// How many times one request is tried in all; a transfer that moved on counts anew.
    pub attempts: u32,
    /// The first wait; each further one is twice as long, and each is shortened by a random part of up to
    /// a half.
    pub base: Duration,
    /// The longest wait of our own choice.
    pub max: Duration,
    /// The longest wait that a registry may ask for with `Retry-After`.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 6,
            base: Duration::from_millis(400),
            max: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(120),
        }
    }
}

/// How blobs are sent.
#[derive(Clone, Copy, Debug)]
pub struct UploadPolicy {
    /// Blobs up to this size go in one `PUT`; larger ones by `PATCH`, because an interrupted `PATCH` can be
    /// taken up where it ended.
    pub monolithic_max: ByteCount,
    /// The size of one `PATCH`; `None` sends all that is left in one, as Docker does.
    pub chunk: Option<ByteCount>,
}

impl Default for UploadPolicy {
    fn default() -> Self {
        Self {
            monolithic_max: ByteCount::mib(4),
            chunk: None,
        }
    }
}
