//! The runtime contract over `wasm-host`: Wasm containers, and the confined process that compiles for them.
//!
//! Guests run in this process, as daemonless `sampan run` wants it; they are compiled in another. Hostile
//! modules meet the compiler there and nowhere else.

mod awaited;
mod cache;
pub mod compiler;
mod confine;
mod container;
mod convert;
mod error;
pub mod fleet;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod link;
mod memory;
pub mod network;
mod packet;
mod runtime;
pub mod worker;
pub mod zygote;

pub use runtime::{WasmRuntime, WasmRuntimeConfig};
