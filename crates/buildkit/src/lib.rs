//! BuildKit's protocol: sessions with clients, contexts from them, and builds asked for by gRPC.
//!
//! A client opens two sorts of connections: on one it is the server and gives files, passwords and secrets
//! ([`BuildKit::session`]), on the other it asks for builds ([`BuildKit::serve`]). What builds is behind [`Builder`]; this
//! crate knows neither images nor containers. `docs/design/buildkit.md` has the words.

mod builder;
mod builds;
mod control;
mod error;
mod files;
mod frontend;
mod gateway;
mod kit;
mod plan;
mod progress;
mod proto;
mod secrets;
mod session;
mod solve;
mod told;
mod transport;

pub use builder::{Builder, Built, Failure, Line, Lines, Order, Password, Pruned, Ulimit};
pub use error::BuildkitError;
pub use files::ContextReader;
pub use kit::{BuildKit, Worker};
pub use secrets::{SecretError, Secrets};

#[cfg(test)]
mod tests;
