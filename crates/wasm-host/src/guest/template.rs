//! Everything that the stores of one container have in common. A command has one store, a server one for each
//! request.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use sampan_types::Grants;
use sampan_types::grants::Access;
use wasmtime::{CallHook, Engine, Store, UpdateDeadline};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiView as _};

use super::beneath::Beneath;
use crate::control::{Control, Ended};
use crate::diagnostics::ProfilerSession;
use crate::files::{Files, Origin, Space};
use crate::http::HttpClient;
use crate::ledger::Ledger;
use crate::limiter::Limiter;
use crate::net::{self, Mode, Surroundings};
use crate::preview1::Preview1;
use crate::processes::{Processes, Tools};
use crate::program::{Code, Program};
use crate::serve::Pace;
use crate::spec::{GuestSpec, Input, Output, RootDir, TmpfsDir};
use crate::state::{GuestState, Online};
use crate::stdio::{Sink, Source};
use crate::{HostConfig, HostError, Interruption, Sharing};

/// Host memory that one handle stands for: what Wasmtime and its tables keep for it, rounded up.
const HANDLE: u64 = 256;
/// Most random bytes that one call makes, because they are made in the host's memory first.
const RANDOM: u64 = 64 << 20;

/// What a program is told.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Arguments; the first one is the program's name.
    pub args: Vec<String>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Working folder, a path of the guest.
    pub cwd: Option<String>,
}

/// What stores are made from.
pub(crate) struct Template {
    engine: Engine,
    pub(crate) control: Arc<Control>,
    ledger: Arc<Ledger>,
    interruption: Interruption,
    /// Whether file operations may block the thread.
    alone: bool,
    /// Whether preopened folders have numbers, as preview 1 has it.
    numbered: bool,
    args: Vec<String>,
    env: Vec<(String, String)>,
    cwd: Option<String>,
    stdin: Source,
    pub(crate) stdout: Sink,
    pub(crate) stderr: Sink,
    root: Option<RootDir>,
    grants: Arc<Grants>,
    tmpfs_dirs: Vec<TmpfsDir>,
    mode: Mode,
    processes: Option<Arc<dyn Processes>>,
    /// What all stores together may take of the disk.
    space: Space,
    surroundings: Surroundings,
    /// The HTTP client of all stores, made when one first asks.
    http: Arc<OnceLock<HttpClient>>,
    /// By which the requests of a server are held to its share.
    pub(crate) pace: Option<Arc<Pace>>,
}

impl Template {
    pub(super) fn new(
        program: &Program,
        spec: GuestSpec,
        config: &HostConfig,
        control: Arc<Control>,
        ledger: Arc<Ledger>,
    ) -> Result<Self, HostError> {
        if spec.tmpfs_dirs.len() != spec.grants.tmpfs.len() {
            return Err(HostError::Spec("each tmpfs needs its folder of the host"));
        }
        let [at_in, at_out, at_err] = spec.stdio.terminals;
        let stdin = source(spec.stdio.stdin, &control, at_in)?;
        let stdout = sink(spec.stdio.stdout, "standard output", &control, at_out)?;
        let stderr = sink(spec.stdio.stderr, "standard error", &control, at_err)?;
        let env = with_working_folder(spec.env, spec.cwd.as_deref());
        let space = match &spec.within {
            Some(within) => within.space.again(),
            None => Space::new(&control),
        };
        Ok(Self {
            engine: program.inner.engine().clone(),
            control,
            ledger,
            interruption: config.interruption,
            alone: config.sharing == Sharing::Alone,
            numbered: matches!(program.inner.code, Code::Core(_)),
            args: spec.args,
            env,
            cwd: spec.cwd,
            stdin,
            stdout,
            stderr,
            root: spec.root,
            grants: Arc::new(spec.grants),
            tmpfs_dirs: spec.tmpfs_dirs,
            mode: spec.mode,
            processes: spec.processes,
            space,
            surroundings: spec.surroundings,
            http: Arc::default(),
            pace: None,
        })
    }

