//! What this crate promises, shown on a real store in a temporary folder.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod archives;
mod compressions;
mod hostile;
mod inspect;
mod layers;
mod merge;
mod pack;
mod prepare;
mod random;
mod resolve;
