//! Registry client (OCI distribution spec 1.1): pulls into a store, pushes from it, lists, deletes, logs in.
//!
//! Everything that comes from a registry is hostile: documents are bounded, every byte is checked against
//! its digest, and text is cleaned before it is shown. Credentials reach only the registry they belong to
//! and the token service that it names. The client never reads the environment and never prints; making
//! one costs nothing until its first request, which is when TLS and connections are set up.

mod about;
mod answer;
mod auth;
mod blob;
mod body;
mod challenge;
mod choose;
mod config;
mod consequence;
mod credentials;
pub mod docker_config;
mod documents;
mod download;
mod endpoint;
mod error;
mod fetch;
mod listing;
mod login;
mod manifest;
mod progress;
mod pull;
mod push;
mod referrers;
mod retry;
mod search;
mod session;
mod tls;
mod token;
mod transport;
mod upload;
mod wire;

use std::sync::Arc;

pub use about::About;
pub use config::{ClientConfig, Proxies, RegistryConfig, RetryPolicy, Timeouts, UploadPolicy};
pub use credentials::{Credential, Credentials};
pub use error::ClientError;
pub use fetch::Fetched;
pub use manifest::MAX_MANIFEST;
pub use progress::{Progress, Silent};
pub use pull::{PullOptions, Pulled};
pub use push::{PushOptions, Pushed};
pub use search::Found;
pub use wire::Broken;

use auth::Auth;
use transport::Transport;

/// A registry client. Cheap to clone; clones share connections, tokens and what was learned of registries.
/// Its methods need a Tokio runtime with I/O and time.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    config: Arc<ClientConfig>,
    transport: Transport,
    auth: Auth,
}

impl Client {
    /// A client that has done nothing yet.
    pub fn new(config: ClientConfig) -> Self {
        let config = Arc::new(config);
        Self {
            inner: Arc::new(Inner {
                transport: Transport::new(Arc::clone(&config)),
                auth: Auth::default(),
                config,
            }),
        }
    }
}
