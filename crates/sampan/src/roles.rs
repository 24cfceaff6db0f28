//! The roles that a process of this binary can have, told apart by the name that it was started under.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use sampan_cli::{BackendError, Backends};
use sampan_runtime::Runtime;
use sampan_runtime_wasm::compiler;
use sampan_runtime_wasm::{WasmRuntime, WasmRuntimeConfig};

/// What this process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Answers a person.
    CommandLine,
    /// Compiles one module, confined.
    Compiler,
}

/// The role of a process started under `name`.
pub(crate) fn of(name: &OsStr) -> Role {
    if name == compiler::ROLE {
        Role::Compiler
    } else {
        Role::CommandLine
    }
}

/// Compiles one module.
pub(crate) fn compiler(order: Option<OsString>) -> u8 {
    compiler::run_child(order.unwrap_or_default().to_str().unwrap_or_default())
}

/// Answers a person.
pub(crate) fn command_line() -> u8 {
    sampan_cli::main(&Backends { runtimes })
}

/// The runtimes of this build, over a store.
fn runtimes(store: &sampan_store::Store) -> Result<Vec<Arc<dyn Runtime>>, BackendError> {
    let exe = std::env::current_exe().map_err(BackendError::OwnBinary)?;
    let config = WasmRuntimeConfig::foreground(exe);
    Ok(vec![Arc::new(WasmRuntime::new(config, store.code_cache()))])
}
