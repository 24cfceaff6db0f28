//! What a guest starts beside itself: asked of the daemon, which has the machine code made, and run here.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use sampan_runtime::IDENTITY;
use sampan_types::{ContainerId, Ending, Signal};
use sampan_wasm_host::{
    Guest, GuestHandle, HostError, NotStarted, Output, Pipe, Processes, Start, StartProgram, Started, tell,
};
use tokio::sync::{Notify, oneshot};

use super::hosting::Hosting;
use super::outbox::Outbox;
use super::wire::{Ask, Say, Told};

/// How deep programs that start others may lie within each other.
const DEPTH: u8 = 4;
/// Most bytes of a command in lists.
const COMMAND: usize = 1024;
/// Exit code for what was found but cannot run.
const CANNOT_RUN: u8 = 126;
/// What a person reads when the daemon is away.
const AWAY: &str = "cannot start: the daemon that prepares programs is away, try again when it is back";

type Answer = (Told, Vec<OwnedFd>);

/// Questions to the daemon that wait for their answers.
#[derive(Default)]
pub(super) struct Asks {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
}

impl Asks {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the daemon; `None` where it is away, or goes before it has answered.
    async fn ask(&self, outbox: &Outbox, id: &ContainerId, what: Ask, fds: Vec<OwnedFd>) -> Option<Answer> {
        let ask = self.last.fetch_add(1, Relaxed) + 1;
        let (tell, told) = oneshot::channel();
        self.lock().insert(ask, tell);
        let forget = Forget { asks: self, ask };
        let say = Say::Ask {
            id: id.clone(),
            ask,
            what,
        };
        if !outbox.say_with(&say, fds) {
            return None;
        }
        let answer = told.await.ok();
        drop(forget);
        answer
    }

    /// The daemon has answered.
    pub(super) fn told(&self, ask: u64, told: Told, fds: Vec<OwnedFd>) {
        let waiting = self.lock().remove(&ask);
        if let Some(waiting) = waiting {
            // Whoever asked may be gone.
            let _ = waiting.send((told, fds));
        }
    }

    /// Nobody is there any more who could answer.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }
}

/// Forgets a question when its asker goes away.
struct Forget<'a> {
    asks: &'a Asks,
    ask: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.asks.lock().remove(&self.ask);
    }
}

/// What one guest has started, and what that has.
#[derive(Default)]
pub(super) struct Children {
    running: Mutex<HashMap<u32, GuestHandle>>,
    fewer: Notify,
}

impl Children {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, GuestHandle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends one of them.
    pub(super) fn kill(&self, number: u32, signal: Signal) {
        if let Some(handle) = self.lock().get(&number) {
            handle.kill(signal);
        }
    }

    /// A key was pressed: it is for the one that was started last of those that take it themselves, `own` the first of
    /// all. What was started after that one ends; where none takes it, all end.
    pub(super) fn interrupt(&self, own: &GuestHandle, signal: Signal) {
        let running = self.lock();
        let mut numbers: Vec<&u32> = running.keys().collect();
        numbers.sort_unstable();
        let mut guests = vec![own];
        guests.extend(numbers.into_iter().map(|number| &running[number]));
        // It is told before what it waits for ends: a shell would take that for an end like any other, and go on.
        let taken = guests.iter().rposition(|guest| guest.interrupt());
        for guest in guests[taken.map_or(0, |at| at + 1)..].iter().rev() {
            guest.kill(signal);
        }
    }

    /// After a change that they find above themselves.
    pub(super) fn wake(&self, paused: bool) {
        for handle in self.lock().values() {
            match paused {
                true => handle.pause(),
                false => handle.resume(),
            }
        }
    }

    /// Processor time of each, in milliseconds.
    pub(super) fn times(&self) -> Vec<(u32, u64)> {
        let running = self.lock();
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        running
            .iter()
            .map(|(number, handle)| (*number, millis(handle.usage().cpu_time)))
            .collect()
    }

    /// Resolves when there are none.
    pub(super) async fn gone(&self) {
        loop {
            let mut fewer = std::pin::pin!(self.fewer.notified());
            fewer.as_mut().enable();
            if self.lock().is_empty() {
                return;
            }
            fewer.await;
        }
    }
}

/// Starts programs for one guest.
pub(super) struct Kin {
    pub(super) hosting: Weak<Hosting>,
    pub(super) id: ContainerId,
    pub(super) number: u32,
    pub(super) depth: u8,
    pub(super) cpu_weight: u64,
    /// What toolboxes are told of their user.
    pub(super) identity: Option<String>,
    pub(super) children: Arc<Children>,
}

impl Kin {
    async fn ask(&self, what: Ask, fds: Vec<OwnedFd>) -> Option<(Arc<Hosting>, Answer)> {
        let hosting = self.hosting.upgrade()?;
        let answer = hosting.asks().ask(hosting.outbox(), &self.id, what, fds).await?;
        Some((hosting, answer))
    }

