//! All workers, and the spare ones that wait to become some.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};
use sampan_runtime::Survivor;
use serde_json::Value;

use super::code::Codes;
use super::container::FleetContainer;
use super::online::{Admitted, Online};
use super::place::{Place, opened};
use super::worker::{Tag, Worker};
use super::{FleetConfig, FleetError};
use crate::network::client::{Holdings, NetworkClient, NetworkError};
use crate::worker::{Folder, Ports, Role, WorkerSettings};
use crate::zygote::client::{ZygoteClient, ZygoteError};

pub(super) struct Crew {
    config: FleetConfig,
    build: String,
    /// Programs that are compiled.
    pub(super) codes: Arc<Codes>,
    zygote: tokio::sync::Mutex<Arc<ZygoteClient>>,
    shared: Mutex<Vec<Arc<Worker>>>,
    /// Held while a shared worker is made, so that a thousand starts at once make one.
    making: tokio::sync::Mutex<()>,
    spares: Mutex<Vec<Spare>>,
    /// Held while spare ones are started, so that a thousand starts at once make one of each sort.
    refilling: tokio::sync::Mutex<()>,
    network: tokio::sync::Mutex<Networks>,
    /// What containers have of networks.
    pub(super) holdings: Arc<Holdings>,
    /// Held as long as this daemon lives.
    _hold: File,
}

