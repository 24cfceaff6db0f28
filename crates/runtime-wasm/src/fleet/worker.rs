//! The daemon's side of one worker.

use std::collections::{HashMap, HashSet};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sampan_runtime::{Logs, RuntimeError};
use sampan_types::{Answering, Call, Called, ContainerId, Ending, Signal, Usage, Used};
use sampan_wasm_host::Reported;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::FleetError;
use super::code::Code;
use super::kin::Answers;
use crate::link::{Asked, Link};
use crate::packet::{PacketError, Receiver};
use crate::worker::{Answer, Ask, End, Order, Say, Told};
use crate::zygote::client::ZygoteClient;

/// How long a worker may take to say its first words. One that was taken over may never say them, and must not keep the
/// daemon from beginning.
const GREETING: Duration = Duration::from_secs(10);
/// How long a container may live on after it was killed. Its worker ends it within milliseconds; one that does not
/// obey is ended itself.
const OBEYING: Duration = Duration::from_secs(20);
/// How long a worker whose connection is gone may take to be found dead.
const DYING: Duration = Duration::from_secs(5);

/// How many questions of one worker's guests are answered at a time.
const ASKED: usize = 32;

/// What a later daemon knows of a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tag {
    /// The domain of a shared worker; nothing for a worker of one container.
    pub(super) shared: Option<String>,
    /// It is no worker, but the process for networks.
    #[serde(default)]
    pub(super) network: bool,
    /// It was given folders.
    #[serde(default)]
    pub(super) files: bool,
    /// It was given sockets.
    #[serde(default)]
    pub(super) sockets: bool,
}

/// A container of a worker.
pub(super) struct Tenant {
    pub(super) id: ContainerId,
    /// Set once, at its end.
    pub(super) end: watch::Sender<Option<End>>,
    log: Mutex<Logs>,
    asking: Asking,
}

/// What a container's guest may ask.
pub(super) enum Asking {
    /// Nothing.
    Never,
    /// It may have been allowed to by an earlier daemon.
    Unknown,
    /// This answers.
    Answered(Arc<Answers>),
}

impl Tenant {
    pub(super) fn new(id: ContainerId, log: Logs, asking: Asking) -> Arc<Self> {
        Arc::new(Self {
            id,
            end: watch::Sender::new(None),
            log: Mutex::new(log),
            asking,
        })
    }

    pub(super) fn set_log(&self, log: Logs) {
        *lock(&self.log) = log;
    }

    /// It could not be started.
    pub(super) fn not_begun(&self, error: &RuntimeError) {
        self.end(End {
            how: Err(Reported::of(error)),
            usage: Usage::default(),
            used: Used::default(),
        });
    }

    fn end(&self, end: End) {
        self.end.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(end);
            first
        });
    }
}

/// A worker process.
pub(super) struct Worker {
    pub(super) pid: u32,
    number: u64,
    pub(super) tag: Tag,
    zygote: Arc<ZygoteClient>,
    /// Shared with those who answer its guests.
    link: Arc<Link<Answer>>,
    /// Questions that are being answered.
    asked: Arc<AtomicUsize>,
    /// Programs that it has.
    loaded: Mutex<HashSet<u64>>,
    /// Held while one is loaded, so that none is loaded twice.
    loading: tokio::sync::Mutex<()>,
    tenants: Mutex<HashMap<ContainerId, Arc<Tenant>>>,
    gone: AtomicBool,
    /// Where work goes on for callers that are no tasks.
    tasks: tokio::runtime::Handle,
}