    fn run(&self, hosting: &Arc<Hosting>, number: u32, guest: Guest, errors: Option<Errors>) -> Started {
        let handle = guest.handle();
        self.children.lock().insert(number, handle.clone());
        let (tell, end) = oneshot::channel();
        let over = Over {
            hosting: hosting.clone(),
            children: self.children.clone(),
            id: self.id.clone(),
            number,
        };
        hosting.run_beside(self.cpu_weight, async move {
            let code = match guest.run().await {
                Ok(ending) => {
                    // Others end as their starter expects; of these it would know nothing but a number.
                    if matches!(ending, Ending::Trapped(_) | Ending::Limited(_)) {
                        complain(errors.as_ref(), &ending).await;
                    }
                    ending.code()
                }
                Err(error) => {
                    complain(errors.as_ref(), &error).await;
                    CANNOT_RUN
                }
            };
            drop(errors);
            drop(over);
            // Whoever started it may be gone.
            let _ = tell.send(code);
        });
        Started { handle, end }
    }
}

/// Tells, however it came to its end, that a program is over.
struct Over {
    hosting: Arc<Hosting>,
    children: Arc<Children>,
    id: ContainerId,
    number: u32,
}

impl Drop for Over {
    fn drop(&mut self) {
        self.hosting.outbox().say(&Say::Over {
            id: self.id.clone(),
            number: self.number,
        });
        self.children.lock().remove(&self.number);
        self.children.fewer.notify_waiters();
    }
}

/// A line on a program's own standard error.
async fn complain(errors: Option<&Errors>, what: &impl std::fmt::Display) {
    if let Some(Errors { name, pipe }) = errors {
        tell(&**pipe, &format!("{name}: {what}")).await;
    }
}

/// Where a program's standard error goes, and what it is called there.
struct Errors {
    name: String,
    pipe: Arc<dyn Pipe>,
}

fn refused(error: &HostError) -> NotStarted {
    match error {
        HostError::PoolFull(_) => NotStarted::Busy,
        other => NotStarted::Refused(crate::error::whole(other)),
    }
}

#[async_trait]
impl Processes for Kin {
    fn number(&self) -> u32 {
        self.number
    }

    async fn start(&self, start: Start) -> Result<Started, NotStarted> {
        if self.depth >= DEPTH {
            return Err(NotStarted::Busy);
        }
        let Start { program, mut spec } = start;
        let (name, fds) = match program {
            StartProgram::File(file) => (None, vec![file.into()]),
            StartProgram::Named(name) => (Some(name), Vec::new()),
        };
        let mut command = spec.args.join(" ");
        command.truncate(command.floor_char_boundary(COMMAND));
        let what = Ask::Program {
            name,
            parent: self.number,
            command,
        };
        let away = || NotStarted::Refused(AWAY.to_owned());
        let (hosting, (told, fds)) = self.ask(what, fds).await.ok_or_else(away)?;
        let (number, facts, stack) = match told {
            Told::Program { number, facts, stack } => (number, facts, stack),
            Told::Missing => return Err(NotStarted::Missing),
            Told::Busy => return Err(NotStarted::Busy),
            Told::Refused { why } => return Err(NotStarted::Refused(why)),
            Told::Processes { .. } | Told::Signalled { .. } => return Err(away()),
        };
        let made = hosting.program(facts, stack, fds).and_then(|program| {
            if program.starts_others() {
                let identity = self.identity.clone();
                spec.env
                    .extend(identity.map(|identity| (IDENTITY.to_owned(), identity)));
                spec.processes = Some(Arc::new(Self {
                    hosting: self.hosting.clone(),
                    id: self.id.clone(),
                    number,
                    depth: self.depth + 1,
                    cpu_weight: self.cpu_weight,
                    identity: self.identity.clone(),
                    children: self.children.clone(),
                }));
            }
            let errors = match &spec.stdio.stderr {
                Output::Pipe(pipe) => Some(Errors {
                    name: spec.args.first().cloned().unwrap_or_default(),
                    pipe: pipe.clone(),
                }),
                Output::Null | Output::Fd(_) => None,
            };
            Ok((hosting.guest_of(&program, spec)?, errors))
        });
        match made {
            Ok((guest, errors)) => Ok(self.run(&hosting, number, guest, errors)),
            Err(error) => {
                hosting.outbox().say(&Say::Over {
                    id: self.id.clone(),
                    number,
                });
                Err(refused(&error))
            }
        }
    }

    async fn signal(&self, number: u32, signal: u8) -> bool {
        let asked = self.ask(Ask::Signal { number, signal }, Vec::new()).await;
        matches!(asked, Some((_, (Told::Signalled { found: true }, _))))
    }

    async fn list(&self) -> Option<String> {
        match self.ask(Ask::Processes, Vec::new()).await? {
            (_, (Told::Processes { list }, _)) => Some(list),
            _ => None,
        }
    }
}
