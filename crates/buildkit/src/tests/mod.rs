//! Sessions and builds over connections in memory: a client that is honest, and one that is not.

mod builds;
mod client;
mod hostile;
mod requests;
mod sessions;
