//! A program that was compiled and linked, ready to be started many times.

use std::sync::Arc;

use sampan_types::{ByteCount, Digest};

/// A loaded program. Cloning is cheap.
#[derive(Clone)]
pub struct Program {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) name: String,
    pub(crate) digest: Digest,
    pub(crate) stack: ByteCount,
    pub(crate) from_cache: bool,
    pub(crate) compile_time: std::time::Duration,
    pub(crate) code: Code,
}

pub(crate) enum Code {
    Core(wasmtime::Module),
    Component(wasmtime::component::Component),
}

/// What sort of binary a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Program {
    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.inner.name
    }
    /// Digest of the binary.
    pub fn digest(&self) -> &Digest {
        &self.inner.digest
    }
    /// What sort of binary it is.
    pub fn form(&self) -> Form {
        match self.inner.code {
            Code::Core(_) => Form::Module,
            Code::Component(_) => Form::Component,
        }
    }
    /// Whether its code came from the cache.
    pub fn from_cache(&self) -> bool {
        self.inner.from_cache
    }
    /// How long compiling took; zero when the code came from the cache.
    pub fn compile_time(&self) -> std::time::Duration {
        self.inner.compile_time
    }
    /// The stack that its guests have: that of the limits it was loaded with.
    pub fn stack(&self) -> ByteCount {
        self.inner.stack
    }
}
