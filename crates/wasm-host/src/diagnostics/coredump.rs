//! Core dumps: the guest's memories, globals and stack at the moment of a trap, in the form of
//! WebAssembly/tool-conventions `Coredump.md`.

use std::path::Path;

use wasmtime::{AsContextMut, WasmCoreDump};

use super::{Diagnostics, DiagnosticsError, file};

impl Diagnostics {
    /// Writes the core dump that Wasmtime attached to a trap's error, if one was asked for and is there.
    /// Returns where it was written. `name` is the program's, for the tool that reads the dump.
    pub fn after_trap(
        &self,
        store: impl AsContextMut,
        error: &wasmtime::Error,
        name: &str,
    ) -> Result<Option<&Path>, DiagnosticsError> {
        let (Some(path), Some(dump)) = (&self.coredump, error.downcast_ref::<WasmCoreDump>()) else {
            return Ok(None);
        };
        let bytes = dump.serialize(store, name);
        file::write_whole(path, "a core dump", |out| out.write_all(&bytes))?;
        Ok(Some(path))
    }
}
