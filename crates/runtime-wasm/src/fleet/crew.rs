//! All workers, and the spare ones that wait to become some.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};
use sampan_runtime::Survivor;
use serde_json::Value;

use super::container::FleetContainer;
use super::place::{Place, opened};
use super::worker::{Tag, Worker};
use super::{FleetConfig, FleetError};
use crate::worker::{Folder, Ports, WorkerSettings};
use crate::zygote::client::{ZygoteClient, ZygoteError};

pub(super) struct Crew {
    config: FleetConfig,
    build: String,
    zygote: tokio::sync::Mutex<Arc<ZygoteClient>>,
    shared: Mutex<Vec<Arc<Worker>>>,
    /// Held while a shared worker is made, so that a thousand starts at once make one.
    making: tokio::sync::Mutex<()>,
    spares: Mutex<Vec<Spare>>,
    /// Held while spare ones are started, so that a thousand starts at once make one of each sort.
    refilling: tokio::sync::Mutex<()>,
    /// Held as long as this daemon lives.
    _hold: File,
}

/// A worker that was started and waits for its shape.
struct Spare {
    zygote: Arc<ZygoteClient>,
    number: u64,
    pid: u32,
    settings: WorkerSettings,
}

impl Crew {
    /// Finds the workers of an earlier daemon with their containers.
    pub(super) async fn find(
        config: FleetConfig,
        build: &str,
    ) -> Result<(Arc<Self>, Vec<Survivor>), FleetError> {
        let folder = config.run_dir.join("zygotes");
        let empty = config.empty();
        std::fs::create_dir_all(&empty).map_err(|source| FleetError::Folder {
            path: empty.clone(),
            source,
        })?;
        // Before the first word to a zygote: to it a second daemon is the successor of the first, whose workers it
        // would take away.
        let held = hold(&config.run_dir)?;
        let mut found = ZygoteClient::find(&config.exe, &folder, build, config.linger)
            .await?
            .into_iter();
        let Some((own, known)) = found.next() else {
            return Err(FleetError::Zygote(ZygoteError::Refused(
                "none was found".to_owned(),
            )));
        };
        let crew = Arc::new(Self {
            config,
            build: build.to_owned(),
            zygote: tokio::sync::Mutex::new(own.clone()),
            shared: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            spares: Mutex::default(),
            refilling: tokio::sync::Mutex::default(),
            _hold: held,
        });
        let mut survivors = Vec::new();
        for (zygote, known) in std::iter::once((own, known)).chain(found) {
            for worker in known {
                if worker.status.is_some() {
                    zygote.forget(worker.number).await;
                    continue;
                }
                let Ok(tag) = serde_json::from_value::<Tag>(worker.tag) else {
                    crew.adopt(&zygote, worker.number, worker.pid, worker.settings)
                        .await;
                    continue;
                };
                match Worker::connect(zygote.clone(), worker.number, worker.pid, tag).await {
                    Ok((worker, tenants)) => {
                        if tenants.is_empty() && worker.tag.shared.is_none() {
                            // Its container was released, and the daemon fell before it ended the process.
                            worker.end().await;
                        } else if worker.tag.shared.is_some() && crew.is_own(&zygote) {
                            lock(&crew.shared).push(worker.clone());
                        }
                        survivors.extend(tenants.into_iter().map(|tenant| Survivor {
                            id: tenant.id.clone(),
                            container: FleetContainer::found(crew.clone(), worker.clone(), tenant),
                        }));
                    }
                    Err(error) => {
                        tracing::error!(pid = worker.pid, %error, "a worker does not answer and is ended");
                        zygote.kill(worker.number).await;
                    }
                }
            }
        }
        crew.refill();
        Ok((crew, survivors))
    }

    /// A worker that an earlier daemon started and did not need. One of each sort is enough.
    async fn adopt(&self, zygote: &Arc<ZygoteClient>, number: u64, pid: u32, settings: WorkerSettings) {
        if !self.is_own(zygote) || self.has_spare(&settings) {
            zygote.kill(number).await;
            return;
        }
        lock(&self.spares).push(Spare {
            zygote: zygote.clone(),
            number,
            pid,
            settings,
        });
    }

    fn has_spare(&self, settings: &WorkerSettings) -> bool {
        lock(&self.spares).iter().any(|spare| spare.settings == *settings)
    }

    fn is_own(&self, zygote: &ZygoteClient) -> bool {
        zygote.build == self.build
    }

    /// The zygote, or another one where it is gone.
    pub(super) async fn zygote(&self) -> Result<Arc<ZygoteClient>, FleetError> {
        let mut zygote = self.zygote.lock().await;
        if zygote.is_gone() {
            let folder = self.config.run_dir.join("zygotes");
            *zygote = ZygoteClient::start(&self.config.exe, &folder, &self.build, self.config.linger)
                .await?
                .0;
            lock(&self.spares).clear();
        }
        Ok(zygote.clone())
    }

