//! What survives what: the daemon, its zygote and its workers are killed, the machine goes down, the disk is full.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod audit;
mod client;
mod disk;
#[cfg(feature = "failpoints")]
mod failpoints;
mod host;
mod load;
mod many;
mod processes;
mod rounds;
mod small_disk;
