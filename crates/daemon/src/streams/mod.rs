//! Connections that stop being HTTP: attached streams.

mod drained;
mod frames;
mod hijack;
mod keys;
mod pump;
#[cfg(test)]
mod tests;
mod websocket;
mod whole;

pub(crate) use frames::Frames;
pub(crate) use hijack::{Framing, hijack};
pub(crate) use keys::DetachKeys;
pub(crate) use websocket::websocket;
pub(crate) use whole::whole;
