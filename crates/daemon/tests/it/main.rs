//! The daemon as its clients see it: over its sockets, with containers of a runtime that is made up here.

mod client;
// mod containers;
mod daemon;
mod fake;
mod hostile;
mod images;
mod negotiation;
mod tls;