    /// The same for another program with words of its own: what it may reach and use stays, and is counted together.
    pub(crate) fn of_another(&self, program: &Program, words: Words) -> Self {
        Self {
            engine: program.inner.engine().clone(),
            control: self.control.clone(),
            ledger: self.ledger.clone(),
            interruption: self.interruption,
            alone: self.alone,
            numbered: matches!(program.inner.code, Code::Core(_)),
            args: words.args,
            env: with_working_folder(words.env, words.cwd.as_deref()),
            cwd: words.cwd,
            stdin: self.stdin.clone(),
            stdout: self.stdout.clone(),
            stderr: self.stderr.clone(),
            root: self.root.clone(),
            grants: self.grants.clone(),
            tmpfs_dirs: self.tmpfs_dirs.clone(),
            mode: self.mode,
            processes: self.processes.clone(),
            space: self.space.again(),
            surroundings: self.surroundings.clone(),
            // Its connections are those that it asked for itself.
            http: Arc::default(),
            pace: self.pace.clone(),
        }
    }

    /// A store with everything in place, in which nothing is instantiated.
    pub(crate) fn store(&self) -> Result<Store<GuestState>, HostError> {
        let control = &self.control;
        let mut wasi = WasiCtx::builder();
        wasi.max_random_size(control.limits.host_memory.get().min(RANDOM));
        wasi.allow_blocking_current_thread(self.alone)
            .args(&self.args)
            .envs(&self.env)
            .stdin(self.stdin.clone())
            .stdout(self.stdout.clone())
            .stderr(self.stderr.clone());
        if let Some(cwd) = &self.cwd {
            wasi.initial_cwd(cwd);
        }
        let files = self.files(&mut wasi)?;
        let network = net::configure(
            &mut wasi,
            &self.grants,
            self.mode,
            &self.ledger,
            &self.surroundings,
        );
        let mut preview1 = Preview1::new(
            wasi.build_p1(),
            files,
            self.stdin.clone(),
            self.stdout.clone(),
            self.stderr.clone(),
            self.ledger.clone(),
            self.alone,
        );
        if self.numbered {
            preview1.number_folders();
        }
        let state = GuestState {
            preview1,
            limiter: Limiter::new(control.clone()),
            profiler: None,
            tools: self
                .processes
                .clone()
                .map(|host| Tools::new(host, self.root.clone(), self.tmpfs_dirs.clone())),
            online: Online::new(
                self.grants.clone(),
                self.mode,
                self.ledger.clone(),
                network,
                self.surroundings.clone(),
                self.http.clone(),
            ),
        };
        let mut store = Store::try_new(&self.engine, state).map_err(HostError::PoolFull)?;
        store.limiter(|state| &mut state.limiter);

        let bytes = control.limits.host_memory;
        let handles = usize::try_from((bytes.get() / HANDLE).max(64)).unwrap_or(usize::MAX);
        store.set_hostcall_fuel(bytes.as_usize());
        store.set_max_component_handles(handles);
        store.data_mut().ctx().table.set_max_capacity(handles);
        if let Some(table) = store.concurrent_resource_table() {
            table.set_max_capacity(handles);
        }
        match (self.interruption, &self.pace) {
            (Interruption::Checked, Some(pace)) => pace.hold(&mut store),
            (Interruption::Checked, None) => look_at_epochs(&mut store, control.clone()),
            (Interruption::Unchecked, _) => look_at_calls(&mut store, control.clone()),
        }
        Ok(store)
    }

    /// Opens the folders that were granted.
    fn files(&self, wasi: &mut WasiCtxBuilder) -> Result<Files, HostError> {
        let mut files = Files::new(&self.control, &self.ledger, self.space.again());
        if let Some(root) = &self.root {
            let read_only = root.access == Access::ReadOnly;
            preopen(wasi, &root.path, Path::new("/"), read_only)?;
            files.add_area(Origin::Root, read_only, None);
        }
        for (i, mount) in self.grants.mounts.iter().enumerate() {
            let read_only = mount.access == Access::ReadOnly;
            preopen(wasi, &mount.source, &mount.target, read_only)?;
            files.add_area(Origin::Mount(i), read_only, None);
        }
        for (i, (tmpfs, dir)) in self.grants.tmpfs.iter().zip(&self.tmpfs_dirs).enumerate() {
            preopen(wasi, &dir.path, &tmpfs.target, false)?;
            let size = tmpfs.size.map(sampan_types::ByteCount::get);
            files.add_area(Origin::Tmpfs(i), false, size);
        }
        if let Some(WorkingFolder {
            mount,
            read_only,
            folder,
        }) = self.working_folder()?
        {
            preopen(wasi, &folder.path(), Path::new("."), read_only)?;
            files.add_area(Origin::Mount(mount), read_only, None);
        }
        Ok(files)
    }

