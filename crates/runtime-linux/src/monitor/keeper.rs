//! The loop of a monitor: what daemons order, and what becomes of the container.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::{SocketFlags, accept_with};
use sampan_process::awaited::awaited_for;
use sampan_process::link::Link;
use sampan_process::packet::Receiver;
use sampan_types::ContainerId;
use tokio::io::Interest;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::arrival::Arrived;
use super::build::{self, Made};
use super::guest::{self, Guest};
use super::outbox::Outbox;
use super::{memory, named, namespaces};
use crate::remains;
use crate::wire::{
    Answer, End, Failure, FailureKind, GuestOrder, Known, Order, ProcessOrder, Say, Settings, StreamsOrder,
};

/// How long the ends of programs beside the container's own are waited for behind its end.
const OTHERS: Duration = Duration::from_secs(2);

/// How long what a daemon said before it went is waited for when another one comes. It is there already: the next one is
/// let in by the lock of the last one.
const LAST_ORDERS: Duration = Duration::from_secs(1);

/// What happens.
pub(super) enum Event {
    /// A daemon has connected.
    Daemon(OwnedFd),
    /// What the last one said has been heard.
    Successor(OwnedFd),
    /// The daemon of this number orders something.
    Order(u64, Order, Vec<OwnedFd>),
    /// It is gone.
    Gone(u64),
    /// A program has ended.
    Ended(ContainerId, Box<End>),
    /// The end of the container is told now, whatever else runs.
    TellNow,
    /// A program beside the container's own has arrived, or has not.
    Entered(Box<Entered>),
    /// A log file is full, or with `true` a journal is away.
    LogFull(ContainerId, bool),
    /// The kernel has ended something in the container for want of memory.
    OutOfMemory(ContainerId),
}

/// A program that came in, and for whom.
pub(super) struct Entered {
    daemon: u64,
    order: u64,
    id: ContainerId,
    arrived: Result<Arrived, Failure>,
    streams: StreamsOrder,
    fds: Vec<OwnedFd>,
}

pub(super) type Events = UnboundedSender<Event>;

struct Daemon {
    number: u64,
    link: Arc<Link<()>>,
    outbox: Outbox,
    /// Hears it until it is gone.
    heard: JoinHandle<()>,
}

pub(super) struct Keeper {
    settings: Settings,
    /// The container that it has; at first it has none.
    id: Option<ContainerId>,
    listener: Option<OwnedFd>,
    events: Events,
    happened: UnboundedReceiver<Event>,
    daemon: Option<Daemon>,
    daemons: u64,
    made: Option<Made>,
    /// The namespace of bridges.
    yard: Option<OwnedFd>,
    guests: HashMap<ContainerId, Guest>,
    /// The end of the container, while others in it have not ended.
    untold: Option<Box<End>>,
}

impl Keeper {
    pub(super) fn new(settings: Settings, listener: OwnedFd) -> io::Result<Self> {
        let (events, happened) = unbounded_channel();
        Ok(Self {
            settings,
            id: None,
            listener: Some(listener),
            events,
            happened,
            daemon: None,
            daemons: 0,
            made: None,
            yard: None,
            guests: HashMap::new(),
            untold: None,
        })
    }

