//! Turns machine code into something that runs. The one place that trusts bytes to be what our compiler wrote.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::Read;
use std::os::fd::AsRawFd;

use wasmtime::component::Component;
use wasmtime::{Engine, Module};

/// Machine code, where it lies.
pub(crate) enum Machine {
    File(File),
    Bytes(Vec<u8>),
}

/// Machine code that can run.
pub(crate) enum Mapped {
    Module(Module),
    Component(Component),
}

pub(crate) fn map(engine: &Engine, machine: Machine, component: bool) -> wasmtime::Result<Mapped> {
    match (machine, component) {
        (Machine::File(file), false) => {
            // SAFETY: the contract of `CachedCode` and `Compiler`: these bytes were written by our compiler
            // for this key, were verified by the cache and cannot change. Wasmtime itself refuses what
            // another version or other settings wrote.
            unsafe { Module::deserialize_open_file(engine, file) }.map(Mapped::Module)
        }
        (Machine::File(file), true) => component_file(engine, file).map(Mapped::Component),
        // SAFETY: as above.
        (Machine::Bytes(bytes), false) => unsafe { Module::deserialize(engine, bytes) }.map(Mapped::Module),
        (Machine::Bytes(bytes), true) => {
            // SAFETY: as above.
            unsafe { Component::deserialize(engine, bytes) }.map(Mapped::Component)
        }
    }
}

/// Wasmtime maps a component from a path alone, so it gets the path of the open file; where there is no
/// `/proc`, the code is copied.
fn component_file(engine: &Engine, mut file: File) -> wasmtime::Result<Component> {
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    if std::path::Path::new(&path).exists() {
        // SAFETY: as in `map`; the path leads to the very file that the cache gave.
        return unsafe { Component::deserialize_file(engine, path) };
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // SAFETY: as in `map`.
    unsafe { Component::deserialize(engine, bytes) }
}
