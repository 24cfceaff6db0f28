//! Runs WebAssembly modules and components under grants and limits; the only crate that knows Wasmtime.
//!
//! A [`Host`] holds the engines. [`Host::load`] turns a module into a [`Program`] (from the code cache, or by
//! a [`Compiler`]); [`Host::guest`] makes a [`Guest`] of it, which runs once, within its [`GuestSpec`], to its
//! [`sampan_types::Ending`]. Nothing here reads the environment, prints, or gives a guest what its spec
//! does not say.

pub mod diagnostics;
pub mod http;
pub mod ledger;
pub mod net;

mod code;
mod config;
mod engine;
mod error;
mod guest;
mod host;
mod program;
mod report;
mod spec;
mod validate;

pub use code::{CachedCode, CodeCache, CodeKey, Compiler, InProcessCompiler, ModuleSource, wat_to_wasm};
pub use config::{Allocation, HostConfig, Profiling, Sharing};
pub use error::HostError;
pub use guest::{Guest, GuestHandle};
pub use host::Host;
pub use report::Reported;
pub use program::{Form, Program};
pub use spec::{Diagnostics, GuestSpec, Input, Output, RootDir, Stdio, TmpfsDir};
