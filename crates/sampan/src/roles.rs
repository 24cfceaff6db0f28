//! The roles that a process of this binary can have, told apart by the name that it was started under.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use sampan_cli::{BackendError, Backends, HostedRuntimes};
use sampan_process::users;
use sampan_runtime::Runtime;
use sampan_runtime_linux::{LinuxConfig, LinuxRuntime, monitor};
use sampan_runtime_wasm::fleet::{Fleet, FleetConfig};
use sampan_runtime_wasm::{WasmRuntime, WasmRuntimeConfig};
use sampan_runtime_wasm::{compiler, network, worker, zygote};
use sampan_store::digest_of;
use sampan_types::Algorithm;

/// What this process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Answers a person.
    CommandLine,
    /// Compiles one module, confined.
    Compiler,
    /// Makes sockets for containers.
    Network,
    /// Starts all other processes of a daemon.
    Zygote,
    /// Hosts containers, confined.
    Worker,
    /// Is the parent of one Linux container.
    Monitor,
    /// Makes a namespace of users for a daemon.
    Users,
}

/// The role of a process started under `name`.
pub(crate) fn of(name: &OsStr) -> Role {
    match name.to_str() {
        Some(compiler::ROLE) => Role::Compiler,
        Some(network::ROLE) => Role::Network,
        Some(zygote::ROLE) => Role::Zygote,
        Some(worker::ROLE) => Role::Worker,
        Some(monitor::ROLE) => Role::Monitor,
        Some(users::ROLE) => Role::Users,
        _ => Role::CommandLine,
    }
}

/// Starts processes until nobody needs it.
pub(crate) fn zygote(settings: Option<OsString>) -> u8 {
    zygote::run(settings.unwrap_or_default().to_str().unwrap_or_default())
}

/// Hosts containers.
pub(crate) fn worker(settings: Option<OsString>) -> u8 {
    worker::run(settings.unwrap_or_default().to_str().unwrap_or_default())
}

/// Keeps one Linux container.
pub(crate) fn monitor(settings: Option<OsString>) -> u8 {
    monitor::run(settings.unwrap_or_default().to_str().unwrap_or_default())
}

/// Makes a namespace of users.
pub(crate) fn users() -> u8 {
    users::make()
}

/// Makes sockets for containers, and carries what goes between networks.
pub(crate) fn network() -> u8 {
    network::run()
}

/// Compiles one module.
pub(crate) fn compiler(order: Option<OsString>) -> u8 {
    compiler::run_child(order.unwrap_or_default().to_str().unwrap_or_default())
}

/// Answers a person.
pub(crate) fn command_line() -> u8 {
    sampan_cli::main(&Backends { runtimes, hosted })
}

/// The runtimes of a daemon of this build: containers in processes of their own.
fn hosted(store: &sampan_store::Store, folder: &Path, linux: bool) -> HostedRuntimes {
    let cache = store.code_cache();
    let data = digest_of(Algorithm::Sha256, store.root().as_os_str().as_encoded_bytes());
    let owner = data.hex().get(..16).unwrap_or_default().to_owned();
    let run_dir = folder.to_owned();
    Box::pin(async move {
        let config = FleetConfig {
            exe: std::env::current_exe().map_err(BackendError::OwnBinary)?,
            run_dir: run_dir.clone(),
            slots: FleetConfig::SLOTS,
            linger: FleetConfig::LINGER,
            toolbox: Some(digest_of(Algorithm::Sha256, sampan_toolbox::WASM)),
        };
        let fleet = Fleet::open(config, cache).await.map_err(BackendError::Workers)?;
        let (launcher, desk) = (fleet.launcher(), fleet.desk());
        let mut runtimes = vec![Arc::new(fleet) as Arc<dyn Runtime>];
        // Without them their images are refused by name.
        if linux {
            let config = LinuxConfig {
                run_dir,
                launcher,
                owner,
                desk: Some(desk),
            };
            let linux = LinuxRuntime::open(config).await;
            runtimes.push(Arc::new(linux.map_err(BackendError::Workers)?));
        }
        Ok(runtimes)
    })
}

/// The runtimes of this build, over a store.
fn runtimes(store: &sampan_store::Store) -> Result<Vec<Arc<dyn Runtime>>, BackendError> {
    let exe = std::env::current_exe().map_err(BackendError::OwnBinary)?;
    let config = WasmRuntimeConfig::foreground(exe);
    Ok(vec![Arc::new(WasmRuntime::new(config, store.code_cache()))])
}
