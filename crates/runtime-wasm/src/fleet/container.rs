//! One container in a worker, as the engine holds it.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use sampan_runtime::{
    Attach, Container, ContainerSpec, KeptStreams, Logs, NetworkPlace, RuntimeError, TerminalSize, Version,
};
use sampan_types::{Answering, Call, Called, Ending, Limits, Signal, Usage, Used};
use tokio::sync::Notify;

use super::FleetError;
use super::code::Code;
use super::crew::Crew;
use super::going::Created;
use super::kin::Answers;
use super::start;
use super::worker::{Asking, NotDone, Tenant, Worker};
use crate::worker::Order;

pub(super) struct FleetContainer {
    me: Weak<Self>,
    pub(super) crew: Arc<Crew>,
    pub(super) tenant: Arc<Tenant>,
    stage: Mutex<Stage>,
    /// Told when it is known whether it was let in.
    pub(super) settled: Notify,
}

pub(super) enum Stage {
    Created(Box<Created>),
    Starting,
    /// It is before the worker, with what it was signalled meanwhile.
    Sent(Arc<Worker>, Vec<Signal>),
    /// It was let in.
    Started(Arc<Worker>),
    /// It could not be started.
    Failed,
}

impl FleetContainer {
    pub(super) fn created(
        crew: Arc<Crew>,
        code: Arc<Code>,
        spec: ContainerSpec,
        streams: KeptStreams,
        answers: Option<Answers>,
    ) -> Arc<dyn Container> {
        let kin = answers.as_ref().map(|answers| answers.kin.number());
        let asking = answers.map_or(Asking::Never, |answers| Asking::Answered(Arc::new(answers)));
        let tenant = Tenant::new(spec.id.clone(), streams.log.clone(), asking);
        Self::at(
            crew,
            tenant,
            Stage::Created(Box::new(Created {
                code,
                spec,
                streams,
                kin,
                attached: Vec::new(),
                input_over: false,
            })),
        )
    }

    pub(super) fn found(crew: Arc<Crew>, worker: Arc<Worker>, tenant: Arc<Tenant>) -> Arc<dyn Container> {
        Self::at(crew, tenant, Stage::Started(worker))
    }

    fn at(crew: Arc<Crew>, tenant: Arc<Tenant>, stage: Stage) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            crew,
            tenant,
            stage: Mutex::new(stage),
            settled: Notify::new(),
        })
    }

    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The worker, once it is known whether the container was let in.
    pub(super) async fn settled(&self) -> Option<Arc<Worker>> {
        loop {
            let settled = self.settled.notified();
            match &*self.stage() {
                // A short program may have ended before its start is over.
                Stage::Starting | Stage::Sent(..) => {}
                Stage::Started(worker) => return Some(worker.clone()),
                _ => return None,
            }
            settled.await;
        }
    }

    /// The worker, while it is in one.
    fn worker(&self) -> Option<Arc<Worker>> {
        match &*self.stage() {
            Stage::Started(worker) | Stage::Sent(worker, _) => Some(worker.clone()),
            _ => None,
        }
    }
}