impl Worker {
    /// Takes up the connection. With it come the containers that the worker has.
    pub(super) async fn connect(
        zygote: Arc<ZygoteClient>,
        number: u64,
        pid: u32,
        tag: Tag,
    ) -> Result<(Arc<Self>, Vec<Arc<Tenant>>), FleetError> {
        let way = zygote.open(number).await?;
        let link = Link::new(way).map_err(|e| FleetError::Worker(e.into()))?;
        let mut receiver = Receiver::new();
        let mut tenants = Vec::new();
        loop {
            let said = tokio::time::timeout(GREETING, link.receive::<Say>(&mut receiver)).await;
            let (say, _) = said
                .unwrap_or(Err(PacketError::Silent))
                .map_err(FleetError::Worker)?;
            let Say::Known { containers, last } = say else {
                return Err(FleetError::Worker(PacketError::Broken("is no greeting")));
            };
            for known in containers {
                let tenant = Tenant::new(known.id, Logs::default(), Asking::Unknown);
                if let Some(end) = known.end {
                    tenant.end(*end);
                }
                tenants.push(tenant);
            }
            if last {
                break;
            }
        }
        let by_id = tenants.iter().map(|t| (t.id.clone(), t.clone())).collect();
        let worker = Arc::new(Self {
            pid,
            number,
            tag,
            zygote,
            link: Arc::new(link),
            asked: Arc::default(),
            loaded: Mutex::default(),
            loading: tokio::sync::Mutex::default(),
            tenants: Mutex::new(by_id),
            gone: AtomicBool::new(false),
            tasks: tokio::runtime::Handle::current(),
        });
        let reader = worker.clone();
        tokio::spawn(async move { reader.read(receiver).await });
        Ok((worker, tenants))
    }

    /// Listens until the worker is gone or breaks the protocol, which ends it.
    async fn read(&self, mut receiver: Receiver) {
        let reason = loop {
            match self.link.receive::<Say>(&mut receiver).await {
                Ok((say, fds)) => {
                    if let Err(error) = self.heard(say, fds) {
                        break Some(error);
                    }
                }
                Err(PacketError::Closed) => break None,
                Err(error) => break Some(error),
            }
        };
        if let Some(error) = &reason {
            tracing::error!(pid = self.pid, %error, "a worker broke the protocol and is ended");
        }
        self.gone.store(true, SeqCst);
        self.link.close();
        let ended = match tokio::time::timeout(DYING, self.zygote.ended(self.number)).await {
            Ok(ended) => ended,
            // One that closed its socket and lives on is as bad as one that breaks the protocol.
            Err(_) => {
                self.zygote.kill(self.number).await;
                self.zygote.ended(self.number).await
            }
        };
        let how = match (reason, ended) {
            (Some(_), _) => "it broke the protocol".to_owned(),
            (None, Some(status)) => ExitStatus::from_raw(status).to_string(),
            (None, None) => "nobody knows how".to_owned(),
        };
        for tenant in lock(&self.tenants).values() {
            tenant.end(End {
                how: Ok(Ending::Lost { how: how.clone() }),
                usage: Usage::default(),
                used: Used::default(),
            });
        }
    }

    /// All that a worker says is doubted: it names its own containers and answers what was asked, or it is ended.
    fn heard(&self, say: Say, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
        match say {
            Say::Answer { order, answer } => self.link.answered(order, answer, fds),
            Say::Ended { id, end } => {
                self.tenant(&id)?.end(*end);
                Ok(())
            }
            Say::LogFull { id, journal } => {
                let tenant = self.tenant(&id)?;
                self.renew_log(&tenant, journal);
                Ok(())
            }
            Say::Ask { id, ask, what } => {
                let tenant = self.tenant(&id)?;
                self.asked(&tenant, ask, what, fds)
            }
            Say::Over { id, number } => {
                if let Asking::Answered(answers) = &self.tenant(&id)?.asking {
                    answers.over(number);
                }
                Ok(())
            }
            Say::Known { .. } => Err(PacketError::Broken("greets twice")),
        }
    }

    /// Answers a guest, without holding up what else its worker says.
    fn asked(&self, tenant: &Arc<Tenant>, ask: u64, what: Ask, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
        let told = match &tenant.asking {
            Asking::Never => return Err(PacketError::Broken("asks what its guest may not")),
            Asking::Unknown => Told::Refused {
                why: "the daemon has changed since the shell was opened, open another one".to_owned(),
            },
            Asking::Answered(_) if self.asked.load(SeqCst) >= ASKED => Told::Busy,
            Asking::Answered(answers) => {
                let (answers, link, asked) = (answers.clone(), self.link.clone(), self.asked.clone());
                asked.fetch_add(1, SeqCst);
                let mut end = tenant.end.subscribe();
                tokio::spawn(async move {
                    let answered = async {
                        let (told, fds) = answers.answer(what, fds).await;
                        link.tell(&Order::Told { ask, told }, fds).await
                    };
                    // Nobody waits for an answer to a guest that has ended.
                    tokio::select! {
                        told = answered => if let Err(error) = told {
                            tracing::debug!(%error, "a guest was not answered");
                        },
                        _ = end.wait_for(Option::is_some) => {}
                    }
                    asked.fetch_sub(1, SeqCst);
                });
                return Ok(());
            }
        };
        self.tell_asker(ask, told);
        Ok(())
    }

