//! Linux containers as the engine sees them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with,
};
use sampan_network::links::Links;
use sampan_process::desk::Desk;
use sampan_process::launch::Launch;
use sampan_runtime::{
    Container, ContainerSpec, ControlGroups, Inspection, LinuxRoot, NetworkPlace, Runtime, RuntimeError,
    Streams, Survivor,
};
use sampan_types::ContainerId;
use sampan_types::grants::Cidr;
use sampan_types::platform::Kind;

use crate::container::LinuxContainer;
use crate::error::LinuxError;
use crate::net::{Fresh, Wired, Wires, apart};
use crate::sockets::Short;
use crate::spare::{Monitors, SPARE, Spare};
use crate::warden::{Tenant, Warden, lock};
use crate::wire::Order;
use crate::{overlay, remains};

/// Where a monitor listens, in its container's folder.
const SOCKET: &str = "monitor.sock";

/// How the runtime is set up.
pub struct LinuxConfig {
    /// A folder of the caller's alone, gone after a reboot.
    pub run_dir: PathBuf,
    /// By whom monitors are started.
    pub launcher: Arc<dyn Launch>,
    /// By which the next daemon with the same data knows what is its own in the kernel.
    pub owner: String,
    /// By whom names are answered and published ports are carried, if by anybody.
    pub desk: Option<Arc<dyn Desk>>,
}

impl std::fmt::Debug for LinuxConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinuxConfig")
            .field("run_dir", &self.run_dir)
            .finish_non_exhaustive()
    }
}

/// What all containers share.
pub(crate) struct Shared {
    /// A folder for each container that runs.
    folder: PathBuf,
    pub(crate) monitors: Arc<Monitors>,
    pub(crate) wires: Arc<Wires>,
    /// Network namespaces for the next containers, by who is asked for names in them.
    pub(crate) namespaces: [Arc<Spare<Fresh>>; 3],
    pub(crate) desk: Option<Arc<dyn Desk>>,
    /// Those that run, for others that join their namespaces.
    running: Mutex<HashMap<ContainerId, Arc<Tenant>>>,
}

/// Runs Linux containers. Needs root.
pub struct LinuxRuntime {
    shared: Arc<Shared>,
    survivors: Mutex<Vec<Survivor>>,
}

impl std::fmt::Debug for LinuxRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinuxRuntime").finish_non_exhaustive()
    }
}

impl LinuxRuntime {
    /// Finds the containers of an earlier daemon, and clears what is left of those whose monitors are gone. Whoever calls
    /// holds the run folder alone. Needs a runtime of tasks.
    pub async fn open(config: LinuxConfig) -> Result<Self, RuntimeError> {
        let folder = config.run_dir.join("linux");
        let shared = Arc::new(Shared {
            monitors: Monitors::new(folder.clone(), config.run_dir.join("filters"), config.launcher),
            folder,
            wires: Wires::new(&config.owner, config.run_dir),
            namespaces: Default::default(),
            desk: config.desk,
            running: Mutex::default(),
        });
        let survivors = shared.find().await.map_err(RuntimeError::backend)?;
        Ok(Self {
            shared,
            survivors: Mutex::new(survivors),
        })
    }
}

#[async_trait]
impl Runtime for LinuxRuntime {
    fn kind(&self) -> Kind {
        Kind::Linux
    }

    fn inspect(&self, _: &[u8]) -> Result<Inspection, RuntimeError> {
        Err(RuntimeError::Unsupported("looking into a program"))
    }

    fn foresee(&self) {
        crate::moves::expect();
    }

    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError> {
        Ok(program)
    }

    async fn create(&self, spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        let linux = spec
            .linux
            .ok_or_else(|| RuntimeError::backend(LinuxError::NoSpec))?;
        let Streams::Kept(streams) = spec.streams else {
            return Err(RuntimeError::Unsupported("using the caller's streams"));
        };
        let process = crate::wire::ProcessOrder {
            args: spec.args,
            env: spec.env,
            cwd: spec.cwd,
            identity: None,
            privileged: false,
        };
        Ok(LinuxContainer::created(
            self.shared.clone(),
            spec.id,
            *linux,
            spec.networking,
            process,
            streams,
        ))
    }

