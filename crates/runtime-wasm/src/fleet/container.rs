//! One container in a worker, as the engine holds it.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::{
    Attach, Container, ContainerSpec, KeptStreams, Logs, NetworkPlace, RuntimeError, TerminalSize,
};
use sampan_types::{Ending, Limits, Signal, Usage, Used};

use super::FleetError;
use super::code::Code;
use super::crew::Crew;
use super::kin::Answers;
use super::online::Online;
use super::place::Place;
use super::worker::{Asking, NotDone, Tenant, Worker};
use crate::packet::FDS_MAX;
use crate::worker::{GuestOrder, Order};

/// How often another worker is looked for when one is full or gone.
const TRIES: usize = 4;

pub(super) struct FleetContainer {
    crew: Arc<Crew>,
    tenant: Arc<Tenant>,
    stage: Mutex<Stage>,
}

enum Stage {
    Created(Box<Created>),
    Starting,
    /// It was let in.
    Started(Arc<Worker>),
    /// It could not be started.
    Failed,
}

struct Created {
    code: Arc<Code>,
    spec: ContainerSpec,
    streams: KeptStreams,
    kin: Option<u32>,
    attached: Vec<(Attach, OwnedFd)>,
    /// Whether one of them has said all already.
    input_over: bool,
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
        Arc::new(Self {
            crew,
            tenant,
            stage: Mutex::new(Stage::Created(Box::new(Created {
                code,
                spec,
                streams,
                kin,
                attached: Vec::new(),
                input_over: false,
            }))),
        })
    }

    pub(super) fn found(crew: Arc<Crew>, worker: Arc<Worker>, tenant: Arc<Tenant>) -> Arc<dyn Container> {
        Arc::new(Self {
            crew,
            tenant,
            stage: Mutex::new(Stage::Started(worker)),
        })
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The worker, while it is in one.
    fn worker(&self) -> Option<Arc<Worker>> {
        match &*self.stage() {
            Stage::Started(worker) => Some(worker.clone()),
            _ => None,
        }
    }

    async fn run(&self, mut created: Created) -> Result<Arc<Worker>, RuntimeError> {
        let online = Online::of(&mut created.spec, &created.code, &self.crew)
            .await
            .map_err(backend)?;
        let networked = online.as_ref().is_some_and(Online::needs_sockets);
        let place = Place::of(&created.spec, created.code.reach, networked);
        let mut full = Vec::new();
        let mut going = Going::new(created, online.as_ref())?;
        for _ in 0..TRIES {
            let (worker, admitted) = self
                .crew
                .worker(&place, online.as_ref(), &full)
                .await
                .map_err(RuntimeError::backend)?;
            let started = match &admitted {
                Some(admitted) => match admitted.listeners().await {
                    Ok(inside) => {
                        going.inside = inside;
                        going.start(&worker, &self.tenant).await
                    }
                    Err(error) => Err(NotDone::Failed(error)),
                },
                None => going.start(&worker, &self.tenant).await,
            };
            let error = match started {
                Ok(()) => return Ok(worker),
                Err(error) => error,
            };
            worker.dismiss(&self.tenant);
            if let Some(admitted) = admitted {
                admitted.dismiss().await;
            }
            if matches!(place, Place::Own { .. }) {
                worker.end().await;
            }
            match error {
                // Another one may have room, or live.
                NotDone::Full => full.push(worker),
                NotDone::Failed(FleetError::Worker(_)) if worker.is_gone() => {}
                NotDone::Gone => return Err(RuntimeError::Gone),
                NotDone::Reported(error) => return Err(RuntimeError::backend(error)),
                NotDone::Failed(error) => return Err(RuntimeError::backend(error)),
            }
        }
        Err(RuntimeError::Gone)
    }
}

/// A container on its way into a worker.
struct Going {
    order: GuestOrder,
    code: Arc<Code>,
    log: Logs,
    terminal: Option<(OwnedFd, OwnedFd)>,
    attached: Vec<OwnedFd>,
    listeners: Vec<TcpListener>,
    /// Those that are its in its networks.
    inside: Vec<OwnedFd>,
}

