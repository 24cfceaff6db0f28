//! The daemon as its clients see it: over its sockets, with containers of a runtime that is made up here.

// To this lint, what tests share is not a test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod addresses;
mod buildkit;
mod client;
mod containers;
mod daemon;
mod fake;
mod hostile;
mod images;
mod negotiation;
mod tls;
mod traces;
