//! One program in a Linux container, as the engine holds it: the container's own, or another one in it.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use async_trait::async_trait;
use rustix::process::{Pid, Signal as OsSignal, kill_process, pidfd_send_signal};
use sampan_process::packet::PacketError;
use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::linux::Namespace;
use sampan_runtime::{
    Attach, Container, Counted, ExecSpec, KeptStreams, LinuxSpec, Logs, NetworkPlace, Networking, Resources,
    RuntimeError, TerminalSize,
};
use sampan_types::{ByteCount, ContainerId, Ending, LimitBreach, LimitName, Signal, Usage, Used};
use tokio::sync::OnceCell;

use crate::cgroup::{Cgroup, path_of};
use crate::error::LinuxError;
use crate::net::Plugged;
use crate::runtime::Shared;
use crate::warden::{Ended, Tenant, Warden, lock};
use crate::wire::{Answer, End, Failure, GuestOrder, Order, ProcessOrder, StreamsOrder};

pub(crate) struct LinuxContainer {
    shared: Arc<Shared>,
    tenant: Arc<Tenant>,
    stage: Mutex<Stage>,
    /// Of a container's own program: what the kernel counts and limits.
    cgroup: OnceLock<Cgroup>,
    /// For people, at an end for want of memory.
    memory: Mutex<Option<i64>>,
    /// Whether what it had of networks has been taken away, once.
    unplugged: OnceCell<()>,
}

enum Stage {
    Created(Box<Created>),
    Starting,
    Started(Arc<Warden>),
    /// It could not be started.
    Failed,
}

struct Created {
    what: What,
    process: ProcessOrder,
    streams: KeptStreams,
    attached: Vec<(Attach, OwnedFd)>,
    input_over: bool,
}

enum What {
    Guest(Box<LinuxSpec>, Box<Networking>),
    Exec(Arc<Warden>),
}

fn backend(error: LinuxError) -> RuntimeError {
    RuntimeError::backend(error)
}

impl LinuxContainer {
    fn new(shared: Arc<Shared>, tenant: Arc<Tenant>, stage: Stage) -> Arc<Self> {
        Arc::new(Self {
            shared,
            tenant,
            stage: Mutex::new(stage),
            cgroup: OnceLock::new(),
            memory: Mutex::default(),
            unplugged: OnceCell::new(),
        })
    }

    fn waiting(
        shared: Arc<Shared>,
        id: ContainerId,
        what: What,
        process: ProcessOrder,
        streams: KeptStreams,
    ) -> Arc<Self> {
        let tenant = Tenant::new(id, streams.log.clone());
        let created = Created {
            what,
            process,
            streams,
            attached: Vec::new(),
            input_over: false,
        };
        Self::new(shared, tenant, Stage::Created(Box::new(created)))
    }

    pub(crate) fn created(
        shared: Arc<Shared>,
        id: ContainerId,
        linux: LinuxSpec,
        networking: Networking,
        process: ProcessOrder,
        streams: KeptStreams,
    ) -> Arc<dyn Container> {
        let cgroup = Cgroup::new(path_of(&id, &linux.cgroup_parent));
        let memory = linux.resources.memory;
        let container = Self::waiting(
            shared,
            id,
            What::Guest(Box::new(linux), Box::new(networking)),
            process,
            streams,
        );
        container.cgroup.get_or_init(|| cgroup);
        *lock(&container.memory) = memory;
        container
    }

    pub(crate) fn found(shared: Arc<Shared>, warden: Arc<Warden>, tenant: Arc<Tenant>) -> Arc<dyn Container> {
        let own = tenant.id == warden.id;
        let cgroup = own.then(|| warden.cgroup()).flatten();
        let container = Self::new(shared, tenant, Stage::Started(warden));
        if let Some(cgroup) = cgroup {
            container.cgroup.get_or_init(|| cgroup);
        }
        container
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        lock(&self.stage)
    }

    fn warden(&self) -> Option<Arc<Warden>> {
        match &*self.stage() {
            Stage::Started(warden) => Some(warden.clone()),
            _ => None,
        }
    }

    /// Whether it is a container's own program.
    fn is_container(&self) -> bool {
        match &*self.stage() {
            Stage::Started(warden) => warden.id == self.tenant.id,
            _ => false,
        }
    }

    fn is_running(&self) -> bool {
        self.tenant.pid().is_some()
    }

    fn limits(&self) -> Result<Cgroup, RuntimeError> {
        let cgroup = self.cgroup.get().cloned().filter(|_| self.is_running());
        cgroup.ok_or(RuntimeError::Gone)
    }

