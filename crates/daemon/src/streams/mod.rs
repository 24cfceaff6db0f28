//! Connections that stop being HTTP: attached streams.

mod drained;
mod hijack;
mod keys;
mod pump;
#[cfg(test)]
mod tests;
mod websocket;

pub(crate) use hijack::{Framing, hijack};
pub(crate) use keys::DetachKeys;
pub(crate) use websocket::websocket;
