//! The guests of one worker, from their start until the daemon has written down how they ended.

mod versions;

use std::collections::HashMap;
use std::fs::File;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sampan_process::streams::{Parts, Streams, Which};
use sampan_runtime::IDENTITY;
use sampan_types::serving::LogOutput;
use sampan_types::{ByteCount, Called, ContainerId, Serving, Signal};
use sampan_wasm_host::net::{Mode, Neighbours, Surroundings};
use sampan_wasm_host::{
    CachedCode, CodeFacts, Diagnostics, Guest, GuestHandle, GuestSpec, Host, HostError, Processes, Program,
    Reported, RootDir, TmpfsDir,
};
use tokio::runtime::Handle;

use super::kin::{Asks, Children, Kin};
use super::names::Names;
use super::outbox::Outbox;
use super::pipes;
use super::scheduler::{Scheduler, Task};
use super::wire::{Answer, End, GuestOrder, Known, Order, Say};
use crate::error::WasmRuntimeError;

/// How long what a guest wrote last may take to get to those who are attached after its end; dockerd waits as long.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Everything that a worker holds.
pub(super) struct Hosting {
    host: Host,
    scheduler: Scheduler,
    tasks: Handle,
    programs: Mutex<HashMap<u64, Program>>,
    guests: Mutex<HashMap<ContainerId, Arc<Hosted>>>,
    outbox: Arc<Outbox>,
    asks: Asks,
    /// Who knows the names of networks, where that is not the machine.
    names: Option<Arc<Names>>,
}

/// One guest.
struct Hosted {
    handle: GuestHandle,
    streams: Arc<Streams>,
    neighbours: Neighbours,
    task: Mutex<Option<Arc<Task>>>,
    end: Mutex<Option<End>>,
    /// What it has started.
    children: Arc<Children>,
}

