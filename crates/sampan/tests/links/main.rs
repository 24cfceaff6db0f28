//! Links: worlds as text, components made of several, images of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod fused;
mod hostile;
mod images;
#[path = "../accept_clients/install.rs"]
#[allow(dead_code, reason = "made for clients")]
mod install;
#[path = "../accept_clients/registry.rs"]
#[allow(dead_code, reason = "made for clients")]
mod registry;
#[path = "../support/mod.rs"]
mod support;
mod tool_chains;
mod worlds;

use std::path::PathBuf;

use sampan_testkit::{Ended, Sampan, guest};

/// The parts of `guests/link/log.wit`, as files of their names.
fn parts(sampan: &Sampan) {
    for name in ["app", "provider", "wrapper", "shouter"] {
        sampan.file(&format!("{name}.wasm"), guest::linkable(name));
    }
}

/// `sampan link WORDS…`.
fn link(sampan: &Sampan, words: &[&str]) -> Ended {
    sampan.command(["link"]).args(words).end()
}

/// Where a component is that was linked.
fn out(sampan: &Sampan) -> PathBuf {
    sampan.work().join("out.wasm")
}
