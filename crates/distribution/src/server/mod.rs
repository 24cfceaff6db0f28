//! `sampan registry`: a server of the OCI distribution spec 1.1 over the store.
//!
//! It keeps a namespace of its own: a push never changes what a local image name runs, and a delete takes
//! names away, never bytes (the collector does that, when nothing refers to them any more). Uploads stream to
//! the disk; memory per request is bounded. It never trusts a name, digest, length or range from outside,
//! never logs a credential, and never listens beyond loopback without both TLS and authentication.
//!
//! `docs/design/registry.md` has the map, the failure modes and what is left out.

mod api_error;
mod auth;
mod blobs;
mod body;
mod config;
mod conn;
mod dispatch;
mod error;
mod guard;
mod listing;
mod manifest_doc;
mod manifests;
mod query;
mod range;
mod referrers;
mod reply;
mod route;
mod serve;
mod stall;
mod state;
mod tls;
mod uploads;

pub use config::{AuthConfig, AuthScheme, Bounds, ServerConfig, TlsFiles};
pub use error::ServerError;
pub use route::{ROUTES, Route};
pub use serve::{Server, serve};
