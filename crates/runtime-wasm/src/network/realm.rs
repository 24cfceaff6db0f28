//! The network namespaces in which sockets of guests live.
//!
//! A socket lives where the thread was that made it. All threads of this process are in the containers' namespace but one,
//! which was in the host's before it gave up the right to go anywhere, and another one in the yard, where there is one.

mod route;

use std::fs::File;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};
use sampan_types::grants::Transport;
use tokio::sync::oneshot;

use super::confine::{self, Side};
use super::{raw, sockets};

/// Where a socket lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    /// Where the containers' addresses are.
    Containers,
    /// Where the engine was started.
    Host,
    /// Where containers with interfaces of their own are reached, if that is not the host.
    Yard,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Realms {
    containers: OwnedFd,
    /// By which the kernel tells the containers' namespace.
    cookie: u64,
    /// To the thread in the host's.
    host: Sender<Job>,
    yard: Option<Yard>,
}

/// The namespace that has the bridges of an engine that is root nowhere but in a namespace of users: the host's may not be
/// changed by it.
#[derive(Debug)]
struct Yard {
    namespace: OwnedFd,
    cookie: u64,
    /// To the thread in it.
    thread: Sender<Job>,
}

/// How the yard is had.
#[derive(Debug)]
pub(crate) enum Ground {
    /// There is none: the bridges are the host's.
    Host,
    /// A new one.
    New,
    /// That of an earlier process.
    Known(OwnedFd),
}

/// What the thread in the host's namespace does.
enum Job {
    Socket(
        bool,
        Transport,
        std::sync::mpsc::SyncSender<Result<OwnedFd, Errno>>,
    ),
    Names(String, oneshot::Sender<io::Result<Vec<IpAddr>>>),
}

impl Realms {
    /// Takes up the containers' namespace, or makes it, and gives up all that only this needed. On the first and only
    /// thread of the process, which stays in it.
    pub(crate) fn settle(given: Option<OwnedFd>, ground: Ground) -> io::Result<Self> {
        // Before this thread leaves: nobody may go back who is root in a namespace of users alone.
        let (host, ()) = start("host", || Ok(()))?;
        let yard = match ground {
            Ground::Host => None,
            Ground::New => Some(Yard::start(None)?),
            Ground::Known(namespace) => Some(Yard::start(Some(namespace))?),
        };
        let containers = entered(given)?;
        route::link_up()?;
        route::all_is_local()?;
        no_cookies();
        let cookie = cookie()?;
        confine::keep(Side::Containers).map_err(io::Error::other)?;
        Ok(Self {
            containers,
            cookie,
            host,
            yard,
        })
    }

    /// The containers' namespace, to be handed on.
    pub(crate) fn containers(&self) -> io::Result<OwnedFd> {
        self.containers.try_clone()
    }

    /// A new socket that blocks nobody.
    pub(crate) fn make(&self, realm: Realm, v4: bool, transport: Transport) -> Result<OwnedFd, Errno> {
        let thread = match (realm, &self.yard) {
            (Realm::Containers, _) => return sockets::make(v4, transport),
            (Realm::Yard, Some(yard)) => &yard.thread,
            (Realm::Host, _) | (Realm::Yard, None) => &self.host,
        };
        let (tell, told) = sync_channel(1);
        let gone = |_| Errno::NETDOWN;
        thread
            .send(Job::Socket(v4, transport, tell))
            .map_err(|_| Errno::NETDOWN)?;
        told.recv().map_err(gone)?
    }

