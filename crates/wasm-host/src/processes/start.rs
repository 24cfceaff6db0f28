//! Starts a program for a guest: with its files and grants, and what is left of its limits.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use sampan_types::{ByteCount, Limits, Serving, Signal};
use tokio::sync::oneshot;
use wasmtime::Caller;

use super::capture::Capture;
use super::link::{Errno, memory};
use super::request::{Request, Target};
use super::{Child, NotStarted, Processes, Runs, Start, StartProgram, Started, Within, folders};
use crate::control::Control;
use crate::spec::{GuestSpec, Input, Output, Stdio};
use crate::state::GuestState;
use crate::{Diagnostics, Pipe, tell};

pub(super) async fn start(caller: &mut Caller<'_, GuestState>, request: u32) -> Result<i32, Errno> {
    let memory = memory(caller)?;
    let state = caller.data();
    let tools = state.tools.as_ref().ok_or(Errno::NOTSUP)?;
    if tools.child.is_some() {
        return Err(Errno::AGAIN);
    }
    let host = tools.host.clone();
    let request = Request::read(memory, &*caller, request)?;
    let program = match request.program.starts_with('/') {
        true => StartProgram::File(open(caller.data(), &request.program)?),
        false if request.program.is_empty() || request.program.contains('/') => return Err(Errno::INVAL),
        false => StartProgram::Named(request.program.clone()),
    };
    let name = request.args.first().unwrap_or(&request.program).clone();
    let (spec, capture, errors) = spec(caller.data(), request)?;
    let control = caller.data().limiter.shared_control();
    let runs = match begun(host, Start { program, spec }, &control).await? {
        Ok(started) => Runs::Here(started),
        Err(NotStarted::Missing) => return Err(Errno::NOENT),
        Err(NotStarted::Busy) => return Err(Errno::AGAIN),
        Err(NotStarted::Refused(why)) => {
            if let Some(errors) = &errors {
                tell(&**errors, &format!("{name}: {why}")).await;
            }
            Runs::Refused
        }
    };
    // Only now, so that captured output ends with the program.
    drop(errors);
    let tools = caller.data_mut().tools.as_mut().ok_or(Errno::NOTSUP)?;
    tools.handles = tools.handles.wrapping_add(1).max(0);
    tools.child = Some(Child {
        handle: tools.handles,
        capture,
        runs,
    });
    Ok(tools.handles)
}

/// Has it started. Where the guest is interrupted meanwhile, what starts nevertheless is ended at once.
async fn begun(
    host: Arc<dyn Processes>,
    start: Start,
    control: &Control,
) -> Result<Result<Started, NotStarted>, Errno> {
    if !control.takes_interrupts() {
        return Ok(host.start(start).await);
    }
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        if let Err(Ok(started)) = tell.send(host.start(start).await) {
            started.handle.kill(Signal::Kill);
        }
    });
    let told = control.unless_interrupted(told).await?;
    told.map_err(|_| Errno::IO)
}

fn open(state: &GuestState, path: &str) -> io::Result<std::fs::File> {
    let root = state.tools.iter().flat_map(|tools| &tools.root);
    let root = root.map(|root| (Path::new("/"), root.path.as_path()));
    let grants = &state.online.grants;
    let mounts = grants
        .mounts
        .iter()
        .map(|m| (m.target.as_path(), m.source.as_path()));
    let dirs = state.tools.iter().flat_map(|tools| &tools.tmpfs_dirs);
    let tmpfs = grants.tmpfs.iter().zip(dirs);
    let tmpfs = tmpfs.map(|(tmpfs, dir)| (tmpfs.target.as_path(), dir.path.as_path()));
    folders::open(root.chain(mounts).chain(tmpfs), path)
}

type Made = (GuestSpec, Option<Arc<Capture>>, Option<Arc<dyn Pipe>>);

fn spec(state: &GuestState, request: Request) -> Result<Made, Errno> {
    let tools = state.tools.as_ref().ok_or(Errno::NOTSUP)?;
    let own = &state.preview1;
    let limits = left(state, request.input.len())?;
    let mut capture = None;
    let mut output = |target, number| match target {
        Target::Out => (own.stdout.pipe(), own.stdout.at_terminal()),
        Target::Err => (own.stderr.pipe(), own.stderr.at_terminal()),
        Target::Captured => {
            let capture: &mut Arc<Capture> = capture.get_or_insert_default();
            (Some(capture.end(number)), false)
        }
        Target::Nowhere => (None, false),
    };
    let (stdout, out_terminal) = output(request.stdout, 1);
    let (stderr, err_terminal) = output(request.stderr, 2);
    let goes_on = own.stdin.pipe().filter(|_| request.input_goes_on);
    let stdio = Stdio {
        terminals: [
            request.input_goes_on && own.stdin.at_terminal(),
            out_terminal,
            err_terminal,
        ],
        stdin: match (request.input.is_empty(), goes_on) {
            (true, None) => Input::Null,
            (true, Some(pipe)) => Input::Pipe(pipe),
            (false, rest) => Input::Pipe(Arc::new(Begun {
                first: Mutex::new(request.input.into()),
                rest,
            })),
        },
        stdout: stdout.map_or(Output::Null, Output::Pipe),
        stderr: stderr.clone().map_or(Output::Null, Output::Pipe),
    };
    let spec = GuestSpec {
        args: request.args,
        env: request.env,
        cwd: Some(request.cwd).filter(|cwd| cwd.starts_with('/')),
        stdio,
        root: tools.root.clone(),
        grants: (*state.online.grants).clone(),
        tmpfs_dirs: tools.tmpfs_dirs.clone(),
        limits,
        entry: None,
        calls: false,
        listeners: Vec::new(),
        serving: Serving::default(),
        beside: None,
        access_log: None,
        diagnostics: Diagnostics::default(),
        mode: state.online.mode,
        surroundings: state.online.surroundings.clone(),
        ledger: Some(state.online.ledger.clone()),
        processes: None,
        within: Some(Within {
            control: state.limiter.shared_control(),
            space: own.files.space(),
        }),
    };
    Ok((spec, capture, stderr))
}

/// What a guest has left of its limits. Memory, disk, output and the share of processors are counted on while both
/// run, by [`Within`].
fn left(state: &GuestState, input: usize) -> Result<Limits, Errno> {
    let control: &Control = state.limiter.control();
    let limits = control.limits_now();
    let usage = control.usage();
    let host_memory = limits.host_memory.get().checked_sub(input as u64);
    Ok(Limits {
        host_memory: ByteCount::new(host_memory.ok_or(Errno::AGAIN)?),
        table_elements: limits.table_elements.saturating_sub(usage.table_elements),
        instances: limits.instances.saturating_sub(usage.instances),
        wall_time: limits.wall_time.map(|most| most.saturating_sub(usage.wall_time)),
        cpu_time: limits.cpu_time.map(|most| most.saturating_sub(usage.cpu_time)),
        open_files: limits.open_files.saturating_sub(state.preview1.files.open()),
        ..limits
    })
}

/// Bytes, and then another stream where there is one.
struct Begun {
    first: Mutex<VecDeque<u8>>,
    rest: Option<Arc<dyn Pipe>>,
}

impl Pipe for Begun {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if !first.is_empty() {
            return io::Read::read(&mut *first, buffer);
        }
        drop(first);
        self.rest.as_ref().map_or(Ok(0), |rest| rest.try_read(buffer))
    }

    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.rest {
            Some(rest) if first.is_empty() => rest.poll_ready(cx),
            _ => Poll::Ready(()),
        }
    }
}
