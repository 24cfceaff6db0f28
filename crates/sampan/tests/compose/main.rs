//! `sampan compose` with Wasm services at a daemon.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod attached;
mod bad;
mod builds;
mod changes;
mod contents;
mod host;
mod life;
mod links;
mod order;
mod shows;
mod watch;
