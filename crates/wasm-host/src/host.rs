//! The host: engines, and the way from a module to a guest.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sampan_types::{ByteCount, Limits};
use wasmtime::Engine;

use crate::code::{CodeCache, CodeKey, Compiler, ModuleSource};
use crate::config::Allocation;
use crate::guest::{self, Guest};
use crate::link::{self, CoreLinkers};
use crate::program::{Code, Inner, Program};
use crate::spec::GuestSpec;
use crate::ticker::Ticker;
use crate::{HostConfig, HostError, Sharing, engine, instances, map, validate};

/// Holds the engines that programs run in. One for each process.
pub struct Host {
    config: HostConfig,
    main: Runner,
    /// Engines for other stacks, made when a program first needs one.
    others: Mutex<Vec<(ByteCount, Runner)>>,
    pool: Option<String>,
    ticker: Arc<Ticker>,
}

/// An engine and the linkers made for it.
#[derive(Clone)]
struct Runner {
    engine: Engine,
    linkers: Arc<CoreLinkers>,
}

impl Runner {
    fn new(engine: Engine) -> Self {
        Self {
            engine,
            linkers: Arc::default(),
        }
    }
}

impl Host {
    /// Sets up the engine. Costs little: no threads, and no memory but a pool's address space.
    pub fn new(config: HostConfig) -> Result<Self, HostError> {
        let (engine, pool) = engine::for_running(&config, config.stack, config.allocation)?;
        Ok(Self {
            main: Runner::new(engine),
            others: Mutex::default(),
            pool,
            ticker: Arc::new(Ticker::new(config.sharing == Sharing::Shared)),
            config,
        })
    }

    /// The settings it was made with.
    pub fn config(&self) -> &HostConfig {
        &self.config
    }

    /// The engine, for foreign suites that bring their own programs and store.
    #[doc(hidden)]
    pub fn engine_for_tests(&self) -> &Engine {
        &self.main.engine
    }

    /// Why the pool is smaller than was asked for; `None` where it is not.
    pub fn explain_pool(&self) -> Option<&str> {
        self.pool.as_deref()
    }

    /// The name of a module's machine code in the cache.
    pub fn code_key(&self, source: &ModuleSource<'_>) -> CodeKey {
        CodeKey::new(&source.digest, &self.main.engine)
    }

    fn runner(&self, stack: ByteCount) -> Result<Runner, HostError> {
        if stack == self.config.stack {
            return Ok(self.main.clone());
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, runner)) = others.iter().find(|(s, _)| *s == stack) {
            return Ok(runner.clone());
        }
        let (engine, _) = engine::for_running(&self.config, stack, Allocation::OnDemand)?;
        let runner = Runner::new(engine);
        others.push((stack, runner.clone()));
        Ok(runner)
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
        let component = validate::quick(source.bytes, &source.name, limits)?;
        if self.config.sharing == Sharing::Shared {
            validate::unshared(source.bytes, &source.name)?;
        }
        let runner = self.runner(limits.stack)?;
        let mut compile_time = Duration::ZERO;
        let mut compile = || {
            if !self.config.compile {
                return Err(HostError::NoCompiler);
            }
            validate::thorough(source.bytes, &source.name)?;
            let started = Instant::now();
            let code = compiler.compile(source.bytes, &self.config, limits);
            compile_time += started.elapsed();
            code.map_err(|error| error.about(&source.name))
        };
        let (machine, from_cache) = match cache {
            Some(cache) => {
                let (code, hit) = cache.get_or_compile(&self.code_key(source), &mut compile)?;
                (map::Machine::File(code.file), hit)
            }
            None => (map::Machine::Bytes(compile()?), false),
        };
        let mapped = map::map(&runner.engine, machine, component).map_err(|e| HostError::Code {
            name: source.name.clone(),
            source: e,
        })?;
        let code = match mapped {
            map::Mapped::Module(module) => Code::Core(link::module(&runner.linkers, &module, &source.name)?),
            map::Mapped::Component(component) => {
                let (pre, entries) = link::component(&component, &source.name)?;
                Code::Component { pre, entries }
            }
        };
        Ok(Program {
            inner: Arc::new(Inner {
                name: source.name.clone(),
                digest: source.digest.clone(),
                stack: limits.stack,
                from_cache,
                compile_time,
                instances: instances::count(source.bytes, component),
                code,
            }),
        })
    }

    /// Makes a guest of a program: opens what was granted. Nothing of it runs before [`Guest::run`].
    pub fn guest(&self, program: &Program, spec: GuestSpec) -> Result<Guest, HostError> {
        guest::build(program, spec, &self.config, &self.ticker)
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
