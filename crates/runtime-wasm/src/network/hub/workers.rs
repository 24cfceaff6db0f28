//! What workers say.

use std::io;
use std::sync::Arc;

use rustix::process::{PidfdGetfdFlags, pidfd_getfd};

use super::super::wire::{Ask, Say, Told, Unknown};
use super::containers::process_of;
use super::{Hub, lock, missing};
use crate::link::Link;
use crate::packet::Receiver;

/// One worker's socket.
pub(super) struct Worker {
    pub(super) entry: u64,
    pub(super) hub: Hub,
    pub(super) link: Arc<Link<()>>,
    pub(super) hailed: bool,
}

impl Worker {
    /// Listens until the worker is gone or breaks the protocol. Then nothing of it is left here.
    pub(super) async fn listen(mut self) {
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

impl Hub {
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
}
