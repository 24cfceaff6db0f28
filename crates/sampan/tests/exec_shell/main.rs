//! `exec` of a shell in a container: it starts the container's modules, sees its processes and ends them, within the
//! container's grants and limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod bounds;
mod files;
mod host;
mod keys;
mod places;
mod shell;
mod streams;
mod users;
mod volumes;
