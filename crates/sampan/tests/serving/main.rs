//! Servers and their clients: those that are slow, hostile or secret, many services on one port, instances that last.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what fails here fails the test"
)]

#[path = "../support/http.rs"]
mod http;
#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod curl;
mod floods;
mod frames;
mod log;
mod reuse;
mod routes;
mod slow;
mod smuggling;