    async fn run(&self, created: Created) -> Result<Arc<Warden>, LinuxError> {
        let Created {
            what,
            process,
            streams,
            attached,
            input_over,
        } = created;
        let (streams, fds) = ordered(streams, attached, input_over)?;
        match what {
            What::Guest(linux, networking) => {
                let joins = self.joins(&linux)?;
                let id = &self.tenant.id;
                // The kernel makes interfaces while the monitor begins.
                let (monitor, plugged) =
                    tokio::join!(self.shared.monitor(id), self.shared.plug(id, *networking));
                let (warden, monitor, plugged) = self.both(monitor, plugged).await?;
                warden.admit(&self.tenant);
                let guest = Box::new(GuestOrder {
                    process,
                    linux: *linux,
                    joins,
                    plugged: plugged.is_some(),
                });
                let network = plugged.map(|plugged| plugged.namespace);
                let fds = network.into_iter().chain(fds).collect();
                let start = |order| Order::Start {
                    order,
                    guest,
                    streams: Box::new(streams),
                };
                let started = warden
                    .ask(start, fds)
                    .await
                    .and_then(|answer| self.started(answer));
                match started {
                    Ok(()) => {
                        self.shared.runs(&self.tenant);
                        Ok(warden)
                    }
                    Err(error) => {
                        // A monitor whose container did not start has cleared up and ends by itself. One that hangs or
                        // fell is ended, and cleared up after.
                        warden.dismiss(&self.tenant.id);
                        if let LinuxError::Monitor(lost) = &error {
                            if matches!(lost, PacketError::Silent)
                                && let Some(pid) = i32::try_from(monitor).ok().and_then(Pid::from_raw)
                            {
                                // It fails only where the process has ended by itself.
                                let _ = kill_process(pid, OsSignal::KILL);
                            }
                            warden.clear().await;
                        }
                        self.shared.unplug(&self.tenant.id).await;
                        Err(error)
                    }
                }
            }
            What::Exec(warden) => {
                warden.admit(&self.tenant);
                let id = self.tenant.id.clone();
                let exec = |order| Order::Exec {
                    order,
                    id,
                    process: Box::new(process),
                    streams: Box::new(streams),
                };
                let started = warden
                    .ask(exec, fds)
                    .await
                    .and_then(|answer| self.started(answer));
                match started {
                    Ok(()) => Ok(warden),
                    Err(error) => {
                        warden.dismiss(&self.tenant.id);
                        Err(error)
                    }
                }
            }
        }
    }

    /// A monitor and networks, or neither.
    async fn both(
        &self,
        monitor: Result<(Arc<Warden>, u32), LinuxError>,
        plugged: Result<Option<Plugged>, LinuxError>,
    ) -> Result<(Arc<Warden>, u32, Option<Plugged>), LinuxError> {
        let noted = match (&monitor, &plugged) {
            (Ok((warden, _)), Ok(Some(plugged))) => warden.note(&plugged.wired),
            _ => Ok(()),
        };
        match (monitor, plugged, noted) {
            (Ok((warden, pid)), Ok(plugged), Ok(())) => Ok((warden, pid, plugged)),
            (Ok((warden, _)), plugged, noted) => {
                // It has begun nothing, and ends.
                let id = self.tenant.id.clone();
                warden.tell(Order::Release { id });
                warden.clear().await;
                let refused = match plugged {
                    Ok(_) => {
                        self.shared.unplug(&self.tenant.id).await;
                        noted.err().unwrap_or(LinuxError::Answer)
                    }
                    Err(error) => error,
                };
                Err(refused)
            }
            (Err(error), plugged, _) => {
                if plugged.is_ok() {
                    self.shared.unplug(&self.tenant.id).await;
                }
                Err(error)
            }
        }
    }

    fn started(&self, (answer, fds): (Answer, Vec<OwnedFd>)) -> Result<(), LinuxError> {
        match answer {
            Answer::Started { pid, warnings } => {
                for warning in warnings {
                    tracing::warn!(id = self.tenant.id.short(), "{warning}");
                }
                self.tenant.runs(pid, fds.into_iter().next());
                Ok(())
            }
            Answer::Failed { failure } => Err(LinuxError::Failed(failure)),
            Answer::Gone => Err(LinuxError::NotRunning(self.tenant.id.to_string())),
            Answer::Done => Err(LinuxError::Answer),
        }
    }

    /// A process of each container whose namespaces are to be joined.
    fn joins(&self, linux: &LinuxSpec) -> Result<BTreeMap<ContainerId, u32>, LinuxError> {
        let spaces = &linux.namespaces;
        let mut joins = BTreeMap::new();
        for whose in [&spaces.pid, &spaces.ipc, &spaces.network] {
            if let Namespace::Of(id) = whose {
                let pid = self.shared.pid_of(id);
                let pid = pid.ok_or_else(|| LinuxError::NotRunning(id.to_string()))?;
                joins.insert(id.clone(), pid);
            }
        }
        Ok(joins)
    }

