//! What survives what: the daemon, its zygote and its workers are killed, the machine goes down, the disk is full.

mod audit;
mod client;
mod host;
mod load;
mod processes;
mod rounds;
