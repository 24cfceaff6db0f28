//! The runtime contract over `wasm-host`: Wasm containers, and the confined process that compiles for them.
//!
//! Guests run in this process, as daemonless `sampan run` wants it; they are compiled in another. Hostile
//! modules meet the compiler there and nowhere else.

mod cache;
pub mod compiler;
mod confine;
mod container;
mod convert;
mod error;
pub mod fleet;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod network;
mod runtime;
pub mod worker;
pub mod zygote;

use sampan_process::{link, memory, packet};

pub use runtime::{WasmRuntime, WasmRuntimeConfig};
