//! Runs WebAssembly modules and components under grants and limits; the only crate that knows Wasmtime.
//!
//! A [`Host`] holds the engines. [`Host::load`] turns a module into a [`Program`] (from the code cache, or by
//! a [`Compiler`]); [`Host::guest`] makes a [`Guest`] of it, which runs once, within its [`GuestSpec`], to its
//! [`sampan_types::Ending`]. Nothing here reads the environment, prints, or gives a guest what its spec
//! does not say.

pub mod diagnostics;
pub mod http;
pub mod inspect;
pub mod ledger;
pub mod net;

mod text;

mod call;
mod code;
mod config;
mod control;
mod engine;
mod entry;
mod error;
mod files;
mod filesystem;
mod guest;
mod host;
mod instances;
mod limiter;
mod link;
mod map;
mod outcome;
mod preview1;
mod processes;
mod program;
mod report;
pub mod serve;
mod share;
mod sockets;
mod spec;
mod state;
mod stdio;
mod ticker;
mod validate;

pub use call::CallError;
pub use code::{
    CachedCode, CodeCache, CodeFacts, CodeKey, Compiler, InProcessCompiler, ModuleSource, wat_to_wasm,
};
pub use config::{Allocation, HostConfig, Interruption, Profiling, Sharing};
pub use diagnostics::Diagnostics;
pub use error::HostError;
pub use guest::{Finished, Guest, GuestHandle, Words};
pub use host::Host;
pub use processes::{NotStarted, Processes, Start, StartProgram, Started, Within};
pub use program::{Form, Program};
pub use report::Reported;
pub use spec::{GuestSpec, Input, Output, RootDir, Stdio, TmpfsDir};
pub use stdio::{Pipe, tell};
