//! One program in a Linux container, as the engine holds it: the container's own, or another one in it.

mod start;

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use async_trait::async_trait;
use rustix::process::{Signal as OsSignal, pidfd_send_signal};
use sampan_runtime::{
    Attach, Container, Counted, ExecSpec, KeptStreams, LinuxSpec, Logs, NetworkPlace, Networking, Resources,
    RuntimeError, TerminalSize,
};
use sampan_types::{ByteCount, ContainerId, Ending, LimitBreach, LimitName, Signal, Usage, Used};
use start::{Created, What};
use tokio::sync::{Notify, OnceCell};

use crate::cgroup::{self, Cgroup, path_of};
use crate::error::LinuxError;
use crate::kin;
use crate::runtime::Shared;
use crate::warden::{Ended, Tenant, Warden, lock};
use crate::wire::{Answer, Order, ProcessOrder};

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
    /// Told when it is known whether it was started.
    settled: Notify,
}

enum Stage {
    Created(Box<Created>),
    Starting,
    Started(Arc<Warden>),
    /// It could not be started.
    Failed,
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
            settled: Notify::new(),
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

    /// What the kernel counts of it while it runs.
    fn count(&self) -> Option<Counted> {
        match cgroup::are_had() {
            true => self.limits().ok()?.counted().ok(),
            false => self.pid().map(kin::counted),
        }
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
                self.settled.notify_waiters();
                Ok(())
            }
            Err(error) => {
                *self.stage() = Stage::Failed;
                self.settled.notify_waiters();
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
        let Some(counted) = self.count() else {
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

    async fn starves(&self) {
        self.tenant.starved.notified().await;
    }

    fn ran_out_of_memory(&self) -> bool {
        matches!(&*self.tenant.ended.borrow(), Some(Ended::Told(end)) if end.out_of_memory)
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
        let mut pids = match cgroup::are_had() {
            true => self.limits().ok()?.pids().ok()?,
            false => kin::of(first),
        };
        pids.retain(|pid| *pid != first);
        pids.insert(0, first);
        Some(pids)
    }

    async fn counted(&self) -> Option<Box<Counted>> {
        if let Some(Ended::Told(end)) = &*self.tenant.ended.borrow() {
            return end.counted.clone();
        }
        self.count().map(Box::new)
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
        // A short program has ended before its start is answered.
        let warden = loop {
            let settled = self.settled.notified();
            match &*self.stage() {
                Stage::Starting => {}
                Stage::Started(warden) => break Some(warden.clone()),
                Stage::Created(_) | Stage::Failed => break None,
            }
            settled.await;
        };
        if let Some(warden) = warden {
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
