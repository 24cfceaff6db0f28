//! A container in the foreground, from the request to its end. Each step is undone when a later one fails:
//! the container's folder is removed, and what was fetched is collected when nothing needs it.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use sampan_distribution::client::Progress;
use sampan_runtime::{Container, ContainerSpec, Networking, Placement, RootDir, Streams};
use sampan_store::{ContainerDir, Rootfs};
use sampan_types::grants::Access;
use sampan_types::{ContainerId, Digest, Ending, Grants, PublishedPort, Signal, Usage, Used};

use super::program::Found;
use super::record::ContainerRecord;
use super::{RunRequest, Target, root};
use crate::engine::Engine;
use crate::environment;
use crate::error::EngineError;
use crate::random::new_id;

/// A container that runs, with everything that must outlive it. Dropping it leaves the folder to the next
/// collection.
pub struct Running<'e> {
    engine: &'e Engine,
    id: ContainerId,
    container: Arc<dyn Container>,
    program: Digest,
    /// Until it ends, or could not be started.
    dir: Mutex<Option<ContainerDir>>,
    record: Option<ContainerRecord>,
    keep: bool,
    published: Vec<SocketAddr>,
    _rootfs: Option<Rootfs>,
}

/// A container that has ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How.
    pub ending: Ending,
    /// What it used of its limits.
    pub usage: Usage,
    /// What it used of its grants.
    pub used: Used,
}

impl Engine {
    /// Creates and starts a container.
    pub async fn run(
        &self,
        request: RunRequest,
        progress: &dyn Progress,
    ) -> Result<Running<'_>, EngineError> {
        let running = self.create(request, progress).await?;
        running.start().await?;
        Ok(running)
    }

    /// Creates a container, which [`Running::start`] starts.
    pub async fn create(
        &self,
        mut request: RunRequest,
        progress: &dyn Progress,
    ) -> Result<Running<'_>, EngineError> {
        check_mounts(&request.grants)?;
        // Early, because finding the program may take minutes; what decides is the look under the lock.
        self.check_name(&request)?;
        let (listeners, published) = listen(&request.publish)?;
        if !listeners.is_empty() || request.beside.is_some() {
            // Instances of several requests cannot share a layer that one of them fills.
            request.read_only = true;
        }
        let found = self.find_program(&request, progress).await?;
        tracing::debug!(program = %found.program.digest, "the program is found");
        let id = new_id()?;
        let (dir, record) = self.register(&id, &found, &request)?;
        let made = self.make(id.clone(), found, request, listeners, dir.as_ref());
        match made.await {
            Ok((container, program, rootfs, keep)) => Ok(Running {
                engine: self,
                id,
                container,
                program,
                dir: Mutex::new(dir),
                record,
                keep,
                published,
                _rootfs: rootfs,
            }),
            Err(error) => {
                if let Some(dir) = dir {
                    remove(dir);
                }
                Err(error)
            }
        }
    }

    fn check_name(&self, request: &RunRequest) -> Result<(), EngineError> {
        let Some(name) = &request.name else { return Ok(()) };
        match self.containers()?.iter().any(|(record, _)| record.name == *name) {
            true => Err(EngineError::NameTaken(name.clone())),
            false => Ok(()),
        }
    }

    /// The folder and the record, for those that need them. Of several that want one name at a time, one gets it.
    fn register(
        &self,
        id: &ContainerId,
        found: &Found,
        request: &RunRequest,
    ) -> Result<(Option<ContainerDir>, Option<ContainerRecord>), EngineError> {
        let _names = match &request.name {
            Some(_) => Some(self.store.containers().names()?),
            None => None,
        };
        self.check_name(request)?;
        let Some(dir) = self.container_dir(id, found, request)? else {
            return Ok((None, None));
        };
        let record = record_of(id, found, request);
        match record.as_ref().map_or(Ok(()), |record| record.write(&dir)) {
            Ok(()) => Ok((Some(dir), record)),
            Err(error) => {
                remove(dir);
                Err(error)
            }
        }
    }

    /// A folder of its own, for those that need one: a writable root, folders in memory, or a record.
    fn container_dir(
        &self,
        id: &ContainerId,
        found: &Found,
        request: &RunRequest,
    ) -> Result<Option<ContainerDir>, EngineError> {
        let writable_root = found.rootfs.is_some() && !request.read_only;
        if !writable_root && request.grants.tmpfs.is_empty() && request.name.is_none() {
            return Ok(None);
        }
        Ok(Some(self.store.containers().create(id, found.image.as_slice())?))
    }

    async fn make(
        &self,
        id: ContainerId,
        found: Found,
        request: RunRequest,
        listeners: Vec<TcpListener>,
        dir: Option<&ContainerDir>,
    ) -> Result<(Arc<dyn Container>, Digest, Option<Rootfs>, bool), EngineError> {
        let runtime = self.runtime(found.kind)?;
        let digest = found.program.digest.clone();
        let mut env = found.env;
        env.extend(request.env);
        let spec = ContainerSpec {
            id,
            program: found.program,
            args: found.args,
            env: environment::merged(env),
            cwd: request.cwd.or(found.cwd),
            streams: Streams::Own(request.stdio),
            root: root_dir(found.rootfs.as_ref(), request.read_only, dir)?,
            tmpfs_dirs: tmpfs_dirs(&request.grants, dir)?,
            grants: request.grants,
            limits: request.limits,
            entry: request.call.or(found.entry),
            calls: false,
            listeners,
            serving: request.serving,
            beside: request.beside,
            access_log: request.access_log,
            networking: Networking::default(),
            diagnostics: request.diagnostics,
            learn: request.learn,
            placement: Placement::default(),
            linux: None,
            kin: None,
        };
        let container = runtime.create(spec).await?;
        tracing::debug!("the container is created");
        Ok((container, digest, found.rootfs, request.keep))
    }
}

