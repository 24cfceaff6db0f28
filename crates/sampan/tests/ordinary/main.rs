//! What an ordinary user has of the engine: Wasm containers whole, and of Linux containers what the machine gives him. Root runs
//! these tests as another user.

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

#[path = "../linux/machine.rs"]
#[allow(dead_code, reason = "made for root's containers")]
mod machine;

mod bridges;
mod deaths;
mod life;
mod linux;
mod neighbours;
mod wasm;

/// A machine whose daemon is started by an ordinary user who has been given ids. `None`, with a note, where there can be none.
fn sailor() -> Option<machine::Machine> {
    machine::Machine::dressed(|host| host.as_a_user_with_ids(54_321, 1_000_000_000))
}
