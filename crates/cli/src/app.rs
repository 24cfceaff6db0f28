//! What every command needs: settings, the engine when it is wanted, and a place to run tasks.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use sampan_distribution::client::docker_config::DockerConfig;
use sampan_engine::containers::Finished;
use sampan_engine::{Engine, EngineConfig};
use sampan_runtime::Runtime;
use sampan_store::Store;
use sampan_types::Ending;

use crate::args::Global;
use crate::config_file;
use crate::env::Environment;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Bars;

/// What the binary gives: the runtimes that it was built with.
pub struct Backends {
    /// Makes the runtimes over a store, for one container in this process.
    pub runtimes: MakeRuntimes,
    /// Makes the runtimes over a store, for a daemon whose containers outlive it.
    pub hosted: MakeHosted,
}

/// Makes the runtimes of a daemon over a store, with their sockets in a folder; that of Linux containers where it is wanted.
pub type MakeHosted = fn(&Store, &Path, bool) -> HostedRuntimes;

/// The runtimes of a daemon, when they have found what an earlier one left running.
pub type HostedRuntimes = Pin<Box<dyn Future<Output = Result<Vec<Arc<dyn Runtime>>, BackendError>> + Send>>;

/// Makes the runtimes of a build over a store.
pub type MakeRuntimes = fn(&Store) -> Result<Vec<Arc<dyn Runtime>>, BackendError>;

/// Why there are no runtimes.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The path of this binary, which also is the compiler, cannot be found.
    #[error("cannot find the path of this program")]
    OwnBinary(#[source] std::io::Error),
    /// The processes that host containers cannot be had.
    #[error(transparent)]
    Workers(sampan_runtime::RuntimeError),
}

/// One run of the command line.
pub(crate) struct App<'b> {
    pub(crate) printer: Printer,
    pub(crate) environment: Environment,
    global: Global,
    backends: &'b Backends,
}

impl<'b> App<'b> {
    pub(crate) fn new(
        global: Global,
        environment: Environment,
        printer: Printer,
        backends: &'b Backends,
    ) -> Self {
        Self {
            printer,
            environment,
            global,
            backends,
        }
    }

    /// The folder of state.
    pub(crate) fn state_root(&self) -> Result<PathBuf, CliError> {
        let root = self
            .environment
            .state_root(self.global.root.clone())
            .ok_or(CliError::NoHome)?;
        if root.is_absolute() {
            Ok(root)
        } else {
            Ok(self.working_dir()?.join(root))
        }
    }

    /// Where this process stands.
    pub(crate) fn working_dir(&self) -> Result<PathBuf, CliError> {
        std::env::current_dir().map_err(CliError::WorkingDir)
    }

    /// The store alone, for commands that need no runtime.
    pub(crate) fn store(&self) -> Result<Store, CliError> {
        Ok(Store::open(&self.state_root()?)?)
    }

    /// The store in another folder than `--root` says.
    pub(crate) fn store_at(&self, root: Option<PathBuf>) -> Result<Store, CliError> {
        match root {
            Some(root) => Ok(Store::open(&root)?),
            None => self.store(),
        }
    }

    /// The runtimes of a daemon.
    pub(crate) async fn hosted_runtimes(
        &self,
        store: &Store,
        folder: &Path,
        linux: bool,
    ) -> Result<Vec<Arc<dyn Runtime>>, CliError> {
        Ok((self.backends.hosted)(store, folder, linux).await?)
    }

    /// The engine.
    pub(crate) fn engine(&self) -> Result<Engine, CliError> {
        self.engine_over(self.store()?)
    }

    /// An engine with a store in another folder.
    pub(crate) fn engine_at(&self, root: &Path) -> Result<Engine, CliError> {
        self.engine_over(Store::open(root)?)
    }

    fn engine_over(&self, store: Store) -> Result<Engine, CliError> {
        let runtimes = (self.backends.runtimes)(&store)?;
        let config = EngineConfig {
            registries: config_file::registries(self)?,
            linux: sampan_engine::LinuxHere::Whole,
        };
        Ok(Engine::new(config, store, runtimes))
    }

    /// `--config`, for those who read it.
    pub(crate) fn config_flag(&self) -> Option<PathBuf> {
        self.global.config.clone()
    }

    /// `--host`, for those who look for the daemon: the last, as with other flags that are written twice.
    pub(crate) fn host_flag(&self) -> Option<&str> {
        self.global.host.last().map(String::as_str)
    }

    /// All of `--host`, for the daemon, which listens on each.
    pub(crate) fn hosts(&self) -> &[String] {
        &self.global.host
    }

    /// What `--root` says.
    pub(crate) fn root_flag(&self) -> Option<&PathBuf> {
        self.global.root.as_ref()
    }

    /// Docker's configuration, where credentials are kept.
    pub(crate) fn docker_config(&self) -> Result<DockerConfig, CliError> {
        let file = self.environment.docker_config_file().ok_or(CliError::NoHome)?;
        Ok(DockerConfig::new(file, self.environment.search_path.clone()))
    }

    /// Bars for transfers, or nothing where nobody watches.
    pub(crate) fn progress(&self) -> Bars {
        Bars::new(self.printer)
    }

    /// Runs a future on this thread: one guest needs no more, and starts sooner without others.
    pub(crate) fn block_on<T>(
        &self,
        future: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CliError::Tasks)?;
        let result = runtime.block_on(future);
        // A thread that waits for standard input would wait for ever.
        runtime.shutdown_background();
        result
    }

    /// Runs a daemon's future. Its requests are short, and a thread that wakes another one for each costs more than
    /// the request; what takes long has threads of its own.
    pub(crate) fn block_on_few<T>(
        &self,
        future: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads((processors / 2).clamp(1, 4))
            .enable_all()
            .build()
            .map_err(CliError::Tasks)?;
        runtime.block_on(future)
    }

    /// Runs a future with as many threads as there are processors, for servers and transfers.
    pub(crate) fn block_on_many<T>(
        &self,
        future: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(CliError::Tasks)?;
        runtime.block_on(future)
    }

    /// Says on standard error how a program ended, where it did not end by itself.
    pub(crate) fn show_ending(&self, finished: &Finished, all_frames: bool) {
        match &finished.ending {
            Ending::Exited { .. } | Ending::Signalled { .. } => {}
            Ending::Lost { .. } => self.printer.error_line(&finished.ending),
            Ending::Trapped(trap) => {
                self.printer.error_line(&finished.ending);
                crate::show::backtrace(self.printer, trap, all_frames);
            }
            Ending::Limited(breach) => {
                self.printer.error_line(&finished.ending);
                self.printer.hint(breach.limit.how_to_raise());
            }
        }
        crate::show::refusals(self.printer, &finished.used);
    }
}
