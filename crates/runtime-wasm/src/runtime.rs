//! Wasm as one kind of container.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use sampan_runtime::{Container, ContainerSpec, Inspection, ProgramBytes, Runtime, RuntimeError};
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, LimitName, Limits};
use sampan_wasm_host::inspect::{inspect, is_text};
use sampan_wasm_host::serve::Front;
use sampan_wasm_host::{Host, HostConfig, HostError, Interruption, ModuleSource, Program, wat_to_wasm};

use crate::cache::{Original, StoreCache};
use crate::compiler::ProcessCompiler;
use crate::container::WasmContainer;
use crate::convert;
use crate::error::WasmRuntimeError;

/// How Wasm containers are run.
#[derive(Clone, Debug)]
pub struct WasmRuntimeConfig {
    /// This binary, which also is the compiler.
    pub exe: PathBuf,
    /// How the host is set up; what a container's diagnostics and limits need is added to it.
    pub host: HostConfig,
}

impl WasmRuntimeConfig {
    /// For a process that runs one container and ends with it: its machine code never asks whether it shall go
    /// on, and a guest that computes past its end is ended with the process.
    pub fn foreground(exe: PathBuf) -> Self {
        Self {
            exe,
            host: HostConfig {
                interruption: Interruption::Unchecked,
                ..HostConfig::default()
            },
        }
    }
}

/// Runs Wasm containers in this process.
pub struct WasmRuntime {
    config: WasmRuntimeConfig,
    cache: StoreCache,
    compiler: ProcessCompiler,
    host: OnceLock<Arc<Host>>,
    /// Ports of servers by which others may answer.
    fronts: Mutex<HashMap<ContainerId, Front>>,
}

impl WasmRuntime {
    /// Costs nothing until a container is created.
    pub fn new(config: WasmRuntimeConfig, cache: sampan_store::CodeCache) -> Self {
        let compiler = ProcessCompiler::new(config.exe.clone());
        Self {
            config,
            cache: StoreCache::new(cache),
            compiler,
            host: OnceLock::new(),
            fronts: Mutex::default(),
        }
    }

    /// The host for a container: the common one, unless it needs code that is made for it.
    fn host(&self, spec: &ContainerSpec) -> Result<Arc<Host>, RuntimeError> {
        let config = host_config(&self.config.host, spec);
        if config != self.config.host {
            return Host::new(config).map(Arc::new).map_err(RuntimeError::backend);
        }
        if let Some(host) = self.host.get() {
            return Ok(Arc::clone(host));
        }
        let host = Arc::new(Host::new(config).map_err(RuntimeError::backend)?);
        Ok(Arc::clone(self.host.get_or_init(|| host)))
    }

    fn fronts(&self) -> std::sync::MutexGuard<'_, HashMap<ContainerId, Front>> {
        self.fronts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ports that it has with another server.
    fn front(&self, spec: &mut ContainerSpec) -> Result<Option<Front>, RuntimeError> {
        let Some(owner) = spec.beside.take() else {
            return Ok(None);
        };
        let front = self.fronts().get(&owner).cloned();
        front.map(Some).ok_or(RuntimeError::Unsupported(
            "answering beside a server that has all of its ports",
        ))
    }

    fn load(&self, host: &Host, original: &Original<'_>, limits: &Limits) -> Result<Program, HostError> {
        let wasm = binary(original.bytes).map_err(|error| error.about(&original.name))?;
        let source = ModuleSource {
            bytes: &wasm,
            digest: original.digest.clone(),
            name: original.name.clone(),
        };
        host.load(&source, limits, Some(&self.cache.of(original)), &self.compiler)
    }
}

#[async_trait]
impl Runtime for WasmRuntime {
    fn kind(&self) -> Kind {
        Kind::Wasm
    }

    fn inspect(&self, program: &[u8]) -> Result<Inspection, RuntimeError> {
        inspection(program)
    }

    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError> {
        assemble(&program)
    }