    fn settings(&self, slots: Option<u32>) -> WorkerSettings {
        WorkerSettings {
            slots,
            empty: self.config.empty(),
            linger: self.config.linger,
        }
    }

    fn shared_settings(&self) -> WorkerSettings {
        self.settings(Some(self.config.slots))
    }

    /// A worker for a container. `full` are those that had no room for it.
    pub(super) async fn worker(
        self: &Arc<Self>,
        place: &Place,
        full: &[Arc<Worker>],
    ) -> Result<Arc<Worker>, FleetError> {
        match place {
            Place::Own { folders, network } => {
                let folders = opened(folders)?;
                let tag = Tag { shared: None };
                self.make(self.settings(None), tag, folders, network.clone())
                    .await
            }
            Place::Shared { domain } => {
                if let Some(worker) = self.with_room(domain, full) {
                    return Ok(worker);
                }
                let _making = self.making.lock().await;
                if let Some(worker) = self.with_room(domain, full) {
                    return Ok(worker);
                }
                let tag = Tag {
                    shared: Some(domain.clone()),
                };
                let worker = self.make(self.shared_settings(), tag, Vec::new(), None).await?;
                lock(&self.shared).push(worker.clone());
                Ok(worker)
            }
        }
    }

    fn with_room(&self, domain: &str, full: &[Arc<Worker>]) -> Option<Arc<Worker>> {
        let mut shared = lock(&self.shared);
        shared.retain(|worker| !worker.is_gone());
        shared
            .iter()
            .find(|worker| {
                worker.tag.shared.as_deref() == Some(domain)
                    && worker.count() < self.config.slots as usize
                    && !full.iter().any(|f| Arc::ptr_eq(f, worker))
            })
            .cloned()
    }

    async fn make(
        self: &Arc<Self>,
        settings: WorkerSettings,
        tag: Tag,
        folders: Vec<(OwnedFd, Folder)>,
        network: Option<Ports>,
    ) -> Result<Arc<Worker>, FleetError> {
        let mut made = None;
        if let Some(spare) = self.take(&settings).filter(|spare| !spare.zygote.is_gone()) {
            match shape(spare, &tag, copies(&folders)?, network.clone()).await {
                Ok(worker) => made = Some(worker),
                // Something may have happened to it while it waited.
                Err(error) => tracing::warn!(%error, "a spare worker is gone; another one is started"),
            }
        }
        let made = match made {
            Some(worker) => Ok(worker),
            None => shape(self.spawn(settings).await?, &tag, folders, network).await,
        };
        self.refill();
        made
    }

    fn take(&self, settings: &WorkerSettings) -> Option<Spare> {
        let mut spares = lock(&self.spares);
        let at = spares.iter().position(|spare| spare.settings == *settings)?;
        Some(spares.swap_remove(at))
    }

    async fn spawn(&self, settings: WorkerSettings) -> Result<Spare, FleetError> {
        let zygote = self.zygote().await?;
        let (number, pid) = zygote.spawn(settings.clone()).await?;
        Ok(Spare {
            zygote,
            number,
            pid,
            settings,
        })
    }

    /// Starts spare workers in the background, one of each sort.
    fn refill(self: &Arc<Self>) {
        let crew = self.clone();
        tokio::spawn(async move {
            let _refilling = crew.refilling.lock().await;
            for settings in [crew.shared_settings(), crew.settings(None)] {
                if crew.has_spare(&settings) {
                    continue;
                }
                match crew.spawn(settings).await {
                    Ok(spare) => lock(&crew.spares).push(spare),
                    Err(error) => tracing::warn!(%error, "a spare worker cannot be started"),
                }
            }
        });
    }
}

/// Makes a worker of one that waits, or ends it.
async fn shape(
    spare: Spare,
    tag: &Tag,
    folders: Vec<(OwnedFd, Folder)>,
    network: Option<Ports>,
) -> Result<Arc<Worker>, FleetError> {
    let value = serde_json::to_value(tag).unwrap_or(Value::Null);
    let shaped = async {
        spare.zygote.shape(spare.number, value, folders, network).await?;
        Worker::connect(spare.zygote.clone(), spare.number, spare.pid, tag.clone()).await
    };
    match shaped.await {
        Ok((worker, _)) => Ok(worker),
        Err(error) => {
            spare.zygote.kill(spare.number).await;
            Err(error)
        }
    }
}

fn copies(folders: &[(OwnedFd, Folder)]) -> Result<Vec<(OwnedFd, Folder)>, FleetError> {
    let copy = |(fd, folder): &(OwnedFd, Folder)| Ok((fd.try_clone()?, folder.clone()));
    let copies: std::io::Result<_> = folders.iter().map(copy).collect();
    copies.map_err(|error| FleetError::Stream("folders", error))
}

/// Takes hold of the folder for this process, or says that another one has it.
fn hold(run_dir: &Path) -> Result<File, FleetError> {
    let path = run_dir.join("lock");
    let failed = |source| FleetError::Folder {
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(FleetError::Owned(run_dir.to_owned())),
        Err(error) => Err(failed(error.into())),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
