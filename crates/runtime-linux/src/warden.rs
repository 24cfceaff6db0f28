//! The daemon's side of one monitor: what it orders, and what it hears.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use sampan_process::link::Link;
use sampan_process::packet::{PacketError, Receiver};
use sampan_runtime::Logs;
use sampan_types::ContainerId;
use tokio::sync::{Notify, watch};

use crate::cgroup::Cgroup;
use crate::error::LinuxError;
use crate::net::Wired;
use crate::remains;
use crate::wire::{Answer, End, Order, Say};

/// How long the first words may take.
const GREETING: Duration = Duration::from_secs(5);
/// How long an order may take: libcontainer waits for the kernel alone.
const ANSWER: Duration = Duration::from_secs(30);

/// How a program came to its end.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    /// Its monitor said so.
    Told(Box<End>),
    /// Its monitor was lost.
    Lost,
}

/// A program of a monitor: the container's own, or another one in it.
pub(crate) struct Tenant {
    pub(crate) id: ContainerId,
    /// Set once, at its end.
    pub(crate) ended: watch::Sender<Option<Ended>>,
    pub(crate) log: Mutex<Logs>,
    /// Wakes whoever waits until memory has run out beside it.
    pub(crate) starved: Notify,
    pid: AtomicU32,
    pidfd: OnceLock<OwnedFd>,
}

impl Tenant {
    pub(crate) fn new(id: ContainerId, log: Logs) -> Arc<Self> {
        Arc::new(Self {
            id,
            ended: watch::Sender::new(None),
            log: Mutex::new(log),
            starved: Notify::new(),
            pid: AtomicU32::new(0),
            pidfd: OnceLock::new(),
        })
    }

    pub(crate) fn end(&self, ended: Ended) {
        self.ended.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(ended);
            first
        });
    }

    pub(crate) fn runs(&self, pid: u32, pidfd: Option<OwnedFd>) {
        self.pid.store(pid, SeqCst);
        if let Some(pidfd) = pidfd {
            // It is set once: a program has one process.
            let _ = self.pidfd.set(pidfd);
        }
    }

    /// The process's number while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        let pid = self.pid.load(SeqCst);
        (pid != 0 && self.ended.borrow().is_none()).then_some(pid)
    }

    pub(crate) fn pidfd(&self) -> Option<&OwnedFd> {
        self.pidfd.get()
    }
}

/// A connection to a monitor.
pub(crate) struct Warden {
    /// The container that it has.
    pub(crate) id: ContainerId,
    /// The container's folder among those of running ones.
    folder: PathBuf,
    link: Link<Answer>,
    tenants: Mutex<HashMap<ContainerId, Arc<Tenant>>>,
    /// The namespace of bridges that its container is in.
    pub(crate) yard: Mutex<Option<OwnedFd>>,
    tasks: tokio::runtime::Handle,
}

impl Warden {
    /// Takes up a connection. With it come the programs that the monitor has.
    pub(crate) async fn connect(
        id: ContainerId,
        folder: PathBuf,
        socket: OwnedFd,
    ) -> Result<(Arc<Self>, Vec<Arc<Tenant>>), LinuxError> {
        let link = Link::new(socket).map_err(PacketError::from)?;
        let mut receiver = Receiver::new();
        let said = tokio::time::timeout(GREETING, link.receive::<Say>(&mut receiver)).await;
        let (say, pidfds) = said.unwrap_or(Err(PacketError::Silent))?;
        let Say::Known { here } = say else {
            return Err(PacketError::Broken("is no greeting").into());
        };
        let mut pidfds = pidfds.into_iter();
        let mut tenants = Vec::new();
        for known in here {
            let tenant = Tenant::new(known.id, Logs::default());
            match known.end {
                Some(end) => tenant.end(Ended::Told(end)),
                None => tenant.runs(known.pid, pidfds.next()),
            }
            tenants.push(tenant);
        }
        let by_id = tenants.iter().map(|t| (t.id.clone(), t.clone())).collect();
        let warden = Arc::new(Self {
            id,
            folder,
            link,
            tenants: Mutex::new(by_id),
            yard: Mutex::new(pidfds.next()),
            tasks: tokio::runtime::Handle::current(),
        });
        let reader = warden.clone();
        tokio::spawn(async move { reader.read(receiver).await });
        Ok((warden, tenants))
    }

