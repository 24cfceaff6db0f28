//! Clients that nobody here wrote, each against a daemon of its own with Wasm images.
//!
//! They come from their registries at test time and are kept under `target/accept/`. `cargo xtask accept` runs these
//! tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what fails here fails the test"
)]

mod bollard;
mod buildkit_old;
mod buildx;
mod compose;
mod docker_cli;
mod docker_py;
mod dockerd;
mod host;
mod install;
mod linux;
mod node;
mod objects;
mod package;
mod python;
mod registries;
mod registry;
mod schemathesis;
mod terminals;
