//! Makes a guest's store from its spec: opens what was granted, and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use sampan_types::grants::Access;
use wasmtime::{CallHook, Store, UpdateDeadline};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiView as _};

use super::{Guest, GuestHandle};
use crate::control::{Control, Ended};
use crate::diagnostics::{Profiled, ProfilerSession};
use crate::files::{Files, Origin};
use crate::ledger::Ledger;
use crate::limiter::Limiter;
use crate::net;
use crate::preview1::Preview1;
use crate::program::{Code, Program};
use crate::spec::{GuestSpec, Input, Output};
use crate::state::{GuestState, Online};
use crate::stdio::{Sink, Source};
use crate::ticker::{TICK, Ticker};
use crate::{HostConfig, HostError, Interruption, Sharing};

/// Host memory that one handle stands for: what Wasmtime and its tables keep for it, rounded up.
const HANDLE: u64 = 256;
/// Most random bytes that one call makes, because they are made in the host's memory first.
const RANDOM: u64 = 64 << 20;

pub(crate) fn build(
    program: &Program,
    spec: GuestSpec,
    config: &HostConfig,
    ticker: &Arc<Ticker>,
) -> Result<Guest, HostError> {
    let inner = &program.inner;
    let alone = config.sharing == Sharing::Alone;
    let interruption = config.interruption;
    if spec.limits.stack != inner.stack {
        return Err(HostError::Spec(
            "the stack of a guest is fixed when its program is loaded",
        ));
    }
    inner.check_entry(spec.entry.as_deref())?;
    spec.diagnostics.check()?;
    let engine = inner.engine();
    let control = Arc::new(Control::new(
        engine,
        interruption,
        spec.limits,
        inner.compile_time,
    ));
    control.counters.instances.store(inner.instances, Relaxed);
    let ledger = spec.ledger.unwrap_or_else(|| Ledger::new(&spec.grants));

    let mut wasi = WasiCtx::builder();
    wasi.max_random_size(control.limits.host_memory.get().min(RANDOM));
    wasi.allow_blocking_current_thread(alone)
        .args(&spec.args)
        .envs(&spec.env);
    if let Some(cwd) = &spec.cwd {
        wasi.initial_cwd(cwd);
        // Preview 1 has no working folder; what runs on it looks here.
        if !spec.env.iter().any(|(name, _)| name == "PWD") {
            wasi.env("PWD", cwd);
        }
    }
    let stdin = source(spec.stdio.stdin, &control, spec.stdio.terminal)?;
    let stdout = sink(
        spec.stdio.stdout,
        "standard output",
        &control,
        spec.stdio.terminal,
    )?;
    let stderr = sink(spec.stdio.stderr, "standard error", &control, spec.stdio.terminal)?;
    wasi.stdin(stdin.clone())
        .stdout(stdout.clone())
        .stderr(stderr.clone());

    let mut files = Files::new(&control, &ledger);
    if let Some(root) = &spec.root {
        let read_only = root.access == Access::ReadOnly;
        preopen(&mut wasi, &root.path, Path::new("/"), read_only)?;
        files.add_area(Origin::Root, read_only, None);
    }
    for (i, mount) in spec.grants.mounts.iter().enumerate() {
        let read_only = mount.access == Access::ReadOnly;
        preopen(&mut wasi, &mount.source, &mount.target, read_only)?;
        files.add_area(Origin::Mount(i), read_only, None);
    }
    if spec.tmpfs_dirs.len() != spec.grants.tmpfs.len() {
        return Err(HostError::Spec("each tmpfs needs its folder of the host"));
    }
    for (i, (tmpfs, dir)) in spec.grants.tmpfs.iter().zip(&spec.tmpfs_dirs).enumerate() {
        preopen(&mut wasi, &dir.path, &tmpfs.target, false)?;
        files.add_area(
            Origin::Tmpfs(i),
            false,
            tmpfs.size.map(sampan_types::ByteCount::get),
        );
    }

    let grants = Arc::new(spec.grants);
    let network = net::configure(&mut wasi, &grants, spec.mode, &ledger);
    let mut preview1 = Preview1::new(
        wasi.build_p1(),
        files,
        stdin,
        stdout,
        stderr,
        ledger.clone(),
        alone,
    );
    if matches!(inner.code, Code::Core(_)) {
        preview1.number_folders();
    }
    let state = GuestState {
        preview1,
        limiter: Limiter::new(control.clone()),
        profiler: None,
        online: Online::new(grants, spec.mode, ledger.clone(), network),
    };
    let mut store = Store::try_new(engine, state).map_err(HostError::PoolFull)?;
    store.limiter(|state| &mut state.limiter);

    let bytes = control.limits.host_memory;
    let handles = usize::try_from((bytes.get() / HANDLE).max(64)).unwrap_or(usize::MAX);
    store.set_hostcall_fuel(bytes.as_usize());
    store.set_max_component_handles(handles);
    store.data_mut().ctx().table.set_max_capacity(handles);
    if let Some(table) = store.concurrent_resource_table() {
        table.set_max_capacity(handles);
    }

    let profiled = spec.diagnostics.profile.is_some();
    match interruption {
        Interruption::Checked => look_at_epochs(&mut store, control.clone(), profiled),
        Interruption::Unchecked if control.limits.cpu_millis.is_some() => {
            return Err(HostError::Spec("a share of processors needs code with checks"));
        }
        Interruption::Unchecked if profiled => {
            return Err(HostError::Spec("a profile needs code with checks"));
        }
        Interruption::Unchecked => look_at_calls(&mut store, control.clone()),
    }
    if profiled {
        let what = match &inner.code {
            Code::Core(pre) => Profiled::Module(pre.module()),
            Code::Component { pre, .. } => Profiled::Component(pre.component()),
        };
        let session = ProfilerSession::start(engine, &inner.name, TICK, what)?;
        store.data_mut().profiler = Some(session);
    }

    Ok(Guest {
        handle: GuestHandle { control, ledger },
        program: program.clone(),
        store,
        entry: spec.entry,
        diagnostics: spec.diagnostics,
        ticker: ticker.clone(),
    })
}

/// Stops the guest, or lets its neighbours go on, wherever it is when an epoch begins.
fn look_at_epochs(store: &mut Store<GuestState>, control: Arc<Control>, profiled: bool) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |store| {
        if profiled {
            ProfilerSession::on_epoch(store);
        }
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
        Output::Fd(fd) => {
            Sink::new(fd, control, terminal).map_err(|source| HostError::Stream { stream, source })
        }
    }
}

/// Host memory that the guest's handles stand for.
pub(super) fn held(store: &mut Store<GuestState>) -> u64 {
    store.data_mut().ctx().table.iter_mut().count() as u64 * HANDLE
}
