//! Machine code in memory, ready to be handed to workers.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sampan_runtime::{Program, RuntimeError};
use sampan_types::{ByteCount, Digest, Effort, Limits};
use sampan_wasm_host::inspect::{ProgramInfo, Reach, World, inspect};
use sampan_wasm_host::{CodeFacts, Host, HostConfig, HostError, ModuleSource};
use tokio::runtime::Handle;

use super::FleetError;
use super::crew::Crew;
use crate::cache::{Original, StoreCache};
use crate::compiler::{Launch, Launched, ProcessCompiler};
use crate::memory;
use crate::runtime::{binary, read};
use crate::worker::{WorkerSettings, host_config};
use crate::zygote::client::ZygoteClient;

/// Counts what zygotes have learnt: an older one is not asked for what it does not know.
const PROTOCOL: u32 = 3;
/// The most bytes of machine code that are kept for programs that no container runs.
const KEPT: u64 = 256 << 20;

/// One program, compiled.
pub(super) struct Code {
    /// How workers call it.
    pub(super) number: u64,
    pub(super) facts: CodeFacts,
    pub(super) stack: ByteCount,
    pub(super) reach: Reach,
    /// Whether it is a server of HTTP, which the host listens for.
    pub(super) serves: bool,
    size: u64,
    sealed: File,
    /// What a worker has let it run under.
    proven: Mutex<Option<Proven>>,
}

/// What decides whether a program can begin, besides the program and what else it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proven {
    pub(super) limits: Limits,
    pub(super) entry: Option<String>,
    pub(super) cwd: Option<String>,
}

impl Code {
    /// Whether it has begun like this before.
    pub(super) fn is_proven(&self, like: &Proven) -> bool {
        self.proven().as_ref() == Some(like)
    }

    /// It began like this.
    pub(super) fn prove(&self, like: Proven) {
        *self.proven() = Some(like);
    }

    fn proven(&self) -> MutexGuard<'_, Option<Proven>> {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code with a position of its own: descriptors of one opening share it.
    pub(super) fn file(&self) -> io::Result<File> {
        File::open(format!("/proc/self/fd/{}", self.sealed.as_raw_fd()))
    }
}

/// What code is made for.
type Key = (Digest, ByteCount, Effort);

/// All programs that were asked for lately.
pub(super) struct Codes {
    host: Arc<Host>,
    build: String,
    cache: StoreCache,
    /// The one program that may start others.
    toolbox: Option<Digest>,
    last: AtomicU64,
    known: Mutex<HashMap<Key, Arc<Code>>>,
}

impl Codes {
    pub(super) fn new(cache: sampan_store::CodeCache, toolbox: Option<Digest>) -> Result<Self, RuntimeError> {
        // The settings of workers, but for a process that runs nothing.
        let config = HostConfig {
            compile: true,
            ..host_config(&WorkerSettings::default())
        };
        let host = Host::new(config).map_err(RuntimeError::backend)?;
        Ok(Self {
            build: format!(
                "{}-{:016x}-{PROTOCOL}",
                env!("CARGO_PKG_VERSION"),
                host.fingerprint()
            ),
            host: Arc::new(host),
            cache: StoreCache::new(cache),
            toolbox,
            last: AtomicU64::new(std::process::id().into()),
            known: Mutex::default(),
        })
    }

    /// Tells builds apart whose machine code is not for each other.
    pub(super) fn build(&self) -> &str {
        &self.build
    }