/// The process for networks.
#[derive(Default)]
enum Networks {
    /// Nobody needed it yet.
    #[default]
    Unneeded,
    Running(Arc<NetworkClient>),
    /// It cannot be had here.
    Impossible,
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
        codes: Arc<Codes>,
    ) -> Result<(Arc<Self>, Vec<Survivor>), FleetError> {
        let build = codes.build();
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
            codes: codes.clone(),
            zygote: tokio::sync::Mutex::new(own.clone()),
            shared: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            spares: Mutex::default(),
            refilling: tokio::sync::Mutex::default(),
            network: tokio::sync::Mutex::default(),
            holdings: Arc::default(),
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
                if tag.network {
                    crew.find_network(&zygote, worker.number).await;
                    continue;
                }
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
        crew.forget_strangers(&survivors).await;
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

    /// Whether a worker knows all that this build does.
    pub(super) fn knows_all(&self, worker: &Worker) -> bool {
        worker.build() == self.build
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
            role: Role::Worker,
        }
    }

    fn shared_settings(&self) -> WorkerSettings {
        self.settings(Some(self.config.slots))
    }

    /// A worker for a container, and what it has of networks. `full` are those that had no room for it.
    pub(super) async fn worker(
        self: &Arc<Self>,
        place: &Place,
        online: Option<&Online>,
        full: &[Arc<Worker>],
    ) -> Result<(Arc<Worker>, Option<Admitted>), FleetError> {
        match place {
            Place::Own { folders, network } => {
                let folders = opened(folders)?;
                let tag = Tag {
                    files: !folders.is_empty(),
                    sockets: network.is_some(),
                    ..Tag::default()
                };
                let shape = Shape {
                    tag,
                    folders,
                    network: network.clone(),
                };
                self.make(self.settings(None), shape, online).await
            }
            Place::Shared { domain } => {
                let worker = self.shared_worker(domain, full).await?;
                let admitted = match online {
                    Some(online) => Some(online.admit(None).await?.0),
                    None => None,
                };
                Ok((worker, admitted))
            }
        }
    }

    async fn shared_worker(
        self: &Arc<Self>,
        domain: &str,
        full: &[Arc<Worker>],
    ) -> Result<Arc<Worker>, FleetError> {
        if let Some(worker) = self.with_room(domain, full) {
            return Ok(worker);
        }
        let _making = self.making.lock().await;
        if let Some(worker) = self.with_room(domain, full) {
            return Ok(worker);
        }
        let shape = Shape {
            tag: Tag {
                shared: Some(domain.to_owned()),
                ..Tag::default()
            },
            folders: Vec::new(),
            network: None,
        };
        let (worker, _) = self.make(self.shared_settings(), shape, None).await?;
        lock(&self.shared).push(worker.clone());
        Ok(worker)
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
        shape: Shape,
        online: Option<&Online>,
    ) -> Result<(Arc<Worker>, Option<Admitted>), FleetError> {
        let mut made = None;
        if let Some(spare) = self.take(&settings).filter(|spare| !spare.zygote.is_gone()) {
            match shape.give(spare, online).await {
                Ok(worker) => made = Some(worker),
                // It would be the same with another one.
                Err(error @ FleetError::Network(_)) => return Err(error),
                // Something may have happened to it while it waited.
                Err(error) => tracing::warn!(%error, "a spare worker is gone; another one is started"),
            }
        }
        let made = match made {
            Some(worker) => Ok(worker),
            None => shape.give(self.spawn(settings).await?, online).await,
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
        let mut zygote = self.zygote().await?;
        let mut spawned = zygote.spawn(settings.clone()).await;
        if let Err(ZygoteError::Lost(_)) = spawned {
            // It ended between the look and the order.
            zygote.is_lost();
            zygote = self.zygote().await?;
            spawned = zygote.spawn(settings.clone()).await;
        }
        let (number, pid) = spawned?;
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

impl Crew {
    /// The process for networks, or another one where it is gone. Nothing where none can be had: without root the
    /// worker's calls cannot be read.
    pub(super) async fn network(self: &Arc<Self>) -> Result<Option<Arc<NetworkClient>>, FleetError> {
        let mut network = self.network.lock().await;
        match &*network {
            Networks::Running(client) if !client.is_gone() => return Ok(Some(client.clone())),
            Networks::Impossible => return Ok(None),
            Networks::Running(_) | Networks::Unneeded => {}
        }
        if !rustix::process::geteuid().is_root() {
            *network = Networks::Impossible;
            return Ok(None);
        }
        let settings = WorkerSettings {
            role: Role::Network,
            ..self.settings(None)
        };
        let Spare { zygote, number, .. } = self.spawn(settings).await?;
        let tag = Tag {
            network: true,
            ..Tag::default()
        };
        let tag = serde_json::to_value(tag).unwrap_or(Value::Null);
        zygote.shape(number, tag, Vec::new(), None, None).await?;
        match self.connect_network(&zygote, number).await {
            Ok(client) => {
                *network = Networks::Running(client.clone());
                Ok(Some(client))
            }
            Err(NetworkError::Refused(why)) => {
                tracing::warn!(
                    why,
                    "no namespace for networks can be had: networks are names alone"
                );
                zygote.kill(number).await;
                *network = Networks::Impossible;
                Ok(None)
            }
            Err(error) => {
                zygote.kill(number).await;
                Err(FleetError::Network(error))
            }
        }
    }

    /// Starts another process for networks. Boxed, because that one's end leads here again.
    fn network_again(self: Arc<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            if let Err(error) = self.network().await {
                tracing::error!(%error, "the process for networks cannot be started again");
            }
        })
    }

    async fn connect_network(
        self: &Arc<Self>,
        zygote: &Arc<ZygoteClient>,
        number: u64,
    ) -> Result<Arc<NetworkClient>, NetworkError> {
        let (crew, its) = (Arc::downgrade(self), zygote.clone());
        let tasks = tokio::runtime::Handle::current();
        let lost = move || {
            tasks.spawn(async move {
                // One that only closed its socket is as good as gone.
                its.kill(number).await;
                its.forget(number).await;
                let Some(crew) = crew.upgrade().filter(|crew| !crew.holdings.is_empty()) else {
                    return;
                };
                crew.network_again().await;
            });
        };
        NetworkClient::connect(zygote, number, self.holdings.clone(), lost).await
    }

    /// Takes up the process for networks of an earlier daemon.
    async fn find_network(self: &Arc<Self>, zygote: &Arc<ZygoteClient>, number: u64) {
        match self.connect_network(zygote, number).await {
            Ok(client) => *self.network.lock().await = Networks::Running(client),
            Err(error) => {
                tracing::error!(%error, "the process for networks does not answer and is ended");
                zygote.kill(number).await;
            }
        }
    }

    /// Lets go of what the process for networks has of containers that no worker has.
    async fn forget_strangers(self: &Arc<Self>, survivors: &[Survivor]) {
        for (entry, id) in self.holdings.entries() {
            let known = survivors.iter().any(|survivor| survivor.id == id);
            let latest = self.holdings.entry_of(&id) == Some(entry);
            if let Networks::Running(network) = &*self.network.lock().await
                && !(known && latest)
            {
                network.dismiss(entry).await;
            }
        }
    }
}