    async fn create(&self, mut spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        let host = self.host(&spec)?;
        tracing::debug!("the host is set up");
        let bytes = read(&spec.program.bytes, &spec.program.name, &spec.limits)?;
        let original = Original {
            bytes: &bytes,
            digest: spec.program.digest.clone(),
            name: std::mem::take(&mut spec.program.name),
        };
        let program = self.load(&host, &original, &spec.limits).map_err(|error| {
            // What is wrong with other bytes than those that were asked for helps nobody.
            RuntimeError::backend(original.check().err().unwrap_or(error))
        })?;
        tracing::debug!(cached = program.from_cache(), compiling = ?program.compile_time(), "the program is loaded");
        let compile_time = program.compile_time();
        let id = spec.id.clone();
        let beside = self.front(&mut spec)?;
        let owner = beside.is_none() && !spec.serving.routes.is_empty();
        let guest = host
            .guest(&program, convert::guest_spec(spec, beside)?)
            .map_err(RuntimeError::backend)?;
        if let Some(front) = guest.front().filter(|_| owner) {
            self.fronts().insert(id, front);
        }
        tracing::debug!("the guest is linked");
        let sharing = host.config().sharing;
        Ok(Arc::new(WasmContainer::new(guest, sharing, compile_time)))
    }
}

/// The common configuration with what this container needs of its machine code.
fn host_config(common: &HostConfig, spec: &ContainerSpec) -> HostConfig {
    let diagnostics = &spec.diagnostics;
    // Requests share the thread.
    let needs_checks = spec.limits.cpu_millis.is_some()
        || diagnostics.profile.is_some()
        || !spec.listeners.is_empty()
        || spec.beside.is_some();
    HostConfig {
        coredump: common.coredump || diagnostics.coredump.is_some(),
        guest_debug: common.guest_debug || diagnostics.debug.is_some(),
        interruption: if needs_checks {
            Interruption::Checked
        } else {
            common.interruption
        },
        ..common.clone()
    }
}

/// What can be told of a program.
pub(crate) fn inspection(program: &[u8]) -> Result<Inspection, RuntimeError> {
    let wasm = binary(program).map_err(RuntimeError::backend)?;
    inspect(&wasm)
        .map(convert::inspection)
        .map_err(RuntimeError::backend)
}

/// The binary form of a program, for the caller to keep.
pub(crate) fn assemble(program: &[u8]) -> Result<Vec<u8>, RuntimeError> {
    binary(program)
        .map(Cow::into_owned)
        .map_err(RuntimeError::backend)
}

/// The binary form of a program. What is neither binary nor text stays as it is, for the host to refuse.
pub(crate) fn binary(program: &[u8]) -> Result<Cow<'_, [u8]>, HostError> {
    if is_text(program) {
        return wat_to_wasm(program).map(Cow::Owned);
    }
    Ok(Cow::Borrowed(program))
}

/// Reads a program whole, but never past its limit.
pub(crate) fn read(bytes: &ProgramBytes, name: &str, limits: &Limits) -> Result<Vec<u8>, RuntimeError> {
    let max = limits.module_size;
    let too_large = || {
        let limit = LimitName::ModuleSize;
        RuntimeError::backend(HostError::Limit {
            limit,
            value: limits.show(limit),
        })
    };
    let error = |source| {
        RuntimeError::backend(WasmRuntimeError::Read {
            name: name.to_owned(),
            source,
        })
    };
    let opened;
    let file = match bytes {
        ProgramBytes::Memory(bytes) if bytes.len() as u64 > max.get() => return Err(too_large()),
        ProgramBytes::Memory(bytes) => return Ok(bytes.to_vec()),
        ProgramBytes::File(file) => file,
        ProgramBytes::Later(later) => {
            opened = later.open().map_err(error)?;
            &opened
        }
    };
    let size = file.metadata().map_err(error)?.len();
    if size > max.get() {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // Never past the limit, though the file may have grown meanwhile.
    let mut bounded = file.take(max.get().saturating_add(1));
    let read = bounded.read_to_end(&mut bytes).map_err(error)?;
    if read as u64 > max.get() {
        return Err(too_large());
    }
    Ok(bytes)
}