    /// The code of a program.
    pub(super) async fn get(
        &self,
        program: &Program,
        limits: &Limits,
        crew: &Arc<Crew>,
    ) -> Result<Arc<Code>, RuntimeError> {
        let key = |effort| (program.digest.clone(), limits.stack, effort);
        let held = {
            let known = self.lock();
            // What was made with full effort runs faster than what was asked for.
            let full = known.get(&key(Effort::Full));
            full.or_else(|| known.get(&key(program.effort))).cloned()
        };
        if let Some(code) = held {
            return Ok(code);
        }
        let bytes = read(&program.bytes, &program.name, limits)?;
        let zygote = crew.zygote().await.map_err(RuntimeError::backend)?;
        let making = Making {
            host: self.host.clone(),
            cache: self.cache.clone(),
            bytes,
            digest: program.digest.clone(),
            name: program.name.clone(),
            effort: program.effort,
            limits: limits.clone(),
            starts_others: self.toolbox.as_ref() == Some(&program.digest),
            compiler: ProcessCompiler::by(Arc::new(ByZygote {
                zygote,
                tasks: Handle::current(),
            })),
        };
        // Number, process and time together are never the same again, also for workers that outlive this process.
        let number = self.last.fetch_add(1 << 32, Relaxed);
        let made = tokio::task::spawn_blocking(move || making.make(number)).await;
        let code = Arc::new(made.map_err(|_| RuntimeError::backend(FleetError::Fell))??);
        let mut known = self.lock();
        // Of two that made it at a time the first counts, so that workers load it once.
        let code = known.entry(key(code.facts.effort)).or_insert(code).clone();
        forget_some(&mut known);
        Ok(code)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Code>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of code that nobody uses, when it is much.
fn forget_some(known: &mut HashMap<Key, Arc<Code>>) {
    let mut unused: u64 = known
        .values()
        .filter(|code| Arc::strong_count(code) == 1)
        .map(|code| code.size)
        .sum();
    known.retain(|_, code| {
        let drop = unused > KEPT && Arc::strong_count(code) == 1;
        if drop {
            unused -= code.size;
        }
        !drop
    });
}

/// A program on its way to machine code.
struct Making {
    host: Arc<Host>,
    cache: StoreCache,
    bytes: Vec<u8>,
    digest: Digest,
    name: String,
    effort: Effort,
    limits: Limits,
    compiler: ProcessCompiler,
    starts_others: bool,
}

impl Making {
    fn make(self, number: u64) -> Result<Code, RuntimeError> {
        let original = Original {
            bytes: &self.bytes,
            digest: self.digest.clone(),
            name: self.name.clone(),
        };
        let made = self.code(&original, number);
        // What is wrong with other bytes than those that were asked for helps nobody.
        made.map_err(|error| RuntimeError::backend(original.check().err().unwrap_or(error)))
    }

    fn code(&self, original: &Original<'_>, number: u64) -> Result<Code, HostError> {
        let wasm = binary(&self.bytes).map_err(|error| error.about(&self.name))?;
        let source = ModuleSource {
            bytes: &wasm,
            digest: self.digest.clone(),
            name: self.name.clone(),
        };
        let cache = self.cache.of(original);
        let (code, mut facts) =
            self.host
                .prepare(&source, &self.limits, &cache, &self.compiler, self.effort)?;
        facts.processes = self.starts_others;
        let cannot = |error: io::Error| HostError::Cache(Box::new(error));
        let bytes = memory::whole(&code.file).map_err(cannot)?;
        let info = inspect(&wasm).ok();
        Ok(Code {
            number,
            facts,
            stack: self.limits.stack,
            reach: match self.starts_others {
                // What it starts shall reach what the container reaches.
                true => Reach::ALL,
                // What cannot be looked into can do everything.
                false => info.as_ref().map_or(Reach::ALL, ProgramInfo::reach),
            },
            serves: info.is_some_and(|info| matches!(info.world, World::HttpServer { .. })),
            size: bytes.len() as u64,
            sealed: memory::sealed("code", &bytes).map_err(cannot)?,
            proven: Mutex::default(),
        })
    }
}

/// Compilers are children of the zygote.
struct ByZygote {
    zygote: Arc<ZygoteClient>,
    tasks: Handle,
}

/// One of them. On threads for what blocks.
struct Compiling {
    zygote: Arc<ZygoteClient>,
    tasks: Handle,
    number: u64,
    ended: bool,
}

impl Launch for ByZygote {
    fn launch(&self, order: String, module: File, code: File, report: File) -> io::Result<Box<dyn Launched>> {
        let fds = vec![module.into(), code.into(), report.into()];
        let number = self
            .tasks
            .block_on(self.zygote.compile(order, fds))
            .map_err(io::Error::other)?;
        Ok(Box::new(Compiling {
            zygote: self.zygote.clone(),
            tasks: self.tasks.clone(),
            number,
            ended: false,
        }))
    }
}

impl Launched for Compiling {
    fn wait(&mut self, time: Duration) -> io::Result<Option<ExitStatus>> {
        let waiting = async { tokio::time::timeout(time, self.zygote.ended(self.number)).await };
        match self.tasks.block_on(waiting) {
            Err(_) => Ok(None),
            Ok(Some(status)) => {
                self.ended = true;
                Ok(Some(ExitStatus::from_raw(status)))
            }
            Ok(None) => Err(io::Error::other("the process that starts others is gone")),
        }
    }
}

impl Drop for Compiling {
    fn drop(&mut self) {
        if !self.ended {
            let (zygote, number) = (self.zygote.clone(), self.number);
            self.tasks.spawn(async move { zygote.kill(number).await });
        }
    }
}