/// What a worker shall be.
struct Shape {
    tag: Tag,
    folders: Vec<(OwnedFd, Folder)>,
    network: Option<Ports>,
}

impl Shape {
    /// Makes a worker of one that waits, or ends it.
    async fn give(
        &self,
        spare: Spare,
        online: Option<&Online>,
    ) -> Result<(Arc<Worker>, Option<Admitted>), FleetError> {
        let admitted = match online {
            // The program makes no sockets: nothing of its worker goes through there.
            Some(online) if self.network.is_none() => online.admit(None).await,
            Some(online) => online.admit(Some(spare.pid)).await,
            None => {
                let worker = self.take_on(&spare, None).await;
                return worker.map(|worker| (worker, None));
            }
        };
        let given = match admitted {
            Ok((admitted, border)) => match self.take_on(&spare, border).await {
                Ok(worker) => return Ok((worker, Some(admitted))),
                Err(error) => {
                    admitted.dismiss().await;
                    Err(error)
                }
            },
            Err(error) => Err(error),
        };
        spare.zygote.kill(spare.number).await;
        given
    }

    async fn take_on(&self, spare: &Spare, border: Option<OwnedFd>) -> Result<Arc<Worker>, FleetError> {
        let tag = serde_json::to_value(&self.tag).unwrap_or(Value::Null);
        let folders = trees(&self.folders)?;
        let shaped = async {
            let network = self.network.clone();
            let shaping = spare.zygote.shape(spare.number, tag, folders, network, border);
            shaping.await?;
            Worker::connect(spare.zygote.clone(), spare.number, spare.pid, self.tag.clone()).await
        };
        match shaped.await {
            Ok((worker, _)) => Ok(worker),
            Err(error) => {
                spare.zygote.kill(spare.number).await;
                Err(error)
            }
        }
    }
}

/// Each folder as a tree of mounts of its own, or itself where that is not allowed. A worker may be in another mount
/// namespace than this daemon, whose predecessor started the zygote: systemd gives each its own. A folder of one
/// cannot be mounted in the other, but a tree that is in none can.
fn trees(folders: &[(OwnedFd, Folder)]) -> Result<Vec<(OwnedFd, Folder)>, FleetError> {
    let flags = OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::AT_EMPTY_PATH
        | OpenTreeFlags::AT_RECURSIVE;
    let tree = |(fd, folder): &(OwnedFd, Folder)| {
        let failed = |source| FleetError::Folder {
            path: folder.path.clone(),
            source,
        };
        let (fd, detached) = match open_tree(fd, "", flags) {
            Ok(tree) => (tree, true),
            Err(Errno::PERM | Errno::NOSYS) => (fd.try_clone().map_err(failed)?, false),
            Err(error) => return Err(failed(error.into())),
        };
        let folder = Folder {
            detached,
            ..folder.clone()
        };
        Ok((fd, folder))
    };
    folders.iter().map(tree).collect()
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
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    // Whoever may open it may hold it. Earlier ones could be opened by all.
    file.set_permissions(fs::Permissions::from_mode(0o600))
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