    /// Why it could not be started, which for a program that is not there is an end as well.
    fn not_started(&self, error: &LinuxError) {
        let code = match error {
            LinuxError::Failed(failure) => Failure::code(failure),
            _ => 126,
        };
        self.tenant.end(Ended::Told(Box::new(End {
            code,
            out_of_memory: false,
            usage: Usage::default(),
            counted: None,
        })));
    }

    fn signal_process(&self, number: u8) -> bool {
        let Some(pidfd) = self.tenant.pidfd() else {
            return false;
        };
        match numbered(number) {
            // It fails only where the process has ended already.
            Some(signal) => drop(pidfd_send_signal(pidfd, signal)),
            None => return false,
        }
        true
    }
}

/// What a monitor is told of streams, with the descriptors for it.
fn ordered(
    streams: KeptStreams,
    attached: Vec<(Attach, OwnedFd)>,
    input_over: bool,
) -> Result<(StreamsOrder, Vec<OwnedFd>), LinuxError> {
    let mut fds = Vec::new();
    let log = match &streams.log.files {
        Some(files) => {
            let file = files.open().map_err(LinuxError::Log)?;
            let size = file.metadata().map_err(LinuxError::Log)?.len();
            fds.push(file.into());
            Some(LogOrder {
                size,
                max_size: files.max_size(),
                attrs: files.attrs(),
            })
        }
        None => None,
    };
    let journal = match &streams.log.journal {
        Some(sink) => {
            fds.push(sink.connect().map_err(LinuxError::Log)?);
            Some(JournalOrder {
                fields: sink.fields(),
                lossy_buffer: sink.lossy_buffer(),
            })
        }
        None => None,
    };
    let (attached, sockets): (Vec<Attach>, Vec<OwnedFd>) = attached.into_iter().unzip();
    fds.extend(sockets);
    let order = StreamsOrder {
        stdin: streams.stdin,
        stdin_once: streams.stdin_once,
        terminal: streams.terminal,
        log,
        journal,
        attached,
        input_over,
    };
    Ok((order, fds))
}

#[async_trait]
impl Container for LinuxContainer {
    async fn start(&self) -> Result<(), RuntimeError> {
        let created = {
            let mut stage = self.stage();
            match std::mem::replace(&mut *stage, Stage::Starting) {
                Stage::Created(created) => created,
                other => {
                    *stage = other;
                    return Err(RuntimeError::AlreadyStarted);
                }
            }
        };
        match self.run(*created).await {
            Ok(warden) => {
                *self.stage() = Stage::Started(warden);
                Ok(())
            }
            Err(error) => {
                *self.stage() = Stage::Failed;
                self.not_started(&error);
                Err(backend(error))
            }
        }
    }

    async fn wait(&self) -> Result<Ending, RuntimeError> {
        let mut ended = self.tenant.ended.subscribe();
        let ended = ended.wait_for(Option::is_some).await;
        let ended = ended.map_err(|_| RuntimeError::Gone)?.clone();
        if self.is_container() {
            // Before anybody knows who may start it again.
            self.unplugged
                .get_or_init(|| self.shared.unplug(&self.tenant.id))
                .await;
        }
        let ending = match ended.ok_or(RuntimeError::Gone)? {
            Ended::Told(end) if end.out_of_memory && end.code == 137 => Ending::Limited(LimitBreach {
                limit: LimitName::Memory,
                value: match *lock(&self.memory) {
                    Some(bytes) => ByteCount::new(bytes.unsigned_abs()).to_string(),
                    None => "its host".to_owned(),
                },
            }),
            Ended::Told(end) => Ending::Exited { code: end.code },
            Ended::Lost => Ending::Lost {
                how: "its monitor is gone".to_owned(),
            },
        };
        self.shared.rests(&self.tenant);
        Ok(ending)
    }

    fn kill(&self, signal: Signal) {
        self.signal_process(signal.number());
        let mut stage = self.stage();
        if matches!(*stage, Stage::Created(_)) {
            // What never began has ended.
            *stage = Stage::Failed;
            self.tenant.end(Ended::Lost);
        }
    }

    fn signal(&self, number: u8) -> bool {
        self.signal_process(number)
    }

    async fn usage(&self) -> Usage {
        if let Some(Ended::Told(end)) = &*self.tenant.ended.borrow() {
            return end.usage.clone();
        }
        let Ok(counted) = self.limits().and_then(|cgroup| cgroup.counted().map_err(backend)) else {
            return Usage::default();
        };
        Usage {
            memory: ByteCount::new(counted.memory),
            cpu_time: std::time::Duration::from_nanos(counted.cpu[0]),
            instances: counted.pids,
            ..Usage::default()
        }
    }

    async fn used(&self) -> Used {
        Used::default()
    }