    /// The addresses of a name, as the host knows it.
    pub(crate) async fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let (tell, told) = oneshot::channel();
        let asked = self.host.send(Job::Names(name.to_owned(), tell));
        asked.map_err(|_| io::Error::from(io::ErrorKind::NetworkDown))?;
        told.await.map_err(io::Error::other)?
    }

    /// Where a socket lives.
    pub(crate) fn of(&self, socket: impl AsFd) -> io::Result<Realm> {
        let its = raw::namespace_of(socket.as_fd())?;
        Ok(match &self.yard {
            _ if its == self.cookie => Realm::Containers,
            Some(yard) if its == yard.cookie => Realm::Yard,
            _ => Realm::Host,
        })
    }

    /// Where containers with interfaces of their own are reached.
    pub(crate) fn beside(&self) -> Realm {
        match self.yard {
            Some(_) => Realm::Yard,
            None => Realm::Host,
        }
    }

    /// The yard, to be handed on.
    pub(crate) fn yard(&self) -> io::Result<Option<OwnedFd>> {
        self.yard
            .as_ref()
            .map(|yard| yard.namespace.try_clone())
            .transpose()
    }
}

impl Yard {
    fn start(given: Option<OwnedFd>) -> io::Result<Self> {
        let (thread, (namespace, cookie)) = start("yard", move || {
            let namespace = entered(given)?;
            route::link_up()?;
            Ok((namespace, cookie()?))
        })?;
        Ok(Self {
            namespace,
            cookie,
            thread,
        })
    }
}

/// From now on this thread is in the namespace, or in a new one.
fn entered(given: Option<OwnedFd>) -> io::Result<OwnedFd> {
    match given {
        Some(given) => {
            move_into_link_name_space(given.as_fd(), Some(LinkNameSpaceType::Network))?;
            Ok(given)
        }
        None => {
            new_namespace()?;
            Ok(File::open("/proc/thread-self/ns/net")?.into())
        }
    }
}

/// By which the kernel tells the namespace of this thread.
fn cookie() -> io::Result<u64> {
    let probe = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    raw::namespace_of(probe.as_fd())
}

/// Starts a thread that stays in the namespace where `enter` leads it, and waits until it has nothing but what it needs.
fn start<T: Send + 'static>(
    name: &str,
    enter: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<(Sender<Job>, T)> {
    let (jobs, asked) = channel();
    let (tell, told) = sync_channel(1);
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let settled = enter().and_then(|there| {
            confine::keep(Side::Host).map_err(io::Error::other)?;
            Ok(there)
        });
        let ready = settled.is_ok();
        // Whoever started this waits for it.
        let _ = tell.send(settled);
        if ready {
            work(&asked);
        }
    })?;
    let there = told.recv().map_err(io::Error::other)??;
    Ok((jobs, there))
}

/// Turns SYN cookies off in the containers' namespace, which no stranger reaches.
///
/// With one, the kernel forgets a connection that a full queue has no room for, while its client believes to be connected.
/// What the client said is lost or answered with a reset, and where that were one to three bytes, the end behind them may be
/// taken for the beginning: the server then sees a connection that says nothing. Without, such a client waits.
fn no_cookies() {
    if let Err(error) = std::fs::write("/proc/sys/net/ipv4/tcp_syncookies", "0") {
        tracing::warn!(%error, "bursts of connections may break: SYN cookies cannot be turned off");
    }
}

fn work(asked: &Receiver<Job>) {
    while let Ok(job) = asked.recv() {
        match job {
            // Who asked may have gone.
            Job::Socket(v4, transport, tell) => drop(tell.send(sockets::make(v4, transport))),
            Job::Names(name, tell) => resolve(name, tell),
        }
    }
}

/// On a thread of its own, which is where this one is: name servers may take their time.
fn resolve(name: String, tell: oneshot::Sender<io::Result<Vec<IpAddr>>>) {
    // Where no thread can be had, nobody answers, which says so.
    let _ = std::thread::Builder::new()
        .name("resolver".to_owned())
        .spawn(move || {
            let answer = (name.as_str(), 0).to_socket_addrs();
            // Nobody may wait any more.
            let _ = tell.send(answer.map(|all| all.map(|a| a.ip()).collect()));
        });
}

#[allow(unsafe_code)]
fn new_namespace() -> io::Result<()> {
    // SAFETY: descriptors stay as they are; only sockets that are made later live elsewhere.
    Ok(unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?)
}
