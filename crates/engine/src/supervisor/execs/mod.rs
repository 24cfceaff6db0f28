//! Other programs in a running container: from its own files, or from the toolbox.
//!
//! An exec lives as long as its daemon: it is written down nowhere, and the next daemon ends what is left of it.

mod kin;
mod program;

pub(crate) use kin::Processes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sampan_api::exec::{ExecCreateRequest, ExecCreateResponse, ExecInspect, ExecStartRequest, ProcessConfig};
use sampan_runtime::{Attach, Container, TerminalSize};
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, Digest, Signal, TRACES};
use tokio::sync::watch;

use super::cell::Cell;
use super::error::{Result, SupervisorError, step};
use super::life::{cannot_start, restarting};
use super::{Attached, InputOver, Supervisor};

/// One exec.
pub(crate) struct Exec {
    pub(crate) id: ContainerId,
    container: ContainerId,
    pub(crate) request: ExecCreateRequest,
    /// Its number among the processes of the container.
    pub(crate) number: u32,
    state: Mutex<ExecState>,
}

#[derive(Default)]
struct ExecState {
    running: bool,
    code: Option<i64>,
    hold: Option<Arc<dyn Container>>,
    /// Turns true with the exit code.
    settled: watch::Sender<bool>,
}

/// All execs.
#[derive(Default)]
pub(crate) struct Execs {
    all: Mutex<HashMap<String, Arc<Exec>>>,
    /// The digest of the toolbox, once it was needed.
    toolbox: OnceLock<Digest>,
}

impl Execs {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Exec>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exec {
    fn state(&self) -> MutexGuard<'_, ExecState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it with its container.
    pub(crate) fn end(&self) {
        if let Some(hold) = &self.state().hold {
            hold.kill(Signal::Kill);
        }
    }

    pub(crate) fn words(&self) -> &[String] {
        self.request
            .cmd
            .as_ref()
            .map(|cmd| cmd.0.as_slice())
            .unwrap_or_default()
    }

    /// The program itself, while it runs.
    pub(crate) fn hold(&self) -> Option<Arc<dyn Container>> {
        self.state().hold.clone()
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.state().hold.as_ref().and_then(|hold| hold.pid())
    }
}

impl Supervisor {
    /// Prepares another program in a running container.
    pub async fn exec_create(
        &self,
        container: &str,
        request: ExecCreateRequest,
    ) -> Result<ExecCreateResponse> {
        let cell = self.shared.find(container)?;
        check_active(&cell)?;
        if request.cmd.as_ref().is_none_or(|cmd| cmd.is_empty()) {
            return Err(SupervisorError::Invalid("No exec command specified".to_owned()));
        }
        if request.privileged && cell.record().kind != Kind::Linux {
            return Err(SupervisorError::Invalid(
                "privileged mode needs a Linux container, and this container is Wasm".to_owned(),
            ));
        }
        let exec = self.new_exec(&cell, request)?;
        Ok(ExecCreateResponse {
            id: exec.id.to_string(),
        })
    }

    pub(crate) fn new_exec(&self, cell: &Arc<Cell>, request: ExecCreateRequest) -> Result<Arc<Exec>> {
        let exec = Arc::new(Exec {
            id: super::new_id()?,
            number: cell.live().processes.next(),
            container: cell.id.clone(),
            request,
            state: Mutex::default(),
        });
        cell.live().execs.push(exec.clone());
        self.shared.execs.all().insert(exec.id.to_string(), exec.clone());
        self.exec_event(cell, &exec, "exec_create");
        Ok(exec)
    }

    pub(crate) fn find_exec(&self, id: &str) -> Result<(Arc<Exec>, Arc<Cell>)> {
        let missing = || SupervisorError::NoExec(id.to_owned());
        let exec = self.shared.execs.all().get(id).cloned().ok_or_else(missing)?;
        let cell = self.shared.find(exec.container.as_str()).map_err(|_| missing())?;
        Ok((exec, cell))
    }

    /// Starts an exec; `None` where it was asked to be detached.
    #[tracing::instrument(name = "exec.start", target = TRACES, level = "trace", skip_all, fields(exec.id = exec))]
    pub async fn exec_start(&self, exec: &str, request: &ExecStartRequest) -> Result<Option<Attached>> {
        let (exec, cell) = self.find_exec(exec)?;
        check_active(&cell)?;
        let size = request.console_size.or(exec.request.console_size);
        let hold = self.run_exec(&cell, &exec, size, request.detach).await?;
        if request.detach {
            hold.start().await.map_err(not_executed)?;
            return Ok(None);
        }
        // Joined before anything runs, so that nothing of its output is missed.
        let attach = Attach {
            stdin: exec.request.attach_stdin,
            stdout: exec.request.attach_stdout,
            stderr: exec.request.attach_stderr,
        };
        let begun = async {
            let stream = hold.join(attach).await?;
            hold.start().await?;
            Ok::<_, sampan_runtime::RuntimeError>(stream)
        };
        match begun.await {
            Ok(stream) => Ok(Some(Attached {
                settled: Some(exec.state().settled.subscribe()),
                terminal: exec.request.tty,
                logs: None,
                stream: Some(stream),
                stdin: exec.request.attach_stdin,
                over: InputOver {
                    hold: Some(hold.clone()),
                    ..InputOver::default()
                },
            })),
            Err(error) => {
                hold.kill(Signal::Kill);
                Err(not_executed(error))
            }
        }
    }

