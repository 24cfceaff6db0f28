//! `POST /build` and `sampan build`: from a context to an image that runs.
//!
//! Most need root and a static busybox, as Linux containers do; without, each test says so and does nothing.

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
#[path = "../linux/machine.rs"]
#[allow(dead_code, reason = "made for Linux containers")]
mod machine;
#[path = "../daemon_kill/small_disk.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod small_disk;

mod addresses;
mod builds;
mod cache;
mod command;
mod contexts;
mod copies;
mod ends;
mod hostile;
mod mounts;
mod old_route;
mod prune;
mod rules;
mod secrets;
mod squash;
mod steps;
mod wasm;
