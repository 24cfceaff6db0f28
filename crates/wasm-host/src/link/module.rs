//! Core modules: WASI preview 1 and 0.

use std::sync::OnceLock;

use wasmtime::{Engine, InstancePre, Linker, Module};

use super::unmet;
use crate::HostError;
use crate::preview1::{self, P0, P1};
use crate::state::GuestState;

/// Linkers that are made once for an engine, when a program first needs them.
#[derive(Default)]
pub(crate) struct CoreLinkers {
    p1: OnceLock<Linker<GuestState>>,
    p0: OnceLock<Linker<GuestState>>,
}

impl CoreLinkers {
    fn get(&self, engine: &Engine, previous: bool) -> wasmtime::Result<&Linker<GuestState>> {
        let slot = if previous { &self.p0 } else { &self.p1 };
        if let Some(linker) = slot.get() {
            return Ok(linker);
        }
        let mut linker = Linker::new(engine);
        preview1::add_p1(&mut linker)?;
        if previous {
            preview1::add_p0(&mut linker)?;
        }
        Ok(slot.get_or_init(|| linker))
    }
}

/// Resolves a module's imports.
pub(crate) fn module(
    linkers: &CoreLinkers,
    module: &Module,
    name: &str,
) -> Result<InstancePre<GuestState>, HostError> {
    let engine = module.engine();
    let link_error = |source| HostError::Link {
        name: name.to_owned(),
        source,
    };
    let (mut p0, mut p1) = (false, false);
    let mut foreign = None;
    for import in module.imports() {
        match import.module() {
            P1 => p1 = true,
            P0 => p0 = true,
            other => {
                let shared = import.ty().memory().is_some_and(wasmtime::MemoryType::is_shared);
                foreign.get_or_insert_with(|| unmet::of_module(other, import.name(), shared));
            }
        }
    }
    if let Some(error) = foreign {
        return Err(error);
    }
    if !p0 && !p1 {
        return Linker::new(engine).instantiate_pre(module).map_err(link_error);
    }
    let linker = linkers.get(engine, p0).map_err(HostError::Engine)?;
    linker.instantiate_pre(module).map_err(|source| {
        match source.downcast_ref::<wasmtime::UnknownImportError>() {
            Some(import) => unmet::of_module(import.module(), import.name(), false),
            None => link_error(source),
        }
    })
}