impl Hosting {
    pub(super) fn new(
        host: Host,
        tasks: Handle,
        outbox: Arc<Outbox>,
        names: Option<Arc<Names>>,
    ) -> std::io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            scheduler: Scheduler::start(tasks.clone())?,
            host,
            tasks,
            programs: Mutex::default(),
            guests: Mutex::default(),
            outbox,
            asks: Asks::default(),
            names,
        }))
    }

    pub(super) fn asks(&self) -> &Asks {
        &self.asks
    }

    pub(super) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// A program for one run, of code that nobody else asks for by its number.
    pub(super) fn program(
        &self,
        facts: CodeFacts,
        stack: u64,
        fds: Vec<OwnedFd>,
    ) -> Result<Program, HostError> {
        let code = fds.into_iter().next().ok_or(HostError::NoCompiler)?;
        let code = CachedCode {
            file: File::from(code),
        };
        self.host.adopt(code, facts, ByteCount::new(stack))
    }

    pub(super) fn guest_of(&self, program: &Program, spec: GuestSpec) -> Result<Guest, HostError> {
        self.host.guest(program, spec)
    }

    /// Runs what a guest has started.
    pub(super) fn run_beside(&self, cpu_weight: u64, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.scheduler.spawn(cpu_weight, work));
    }

    /// From now on another daemon speaks.
    pub(super) fn other_daemon(&self) {
        self.asks.forget();
        for hosted in lock(&self.guests).values() {
            hosted.streams.other_daemon();
        }
    }

    /// The first words to a daemon.
    pub(super) fn known(&self) -> Vec<Known> {
        let guests = lock(&self.guests);
        guests
            .iter()
            .map(|(id, hosted)| Known {
                id: id.clone(),
                end: lock(&hosted.end).clone().map(Box::new),
            })
            .collect()
    }

    /// Whether nothing is here that a daemon could ask for.
    pub(super) fn is_empty(&self) -> bool {
        lock(&self.guests).is_empty()
    }

    /// Does what a daemon says.
    pub(super) fn obey(self: &Arc<Self>, order: Order, fds: Vec<OwnedFd>) {
        let (number, answer) = match order {
            Order::Load {
                order,
                program,
                facts,
                stack,
            } => (order, self.load(program, facts, stack, fds)),
            Order::Start { order, guest } => (order, self.start(*guest, fds)),
            Order::Pause { order, id, paused } => (order, self.with(&id, |g| g.pause(paused))),
            Order::Update {
                order,
                id,
                limits,
                cpu_weight,
            } => (
                order,
                self.with(&id, |g| {
                    g.handle.update(&limits);
                    if let Some(task) = &*lock(&g.task) {
                        task.set_weight(cpu_weight);
                    }
                    Answer::Done
                }),
            ),
            Order::Attach { order, id, request } => {
                let _tasks = self.tasks.enter();
                let mut fds = fds;
                (
                    order,
                    match (self.guest(&id), fds.pop()) {
                        (Some(guest), Some(socket)) => done(guest.streams.attach(request, socket)),
                        _ => Answer::Gone,
                    },
                )
            }
            Order::Call { order, id, call } => {
                let outbox = self.outbox.clone();
                let tell = move |called| {
                    let called = Box::new(called);
                    outbox.say(&Say::Answer {
                        order,
                        answer: Answer::Called { called },
                    });
                };
                match self.guest(&id) {
                    Some(guest) => guest.handle.call(*call, tell),
                    None => tell(Called::Gone),
                }
                return;
            }
            Order::Prepare { order, id, version } => {
                self.prepare(order, &id, *version, fds);
                return;
            }
            Order::Divide { order, id, to } => (order, self.divide(&id, &to)),
            Order::Answering { order, id } => (order, self.answering(&id)),
            Order::Usage { order, id } => (
                order,
                self.guest(&id).map_or(Answer::Gone, |guest| Answer::Usage {
                    usage: Box::new(guest.handle.usage()),
                    used: Box::new(guest.handle.used()),
                    started: guest.children.times(),
                }),
            ),
            Order::Signal { id, signal, started } => {
                match (self.guest(&id), started) {
                    (Some(guest), None) => guest.handle.kill(signal),
                    (Some(guest), Some(number)) => guest.children.kill(number, signal),
                    (None, _) => {}
                }
                return;
            }
            Order::Told { ask, told } => {
                self.asks.told(ask, told, fds);
                return;
            }
            Order::InputOver { id } => {
                if let Some(guest) = self.guest(&id) {
                    guest.streams.input_over();
                }
                return;
            }
            Order::Neighbours { id, neighbourhood } => {
                if let Some(guest) = self.guest(&id) {
                    guest.neighbours.set(*neighbourhood);
                }
                return;
            }
            Order::Resize { id, size } => {
                if let Some(guest) = self.guest(&id) {
                    guest.streams.resize(size);
                }
                return;
            }
            Order::Log { id, journal } => {
                let _tasks = self.tasks.enter();
                match (self.guest(&id), fds.into_iter().next()) {
                    (Some(guest), Some(socket)) if journal => guest.streams.journal_into(socket),
                    (Some(guest), Some(file)) => guest.streams.log_into(file.into()),
                    _ => {}
                }
                return;
            }
            Order::Release { id } => {
                let mut guests = lock(&self.guests);
                if guests.get(&id).is_some_and(|g| lock(&g.end).is_some()) {
                    guests.remove(&id);
                }
                return;
            }
        };
        self.outbox.say(&Say::Answer {
            order: number,
            answer,
        });
    }

    fn guest(&self, id: &ContainerId) -> Option<Arc<Hosted>> {
        lock(&self.guests).get(id).cloned()
    }

    /// Does something with a guest that has not ended.
    fn with(&self, id: &ContainerId, act: impl FnOnce(&Hosted) -> Answer) -> Answer {
        match self.guest(id) {
            Some(guest) if lock(&guest.end).is_none() => act(&guest),
            _ => Answer::Gone,
        }
    }

    fn load(&self, number: u64, facts: CodeFacts, stack: u64, fds: Vec<OwnedFd>) -> Answer {
        let Some(code) = fds.into_iter().next() else {
            return failed(&WasmRuntimeError::NoDescriptor);
        };
        let code = CachedCode {
            file: File::from(code),
        };
        match self.host.adopt(code, facts, ByteCount::new(stack)) {
            Ok(program) => {
                lock(&self.programs).insert(number, program);
                Answer::Done
            }
            Err(error) => failed(&error),
        }
    }

    fn start(self: &Arc<Self>, order: GuestOrder, fds: Vec<OwnedFd>) -> Answer {
        let _tasks = self.tasks.enter();
        let id = order.id.clone();
        let weight = order.cpu_weight;
        let (guest, hosted) = match self.make(order, fds) {
            Ok(made) => made,
            Err(NotMade::Full) => return Answer::Full,
            Err(NotMade::Host(error)) => return failed(&error),
            Err(NotMade::Own(error)) => return failed(&error),
        };
        lock(&self.guests).insert(id.clone(), hosted.clone());
        let here = self.clone();
        let whole = run(guest, id, hosted.clone(), here);
        *lock(&hosted.task) = Some(self.scheduler.spawn(weight, whole));
        Answer::Done
    }

    fn make(self: &Arc<Self>, order: GuestOrder, fds: Vec<OwnedFd>) -> Result<(Guest, Arc<Hosted>), NotMade> {
        let mut fds = fds.into_iter();
        let mut next = || fds.next().ok_or(WasmRuntimeError::NoDescriptor);
        let log = match order.log {
            Some(log) => Some((File::from(next()?), log)),
            None => None,
        };
        let (master, slave) = match order.terminal {
            true => (Some(next()?), Some(next()?)),
            false => (None, None),
        };
        let attached = order
            .attached
            .iter()
            .map(|request| Ok((*request, next()?)))
            .collect::<Result<Vec<_>, WasmRuntimeError>>()?;
        let listeners = (0..order.listeners)
            .map(|_| Ok(TcpListener::from(next()?)))
            .collect::<Result<Vec<_>, WasmRuntimeError>>()?;
        let journal = match order.journal {
            Some(journal) => Some((next()?, journal)),
            None => None,
        };
        let program = lock(&self.programs).get(&order.program).cloned();
        let program = program.ok_or(WasmRuntimeError::NoProgram)?;
        let io = WasmRuntimeError::Stream;
        let (outbox, id) = (self.outbox.clone(), order.id.clone());
        let streams = Streams::new(Parts {
            stdin: order.stdin,
            stdin_once: order.stdin_once,
            log,
            journal,
            terminal: master,
            renew: Box::new(move |journal| {
                outbox.say(&Say::LogFull {
                    id: id.clone(),
                    journal,
                });
            }),
        })
        .map_err(io)?;
        for (request, socket) in attached {
            streams.attach(request, socket).map_err(io)?;
        }
        if order.input_over {
            streams.input_over();
        }
        let children = Arc::new(Children::default());
        let identity = order.env.iter().find(|(name, _)| name == IDENTITY);
        let identity = identity.map(|(_, value)| value.clone());
        let mut surroundings = Surroundings {
            neighbours: order.neighbourhood.into(),
            ..Surroundings::default()
        };
        if let Some(names) = &self.names {
            surroundings.resolve = names.clone();
        }
        let spec = GuestSpec {
            args: order.args,
            env: order.env,
            cwd: order.cwd,
            stdio: pipes::stdio(&streams, slave.as_ref()).map_err(io)?,
            root: order.root.map(|(path, access)| RootDir { path, access }),
            grants: order.grants,
            tmpfs_dirs: order
                .tmpfs_dirs
                .into_iter()
                .map(|path| TmpfsDir { path })
                .collect(),
            limits: order.limits,
            entry: order.entry,
            calls: order.calls,
            listeners,
            serving: Serving {
                version: order.version,
                ..Serving::default()
            },
            beside: None,
            access_log: order.access_log.map(|to| {
                let which = match to {
                    LogOutput::Stdout => Which::Stdout,
                    LogOutput::Stderr => Which::Stderr,
                };
                pipes::output(&streams, which)
            }),
            diagnostics: Diagnostics::default(),
            mode: if order.learn { Mode::Learn } else { Mode::Enforce },
            surroundings: surroundings.clone(),
            ledger: None,
            processes: order.kin.map(|number| {
                let kin = Kin {
                    hosting: Arc::downgrade(self),
                    id: order.id.clone(),
                    number,
                    depth: 0,
                    cpu_weight: order.cpu_weight,
                    identity,
                    children: children.clone(),
                };
                Arc::new(kin) as Arc<dyn Processes>
            }),
            within: None,
        };
        let guest = self.host.guest(&program, spec)?;
        let hosted = Arc::new(Hosted {
            handle: guest.handle(),
            streams: streams.clone(),
            neighbours: surroundings.neighbours,
            task: Mutex::default(),
            end: Mutex::default(),
            children,
        });
        let (keys, children) = (hosted.handle.clone(), hosted.children.clone());
        // A shell that somebody sits at goes on when what it waits for is interrupted.
        streams.on_key(move |signal| children.interrupt(&keys, signal));
        Ok((guest, hosted))
    }

    /// Ends all guests at once.
    pub(super) fn end_all(&self) {
        for guest in lock(&self.guests).values() {
            guest.handle.kill(Signal::Kill);
        }
    }
}

