//! Linux containers through the API: what runs in them, what they may, and what outlives whom.
//!
//! They need root, and a static busybox for an image; without, each test says so and does nothing.

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

mod attacks;
mod copies;
mod datagrams;
mod escapes;
mod execs;
mod files;
mod full_disk;
mod images;
mod inits;
mod keys;
#[cfg(feature = "failpoints")]
mod kills;
mod layers;
mod limits;
mod logs;
mod machine;
mod nameless;
mod names;
mod networks;
mod ports;
mod removals;
mod repairs;
mod rights;
mod routers;
mod runs;
mod settings;
mod shown;
mod spreads;
mod streams;
mod survive;