    fn pid(&self) -> Option<u32> {
        self.tenant.pid()
    }

    async fn pause(&self, paused: bool) -> Result<(), RuntimeError> {
        self.limits()?.freeze(paused).map_err(backend)
    }

    async fn attach(&self, request: Attach, socket: OwnedFd) -> Result<(), RuntimeError> {
        let warden = match &mut *self.stage() {
            Stage::Created(created) => {
                created.attached.push((request, socket));
                return Ok(());
            }
            Stage::Started(warden) => warden.clone(),
            Stage::Starting | Stage::Failed => return Err(RuntimeError::Gone),
        };
        let id = self.tenant.id.clone();
        let attach = |order| Order::Attach { order, id, request };
        match warden.ask(attach, vec![socket]).await.map_err(backend)? {
            (Answer::Done, _) => Ok(()),
            (Answer::Failed { failure }, _) => Err(backend(LinuxError::Failed(failure))),
            _ => Err(RuntimeError::Gone),
        }
    }

    fn input_over(&self) {
        let warden = match &mut *self.stage() {
            Stage::Created(created) => {
                created.input_over = true;
                return;
            }
            Stage::Started(warden) => warden.clone(),
            Stage::Starting | Stage::Failed => return,
        };
        let id = self.tenant.id.clone();
        warden.tell(Order::InputOver { id });
    }

    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError> {
        let warden = match &mut *self.stage() {
            Stage::Created(created) => {
                if let Some(terminal) = &mut created.streams.terminal {
                    *terminal = size;
                }
                return Ok(());
            }
            Stage::Started(warden) => warden.clone(),
            Stage::Starting | Stage::Failed => return Err(RuntimeError::Gone),
        };
        let id = self.tenant.id.clone();
        warden.tell(Order::Resize { id, size });
        Ok(())
    }

    fn keep_log(&self, logs: Logs) {
        *lock(&self.tenant.log) = logs;
    }

    async fn exec(&self, spec: ExecSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        let warden = self.warden().filter(|_| self.is_running());
        let warden = warden.ok_or(RuntimeError::Gone)?;
        let process = ProcessOrder {
            args: spec.args,
            env: spec.env,
            cwd: spec.cwd,
            identity: spec.identity,
            privileged: spec.privileged,
        };
        let what = What::Exec(warden);
        Ok(Self::waiting(
            self.shared.clone(),
            spec.id,
            what,
            process,
            spec.streams,
        ))
    }

    async fn processes(&self) -> Option<Vec<u32>> {
        let first = self.pid()?;
        let mut pids = self.limits().ok()?.pids().ok()?;
        pids.retain(|pid| *pid != first);
        pids.insert(0, first);
        Some(pids)
    }

    async fn counted(&self) -> Option<Box<Counted>> {
        if let Some(Ended::Told(end)) = &*self.tenant.ended.borrow() {
            return end.counted.clone();
        }
        self.limits().ok()?.counted().ok().map(Box::new)
    }

    async fn root(&self) -> Result<Option<OwnedFd>, RuntimeError> {
        let warden = self.warden().ok_or(RuntimeError::Gone)?;
        match warden.ask(|order| Order::Root { order }, Vec::new()).await {
            Ok((Answer::Done, fds)) => Ok(fds.into_iter().next()),
            Ok(_) => Err(RuntimeError::Gone),
            Err(error) => Err(backend(error)),
        }
    }

    async fn update_resources(&self, resources: &Resources) -> Result<(), RuntimeError> {
        let cgroup = self.limits()?;
        for warning in cgroup.apply(resources).map_err(backend)? {
            tracing::warn!(id = self.tenant.id.short(), "{warning}");
        }
        *lock(&self.memory) = resources.memory;
        Ok(())
    }

    async fn move_to(&self, places: Vec<NetworkPlace>) -> Result<(), RuntimeError> {
        if !self.is_container() {
            return Ok(());
        }
        let (Some(warden), Some(pid)) = (self.warden(), self.pid()) else {
            return Ok(());
        };
        let wired = self
            .shared
            .replug(&self.tenant.id, places, pid)
            .await
            .map_err(backend)?;
        warden.note(&wired).map_err(backend)
    }

    async fn release(&self) {
        if let Some(warden) = self.warden() {
            warden.dismiss(&self.tenant.id);
            warden.tell(Order::Release {
                id: self.tenant.id.clone(),
            });
        }
    }
}

/// Linux's signal of a number, real-time ones included.
fn numbered(number: u8) -> Option<OsSignal> {
    #![allow(unsafe_code)]
    match number {
        // SAFETY: these are numbers of Linux; sending one that the C library uses for itself is the sender's own wish, and
        // concerns another process alone.
        1..=64 => Some(unsafe { OsSignal::from_raw_unchecked(number.into()) }),
        _ => None,
    }
}
