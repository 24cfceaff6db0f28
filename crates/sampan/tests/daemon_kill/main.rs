//! What survives what: the daemon, its zygote and its workers are killed, the machine goes down, the disk is full.

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
