//! Standard streams of a guest, straight on descriptors.
//!
//! Other processes may share a descriptor, so its flags are never changed. What can block is tried without
//! blocking first and awaited only then; so a stream costs one system call for each read or write, as it does
//! a native program, and a guest that waits can be ended and holds up nobody.

mod awaited;
mod channel;
mod input;
mod output;

pub(crate) use input::Source;
pub(crate) use output::Sink;