    /// Obeys until the container is forgotten, or was never started.
    pub(super) async fn keep(&mut self, first: OwnedFd) -> io::Result<()> {
        if let Some(listener) = self.listener.take() {
            let listener = awaited_for(listener, Interest::READABLE)?;
            let events = self.events.clone();
            tokio::spawn(async move {
                loop {
                    let accepted = listener
                        .async_io(Interest::READABLE, |fd| {
                            Ok(accept_with(fd, SocketFlags::CLOEXEC)?)
                        })
                        .await;
                    let Ok(daemon) = accepted else { return };
                    if events.send(Event::Daemon(daemon)).is_err() {
                        return;
                    }
                }
            });
        }
        self.connect(first)?;
        while let Some(event) = self.happened.recv().await {
            match event {
                Event::Daemon(daemon) => {
                    let peer = rustix::net::sockopt::socket_peercred(&daemon);
                    if peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid()) {
                        if let Some(last) = &mut self.daemon
                            && !last.heard.is_finished()
                        {
                            let _ = tokio::time::timeout(LAST_ORDERS, &mut last.heard).await;
                        }
                        // Behind what was heard.
                        let _ = self.events.send(Event::Successor(daemon));
                    }
                }
                Event::Successor(daemon) => {
                    for guest in self.guests.values() {
                        guest.streams.other_daemon();
                    }
                    self.connect(daemon)?;
                }
                Event::Order(number, order, fds) if self.is(number) => {
                    if self.obey(order, fds).await {
                        break;
                    }
                }
                Event::Gone(number) if self.is(number) => {
                    self.daemon = None;
                    if self.made.is_none() {
                        break;
                    }
                }
                Event::Order(..) | Event::Gone(_) => {}
                Event::Ended(id, end) => self.ended(id, end),
                Event::Entered(entered) => self.entered(*entered),
                Event::TellNow => self.tell_end(),
                Event::OutOfMemory(id) => self.say(Say::OutOfMemory { id }, Vec::new()),
                Event::LogFull(id, journal) => self.say(Say::LogFull { id, journal }, Vec::new()),
            }
        }
        // Its cgroup may have been made anew by the next run already: only what is this monitor's own goes here.
        remains::remove(&self.settings.folder);
        Ok(())
    }

    /// The folder of its container.
    pub(super) fn folder(&self) -> &Path {
        &self.settings.folder
    }

    fn is(&self, number: u64) -> bool {
        self.daemon.as_ref().is_some_and(|daemon| daemon.number == number)
    }

    /// Takes up with a daemon, which takes the place of the last one.
    fn connect(&mut self, socket: OwnedFd) -> io::Result<()> {
        let link = Arc::new(Link::new(socket)?);
        self.daemons += 1;
        let number = self.daemons;
        let (from, events) = (link.clone(), self.events.clone());
        let heard = tokio::spawn(async move {
            let mut receiver = Receiver::new();
            while let Ok((order, fds)) = from.receive::<Order>(&mut receiver).await {
                if events.send(Event::Order(number, order, fds)).is_err() {
                    return;
                }
            }
            let _ = events.send(Event::Gone(number));
        });
        let outbox = Outbox::new(link.clone());
        let mut pidfds = Vec::new();
        let mut here = Vec::new();
        for (id, guest) in &self.guests {
            let mut end = guest.end.clone();
            // What was not told to anybody has not ended yet.
            if self.untold.is_some() && self.is_own(id) {
                end = None;
            }
            if end.is_none() {
                pidfds.push(guest.pidfd.try_clone()?);
            }
            here.push(Known {
                id: id.clone(),
                pid: guest.pid,
                end,
            });
        }
        if let Some(yard) = &self.yard {
            pidfds.push(yard.try_clone()?);
        }
        outbox.say(Say::Known { here }, pidfds);
        self.daemon = Some(Daemon {
            number,
            link,
            outbox,
            heard,
        });
        Ok(())
    }

    /// Whether it is the container's own program.
    fn is_own(&self, id: &ContainerId) -> bool {
        self.id.as_ref() == Some(id)
    }

    fn say(&self, say: Say, fds: Vec<OwnedFd>) {
        if let Some(daemon) = &self.daemon {
            daemon.outbox.say(say, fds);
        }
    }

    fn answer(&self, order: u64, answer: Answer, fds: Vec<OwnedFd>) {
        self.say(Say::Answer { order, answer }, fds);
    }

    /// Does what was ordered. True where nothing is left to be done at all.
    async fn obey(&mut self, order: Order, mut fds: Vec<OwnedFd>) -> bool {
        match order {
            Order::Take { id, folder } => {
                named::after(&id, &folder);
                self.id = Some(id);
                self.settings.folder = folder;
            }
            Order::Start {
                order,
                guest,
                streams,
            } => {
                let started = match (&self.made, self.id.clone()) {
                    (Some(_), _) => Err(Failure::new(FailureKind::Engine, "it was started already")),
                    (None, None) => Err(Failure::new(FailureKind::Engine, "it has no container")),
                    (None, Some(id)) => self.start(id, *guest, *streams, fds),
                };
                return match started {
                    Ok((answer, pidfd)) => {
                        self.answer(order, answer, vec![pidfd]);
                        if let Some(cgroup) = self.made.as_ref().map(|made| made.cgroup.clone()) {
                            // While the program runs, not while somebody waits for its end.
                            tokio::spawn(async move { cgroup.find() });
                        }
                        false
                    }
                    Err(failure) => {
                        // Before anybody knows, who may try again.
                        remains::clear(&self.settings.folder);
                        let answer = Answer::Failed {
                            failure: Box::new(failure),
                        };
                        if let Some(daemon) = &self.daemon {
                            // Before this process ends; a daemon that is gone hears nothing.
                            let _ = daemon.link.tell(&Say::Answer { order, answer }, Vec::new()).await;
                        }
                        true
                    }
                };
            }
            Order::Exec {
                order,
                id,
                process,
                streams,
            } => self.exec(order, id, &process, *streams, fds),
            Order::Attach { order, id, request } => {
                let answer = match (self.running(&id), fds.pop()) {
                    (Some(guest), Some(socket)) => match guest.streams.attach(request, socket) {
                        Ok(()) => Answer::Done,
                        Err(error) => Answer::Failed {
                            failure: Box::new(Failure::engine("join the streams", &error)),
                        },
                    },
                    _ => Answer::Gone,
                };
                self.answer(order, answer, Vec::new());
            }
            Order::Root { order } => match self.made.as_ref().map(|made| made.root.try_clone()) {
                Some(Ok(root)) => self.answer(order, Answer::Done, vec![root]),
                Some(Err(_)) | None => self.answer(order, Answer::Gone, Vec::new()),
            },
            Order::InputOver { id } => {
                if let Some(guest) = self.running(&id) {
                    guest.streams.input_over();
                }
            }
            Order::Resize { id, size } => {
                if let Some(guest) = self.running(&id) {
                    guest.streams.resize(size);
                }
            }
            Order::Log { id, journal } => {
                if let (Some(guest), Some(fd)) = (self.running(&id), fds.pop()) {
                    match journal {
                        true => guest.streams.journal_into(fd),
                        false => guest.streams.log_into(fd.into()),
                    }
                }
            }
            Order::Release { id } => {
                if self.id.is_none() || self.is_own(&id) {
                    return true;
                }
                self.guests
                    .retain(|known, guest| *known != id || guest.end.is_none());
            }
        }
        false
    }

    fn running(&self, id: &ContainerId) -> Option<&Guest> {
        self.guests.get(id).filter(|guest| guest.end.is_none())
    }

    fn start(
        &mut self,
        id: ContainerId,
        guest: GuestOrder,
        streams: StreamsOrder,
        mut fds: Vec<OwnedFd>,
    ) -> Result<(Answer, OwnedFd), Failure> {
        let network = match guest.plugged {
            true if fds.is_empty() => {
                let why = "the network namespace of the container is missing";
                return Err(Failure::new(FailureKind::Engine, why));
            }
            true => Some(fds.remove(0)),
            false => None,
        };
        if guest.yard && !fds.is_empty() {
            self.yard = Some(fds.remove(0));
        }
        // Not before: what was mounted on the host since this process began is there, too.
        let host = namespaces::own_mounts().map_err(|e| Failure::engine("make a namespace of mounts", &e))?;
        let (mut made, process, warnings) = build::container(
            &self.settings,
            &id,
            guest,
            network,
            streams.stdin,
            streams.terminal,
            host,
        )?;
        let joined = guest::join(&id, streams, fds, process.ends, &self.events)?;
        made.start()?;
        if let Some(failure) = process.report.failure() {
            return Err(failure);
        }
        let theirs = process
            .pidfd
            .try_clone()
            .map_err(|e| Failure::engine("watch the process", &e))?;
        let cgroup = made.cgroup.clone();
        memory::watch(cgroup.clone(), id.clone(), self.events.clone());
        self.made = Some(made);
        let guest = joined.watch(
            id.clone(),
            process.pid,
            process.pidfd,
            Some(cgroup),
            self.events.clone(),
        );
        let pid = guest.pid;
        self.guests.insert(id, guest);
        Ok((Answer::Started { pid, warnings }, theirs))
    }

    /// Begins a program beside the container's own. It is answered when that has arrived.
    fn exec(
        &mut self,
        order: u64,
        id: ContainerId,
        process: &ProcessOrder,
        streams: StreamsOrder,
        fds: Vec<OwnedFd>,
    ) {
        let own = self.id.as_ref();
        let runs = own.is_some_and(|id| self.running(id).is_some());
        let Some(made) = self.made.as_ref().filter(|_| runs) else {
            return self.answer(order, Answer::Gone, Vec::new());
        };
        let begun = made.exec(&self.settings, process, streams.stdin, streams.terminal);
        let (events, daemon) = (self.events.clone(), self.daemons);
        tokio::spawn(async move {
            let arrived = match begun {
                Ok(arrival) => arrival.awaited().await,
                Err(failure) => Err(failure),
            };
            let _ = events.send(Event::Entered(Box::new(Entered {
                daemon,
                order,
                id,
                arrived,
                streams,
                fds,
            })));
        });
    }

    fn entered(&mut self, entered: Entered) {
        let Entered {
            daemon,
            order,
            id,
            arrived,
            streams,
            fds,
        } = entered;
        if !self.is(daemon) {
            // Whoever ordered it is gone, and the next one knows nothing of it.
            return arrived.map_or((), Arrived::unwanted);
        }
        match arrived.and_then(|arrived| self.welcome(id, arrived, streams, fds)) {
            Ok((answer, pidfd)) => self.answer(order, answer, vec![pidfd]),
            Err(failure) => {
                let failure = Box::new(failure);
                self.answer(order, Answer::Failed { failure }, Vec::new());
            }
        }
    }

    /// Takes up what has arrived.
    fn welcome(
        &mut self,
        id: ContainerId,
        arrived: Arrived,
        streams: StreamsOrder,
        fds: Vec<OwnedFd>,
    ) -> Result<(Answer, OwnedFd), Failure> {
        let Arrived { pid, pidfd, ends } = arrived;
        let theirs = pidfd
            .try_clone()
            .map_err(|e| Failure::engine("watch the process", &e))?;
        let joined = guest::join(&id, streams, fds, ends, &self.events)?;
        let guest = joined.watch(id.clone(), pid, pidfd, None, self.events.clone());
        self.guests.insert(id, guest);
        let warnings = Vec::new();
        Ok((Answer::Started { pid, warnings }, theirs))
    }

    fn ended(&mut self, id: ContainerId, end: Box<End>) {
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.end = Some(end.clone());
        }
        if self.is_own(&id) {
            self.untold = Some(end);
            let events = self.events.clone();
            tokio::spawn(async move {
                tokio::time::sleep(OTHERS).await;
                let _ = events.send(Event::TellNow);
            });
        } else {
            self.say(Say::Ended { id, end }, Vec::new());
        }
        if self.guests.values().all(|guest| guest.end.is_some()) {
            self.tell_end();
        }
    }

    /// Tells the end of the container, of which nothing is left then but this process.
    fn tell_end(&mut self) {
        let (Some(end), Some(id)) = (self.untold.take(), self.id.clone()) else {
            return;
        };
        if let Some(made) = &self.made
            && let Err(error) = made.cgroup.remove()
        {
            tracing::error!(%error, "the cgroup of a container could not be removed");
        }
        self.say(Say::Ended { id, end }, Vec::new());
    }
}