    fn control_groups(&self) -> Option<ControlGroups> {
        Some(crate::cgroup::abilities())
    }

    async fn survivors(&self) -> Result<Vec<Survivor>, RuntimeError> {
        Ok(std::mem::take(&mut *lock(&self.survivors)))
    }

    async fn neighbour(&self, id: &ContainerId, places: &[NetworkPlace]) {
        if self.shared.wires.note_stranger(id, places) {
            return;
        }
        if let Err(error) = apart(&self.shared.wires, Wires::settle_strangers).await {
            tracing::warn!(%error, id = id.short(), "Linux containers do not reach a container of another kind");
        }
    }

    fn foreign_subnets(&self) -> Vec<Cidr> {
        Links::here()
            .and_then(|links| links.subnets())
            .unwrap_or_else(|error| {
                // A bridge that collides with something says so itself.
                tracing::warn!(%error, "which subnets the machine uses is not known");
                Vec::new()
            })
    }

    async fn retain_networks(&self, known: Vec<String>) -> Result<(), RuntimeError> {
        apart(&self.shared.wires, move |wires| wires.retain_networks(&known))
            .await
            .map_err(RuntimeError::backend)
    }

    async fn remove_network(&self, network: &str) -> Result<(), RuntimeError> {
        let network = network.to_owned();
        apart(&self.shared.wires, move |wires| wires.remove_network(&network))
            .await
            .map_err(RuntimeError::backend)
    }

    fn root_at_rest(&self, root: &LinuxRoot) -> Result<OwnedFd, RuntimeError> {
        overlay::mount(root).map_err(RuntimeError::backend)
    }
}

impl Shared {
    /// A folder for one run: the next one may begin before the monitor of this one is gone.
    fn fresh_folder(&self, id: &ContainerId) -> PathBuf {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.folder.join(format!("{id}.{:020}", now.as_nanos()))
    }

