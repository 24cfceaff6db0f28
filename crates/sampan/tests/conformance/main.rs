//! The contract of runtimes (`crates/runtime/tests/conformance`) on both kinds of containers, with the built binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[path = "../../../runtime/tests/conformance/mod.rs"]
mod conformance;
mod place;

pub(crate) use conformance::{checks, conformance};

mod wasm {
    crate::conformance!(crate::place::Wasm);
}

mod linux {
    crate::conformance!(crate::place::Linux);
}
