//! What the network process holds, and how it does what a daemon orders.

mod asked;
mod containers;
mod doorway;
mod names;
mod servers;
mod stub;
mod workers;

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::task::AbortHandle;

use super::book::Book;
use super::ferry::Ferry;
use super::realm::{Ground, Realms};
use super::wire::{Admission, Answer, Order, Say};
use crate::link::Link;
use crate::packet::PacketError;

#[derive(Default)]
pub(super) struct Hub {
    realms: OnceLock<Arc<Realms>>,
    /// Between containers of both kinds.
    ferry: OnceLock<Arc<Ferry>>,
    book: Arc<Mutex<Book>>,
    entries: Arc<Mutex<HashMap<u64, Entry>>>,
    daemon: Arc<Mutex<Option<Arc<Link<()>>>>>,
    /// Where connections come that are for containers of workers, and datagrams.
    doorway: Arc<OnceLock<Vec<OwnedFd>>>,
}

/// A container, with what another process like this one would need to take its place.
struct Entry {
    admission: Admission,
    socket: Option<OwnedFd>,
    notify: Option<Arc<OwnedFd>>,
    forwards: Vec<OwnedFd>,
    /// Where one whose sockets are its own asks for names.
    asks: Vec<OwnedFd>,
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
        let yard = self
            .realms
            .get()
            .map(|realms| realms.yard())
            .transpose()?
            .flatten();
        let ready = Say::Ready { yard: yard.is_some() };
        let doorway = self.doorway.get().into_iter().flatten().map(OwnedFd::try_clone);
        let held = namespace
            .into_iter()
            .chain(yard)
            .map(Ok)
            .chain(doorway)
            .collect::<io::Result<_>>()?;
        daemon.tell(&ready, held).await?;
        *lock(&self.daemon) = Some(daemon.clone());
        Ok(())
    }

    /// No daemon is there any more.
    pub(super) fn alone(&self) {
        lock(&self.daemon).take();
    }

    pub(super) async fn obey(&self, order: Order, fds: Vec<OwnedFd>, daemon: &Link<()>) {
        let (order, done) = match order {
            Order::Settle { order, apart, known } => {
                let mut fds = fds;
                let ground = match (apart, known) {
                    (false, _) => Some(Ground::Host),
                    (true, false) => Some(Ground::New),
                    (true, true) => fds.pop().map(Ground::Known),
                };
                let settled = ground.ok_or_else(missing);
                (order, settled.and_then(|ground| self.settle(fds, ground)))
            }
            Order::Admit { order, admission } => (order, self.admit(*admission, fds)),
            Order::Places { order, entry, places } => {
                let known = lock(&self.book).move_to(entry, places.clone());
                if let Some(entry) = lock(&self.entries).get_mut(&entry) {
                    entry.admission.places = places;
                }
                (order, found(known))
            }
            Order::Doorway { order } => (order, self.open_doorway(fds)),
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

    fn settle(&self, fds: Vec<OwnedFd>, ground: Ground) -> Done {
        let realms = match self.realms.get() {
            Some(realms) => realms.clone(),
            None => {
                let made = Arc::new(Realms::settle(fds.into_iter().next(), ground)?);
                self.realms.get_or_init(|| made).clone()
            }
        };
        self.ferry.get_or_init(|| Ferry::new(realms.clone()));
        let mut held = vec![realms.containers()?];
        held.extend(realms.yard()?);
        Ok(held)
    }

    fn ferry(&self) -> io::Result<&Arc<Ferry>> {
        self.ferry.get().ok_or_else(no_namespace)
    }

    fn realms(&self) -> io::Result<&Arc<Realms>> {
        self.realms.get().ok_or_else(no_namespace)
    }

    /// The same hub, for a task.
    fn shared(&self) -> Self {
        Self {
            realms: self.realms.clone(),
            ferry: self.ferry.clone(),
            book: self.book.clone(),
            entries: self.entries.clone(),
            daemon: self.daemon.clone(),
            doorway: self.doorway.clone(),
        }
    }
}

impl Entry {
    /// For a daemon: what it is, with copies of all descriptors.
    fn told(&self) -> io::Result<(Admission, Vec<OwnedFd>)> {
        let notify = self.notify.iter().map(|fd| fd.as_fd());
        let own = self.socket.iter().map(AsFd::as_fd).chain(notify);
        let all = own
            .chain(self.forwards.iter().map(AsFd::as_fd))
            .chain(self.asks.iter().map(AsFd::as_fd));
        let fds = all.map(|fd| fd.try_clone_to_owned()).collect::<io::Result<_>>()?;
        Ok((self.admission.clone(), fds))
    }
}

fn found(there: bool) -> Done {
    match there {
        true => Ok(Vec::new()),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

fn no_namespace() -> io::Error {
    io::Error::other("no namespace is there yet")
}

fn missing() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a descriptor is missing")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