    async fn find(self: &Arc<Self>) -> Result<Vec<Survivor>, LinuxError> {
        let mut survivors = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.rewire(HashMap::new(), None).await;
                return Ok(survivors);
            }
            Err(error) => return Err(cannot_use(&self.folder)(error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(cannot_use(&self.folder))?.path());
        }
        // The latest run of each container first.
        paths.sort_unstable_by(|a, b| b.cmp(a));
        let mut seen = HashSet::new();
        let mut wired = HashMap::new();
        let mut yard = None;
        for path in paths {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with(SPARE) {
                // It ended with the daemon for which it waited, or before.
                remains::clear(&path);
                continue;
            }
            let name = name.split('.').next().unwrap_or_default().to_owned();
            let Ok(id) = name.parse::<ContainerId>() else {
                continue;
            };
            let earlier = !seen.insert(id.clone());
            let connected = match connected(&path) {
                Ok(socket) => Warden::connect(id, path.clone(), socket).await,
                Err(error) => Err(cannot_use(&path)(error)),
            };
            let (warden, tenants) = match connected {
                Ok(found) if !found.1.is_empty() => found,
                other => {
                    if let Err(error) = other {
                        tracing::warn!(%error, id = name, "a container's monitor is gone");
                    }
                    // Its processes are ended, and the engine finds that nobody has it. Of an earlier run there are none.
                    let clear: fn(&Path) = if earlier { remains::remove } else { remains::clear };
                    let end = move || {
                        remains::end_monitor(&path);
                        clear(&path);
                    };
                    let _ = tokio::task::spawn_blocking(end).await;
                    continue;
                }
            };
            if earlier {
                // Its end was written down, or there would be no later run.
                let id = warden.id.clone();
                warden.tell(Order::Release { id });
                continue;
            }
            yard = yard.or(lock(&warden.yard).take());
            match Wired::read(&path) {
                Ok(Some(known)) => drop(wired.insert(warden.id.clone(), known)),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, id = warden.id.short(), "which networks a container has cannot be read");
                }
            }
            for tenant in tenants {
                if tenant.id == warden.id {
                    self.runs(&tenant);
                }
                survivors.push(Survivor {
                    id: tenant.id.clone(),
                    container: LinuxContainer::found(self.clone(), warden.clone(), tenant),
                });
            }
        }
        self.rewire(wired, yard).await;
        Ok(survivors)
    }

    /// Takes up the networks of containers that run. Those that start do what fails here once more.
    async fn rewire(&self, wired: HashMap<ContainerId, Wired>, yard: Option<OwnedFd>) {
        if let Err(error) = self.ground(yard, !wired.is_empty()).await {
            tracing::error!(%error, "where the bridges of containers are cannot be found out");
        }
        let mut strange = Vec::new();
        if let Some(desk) = &self.desk {
            let known: Vec<ContainerId> = wired.keys().cloned().collect();
            let missing = desk.retain(&known).await.into_iter();
            strange.extend(missing.filter_map(|id| Some((id.clone(), wired.get(&id)?.clone()))));
        }
        if let Some(desk) = &self.desk
            && !wired.is_empty()
        {
            let opened = match desk.doorway().await {
                Ok(doorway) => apart(&self.wires, move |wires| wires.set_doorway(doorway)).await,
                Err(error) => Err(LinuxError::Desk(error)),
            };
            if let Err(error) = opened {
                tracing::error!(%error, "Linux containers do not reach those of other kinds");
            }
        }
        if !self.wires.is_grounded() {
            // Nothing is there yet.
        } else if let Err(error) = apart(&self.wires, move |wires| wires.restore(wired)).await {
            tracing::error!(%error, "the networks of containers that run cannot be taken up");
        }
        for (id, wired) in strange {
            if let Err(error) = self.introduce_again(&id, wired).await {
                tracing::error!(%error, id = id.short(), "names and ports of a container that runs are lost until it is started again");
            }
        }
    }

    /// The monitor of a container. With it comes its process id.
    pub(crate) async fn monitor(&self, id: &ContainerId) -> Result<(Arc<Warden>, u32), LinuxError> {
        let blank = self.monitors.take().await?;
        let folder = self.fresh_folder(id);
        if let Err(error) = fs::rename(&blank.folder, &folder) {
            // It ends without its connection, and takes its folder with it.
            return Err(cannot_use(&folder)(error));
        }
        if let Err(error) = remains::note_monitor(&folder, blank.pid) {
            // Likewise.
            remains::clear(&folder);
            return Err(cannot_use(&folder)(error));
        }
        match Warden::connect(id.clone(), folder.clone(), blank.socket).await {
            Ok((warden, _)) => {
                let id = id.clone();
                warden.tell(Order::Take { id, folder });
                Ok((warden, blank.pid))
            }
            Err(error) => {
                remains::clear(&folder);
                Err(error)
            }
        }
    }

    pub(crate) fn runs(&self, tenant: &Arc<Tenant>) {
        lock(&self.running).insert(tenant.id.clone(), tenant.clone());
    }

    pub(crate) fn rests(&self, tenant: &Arc<Tenant>) {
        let mut running = lock(&self.running);
        // Its next run may have begun.
        if running
            .get(&tenant.id)
            .is_some_and(|now| Arc::ptr_eq(now, tenant))
        {
            running.remove(&tenant.id);
        }
    }

    /// The process of a container that runs.
    pub(crate) fn pid_of(&self, id: &ContainerId) -> Option<u32> {
        lock(&self.running).get(id).and_then(|tenant| tenant.pid())
    }
}

pub(crate) fn cannot_use(path: &Path) -> impl FnOnce(io::Error) -> LinuxError + use<> {
    let path = path.to_owned();
    move |source| LinuxError::Folder { path, source }
}

fn seqpacket() -> io::Result<OwnedFd> {
    let kind = SocketType::SEQPACKET;
    Ok(socket_with(
        AddressFamily::UNIX,
        kind,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

/// The folder's mode keeps others out; the monitor asks for the user of each caller besides.
pub(crate) fn listening(folder: &Path) -> io::Result<OwnedFd> {
    let socket = seqpacket()?;
    let short = Short::to(folder)?;
    bind(&socket, &SocketAddrUnix::new(short.join(SOCKET))?)?;
    listen(&socket, 4)?;
    Ok(socket)
}

fn connected(folder: &Path) -> io::Result<OwnedFd> {
    let socket = seqpacket()?;
    let short = Short::to(folder)?;
    connect(&socket, &SocketAddrUnix::new(short.join(SOCKET))?)?;
    Ok(socket)
}