/// Runs a guest to its end and tells it.
async fn run(guest: Guest, id: ContainerId, hosted: Arc<Hosted>, hosting: Arc<Hosting>) {
    let pump = hosted.streams.pump().map(|pump| hosting.tasks.spawn(pump));
    let how = guest.run().await.map_err(|error| Reported::of(&error));
    // They end with it, and are told before it.
    let _ = tokio::time::timeout(LAST_WORDS, hosted.children.gone()).await;
    if let Some(pump) = pump {
        // With the guest its end of the terminal is gone, and what it wrote last can be read to the end.
        let _ = tokio::time::timeout(LAST_WORDS, pump).await;
    }
    if let Some(served) = hosted.streams.end() {
        // Once its end is told, a worker of its own is ended, and with it would go what was not sent yet.
        let _ = tokio::time::timeout(LAST_WORDS, served).await;
    }
    let end = End {
        how,
        usage: hosted.handle.usage(),
        used: hosted.handle.used(),
    };
    *lock(&hosted.end) = Some(end.clone());
    lock(&hosted.task).take();
    hosting.outbox.say(&Say::Ended {
        id,
        end: Box::new(end),
    });
}

impl Hosted {
    fn pause(&self, paused: bool) -> Answer {
        match paused {
            true => self.handle.pause(),
            false => self.handle.resume(),
        }
        self.children.wake(paused);
        Answer::Done
    }
}

/// Why a guest could not be made.
enum NotMade {
    Full,
    Host(HostError),
    Own(WasmRuntimeError),
}

impl From<HostError> for NotMade {
    fn from(error: HostError) -> Self {
        match error {
            HostError::PoolFull(_) => Self::Full,
            other => Self::Host(other),
        }
    }
}

impl From<WasmRuntimeError> for NotMade {
    fn from(error: WasmRuntimeError) -> Self {
        Self::Own(error)
    }
}

fn failed(error: &impl sampan_types::Classified) -> Answer {
    Answer::Failed {
        error: Reported::of(error),
    }
}

fn done(result: std::io::Result<()>) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(error) => failed(&WasmRuntimeError::Stream(error)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
