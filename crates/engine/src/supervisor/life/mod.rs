//! The life of a container: started, ended, started again, removed.

mod ended;
mod remove;
mod spec;
mod start;
mod stop;
mod update;
mod wait;

pub(crate) use spec::{exposed, terminal_size, words_for};
pub(crate) use start::{By, cannot_start, chain};
pub(crate) use stop::restarting;
pub use wait::Waiting;
