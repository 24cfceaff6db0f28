//! What a worker has to say to its daemon, in order, without waiting for it.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::net::SendFlags;

use super::wire::Say;
use crate::packet::Packet;

/// The most that waits for a daemon that does not read. Endings are kept with their guests; what is lost with a daemon
/// that is too slow is lost to that daemon alone.
const WAITING_MAX: usize = 100_000;

#[derive(Default)]
pub(super) struct Outbox {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    daemon: Option<Arc<OwnedFd>>,
    waiting: VecDeque<Packet>,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this daemon is spoken to. `first` is said before anything else.
    pub(super) fn connect(&self, daemon: Arc<OwnedFd>, first: impl FnOnce() -> Vec<Say>) {
        let mut inner = self.lock();
        inner.daemon = Some(daemon);
        inner.waiting.clear();
        // Under the lock, so that what ends meanwhile is either among the first words or said after them.
        for say in first() {
            inner.push(&say, Vec::new());
        }
        inner.flush();
    }

    /// Nobody listens any more.
    pub(super) fn disconnect(&self) {
        let mut inner = self.lock();
        inner.daemon = None;
        inner.waiting.clear();
    }

    pub(super) fn say(&self, say: &Say) {
        self.say_with(say, Vec::new());
    }

    /// The same with descriptors. Whether somebody listens.
    pub(super) fn say_with(&self, say: &Say, fds: Vec<OwnedFd>) -> bool {
        let mut inner = self.lock();
        if inner.daemon.is_some() {
            inner.push(say, fds);
            inner.flush();
        }
        inner.daemon.is_some()
    }

    /// Whether something waits until the daemon reads.
    pub(super) fn is_waiting(&self) -> bool {
        !self.lock().waiting.is_empty()
    }

    /// Sends what waits, as far as it goes.
    pub(super) fn flush(&self) {
        self.lock().flush();
    }
}

impl Inner {
    fn push(&mut self, say: &Say, fds: Vec<OwnedFd>) {
        if let Ok(packet) = Packet::new(say, fds) {
            self.waiting.push_back(packet);
        }
        if self.waiting.len() > WAITING_MAX {
            self.daemon = None;
            self.waiting.clear();
        }
    }

    fn flush(&mut self) {
        let Some(daemon) = self.daemon.clone() else { return };
        while let Some(packet) = self.waiting.front() {
            match packet.send(&*daemon, SendFlags::DONTWAIT) {
                Ok(()) => drop(self.waiting.pop_front()),
                Err(error) if error.would_block() => return,
                Err(_) => {
                    // Its end is seen where its orders are read.
                    self.waiting.clear();
                    return;
                }
            }
        }
    }
}
