//! Daemons that take part: ours, Docker's and Podman's, each with folders of its own and ended with the value that
//! stands for it.

mod apart;
mod client;
mod docker;
mod engine;
mod memory;
mod podman;

pub(crate) use apart::{Networks, root};
pub(crate) use client::Client;
pub(crate) use docker::Docker;
pub(crate) use engine::Engine;
pub(crate) use podman::Podman;
