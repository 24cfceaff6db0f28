//! The host: engines, and the way from a module to a guest.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sampan_types::{ByteCount, Effort, Limits};
use wasmtime::Engine;

use crate::code::{CachedCode, CodeCache, CodeFacts, CodeKey, Compiler, ModuleSource};
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
    /// Engines for other stacks and for code of the other compiler, made when a program first needs one.
    others: Mutex<Vec<(ByteCount, Effort, Runner)>>,
    /// The settings of code that is made quickly, and the engine that tells its name.
    quick: OnceLock<(HostConfig, Engine)>,
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
            quick: OnceLock::new(),
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

    /// A number that differs between builds and settings whose machine code is not for each other.
    pub fn fingerprint(&self) -> u64 {
        crate::code::fingerprint(&self.main.engine)
    }

    /// The name of a module's machine code in the cache.
    pub fn code_key(&self, source: &ModuleSource<'_>) -> CodeKey {
        CodeKey::new(&source.digest, &self.main.engine)
    }

    fn runner(&self, stack: ByteCount, effort: Effort) -> Result<Runner, HostError> {
        if (stack, effort) == (self.config.stack, self.config.effort) {
            return Ok(self.main.clone());
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., runner)) = others.iter().find(|(s, e, _)| (*s, *e) == (stack, effort)) {
            return Ok(runner.clone());
        }
        let config = HostConfig {
            effort,
            ..self.config.clone()
        };
        let (engine, _) = engine::for_running(&config, stack, Allocation::OnDemand)?;
        let runner = Runner::new(engine);
        others.push((stack, effort, runner.clone()));
        Ok(runner)
    }

    fn quick(&self) -> Result<&(HostConfig, Engine), HostError> {
        if let Some(quick) = self.quick.get() {
            return Ok(quick);
        }
        let config = HostConfig {
            effort: Effort::Quick,
            ..self.config.clone()
        };
        let engine = engine::for_compiling(&config)?;
        Ok(self.quick.get_or_init(|| (config, engine)))
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
        let runner = self.runner(limits.stack, self.config.effort)?;
        let mut compiling = self.compiling(source, limits, compiler)?;
        let (machine, from_cache) = match cache {
            Some(cache) => {
                let (code, hit) =
                    cache.get_or_compile(&self.code_key(source), &mut || compiling.compile())?;
                (map::Machine::File(code.file), hit)
            }
            None => (map::Machine::Bytes(compiling.compile()?), false),
        };
        let facts = compiling.facts(from_cache);
        link(&runner, machine, facts, limits.stack)
    }

    /// Makes the machine code of a module, for [`Host::adopt`] in another process with the same settings. This
    /// process maps none of it. What shall be quick is made with full effort all the same where it was before, or where
    /// the quick compiler does not know what the module needs.
    pub fn prepare(
        &self,
        source: &ModuleSource<'_>,
        limits: &Limits,
        cache: &dyn CodeCache,
        compiler: &dyn Compiler,
        effort: Effort,
    ) -> Result<(CachedCode, CodeFacts), HostError> {
        let mut compiling = self.compiling(source, limits, compiler)?;
        if effort == Effort::Quick && self.config.effort == Effort::Full {
            if let Some(code) = cache.get(&self.code_key(source)) {
                return Ok((code, compiling.facts(true)));
            }
            let (config, engine) = self.quick()?;
            compiling.config = config;
            let key = CodeKey::new(&source.digest, engine);
            match cache.get_or_compile(&key, &mut || compiling.compile()) {
                Ok((code, hit)) => return Ok((code, compiling.facts(hit))),
                Err(error) => tracing::debug!(%error, module = %source.digest, "not compiled quickly"),
            }
            compiling.config = &self.config;
        }
        let (code, hit) = cache.get_or_compile(&self.code_key(source), &mut || compiling.compile())?;
        Ok((code, compiling.facts(hit)))
    }

    /// Makes a program of machine code that [`Host::prepare`] made: the contract of [`CachedCode`] holds for it.
    pub fn adopt(&self, code: CachedCode, facts: CodeFacts, stack: ByteCount) -> Result<Program, HostError> {
        let runner = self.runner(stack, facts.effort)?;
        link(&runner, map::Machine::File(code.file), facts, stack)
    }

    fn compiling<'a>(
        &'a self,
        source: &'a ModuleSource<'a>,
        limits: &'a Limits,
        compiler: &'a dyn Compiler,
    ) -> Result<Compiling<'a>, HostError> {
        let component = validate::quick(source.bytes, &source.name, limits)?;
        if self.config.sharing == Sharing::Shared {
            validate::unshared(source.bytes, &source.name)?;
        }
        Ok(Compiling {
            config: &self.config,
            source,
            limits,
            compiler,
            component,
            time: Duration::ZERO,
        })
    }

    /// Makes a guest of a program: opens what was granted. Nothing of it runs before [`Guest::run`].
    pub fn guest(&self, program: &Program, spec: GuestSpec) -> Result<Guest, HostError> {
        guest::build(program, spec, &self.config, &self.ticker)
    }
}

/// One module on its way to machine code.
struct Compiling<'a> {
    config: &'a HostConfig,
    source: &'a ModuleSource<'a>,
    limits: &'a Limits,
    compiler: &'a dyn Compiler,
    component: bool,
    time: Duration,
}

impl Compiling<'_> {
    fn compile(&mut self) -> Result<Vec<u8>, HostError> {
        if !self.config.compile {
            return Err(HostError::NoCompiler);
        }
        let Self { source, limits, .. } = self;
        validate::thorough(source.bytes, &source.name)?;
        let started = Instant::now();
        let code = self.compiler.compile(source.bytes, self.config, limits);
        self.time += started.elapsed();
        code.map_err(|error| error.about(&source.name))
    }

    fn facts(self, from_cache: bool) -> CodeFacts {
        let Self {
            source,
            component,
            config,
            ..
        } = self;
        CodeFacts {
            name: source.name.clone(),
            digest: source.digest.clone(),
            component,
            instances: instances::count(source.bytes, component),
            from_cache,
            compile_time: self.time,
            processes: false,
            effort: config.effort,
        }
    }
}

fn link(
    runner: &Runner,
    machine: map::Machine,
    facts: CodeFacts,
    stack: ByteCount,
) -> Result<Program, HostError> {
    let mapped = map::map(&runner.engine, machine, facts.component).map_err(|e| HostError::Code {
        name: facts.name.clone(),
        source: e,
    })?;
    let code = match mapped {
        map::Mapped::Module(module) => Code::Core(link::module(
            &runner.linkers,
            &module,
            &facts.name,
            facts.processes,
        )?),
        map::Mapped::Component(component) => {
            let (pre, entries) = link::component(&component, &facts.name)?;
            Code::Component { pre, entries }
        }
    };
    Ok(Program {
        inner: Arc::new(Inner {
            name: facts.name,
            digest: facts.digest,
            stack,
            from_cache: facts.from_cache,
            compile_time: facts.compile_time,
            instances: facts.instances,
            processes: facts.processes,
            code,
        }),
    })
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
