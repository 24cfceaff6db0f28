//! The life of a container: started, ended, started again, removed.

mod ended;
mod remove;
mod start;
mod stop;
mod update;
mod wait;

pub(crate) use start::{By, terminal_size};
pub(crate) use stop::restarting;
pub use wait::Waiting;
