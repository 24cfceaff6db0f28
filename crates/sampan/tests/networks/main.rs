//! Networks that carry: names, published ports, and what a guest may not reach.
//!
//! The network process needs root. Without, these tests fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[path = "../daemon_kill/client.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod client;
#[path = "../daemon_kill/host.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod host;
#[path = "../daemon_kill/small_disk.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod small_disk;

mod bounds;
mod deaths;
mod execs;
mod links;
mod names;
mod ports;
mod requests;
mod rootless;
mod six;
mod talk;
