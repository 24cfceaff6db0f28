//! Versions of a server: taken without a pause, refused where they cannot answer, beside each other, and whole whoever dies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[path = "../daemon_kill/client.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod client;
#[path = "../serving/frames.rs"]
#[allow(dead_code, reason = "made for floods")]
mod frames;
#[path = "../daemon_kill/host.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod host;
#[path = "../support/http.rs"]
mod http;
#[path = "../daemon_kill/small_disk.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod small_disk;
#[path = "../networks/talk.rs"]
#[allow(dead_code, reason = "made for networks")]
mod talk;

mod checks;
mod command;
mod deaths;
mod log;
mod numbers;
mod service;
mod splits;
mod streams;
mod swaps;