impl Running<'_> {
    /// Its identity.
    pub fn id(&self) -> &ContainerId {
        &self.id
    }

    /// Lets it run, once. Where that fails nothing is left of it.
    pub async fn start(&self) -> Result<(), EngineError> {
        if let Err(error) = self.container.start().await {
            if let Some(dir) = self.dir.lock().unwrap_or_else(PoisonError::into_inner).take() {
                remove(dir);
            }
            return Err(error.into());
        }
        tracing::debug!("the container is started");
        Ok(())
    }

    /// Resolves when it has ended.
    pub async fn wait(&self) -> Result<Ending, EngineError> {
        Ok(self.container.wait().await?)
    }

    /// Where it answers requests.
    pub fn published(&self) -> &[SocketAddr] {
        &self.published
    }

    /// Ends it; then `wait` resolves. A server is asked first to finish what is under way.
    pub fn kill(&self, signal: Signal) {
        self.container.kill(signal);
    }

    /// Waits for the end, keeps the record or removes the folder, and tells how it went.
    pub async fn finish(self) -> Result<Finished, EngineError> {
        let dir = self.dir.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ending = match self.container.wait().await {
            Ok(ending) => ending,
            Err(error) => {
                if let Some(dir) = dir {
                    remove(dir);
                }
                return Err(error.into());
            }
        };
        let finished = Finished {
            ending,
            usage: self.container.usage().await,
            used: self.container.used().await,
        };
        self.engine.keep_use(&self.program, &finished.used);
        match (dir, self.record.filter(|_| self.keep)) {
            (None, _) => {}
            (Some(dir), Some(record)) => {
                let record = ContainerRecord {
                    ending: Some(finished.ending.clone()),
                    usage: finished.usage.clone(),
                    used: finished.used.clone(),
                    ..record
                };
                // The program has run: how it ended is not lost because it cannot be kept.
                let kept = record.write(&dir).and(dir.keep().map_err(EngineError::from));
                if let Err(error) = kept {
                    tracing::warn!(%error, "how the container ended could not be written down");
                }
            }
            (Some(dir), None) => remove(dir),
        }
        self.engine.tidy();
        Ok(finished)
    }
}

/// The record of a container that begins, if it has a name.
fn record_of(id: &ContainerId, found: &Found, request: &RunRequest) -> Option<ContainerRecord> {
    Some(ContainerRecord {
        id: id.clone(),
        name: request.name.clone()?,
        target: match &request.target {
            Target::File(path) => path.display().to_string(),
            Target::Image(reference) => reference.familiar(),
        },
        args: found.args.clone(),
        created: SystemTime::now(),
        grants: request.grants.clone(),
        limits: request.limits.clone(),
        ending: None,
        usage: Usage::default(),
        used: Used::default(),
    })
}

/// Removes a container's folder. Where that fails, the next collection does it.
fn remove(dir: ContainerDir) {
    if let Err(error) = dir.remove() {
        tracing::warn!(%error, "the container's folder could not be removed; the next collection does it");
    }
}

/// Takes the ports, before anything else is done: another program may have them.
fn listen(publish: &[PublishedPort]) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), EngineError> {
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    for port in publish {
        let error = |source| EngineError::Publish {
            address: port.host,
            source,
        };
        let listener = TcpListener::bind(port.host).map_err(error)?;
        addresses.push(listener.local_addr().map_err(error)?);
        listeners.push(listener);
    }
    Ok((listeners, addresses))
}

fn check_mounts(grants: &Grants) -> Result<(), EngineError> {
    for mount in &grants.mounts {
        match std::fs::metadata(&mount.source) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(EngineError::MountFile(mount.source.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(EngineError::NoMountSource(mount.source.clone()));
            }
            Err(source) => {
                return Err(EngineError::Read {
                    path: mount.source.clone(),
                    source,
                });
            }
        }
    }
    Ok(())
}

fn root_dir(
    rootfs: Option<&Rootfs>,
    read_only: bool,
    dir: Option<&ContainerDir>,
) -> Result<Option<RootDir>, EngineError> {
    let Some(rootfs) = rootfs else { return Ok(None) };
    match dir.filter(|_| !read_only) {
        None => Ok(Some(RootDir {
            path: rootfs.path().to_path_buf(),
            access: Access::ReadOnly,
        })),
        Some(dir) => {
            let own = dir.path().join("root");
            root::copy_tree(rootfs.path(), &own).map_err(EngineError::CopyRoot)?;
            Ok(Some(RootDir {
                path: own,
                access: Access::ReadWrite,
            }))
        }
    }
}

fn tmpfs_dirs(grants: &Grants, dir: Option<&ContainerDir>) -> Result<Vec<PathBuf>, EngineError> {
    let Some(dir) = dir else { return Ok(Vec::new()) };
    let made = grants.tmpfs.iter().enumerate().map(|(index, _)| {
        let path = dir.path().join(format!("tmpfs-{index}"));
        match std::fs::create_dir(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(EngineError::Write { path, source }),
        }
    });
    made.collect()
}