    /// Prepares an exec at its runtime and watches for its end. Whoever called starts it.
    pub(crate) async fn run_exec(
        &self,
        cell: &Arc<Cell>,
        exec: &Arc<Exec>,
        size: Option<[u64; 2]>,
        detached: bool,
    ) -> Result<Arc<dyn Container>> {
        {
            let mut state = exec.state();
            let conflict = |what| {
                Err(SupervisorError::Conflict(format!(
                    "exec command {} {what}",
                    exec.id
                )))
            };
            if state.code.is_some() {
                return conflict("has already run");
            }
            if state.running {
                return conflict("is already running");
            }
            state.running = true;
        }
        self.exec_event(cell, exec, "exec_start");
        let made = async {
            step!("supervisor::exec::create");
            if cell.record().kind == Kind::Linux {
                let container = cell.live().hold.clone();
                let container = container.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
                let spec = self.linux_exec(cell, exec, size, detached);
                return Ok(container.exec(spec).await?);
            }
            let (spec, kind) = self.exec_spec(cell, exec, size, detached).await?;
            Ok(self.shared.engine.runtime(kind)?.clone().create(spec).await?)
        };
        let hold = match made.await {
            Ok(hold) => hold,
            Err(error) => {
                let mut state = exec.state();
                state.running = false;
                state.code = Some(match &error {
                    SupervisorError::CannotStart { code, .. } => i64::from(*code),
                    _ => 126,
                });
                return Err(error);
            }
        };
        exec.state().hold = Some(hold.clone());
        let (me, cell, exec, watched) = (self.clone(), cell.clone(), exec.clone(), hold.clone());
        tokio::spawn(async move {
            let ending = watched.wait().await;
            let _settling = me.shared.settling.subscribe();
            let code = ending.map_or(126, |ending| i64::from(ending.code()));
            watched.release().await;
            {
                let mut state = exec.state();
                state.running = false;
                state.code = Some(code);
                state.hold = None;
                state.settled.send_replace(true);
            }
            cell.live().execs.retain(|other| other.id != exec.id);
            let attributes = [("execID", exec.id.to_string()), ("exitCode", code.to_string())];
            me.container_event(&cell, "exec_die", &attributes);
        });
        Ok(hold)
    }

    /// Everything about an exec.
    pub fn exec_inspect(&self, exec: &str) -> Result<ExecInspect> {
        let (exec, _) = self.find_exec(exec)?;
        let (running, exit_code) = {
            let state = exec.state();
            (state.running, state.code)
        };
        let request = &exec.request;
        let (first, rest) = exec.words().split_first().unwrap_or((&request.user, &[]));
        Ok(ExecInspect {
            id: exec.id.to_string(),
            running,
            exit_code,
            process_config: ProcessConfig {
                tty: request.tty,
                entrypoint: first.clone(),
                arguments: rest.to_vec(),
                privileged: Some(request.privileged),
                user: request.user.clone(),
            },
            open_stdin: request.attach_stdin,
            open_stderr: request.attach_stderr,
            open_stdout: request.attach_stdout,
            can_remove: exit_code.is_some(),
            container_id: exec.container.to_string(),
            detach_keys: request.detach_keys.clone(),
            pid: exec.pid().map_or(0, i64::from),
        })
    }

    /// Tells the terminal of an exec its size.
    pub async fn exec_resize(&self, exec: &str, size: TerminalSize) -> Result<()> {
        let (exec, _) = self.find_exec(exec)?;
        let hold = exec.state().hold.clone();
        match hold {
            Some(hold) => Ok(hold.resize(size).await?),
            None => Err(SupervisorError::Conflict(format!(
                "exec {} is not running",
                exec.id
            ))),
        }
    }

    /// Forgets the execs of a container that goes.
    pub(crate) fn forget_execs(&self, cell: &Cell) {
        self.shared
            .execs
            .all()
            .retain(|_, exec| exec.container != cell.id);
    }

    fn exec_event(&self, cell: &Cell, exec: &Exec, what: &str) {
        let action = format!("{what}: {}", exec.words().join(" "));
        self.container_event(cell, &action, &[("execID", exec.id.to_string())]);
    }
}

/// Why another program could not be executed, in the words by which clients know the exit code.
fn not_executed(error: sampan_runtime::RuntimeError) -> SupervisorError {
    match cannot_start(error.into()) {
        SupervisorError::CannotStart {
            message,
            code,
            source,
        } => {
            let start = "failed to create task for container: ";
            let why = message.strip_prefix(start).unwrap_or(&message);
            SupervisorError::CannotStart {
                message: format!(
                    "OCI runtime exec failed: exec failed: unable to start container process: {why}"
                ),
                code,
                source,
            }
        }
        other => other,
    }
}

/// That something can be executed in it.
fn check_active(cell: &Cell) -> Result<()> {
    let live = cell.live();
    if !live.state.running {
        return Err(SupervisorError::not_running(&cell.id));
    }
    if live.state.paused {
        return Err(SupervisorError::Conflict(format!(
            "Container {} is paused, unpause the container before exec",
            cell.id
        )));
    }
    if live.state.restarting {
        drop(live);
        return Err(restarting(cell));
    }
    Ok(())
}
