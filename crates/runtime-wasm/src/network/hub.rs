//! What the network process holds, and how it does what a daemon orders.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use sampan_types::grants::Transport;
use sampan_wasm_host::net::{self, LookupError, Resolve, Resolving};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::book::Book;
use super::border::Border;
use super::forward::{self, Inside};
use super::realm::{Realm, Realms};
use super::sockets;
use super::wire::{Admission, Answer, Ask, Order, Say, Told, Unknown};
use crate::link::Link;
use crate::packet::{PacketError, Receiver};

/// The stack of a thread that answers calls: it holds a datagram's head and no more.
const BORDER_STACK: usize = 128 << 10;
/// Connections that wait for a component that serves.
const BACKLOG: i32 = 1_024;

#[derive(Default)]
pub(super) struct Hub {
    realms: OnceLock<Arc<Realms>>,
    book: Arc<Mutex<Book>>,
    entries: Arc<Mutex<HashMap<u64, Entry>>>,
    daemon: Arc<Mutex<Option<Arc<Link<()>>>>>,
}

/// A container, with what another process like this one would need to take its place.
struct Entry {
    admission: Admission,
    socket: Option<OwnedFd>,
    notify: Option<Arc<OwnedFd>>,
    forwards: Vec<OwnedFd>,
    tasks: Vec<AbortHandle>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

type Done = io::Result<Vec<OwnedFd>>;

impl Hub {
    /// The first words to a daemon: all containers, each with copies of its descriptors.
    pub(super) async fn greet(&self, daemon: &Arc<Link<()>>) -> Result<(), PacketError> {
        let known = lock(&self.entries)
            .values()
            .map(Entry::told)
            .collect::<io::Result<Vec<_>>>()?;
        for (admission, fds) in known {
            let admission = Box::new(admission);
            daemon.tell(&Say::Known { admission }, fds).await?;
        }
        let namespace = self.realms.get().map(|realms| realms.containers()).transpose()?;
        daemon.tell(&Say::Ready, namespace.into_iter().collect()).await?;
        *lock(&self.daemon) = Some(daemon.clone());
        Ok(())
    }

    /// No daemon is there any more.
    pub(super) fn alone(&self) {
        lock(&self.daemon).take();
    }

    pub(super) async fn obey(&self, order: Order, fds: Vec<OwnedFd>, daemon: &Link<()>) {
        let (order, done) = match order {
            Order::Settle { order } => (order, self.settle(fds)),
            Order::Admit { order, admission } => (order, self.admit(*admission, fds)),
            Order::Places { order, entry, places } => {
                let subnets = places.iter().flat_map(|place| &place.subnets).copied();
                let routed = self.route(subnets);
                let known = lock(&self.book).move_to(entry, places.clone());
                if let Some(entry) = lock(&self.entries).get_mut(&entry) {
                    entry.admission.places = places;
                }
                (order, routed.and_then(|()| found(known)))
            }
            Order::Listen { order, entry, ports } => (order, self.listen(entry, &ports)),
            Order::Dismiss { order, entry } => {
                self.dismiss(entry);
                // Tasks that were aborted let go of their sockets when they are next looked at.
                tokio::task::yield_now().await;
                (order, Ok(Vec::new()))
            }
        };
        let (answer, fds) = match done {
            Ok(fds) => (Answer::Done, fds),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Answer::Gone, Vec::new()),
            Err(error) => (
                Answer::Failed {
                    what: error.to_string(),
                },
                Vec::new(),
            ),
        };
        // A daemon that is gone is found out where it is listened to.
        let _ = daemon.tell(&Say::Answer { order, answer }, fds).await;
    }

    fn settle(&self, fds: Vec<OwnedFd>) -> Done {
        let realms = match self.realms.get() {
            Some(realms) => realms.clone(),
            None => {
                let made = Arc::new(Realms::settle(fds.into_iter().next())?);
                self.realms.get_or_init(|| made).clone()
            }
        };
        Ok(vec![realms.containers()?])
    }

    fn realms(&self) -> io::Result<&Arc<Realms>> {
        self.realms
            .get()
            .ok_or_else(|| io::Error::other("no namespace is there yet"))
    }

    fn route(&self, subnets: impl Iterator<Item = sampan_types::grants::Cidr>) -> io::Result<()> {
        let realms = self.realms()?;
        for subnet in subnets {
            realms.add(subnet)?;
        }
        Ok(())
    }

