//! BuildKit's protocol: sessions with clients, contexts from them, and builds asked for by gRPC.
//!
//! A client opens two sorts of connections: on one it is the server and gives files, passwords and secrets
//! ([`BuildKit::session`]), on the other it asks for builds ([`BuildKit::serve`]). What builds is behind [`Builder`]; this
//! crate knows neither images nor containers. `docs/design/buildkit.md` has the words.

mod builder;
mod builds;
mod control;
mod error;
mod exports;
mod files;
mod frontend;
mod gateway;
mod kit;
mod plan;
mod progress;
mod proto;
mod request;
mod secrets;
mod session;
mod solve;
mod sources;
mod told;
mod transport;
mod uploads;

pub use builder::{Builder, Built, Failure, Kept, Line, Lines, Order, Password, Pruned, Pruning, Ulimit};
pub use error::BuildkitError;
pub use files::ContextReader;
#[cfg(any(test, feature = "fuzzing"))]
pub use files::fuzzing;
pub use kit::{BuildKit, Worker};
pub use request::{BuildRequest, Traced};
pub use secrets::{SecretError, Secrets};
pub use uploads::Upload;

#[cfg(test)]
mod tests;