    /// Listens until the monitor is gone.
    async fn read(&self, mut receiver: Receiver) {
        loop {
            match self.link.receive::<Say>(&mut receiver).await {
                Ok((Say::Answer { order, answer }, fds)) => {
                    if let Err(error) = self.link.answered(order, answer, fds) {
                        tracing::error!(%error, "a monitor broke the protocol");
                        break;
                    }
                }
                Ok((Say::Ended { id, end }, _)) => {
                    if let Some(tenant) = self.tenant(&id) {
                        tenant.end(Ended::Told(end));
                    }
                }
                Ok((Say::LogFull { id, journal }, _)) => {
                    if let Some(tenant) = self.tenant(&id) {
                        self.renew_log(&tenant, journal);
                    }
                }
                Ok((Say::OutOfMemory { id }, _)) => {
                    if let Some(tenant) = self.tenant(&id) {
                        tenant.starved.notify_one();
                    }
                }
                Ok((Say::Known { .. }, _)) => {}
                Err(PacketError::Closed) => break,
                Err(error) => {
                    tracing::error!(%error, "a monitor cannot be understood");
                    break;
                }
            }
        }
        self.link.close();
        let tenants: Vec<Arc<Tenant>> = lock(&self.tenants).drain().map(|(_, tenant)| tenant).collect();
        let lost: Vec<Arc<Tenant>> = tenants
            .into_iter()
            .filter(|tenant| tenant.ended.borrow().is_none())
            .collect();
        if lost.is_empty() {
            return;
        }
        // Nobody watches what is left of it any more.
        let folder = self.folder.clone();
        let _ = tokio::task::spawn_blocking(move || remains::clear(&folder)).await;
        for tenant in lost {
            tenant.end(Ended::Lost);
        }
    }

    fn tenant(&self, id: &ContainerId) -> Option<Arc<Tenant>> {
        lock(&self.tenants).get(id).cloned()
    }

    /// Lets a program in. Its end is known from now on.
    pub(crate) fn admit(&self, tenant: &Arc<Tenant>) {
        lock(&self.tenants).insert(tenant.id.clone(), tenant.clone());
    }

    /// It was not started, or nothing need be known of it any more.
    pub(crate) fn dismiss(&self, id: &ContainerId) {
        lock(&self.tenants).remove(id);
    }

    /// Orders something that has an answer.
    pub(crate) async fn ask(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<(Answer, Vec<OwnedFd>), LinuxError> {
        let answer = tokio::time::timeout(ANSWER, self.link.ask(order, fds)).await;
        Ok(answer.unwrap_or(Err(PacketError::Silent))?)
    }

    /// Orders something that has no answer. Of a monitor that is gone nothing is expected.
    pub(crate) fn tell(self: &Arc<Self>, order: Order) {
        match self.link.try_tell(&order) {
            Err(error) if error.would_block() => {
                let warden = self.clone();
                self.tasks
                    .spawn(async move { warden.link.tell(&order, Vec::new()).await });
            }
            _ => {}
        }
    }

    /// Ends what is left of the container, and the monitor's work with it.
    pub(crate) async fn clear(&self) {
        let folder = self.folder.clone();
        let _ = tokio::task::spawn_blocking(move || remains::clear(&folder)).await;
    }

    /// The cgroup of its container.
    pub(crate) fn cgroup(&self) -> Option<Cgroup> {
        remains::cgroup(&self.folder)
    }

    /// Writes down for the next daemon what the container has of networks.
    pub(crate) fn note(&self, wired: &Wired) -> Result<(), LinuxError> {
        wired.write(&self.folder).map_err(|source| LinuxError::Folder {
            path: self.folder.clone(),
            source,
        })
    }

    /// Gives a log its next file, or another way to the journal.
    fn renew_log(&self, tenant: &Tenant, journal: bool) {
        let Logs { files, journal: sink } = lock(&tenant.log).clone();
        let next = match (journal, files, sink) {
            (false, Some(files), _) => files.rotate().map(OwnedFd::from),
            (true, _, Some(sink)) => sink.connect(),
            _ => return,
        };
        match next {
            Ok(next) => {
                let id = tenant.id.clone();
                let told = self.link.try_tell_with(&Order::Log { id, journal }, vec![next]);
                if let Err(error) = told {
                    tracing::warn!(%error, "a monitor was not told where a log goes on");
                }
            }
            Err(error) if journal => {
                tracing::debug!(%error, "the journal cannot be reached; output is lost to it");
            }
            Err(error) => tracing::warn!(%error, "a log file cannot be rotated; the old one grows"),
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