    fn admit(&self, admission: Admission, fds: Vec<OwnedFd>) -> Done {
        let realms = self.realms()?.clone();
        let mut fds = fds.into_iter();
        let mut next = |wanted: bool| match wanted {
            true => fds.next().map(Some).ok_or_else(missing),
            false => Ok(None),
        };
        let socket = next(admission.socket)?;
        let notify = next(admission.notify)?.map(Arc::new);
        let forwards: Vec<OwnedFd> = fds.collect();
        if forwards.len() != admission.forwards.len() {
            return Err(missing());
        }
        self.route(admission.places.iter().flat_map(|place| &place.subnets).copied())?;
        let grants = net::Border::new(&admission.grants, Arc::new(HostResolver(realms)));
        let entry = admission.entry;
        lock(&self.book)
            .admit(&admission, Arc::new(grants))
            .map_err(io::Error::other)?;
        let held = Entry {
            admission,
            socket,
            notify,
            forwards,
            tasks: Vec::new(),
        };
        let begun = self.begin(held);
        if begun.is_err() {
            self.dismiss(entry);
        }
        begun
    }

    /// Begins all that goes on for a container.
    fn begin(&self, mut held: Entry) -> Done {
        let entry = held.admission.entry;
        for (order, socket) in held.admission.forwards.iter().zip(&held.forwards) {
            let inside = Inside {
                entry,
                book: self.book.clone(),
                order: *order,
            };
            held.tasks.push(forward::start(socket.try_clone()?, inside)?);
        }
        if let Some(notify) = &held.notify {
            self.guard(&held.admission, notify.clone())?;
        }
        if let Some(socket) = &held.socket {
            let worker = Worker {
                entry,
                hub: self.shared(),
                link: Arc::new(Link::new(socket.try_clone()?)?),
                hailed: held.notify.is_some(),
            };
            held.tasks.push(tokio::spawn(worker.listen()).abort_handle());
        }
        lock(&self.entries).insert(entry, held);
        Ok(Vec::new())
    }

    /// The same hub, for a task.
    fn shared(&self) -> Self {
        Self {
            realms: self.realms.clone(),
            book: self.book.clone(),
            entries: self.entries.clone(),
            daemon: self.daemon.clone(),
        }
    }

    /// Answers the calls of a worker from now on.
    fn guard(&self, admission: &Admission, notify: Arc<OwnedFd>) -> io::Result<()> {
        let border = Border {
            entry: admission.entry,
            book: self.book.clone(),
            realms: self.realms()?.clone(),
            process: process_of(admission)?,
            notify,
        };
        std::thread::Builder::new()
            .name("border".to_owned())
            .stack_size(BORDER_STACK)
            .spawn(move || border.run())?;
        Ok(())
    }

    fn listen(&self, entry: u64, ports: &[u16]) -> Done {
        let own: Vec<IpAddr> = match lock(&self.book).get(entry) {
            Some(member) => member.own().to_vec(),
            None => return found(false),
        };
        self.realms()?.enter(Realm::Containers)?;
        let mut made = Vec::new();
        for address in own {
            for port in ports {
                let socket = sockets::make(address.is_ipv4(), Transport::Tcp)?;
                rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?;
                sockets::bind_at(&socket, SocketAddr::new(address, *port))?;
                rustix::net::listen(&socket, BACKLOG)?;
                made.push(socket);
            }
        }
        Ok(made)
    }

    fn dismiss(&self, entry: u64) {
        let left = lock(&self.entries).remove(&entry);
        lock(&self.book).dismiss(entry);
        drop(left);
    }

    /// Takes a worker's notify descriptor.
    fn hailed(&self, entry: u64, number: i32) -> io::Result<()> {
        if number < 0 {
            return Err(missing());
        }
        let process = {
            let entries = lock(&self.entries);
            let held = entries.get(&entry).ok_or(io::ErrorKind::NotFound)?;
            process_of(&held.admission)?
        };
        let notify = Arc::new(pidfd_getfd(&process, number, PidfdGetfdFlags::empty())?);
        let admission = {
            let mut entries = lock(&self.entries);
            let entry = entries.get_mut(&entry).ok_or(io::ErrorKind::NotFound)?;
            entry.admission.notify = true;
            entry.notify = Some(notify.clone());
            entry.admission.clone()
        };
        self.guard(&admission, notify.clone())?;
        // For the day on which another process takes this one's place. Without a daemon the next one asks for it.
        if let Some(daemon) = &*lock(&self.daemon)
            && let Err(error) = daemon.try_tell_with(&Say::Hailed { entry }, vec![notify.try_clone()?])
        {
            tracing::debug!(%error, "the daemon was not told of a worker");
        }
        Ok(())
    }

