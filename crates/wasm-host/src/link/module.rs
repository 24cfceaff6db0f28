//! Core modules: WASI preview 1 and 0.

use std::sync::OnceLock;

use wasmtime::{Engine, InstancePre, Linker, Module};

use super::unmet;
use crate::HostError;
use crate::preview1::{self, P0, P1};
use crate::processes;
use crate::state::GuestState;

/// Linkers that are made once for an engine, when a program first needs them.
#[derive(Default)]
pub(crate) struct CoreLinkers {
    p1: OnceLock<Linker<GuestState>>,
    p0: OnceLock<Linker<GuestState>>,
    /// Preview 1 and what the toolbox imports.
    tools: OnceLock<Linker<GuestState>>,
}

impl CoreLinkers {
    fn get(&self, engine: &Engine, set: Set) -> wasmtime::Result<&Linker<GuestState>> {
        let slot = match set {
            Set::P1 => &self.p1,
            Set::P0 => &self.p0,
            Set::Tools => &self.tools,
        };
        if let Some(linker) = slot.get() {
            return Ok(linker);
        }
        let mut linker = Linker::new(engine);
        preview1::add_p1(&mut linker)?;
        match set {
            Set::P1 => {}
            Set::P0 => preview1::add_p0(&mut linker)?,
            Set::Tools => processes::add(&mut linker)?,
        }
        Ok(slot.get_or_init(|| linker))
    }
}

/// Imports that are met together.
#[derive(Clone, Copy)]
enum Set {
    P1,
    P0,
    Tools,
}

/// Resolves a module's imports. `tools` is for the one that may start others.
pub(crate) fn module(
    linkers: &CoreLinkers,
    module: &Module,
    name: &str,
    tools: bool,
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
            processes::MODULE if tools => {}
            other => {
                let shared = import.ty().memory().is_some_and(wasmtime::MemoryType::is_shared);
                foreign.get_or_insert_with(|| unmet::of_module(other, import.name(), shared));
            }
        }
    }
    if let Some(error) = foreign {
        return Err(error);
    }
    if !p0 && !p1 && !tools {
        return Linker::new(engine).instantiate_pre(module).map_err(link_error);
    }
    let set = match (tools, p0) {
        (true, _) => Set::Tools,
        (false, true) => Set::P0,
        (false, false) => Set::P1,
    };
    let linker = linkers.get(engine, set).map_err(HostError::Engine)?;
    linker.instantiate_pre(module).map_err(|source| {
        match source.downcast_ref::<wasmtime::UnknownImportError>() {
            Some(import) => unmet::of_module(import.module(), import.name(), false),
            None => link_error(source),
        }
    })
}