    fn tell_asker(&self, ask: u64, told: Told) {
        // To a worker that does not read, nothing is owed.
        if let Err(error) = self.link.try_tell(&Order::Told { ask, told }) {
            tracing::debug!(%error, "a guest was not answered");
        }
    }

    fn tenant(&self, id: &ContainerId) -> Result<Arc<Tenant>, PacketError> {
        let tenant = lock(&self.tenants).get(id).cloned();
        tenant.ok_or(PacketError::Broken("names a container that is not there"))
    }

    /// Gives a log its next file, or another way to the journal.
    fn renew_log(&self, tenant: &Tenant, journal: bool) {
        let logs = lock(&tenant.log).clone();
        let next = match (journal, logs) {
            (
                false,
                Logs {
                    files: Some(files), ..
                },
            ) => files.rotate().map(OwnedFd::from),
            (
                true,
                Logs {
                    journal: Some(sink), ..
                },
            ) => sink.connect(),
            _ => return,
        };
        match next {
            Ok(next) => {
                let order = Order::Log {
                    id: tenant.id.clone(),
                    journal,
                };
                if let Err(error) = self.link.try_tell_with(&order, vec![next]) {
                    tracing::warn!(%error, "a worker was not told where a log goes on");
                }
            }
            // The worker asks again, a second later at the earliest, while there is output.
            Err(error) if journal => {
                tracing::debug!(%error, "the journal cannot be reached; output is lost to it")
            }
            Err(error) => tracing::warn!(%error, "a log file cannot be rotated; the old one grows"),
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(SeqCst)
    }

    /// How many containers it has.
    pub(super) fn count(&self) -> usize {
        lock(&self.tenants).len()
    }

    /// Makes sure that it has a program.
    pub(super) async fn load(&self, code: &Code) -> Result<(), NotDone> {
        if self.has(code) {
            return Ok(());
        }
        let _loading = self.loading.lock().await;
        if self.has(code) {
            return Ok(());
        }
        let file = code
            .file()
            .map_err(|e| NotDone::Failed(FleetError::Stream("machine code", e)))?;
        self.ask(
            |order| Order::Load {
                order,
                program: code.number,
                facts: code.facts.clone(),
                stack: code.stack.get(),
            },
            vec![file.into()],
        )
        .await?;
        lock(&self.loaded).insert(code.number);
        Ok(())
    }

    fn has(&self, code: &Code) -> bool {
        lock(&self.loaded).contains(&code.number)
    }

    /// Lets a container in. Its end is known from now on.
    pub(super) fn admit(&self, tenant: &Arc<Tenant>) {
        lock(&self.tenants).insert(tenant.id.clone(), tenant.clone());
        if self.is_gone() {
            // It went between the choice and now.
            tenant.end(End {
                how: Ok(Ending::Lost {
                    how: "it went before the program began".to_owned(),
                }),
                usage: Usage::default(),
                used: Used::default(),
            });
        }
    }

    /// Nothing need be known of a container any more. Tells whether it was there still: its next run may have taken
    /// its place already, and is not touched.
    pub(super) fn dismiss(&self, tenant: &Arc<Tenant>) -> bool {
        let mut tenants = lock(&self.tenants);
        let there = tenants
            .get(&tenant.id)
            .is_some_and(|now| Arc::ptr_eq(now, tenant));
        if there {
            tenants.remove(&tenant.id);
        }
        there
    }

    /// Orders something that is done or not.
    pub(super) async fn ask(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<(), NotDone> {
        self.send(order, fds).await?.done().await
    }

    /// The same, and whether it was done can be heard later.
    pub(super) async fn send(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<Sent<'_>, NotDone> {
        match self.link.send(order, fds).await {
            Ok(asked) => Ok(Sent(asked)),
            Err(error) => Err(NotDone::Failed(FleetError::Worker(error))),
        }
    }

    /// Calls a guest's function.
    pub(super) async fn call(&self, id: &ContainerId, call: Call) -> Result<Called, PacketError> {
        let order = |order| Order::Call {
            order,
            id: id.clone(),
            call: Box::new(call),
        };
        match self.link.ask(order, Vec::new()).await? {
            (Answer::Called { called }, _) => Ok(*called),
            _ => Ok(Called::Gone),
        }
    }

    /// Which versions of a server answer.
    pub(super) async fn answering(&self, id: &ContainerId) -> Result<Vec<Answering>, NotDone> {
        let order = |order| Order::Answering {
            order,
            id: id.clone(),
        };
        let answer = self.link.ask(order, Vec::new()).await;
        match answer.map_err(|error| NotDone::Failed(FleetError::Worker(error)))? {
            (Answer::Answering { versions }, _) => Ok(versions),
            (other, _) => Err(not_done(other)),
        }
    }

    /// Which build of this engine it is of.
    pub(super) fn build(&self) -> &str {
        &self.zygote.build
    }

    pub(super) async fn usage(&self, id: &ContainerId) -> Option<(Usage, Used)> {
        let order = |order| Order::Usage {
            order,
            id: id.clone(),
        };
        match self.link.ask(order, Vec::new()).await {
            Ok((Answer::Usage { usage, used, .. }, _)) => Some((*usage, *used)),
            _ => None,
        }
    }

    /// Processor time in milliseconds of what a guest has started.
    pub(super) async fn started(&self, id: &ContainerId) -> Vec<(u32, u64)> {
        let order = |order| Order::Usage {
            order,
            id: id.clone(),
        };
        match self.link.ask(order, Vec::new()).await {
            Ok((Answer::Usage { started, .. }, _)) => started,
            _ => Vec::new(),
        }
    }

    /// Orders something that has no answer. Of a worker that is gone nothing is expected.
    pub(super) fn tell(self: &Arc<Self>, order: Order) {
        match self.link.try_tell(&order) {
            Err(error) if error.would_block() => {
                let worker = self.clone();
                self.tasks
                    .spawn(async move { worker.link.tell(&order, Vec::new()).await });
            }
            _ => {}
        }
    }

    /// Signals a container.
    pub(super) fn signal(self: &Arc<Self>, tenant: &Arc<Tenant>, signal: Signal) {
        self.tell(Order::Signal {
            id: tenant.id.clone(),
            signal,
            started: None,
        });
        if signal != Signal::Kill {
            return;
        }
        let (worker, mut end) = (self.clone(), tenant.end.subscribe());
        self.tasks.spawn(async move {
            let ended = tokio::time::timeout(OBEYING, end.wait_for(Option::is_some))
                .await
                .is_ok();
            if !ended && !worker.is_gone() {
                tracing::error!(pid = worker.pid, "a worker does not end a container and is ended");
                worker.end().await;
            }
        });
    }

    /// Ends the process.
    pub(super) async fn end(&self) {
        self.zygote.kill(self.number).await;
    }
}

/// An order that the worker finds when it looks next.
pub(super) struct Sent<'a>(Asked<'a, Answer>);

impl Sent<'_> {
    pub(super) async fn done(self) -> Result<(), NotDone> {
        match self.0.answer().await {
            Ok((Answer::Done, _)) => Ok(()),
            Ok((answer, _)) => Err(not_done(answer)),
            Err(error) => Err(NotDone::Failed(FleetError::Worker(error))),
        }
    }
}

fn not_done(answer: Answer) -> NotDone {
    match answer {
        Answer::Gone => NotDone::Gone,
        Answer::Full => NotDone::Full,
        Answer::Failed { error } => NotDone::Reported(error),
        Answer::Done | Answer::Usage { .. } | Answer::Called { .. } | Answer::Answering { .. } => {
            NotDone::Failed(FleetError::Answer)
        }
    }
}

/// Why an order was not done.
pub(super) enum NotDone {
    Gone,
    Full,
    Reported(sampan_wasm_host::Reported),
    Failed(FleetError),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