    /// The addresses of a name, for a container.
    async fn look_up(&self, entry: u64, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (inside, border, out, open) = {
            let book = lock(&self.book);
            let member = book.get(entry).ok_or(LookupError::Unresolvable)?;
            let (out, open) = (member.goes_out(), member.hood().is_open());
            (book.named(entry, name), member.border.clone(), out, open)
        };
        if !inside.is_empty() {
            for address in &inside {
                // An address that was given by hand may be granted by the name.
                border.keeps(name, *address);
            }
            return Ok(inside);
        }
        match (out && border.names(name), open) {
            (true, _) => border.look_up(name).await,
            (false, true) => Err(LookupError::Unresolvable),
            (false, false) => Err(LookupError::Denied),
        }
    }
}

impl Entry {
    /// For a daemon: what it is, with copies of all descriptors.
    fn told(&self) -> io::Result<(Admission, Vec<OwnedFd>)> {
        let notify = self.notify.iter().map(|fd| fd.as_fd());
        let own = self.socket.iter().map(AsFd::as_fd).chain(notify);
        let all = own.chain(self.forwards.iter().map(AsFd::as_fd));
        let fds = all.map(|fd| fd.try_clone_to_owned()).collect::<io::Result<_>>()?;
        Ok((self.admission.clone(), fds))
    }
}

/// One worker's socket.
struct Worker {
    entry: u64,
    hub: Hub,
    link: Arc<Link<()>>,
    hailed: bool,
}

impl Worker {
    /// Listens until the worker is gone or breaks the protocol. Then nothing of it is left here.
    async fn listen(mut self) {
        let mut receiver = Receiver::new();
        while let Ok((ask, _)) = self.link.receive::<Ask>(&mut receiver).await {
            if self.answer(ask).await.is_err() {
                tracing::warn!(entry = self.entry, "a worker said what it may not");
                break;
            }
        }
        self.hub.dismiss(self.entry);
    }

    async fn answer(&mut self, ask: Ask) -> io::Result<()> {
        let wrong = || io::Error::from(io::ErrorKind::InvalidData);
        match ask {
            Ask::Hail { notify } => {
                if std::mem::replace(&mut self.hailed, true) {
                    return Err(wrong());
                }
                self.hub.hailed(self.entry, notify)?;
                self.link
                    .tell(&Told::Welcome, Vec::new())
                    .await
                    .map_err(io::Error::other)
            }
            Ask::LookUp { ask, name } => {
                if name.len() > 253 {
                    return Err(wrong());
                }
                let (hub, link, entry) = (self.hub.shared(), self.link.clone(), self.entry);
                tokio::spawn(async move {
                    let addresses = hub.look_up(entry, &name).await.map_err(Unknown::from);
                    // A worker that does not listen hears nothing.
                    let _ = link.try_tell(&Told::Addresses { ask, addresses });
                });
                Ok(())
            }
        }
    }
}

/// The machine's own way to look up names, from the host's namespace.
struct HostResolver(Arc<Realms>);

impl Resolve for HostResolver {
    fn resolve(&self, name: &str) -> Resolving {
        use std::net::ToSocketAddrs;
        let (name, realms) = (name.to_owned(), self.0.clone());
        Box::pin(async move {
            let (tell, told) = oneshot::channel();
            std::thread::Builder::new()
                .name("resolver".to_owned())
                .spawn(move || {
                    let asked = realms.enter(Realm::Host);
                    let answer = asked.and_then(|()| (name.as_str(), 0).to_socket_addrs());
                    // Nobody may wait any more.
                    let _ = tell.send(answer.map(|all| all.map(|a| a.ip()).collect()));
                })?;
            told.await.map_err(io::Error::other)?
        })
    }
}

/// The worker of a container, which is its alone.
fn process_of(admission: &Admission) -> io::Result<OwnedFd> {
    let pid = admission.pid.and_then(|pid| i32::try_from(pid).ok());
    let pid = pid.and_then(Pid::from_raw).ok_or_else(missing)?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

fn found(there: bool) -> Done {
    match there {
        true => Ok(Vec::new()),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

fn missing() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a descriptor is missing")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