impl Going {
    fn new(created: Created, online: Option<&Online>) -> Result<Self, RuntimeError> {
        let Created {
            code,
            spec,
            streams,
            kin,
            attached,
            input_over,
        } = created;
        let terminal = match streams.terminal {
            Some(size) => Some(terminal(size).map_err(|e| backend(FleetError::Stream("terminal", e)))?),
            None => None,
        };
        let reach = code.reach;
        let (requests, sockets): (Vec<Attach>, Vec<OwnedFd>) = attached.into_iter().unzip();
        let mut grants = spec.grants;
        if !reach.files {
            // It could not use them, and its worker need not see them.
            grants.mounts.clear();
            grants.tmpfs.clear();
        }
        let order = GuestOrder {
            id: spec.id,
            program: code.number,
            args: spec.args,
            env: spec.env,
            cwd: spec.cwd,
            entry: spec.entry,
            root: spec
                .root
                .filter(|_| reach.files)
                .map(|root| (root.path, root.access)),
            grants,
            tmpfs_dirs: match reach.files {
                true => spec.tmpfs_dirs,
                false => Vec::new(),
            },
            limits: spec.limits,
            learn: spec.learn,
            cpu_weight: spec.placement.cpu_weight,
            stdin: streams.stdin,
            stdin_once: streams.stdin_once,
            terminal: terminal.is_some(),
            log: None,
            attached: requests,
            listeners: spec.listeners.len(),
            journal: None,
            kin,
            input_over,
            neighbourhood: online.map(Online::neighbourhood).unwrap_or_default(),
        };
        Ok(Self {
            order,
            code,
            log: streams.log,
            terminal,
            attached: sockets,
            listeners: spec.listeners,
            inside: Vec::new(),
        })
    }

    /// Starts it in a worker. Everything is handed over in copies, so that another can be tried.
    async fn start(&mut self, worker: &Arc<Worker>, tenant: &Arc<Tenant>) -> Result<(), NotDone> {
        worker.load(&self.code).await?;
        let fds = self.descriptors()?;
        worker.admit(tenant);
        let guest = &self.order;
        worker
            .ask(
                |order| Order::Start {
                    order,
                    guest: Box::new(guest.clone()),
                },
                fds,
            )
            .await
    }

    fn descriptors(&mut self) -> Result<Vec<OwnedFd>, NotDone> {
        let stream = |e| NotDone::Failed(FleetError::Stream("streams", e));
        let mut fds: Vec<OwnedFd> = Vec::new();
        if let Some(log) = &self.log.files {
            let file = log.open().map_err(|e| NotDone::Failed(FleetError::Log(e)))?;
            self.order.log = Some(LogOrder {
                size: file.metadata().map_err(stream)?.len(),
                max_size: log.max_size(),
                attrs: log.attrs(),
            });
            fds.push(file.into());
        }
        let terminal = self.terminal.iter().flat_map(|(master, slave)| [master, slave]);
        for fd in terminal.chain(&self.attached) {
            fds.push(fd.try_clone().map_err(stream)?);
        }
        for listener in &self.listeners {
            fds.push(listener.try_clone().map_err(stream)?.into());
        }
        for listener in &self.inside {
            fds.push(listener.try_clone().map_err(stream)?);
        }
        self.order.listeners = self.listeners.len() + self.inside.len();
        if let Some(journal) = &self.log.journal {
            let socket = journal
                .connect()
                .map_err(|e| NotDone::Failed(FleetError::Log(e)))?;
            self.order.journal = Some(JournalOrder {
                fields: journal.fields(),
                lossy_buffer: journal.lossy_buffer(),
            });
            fds.push(socket);
        }
        // One place stays for a document that fits no packet.
        if fds.len() >= FDS_MAX {
            return Err(NotDone::Failed(FleetError::Stream(
                "streams",
                std::io::Error::from(std::io::ErrorKind::QuotaExceeded),
            )));
        }
        Ok(fds)
    }
}

fn backend(error: FleetError) -> RuntimeError {
    RuntimeError::backend(error)
}

/// The two ends of a new terminal.
fn terminal(size: TerminalSize) -> std::io::Result<(OwnedFd, OwnedFd)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
    let slave = rustix::fs::open(name.as_c_str(), flags, rustix::fs::Mode::empty())?;
    let size = Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size)?;
    Ok((master, slave))
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
        let started = self.run(*created).await;
        let mut stage = self.stage();
        match started {
            Ok(worker) => {
                *stage = Stage::Started(worker);
                Ok(())
            }
            Err(error) => {
                *stage = Stage::Failed;
                // Who waits already would wait for ever.
                self.tenant.not_begun(&error);
                Err(error)
            }
        }
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
        let changed = self.crew.change_places(&id, places).await.map_err(backend)?;
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
        let Some(worker) = self.worker() else { return };
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
    async fn ask(&self, order: impl FnOnce(u64) -> Order, fds: Vec<OwnedFd>) -> Result<(), RuntimeError> {
        let worker = self.worker().ok_or(RuntimeError::Gone)?;
        match worker.ask(order, fds).await {
            Ok(()) => Ok(()),
            Err(NotDone::Gone | NotDone::Full) => Err(RuntimeError::Gone),
            Err(NotDone::Failed(FleetError::Worker(_))) if worker.is_gone() => Err(RuntimeError::Gone),
            Err(NotDone::Failed(error)) => Err(backend(error)),
            Err(NotDone::Reported(error)) => Err(RuntimeError::backend(error)),
        }
    }
}
