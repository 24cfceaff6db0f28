//! Doors: where the daemon listens, and who it takes those who come for.

mod client;
mod host;
mod tcp;
mod unix;

pub(crate) use client::Client;
pub(crate) use host::host_is_known;
pub(crate) use tcp::{TlsDoor, acceptor, bind as bind_tcp};
pub(crate) use unix::{SocketFile, bind as bind_unix};