    /// The working folder as the guest's `.`, where it lies in a mount. The C libraries of WASI know no working
    /// folder: they look up relative paths beneath the folder that is called `.`, and take that one for `/` as
    /// well, so there is none where something is mounted at `/`.
    fn working_folder(&self) -> Result<Option<WorkingFolder>, HostError> {
        let Some(cwd) = self.cwd.as_deref().map(Path::new) else {
            return Ok(None);
        };
        let mounts = &self.grants.mounts;
        if self.root.is_some() || mounts.iter().any(|m| m.target == Path::new("/")) {
            return Ok(None);
        }
        let holding = mounts
            .iter()
            .enumerate()
            .filter_map(|(i, mount)| Some((i, mount, cwd.strip_prefix(&mount.target).ok()?)))
            .max_by_key(|(_, mount, _)| mount.target.components().count());
        let Some((i, mount, rest)) = holding else {
            return Ok(None);
        };
        let folder = Beneath::open(&mount.source, rest).map_err(|source| HostError::WorkingFolder {
            path: cwd.to_owned(),
            source,
        })?;
        Ok(Some(WorkingFolder {
            mount: i,
            read_only: mount.access == Access::ReadOnly,
            folder,
        }))
    }
}

fn with_working_folder(mut env: Vec<(String, String)>, cwd: Option<&str>) -> Vec<(String, String)> {
    if let Some(cwd) = cwd
        && !env.iter().any(|(name, _)| name == "PWD")
    {
        // Preview 1 has no working folder; what runs on it looks here.
        env.push(("PWD".to_owned(), cwd.to_owned()));
    }
    env
}

/// The working folder within a mount.
struct WorkingFolder {
    mount: usize,
    read_only: bool,
    folder: Beneath,
}

/// Stops the guest, or lets its neighbours go on, wherever it is when an epoch begins.
fn look_at_epochs(store: &mut Store<GuestState>, control: Arc<Control>) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |store| {
        ProfilerSession::on_epoch(store);
        control.at_epoch()?;
        Ok(UpdateDeadline::Yield(1))
    });
}

/// Stops the guest where it calls the host: once it shall end, nothing outside of it changes any more, though
/// it may compute until its process ends.
fn look_at_calls(store: &mut Store<GuestState>, control: Arc<Control>) {
    store.call_hook(move |_, hook| {
        if matches!(hook, CallHook::CallingHost) && control.cause().is_some() {
            return Err(Ended.into());
        }
        Ok(())
    });
}

fn preopen(wasi: &mut WasiCtxBuilder, host: &Path, guest: &Path, read_only: bool) -> Result<(), HostError> {
    let error = |source| HostError::Folder {
        path: host.to_owned(),
        source,
    };
    let guest = guest
        .to_str()
        .ok_or(HostError::Spec("a path of the container must be UTF-8"))?;
    let perms = if read_only {
        FsPerms::ReadOnly
    } else {
        FsPerms::ReadWrite
    };
    wasi.preopened_dir(host, guest, perms).map_err(error)?;
    Ok(())
}

fn source(input: Input, control: &Arc<Control>, terminal: bool) -> Result<Source, HostError> {
    match input {
        Input::Null => Ok(Source::null(control, terminal)),
        Input::Pipe(pipe) => Ok(Source::over(pipe, control, terminal)),
        Input::Fd(fd) => Source::new(fd, control, terminal).map_err(|source| HostError::Stream {
            stream: "standard input",
            source,
        }),
    }
}

fn sink(
    output: Output,
    stream: &'static str,
    control: &Arc<Control>,
    terminal: bool,
) -> Result<Sink, HostError> {
    match output {
        Output::Null => Ok(Sink::null(control, terminal)),
        Output::Pipe(pipe) => Ok(Sink::over(pipe, control, terminal)),
        Output::Fd(fd) => {
            Sink::new(fd, control, terminal).map_err(|source| HostError::Stream { stream, source })
        }
    }
}

/// Host memory that the guest's handles stand for.
pub(super) fn held(store: &mut Store<GuestState>) -> u64 {
    store.data_mut().ctx().table.iter_mut().count() as u64 * HANDLE
}
