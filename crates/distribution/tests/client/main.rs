//! The registry client against a registry on loopback that misbehaves on demand.

#![allow(clippy::unwrap_used)]

mod auth;
mod fake;
mod fixture;
mod hostile;
mod listing;
mod login;
mod mirrors;
mod own_server;
mod process;
mod pull;
mod push;
mod redirect;
mod relay;
mod resume;
mod retry;
mod tls;
