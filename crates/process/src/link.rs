//! The daemon's end of a connection to a process that it commands: orders with numbers, and their answers.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::net::{RecvFlags, SendFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::oneshot;

use crate::awaited::awaited_for;
use crate::packet::{Packet, PacketError, Receiver};

type Told<A> = (A, Vec<OwnedFd>);

/// One connection. `A` is what an answer is.
#[derive(Debug)]
pub struct Link<A> {
    socket: AsyncFd<OwnedFd>,
    /// The same socket again, to wait until it takes more: registered when that is first needed.
    full: OnceLock<AsyncFd<OwnedFd>>,
    next: AtomicU64,
    /// Who waits for which answer; `None` when nobody answers any more.
    asked: Mutex<Option<HashMap<u64, oneshot::Sender<Told<A>>>>>,
}

impl<A> Link<A> {
    /// Needs a runtime of tasks.
    pub fn new(socket: OwnedFd) -> io::Result<Self> {
        Ok(Self {
            socket: awaited_for(socket, Interest::READABLE)?,
            full: OnceLock::new(),
            next: AtomicU64::new(1),
            asked: Mutex::new(Some(HashMap::new())),
        })
    }

    fn asked(&self) -> MutexGuard<'_, Option<HashMap<u64, oneshot::Sender<Told<A>>>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends an order that has no answer.
    pub async fn tell(&self, order: &impl Serialize, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
        let packet = Packet::new(order, fds)?;
        loop {
            match packet.send(&self.socket, SendFlags::DONTWAIT) {
                Err(error) if error.would_block() => self.room().await?,
                other => return other,
            }
        }
    }

    /// Waits until the socket may take more.
    async fn room(&self) -> io::Result<()> {
        let full = match self.full.get() {
            Some(full) => full,
            None => {
                let again = self.socket.get_ref().try_clone()?;
                let again = awaited_for(again, Interest::WRITABLE)?;
                self.full.get_or_init(|| again)
            }
        };
        full.writable().await?.clear_ready();
        Ok(())
    }

    /// Sends it if that can be done at once.
    pub fn try_tell(&self, order: &impl Serialize) -> Result<(), PacketError> {
        self.try_tell_with(order, Vec::new())
    }

    /// The same, with descriptors.
    pub fn try_tell_with(&self, order: &impl Serialize, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
        Packet::new(order, fds)?.send(&self.socket, SendFlags::DONTWAIT)
    }

    /// Sends the order that is made for a number, and waits for its answer.
    pub async fn ask<O: Serialize>(
        &self,
        order: impl FnOnce(u64) -> O,
        fds: Vec<OwnedFd>,
    ) -> Result<Told<A>, PacketError> {
        self.send(order, fds).await?.answer().await
    }

    /// Sends the order that is made for a number. Its answer can be waited for later.
    pub async fn send<O: Serialize>(
        &self,
        order: impl FnOnce(u64) -> O,
        fds: Vec<OwnedFd>,
    ) -> Result<Asked<'_, A>, PacketError> {
        let number = self.next.fetch_add(1, Relaxed);
        let (tell, told) = oneshot::channel();
        match &mut *self.asked() {
            Some(asked) => drop(asked.insert(number, tell)),
            None => return Err(PacketError::Closed),
        }
        let asked = Asked {
            told,
            _forget: Forget { link: self, number },
        };
        self.tell(&order(number), fds).await?;
        Ok(asked)
    }

    /// The next words of the other side. For one reader.
    pub async fn receive<T: DeserializeOwned>(
        &self,
        receiver: &mut Receiver,
    ) -> Result<(T, Vec<OwnedFd>), PacketError> {
        loop {
            match receiver.receive(&self.socket, RecvFlags::DONTWAIT) {
                Err(error) if error.would_block() => {
                    let mut guard = self.socket.readable().await?;
                    // What came between the look and this is told again.
                    match receiver.receive(&self.socket, RecvFlags::DONTWAIT) {
                        Err(error) if error.would_block() => guard.clear_ready(),
                        other => return other,
                    }
                }
                other => return other,
            }
        }
    }

    /// Hands an answer to whoever waits for it. An answer that nobody asked for is a fault of the other side.
    pub fn answered(&self, number: u64, answer: A, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
        if number == 0 || number >= self.next.load(Relaxed) {
            return Err(PacketError::Broken("answers what was not asked"));
        }
        let waiting = self.asked().as_mut().and_then(|asked| asked.remove(&number));
        if let Some(waiting) = waiting {
            // Whoever asked may have gone away.
            let _ = waiting.send((answer, fds));
        }
        Ok(())
    }

    /// Nobody answers any more.
    pub fn close(&self) {
        self.asked().take();
    }
}

/// An order on its way.
#[derive(Debug)]
pub struct Asked<'a, A> {
    told: oneshot::Receiver<Told<A>>,
    _forget: Forget<'a, A>,
}

impl<A> Asked<'_, A> {
    /// What the other side says to it.
    pub async fn answer(self) -> Result<Told<A>, PacketError> {
        self.told.await.map_err(|_| PacketError::Closed)
    }
}

/// Forgets a question when its asker goes away.
#[derive(Debug)]
struct Forget<'a, A> {
    link: &'a Link<A>,
    number: u64,
}

impl<A> Drop for Forget<'_, A> {
    fn drop(&mut self) {
        if let Some(asked) = &mut *self.link.asked() {
            asked.remove(&self.number);
        }
    }
}
