//! Registry client and registry server.

pub mod client;
pub mod server;