#[async_trait]
impl Container for FleetContainer {
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
        let me = self.me.upgrade().ok_or(RuntimeError::Gone)?;
        start::start(me, *created).await
    }

    async fn wait(&self) -> Result<Ending, RuntimeError> {
        let mut end = self.tenant.end.subscribe();
        // The sender lives as long as the tenant, so waiting cannot fail before an end is there.
        let known = match end.wait_for(Option::is_some).await {
            Ok(known) => known.clone(),
            Err(_) => None,
        };
        // Before its end is told: whoever hears of it may start it again on the same ports.
        self.crew.leave_networks(&self.tenant.id).await;
        match known {
            Some(end) => end.how.map_err(RuntimeError::backend),
            None => Err(RuntimeError::Gone),
        }
    }

    fn kill(&self, signal: Signal) {
        if let Stage::Sent(_, signals) = &mut *self.stage() {
            signals.push(signal);
        }
        if let Some(worker) = self.worker() {
            worker.signal(&self.tenant, signal);
        }
    }

    async fn usage(&self) -> Usage {
        let last = || self.tenant.end.borrow().as_ref().map(|end| end.usage.clone());
        if let Some(usage) = last() {
            return usage;
        }
        let now = match self.worker() {
            Some(worker) => worker.usage(&self.tenant.id).await,
            None => None,
        };
        now.map(|(usage, _)| usage).or_else(last).unwrap_or_default()
    }

    async fn used(&self) -> Used {
        let last = || self.tenant.end.borrow().as_ref().map(|end| end.used.clone());
        if let Some(used) = last() {
            return used;
        }
        let now = match self.worker() {
            Some(worker) => worker.usage(&self.tenant.id).await,
            None => None,
        };
        now.map(|(_, used)| used).or_else(last).unwrap_or_default()
    }

    fn pid(&self) -> Option<u32> {
        let running = self.tenant.end.borrow().is_none();
        self.worker().filter(|_| running).map(|worker| worker.pid)
    }

    async fn pause(&self, paused: bool) -> Result<(), RuntimeError> {
        let id = self.tenant.id.clone();
        self.ask(|order| Order::Pause { order, id, paused }, Vec::new())
            .await
    }

    async fn attach(&self, request: Attach, socket: OwnedFd) -> Result<(), RuntimeError> {
        if let Stage::Created(created) = &mut *self.stage() {
            created.attached.push((request, socket));
            return Ok(());
        }
        let id = self.tenant.id.clone();
        self.ask(|order| Order::Attach { order, id, request }, vec![socket])
            .await
    }

    fn input_over(&self) {
        if let Stage::Created(created) = &mut *self.stage() {
            created.input_over = true;
            return;
        }
        if let Some(worker) = self.worker() {
            worker.tell(Order::InputOver {
                id: self.tenant.id.clone(),
            });
        }
    }

    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError> {
        if let Stage::Created(created) = &mut *self.stage() {
            created.streams.terminal = created.streams.terminal.map(|_| size);
            return Ok(());
        }
        if let Some(worker) = self.worker() {
            worker.tell(Order::Resize {
                id: self.tenant.id.clone(),
                size,
            });
        }
        Ok(())
    }

    async fn update(&self, limits: &Limits, cpu_weight: u64) -> Result<(), RuntimeError> {
        let id = self.tenant.id.clone();
        let limits = Box::new(limits.clone());
        let order = |order| Order::Update {
            order,
            id,
            limits,
            cpu_weight,
        };
        self.ask(order, Vec::new()).await
    }

    async fn call(&self, call: Call) -> Result<Called, RuntimeError> {
        let worker = self.settled().await.ok_or(RuntimeError::Gone)?;
        match worker.call(&self.tenant.id, call).await {
            Ok(called) => Ok(called),
            Err(_) if worker.is_gone() => Ok(Called::Gone),
            Err(error) => Err(RuntimeError::backend(FleetError::Worker(error))),
        }
    }

    async fn prepare(&self, version: Version) -> Result<(), RuntimeError> {
        self.make_ready(version).await
    }

    async fn divide(&self, to: Vec<(u64, u32)>) -> Result<(), RuntimeError> {
        self.divide_requests(to).await
    }

    async fn answering(&self) -> Result<Vec<Answering>, RuntimeError> {
        self.answering_now().await
    }

    fn kill_started(&self, number: u32, signal: Signal) {
        if let Some(worker) = self.worker() {
            worker.tell(Order::Signal {
                id: self.tenant.id.clone(),
                signal,
                started: Some(number),
            });
        }
    }

    async fn started(&self) -> Vec<(u32, Duration)> {
        let Some(worker) = self.worker() else {
            return Vec::new();
        };
        let times = worker.started(&self.tenant.id).await;
        let times = times.into_iter();
        times
            .map(|(number, millis)| (number, Duration::from_millis(millis)))
            .collect()
    }

    async fn move_to(&self, places: Vec<NetworkPlace>) -> Result<(), RuntimeError> {
        if let Stage::Created(created) = &mut *self.stage() {
            created.spec.networking.places = places;
            return Ok(());
        }
        let id = self.tenant.id.clone();
        let changed = self.crew.change_places(&id, places).await;
        let changed = changed.map_err(RuntimeError::backend)?;
        if let (Some(neighbourhood), Some(worker)) = (changed, self.worker()) {
            worker.tell(Order::Neighbours {
                id,
                neighbourhood: Box::new(neighbourhood),
            });
        }
        Ok(())
    }

    fn keep_log(&self, logs: Logs) {
        self.tenant.set_log(logs);
    }

    async fn release(&self) {
        let Some(worker) = self.settled().await else {
            return;
        };
        let there = worker.dismiss(&self.tenant);
        match worker.tag.shared {
            Some(_) if !there => {}
            Some(_) => worker.tell(Order::Release {
                id: self.tenant.id.clone(),
            }),
            None => worker.end().await,
        }
    }
}

impl FleetContainer {
    pub(super) async fn ask(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<(), RuntimeError> {
        let worker = self.settled().await.ok_or(RuntimeError::Gone)?;
        let asked = worker.ask(order, fds).await;
        asked.map_err(|error| Self::not_done(&worker, error))
    }

    /// Why a worker did not do what was asked.
    pub(super) fn not_done(worker: &Worker, error: NotDone) -> RuntimeError {
        match error {
            NotDone::Gone | NotDone::Full => RuntimeError::Gone,
            NotDone::Failed(FleetError::Worker(_)) if worker.is_gone() => RuntimeError::Gone,
            NotDone::Failed(error) => RuntimeError::backend(error),
            NotDone::Reported(error) => RuntimeError::backend(error),
        }
    }
}
