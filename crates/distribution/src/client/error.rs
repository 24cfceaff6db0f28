//! What can go wrong with a registry, and what a person can do about it.

use std::path::PathBuf;
use std::time::Duration;

use sampan_store::StoreError;
use sampan_types::{ByteCount, Digest};

use super::docker_config::DockerConfigError;
use super::wire::Broken;

/// A failure of the registry client. Messages name the registry as the person wrote it; what a registry
/// said is shown cleaned and cut.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection, or it broke.
    #[error("the connection to registry {registry} failed")]
    Connection {
        /// The registry.
        registry: String,
        /// What the network said.
        source: Broken,
    },
    /// Nobody is there to connect to: the name is not known, or nothing listens.
    #[error("registry {registry} cannot be reached")]
    Unreachable {
        /// The registry.
        registry: String,
        /// What the network said.
        source: Broken,
    },
    /// No answer in time.
    #[error("registry {registry} did not answer in time")]
    Timeout {
        /// The registry.
        registry: String,
        /// What the network said.
        source: Broken,
    },
    /// The certificate is not trusted, expired, or for another name.
    #[error("the certificate of registry {registry} is not trusted")]
    Certificate {
        /// The registry.
        registry: String,
        /// What the check said.
        source: Broken,
    },
    /// 5xx.
    #[error("registry {registry} failed with status {status}{detail}")]
    Server {
        /// The registry.
        registry: String,
        /// The HTTP status.
        status: u16,
        /// What it said, with a separator in front; may be empty.
        detail: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// 429.
    #[error("registry {registry} allows no more requests for now{detail}")]
    RateLimited {
        /// The registry.
        registry: String,
        /// What it said, with a separator in front; may be empty.
        detail: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// Another 4xx, or an answer that fits no rule.
    #[error("registry {registry} refused to {action}: status {status}{detail}")]
    Refused {
        /// The registry.
        registry: String,
        /// What was asked: `store a blob`.
        action: &'static str,
        /// The HTTP status.
        status: u16,
        /// What it said, with a separator in front; may be empty.
        detail: String,
    },
    /// There is no such tag or digest.
    #[error("registry {registry} has no image \"{image}\"")]
    NoImage {
        /// The registry.
        registry: String,
        /// Repository with tag or digest, as written.
        image: String,
    },
    /// The registry has no such repository.
    #[error("registry {registry} has no repository \"{repository}\"")]
    NoRepository {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// A manifest names a blob that the registry does not have.
    #[error("registry {registry} does not have {digest}, which image \"{image}\" needs")]
    NoBlob {
        /// The registry.
        registry: String,
        /// Repository with tag or digest.
        image: String,
        /// What is missing.
        digest: Digest,
    },
    /// None of an image's platforms fits.
    #[error("image \"{image}\" has nothing for platform {wanted}; it has {available}")]
    NoPlatform {
        /// Repository with tag or digest.
        image: String,
        /// What was asked for.
        wanted: String,
        /// What there is, separated by commas.
        available: String,
    },
    /// Credentials are needed, or those that were sent are wrong or do not reach so far.
    #[error("registry {registry} refused access to \"{subject}\"{detail}")]
    Unauthenticated {
        /// The registry.
        registry: String,
        /// Repository, or what else was asked for.
        subject: String,
        /// What it said, with a separator in front; may be empty.
        detail: String,
        /// Whether credentials were sent.
        with_credentials: bool,
    },
    /// A log-in failed.
    #[error("registry {registry} does not accept this user name and password{detail}")]
    LoginRefused {
        /// The registry.
        registry: String,
        /// What it said, with a separator in front; may be empty.
        detail: String,
    },
    /// 403.
    #[error("registry {registry} does not allow this user to {action}{detail}")]
    Denied {
        /// The registry.
        registry: String,
        /// What was asked.
        action: &'static str,
        /// What it said, with a separator in front; may be empty.
        detail: String,
    },
    /// A 401 asks for a scheme that is not spoken here, or cannot be read.
    #[error("registry {registry} asks for a way to log in that is not known: \"{challenge}\"")]
    Challenge {
        /// The registry.
        registry: String,
        /// What it asked for, cleaned and cut.
        challenge: String,
    },
    /// Bytes do not have the digest that was promised.
    #[error("registry {registry} sent {what} with digest {actual} instead of {expected}")]
    DigestMismatch {
        /// The registry.
        registry: String,
        /// `a layer`, `the manifest`.
        what: &'static str,
        /// What was promised.
        expected: Digest,
        /// What came.
        actual: String,
    },
    /// More or fewer bytes than were promised.
    #[error("registry {registry} sent {actual} bytes for {digest} instead of {expected}")]
    SizeMismatch {
        /// The registry.
        registry: String,
        /// Of what.
        digest: Digest,
        /// What was promised.
        expected: u64,
        /// What came or was announced.
        actual: u64,
    },
    /// The answer ended early.
    #[error("registry {registry} broke off {digest} after {received} of {expected} bytes")]
    Truncated {
        /// The registry.
        registry: String,
        /// Of what.
        digest: Digest,
        /// What came.
        received: u64,
        /// What was promised.
        expected: u64,
    },
    /// Larger than is accepted.
    #[error("registry {registry} sent {what} of more than {limit}")]
    TooLarge {
        /// The registry.
        registry: String,
        /// `a manifest`, `a list of tags`.
        what: &'static str,
        /// What is accepted.
        limit: ByteCount,
    },
    /// JSON that does not parse, or lacks something.
    #[error("registry {registry} sent {what} that cannot be read")]
    Malformed {
        /// The registry.
        registry: String,
        /// `a manifest`, `a token`.
        what: &'static str,
        /// Where it breaks off.
        source: serde_json::Error,
    },
    /// A header that the standard demands is missing or wrong.
    #[error("registry {registry} answered with a bad `{header}` header")]
    BadHeader {
        /// The registry.
        registry: String,
        /// Its name.
        header: &'static str,
    },
    /// Docker's first image format.
    #[error("image \"{image}\" is in Docker's schema 1 format, which is no longer supported")]
    Schema1 {
        /// Repository with tag or digest.
        image: String,
    },
    /// A manifest of a type that is neither an image nor an index.
    #[error("\"{image}\" is of type \"{media_type}\", which is not an image")]
    NotAnImage {
        /// Repository with tag or digest.
        image: String,
        /// Cleaned and cut.
        media_type: String,
    },
    /// Indexes inside indexes without end.
    #[error("image \"{image}\" nests its indexes more than {limit} deep")]
    TooDeep {
        /// Repository with tag or digest.
        image: String,
        /// How deep is allowed.
        limit: usize,
    },
    /// A redirect, token service or link that must not be followed.
    #[error("registry {registry} points to \"{target}\", {why}")]
    Pointer {
        /// The registry.
        registry: String,
        /// Where to, without its query, cleaned and cut.
        target: String,
        /// Why not.
        why: &'static str,
    },
    /// A reference's registry cannot be made into an address.
    #[error("\"{text}\" is not the address of a registry or mirror")]
    Address {
        /// What was given.
        text: String,
    },
    /// A proxy's address does not parse. The text is not shown, it may hold a password.
    #[error("the address of the {scheme} proxy cannot be read")]
    ProxyAddress {
        /// `http` or `https`.
        scheme: &'static str,
    },
    /// A certificate file cannot be used.
    #[error("`{path}` cannot be used as a certificate or key")]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Broken,
    },
    /// TLS or HTTP could not be set up at all.
    #[error("the HTTP client could not be set up")]
    Setup {
        /// Why.
        source: Broken,
    },
    /// What is to be pushed is not in the store.
    #[error("{digest}, which is part of the image, is not in the store")]
    NotInStore {
        /// What is missing.
        digest: Digest,
    },
    /// What is to be pushed is no manifest.
    #[error("{digest} is not an image manifest or index")]
    NotAManifest {
        /// What it is.
        digest: Digest,
    },
    /// Reading a blob of our own failed.
    #[error("{digest} could not be read from the store")]
    ReadBlob {
        /// Which.
        digest: Digest,
        /// Why.
        source: std::io::Error,
    },
    /// Writing what arrived failed.
    #[error("{digest} could not be written to the store")]
    WriteBlob {
        /// Which.
        digest: Digest,
        /// Why.
        source: std::io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Docker's configuration or a credential helper failed.
    #[error(transparent)]
    DockerConfig(#[from] DockerConfigError),
    /// A task of our own ended without an answer.
    #[error("a task of the registry client ended early")]
    Task {
        /// Why.
        source: tokio::task::JoinError,
    },
}
