//! The example `examples/shop`: two Wasm services and three Linux ones in one compose file, driven through its front while
//! each of them is killed.
//!
//! It needs root, and Debian's packages, which are kept under `target/accept/`. `cargo xtask accept` runs these tests.

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
#[path = "../accept_clients/install.rs"]
#[allow(dead_code, reason = "made for clients of other languages, too")]
mod install;
#[path = "../daemon_kill/small_disk.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod small_disk;

mod customers;
mod orders;
mod remains;
mod shop;
