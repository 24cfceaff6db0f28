//! Machine code: how it is made, named and kept. The cache itself belongs to a higher floor.

use std::fmt;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use sampan_types::{Digest, Effort, Limits};
use serde::{Deserialize, Serialize};
use wasmtime::Engine;

use crate::config::HostConfig;
use crate::{HostError, engine, validate};

/// A module in its binary form.
#[derive(Clone, Debug)]
pub struct ModuleSource<'a> {
    /// The binary.
    pub bytes: &'a [u8],
    /// Its digest, which the caller has checked.
    pub digest: Digest,
    /// What to call it in messages: a file name or an image reference.
    pub name: String,
}

/// Names machine code: which module, by which compiler, with which settings. Its `Display` is safe as a file
/// name and differs wherever the code could.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeKey {
    module: Digest,
    engine: u64,
}

impl CodeKey {
    pub(crate) fn new(module: &Digest, engine: &Engine) -> Self {
        Self {
            module: module.clone(),
            engine: fingerprint(engine),
        }
    }

    /// The module's digest.
    pub fn module(&self) -> &Digest {
        &self.module
    }
}

/// Of what decides how machine code looks. SipHash with its fixed keys: the same in every process of this build.
pub(crate) fn fingerprint(engine: &Engine) -> u64 {
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

impl fmt::Display for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:016x}", self.module.hex(), self.engine)
    }
}

/// Machine code from a cache.
#[derive(Debug)]
pub struct CachedCode {
    /// A regular file or sealed memory file, open for reading, that nobody can change any more and whose
    /// bytes the cache has verified. It is mapped, and it is executed: whoever can choose these bytes owns
    /// this process.
    pub file: File,
}

/// What is known of machine code besides itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeFacts {
    /// What to call the program in messages.
    pub name: String,
    /// Digest of the module.
    pub digest: Digest,
    /// Whether it is a component.
    pub component: bool,
    /// How many core instances it is made of.
    pub instances: u64,
    /// Whether it came from the cache.
    pub from_cache: bool,
    /// How long it took to compile.
    pub compile_time: Duration,
    /// Whether it is the one program that gets the imports to start others: the toolbox, by its digest. Whoever made
    /// the code says so.
    #[serde(default)]
    pub processes: bool,
    /// How much time it was worth, which decides in what engine it runs.
    #[serde(default)]
    pub effort: Effort,
}

/// Keeps machine code.
pub trait CodeCache: Send + Sync {
    /// The code of `key`, verified; made by `compile` when it is not there. Of several processes that ask at
    /// a time one compiles and the others wait. The flag says whether it was there.
    fn get_or_compile(
        &self,
        key: &CodeKey,
        compile: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError>;

    /// The code of `key` if it is there, verified.
    fn get(&self, key: &CodeKey) -> Option<CachedCode>;
}

/// Turns a module into machine code, within the limits of compiling.
pub trait Compiler: Send + Sync {
    /// The code of a binary, in the form that [`crate::Host::load`] maps. `config` is the host's own, so that
    /// the code fits its engine.
    fn compile(&self, wasm: &[u8], config: &HostConfig, limits: &Limits) -> Result<Vec<u8>, HostError>;
}

/// Compiles in this process, without bounds on time and memory: for a process that is confined by others.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcessCompiler;

impl Compiler for InProcessCompiler {
    fn compile(&self, wasm: &[u8], config: &HostConfig, limits: &Limits) -> Result<Vec<u8>, HostError> {
        validate::check(wasm, "module", limits)?;
        let engine = engine::for_compiling(config)?;
        compile_with(&engine, wasm)
    }
}

pub(crate) fn compile_with(engine: &Engine, wasm: &[u8]) -> Result<Vec<u8>, HostError> {
    let done = if wasmparser::Parser::is_component(wasm) {
        engine.precompile_component(wasm)
    } else {
        engine.precompile_module(wasm)
    };
    done.map_err(|source| validate::explain("module", source))
}

/// Turns the text form into the binary one; gives a binary back as it is.
pub fn wat_to_wasm(text: &[u8]) -> Result<Vec<u8>, HostError> {
    wat::parse_bytes(text)
        .map(std::borrow::Cow::into_owned)
        .map_err(HostError::Text)
}
