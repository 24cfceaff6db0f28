//! The containers' own folders: `containers/<id>`, made and removed in one step, locked by the process
//! that runs the container.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sampan_types::{ByteCount, ContainerId, Digest};
use serde::{Deserialize, Serialize};

use crate::blobs::size_of;
use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::store::Inner;
use crate::temp::Temp;

/// The store's own record in a container's folder.
const RECORD: &str = ".store";
/// Its being there lets the folder outlive its process.
const KEPT: &str = ".kept";
const MAX_RECORD: ByteCount = ByteCount::mib(1);

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    images: Vec<Digest>,
}

/// All containers' folders.
#[derive(Clone, Debug)]
pub struct Containers {
    pub(crate) inner: Arc<Inner>,
}

impl Containers {
    /// Makes the folder of a new container. `images` are the manifests (or indexes) that it runs from: they
    /// are not collected while the folder exists.
    pub fn create(&self, id: &ContainerId, images: &[Digest]) -> Result<ContainerDir> {
        step!("store::container::create");
        let temp = Temp::dir(&self.inner.tmp())?;
        let record = Record {
            images: images.to_vec(),
        };
        let path = temp.path.join(RECORD);
        let bytes = serde_json::to_vec(&record).map_err(|source| StoreError::Malformed {
            what: path.display().to_string(),
            source,
        })?;
        step!("store::container::record");
        std::fs::write(&path, bytes).map_err(StoreError::io("write", &path))?;
        let to = self.path(id);
        let _guard = self.inner.no_collection()?;
        if let Some(missing) = images
            .iter()
            .find(|d| !matches!(size_of(&self.inner, d), Ok(Some(_))))
        {
            return Err(StoreError::NoBlob(missing.clone()));
        }
        step!("store::container::rename");
        let held = match temp.rename(&to) {
            Ok(held) => held,
            // The folder of a container is never empty, so a rename cannot replace it.
            Err(_) if to.is_dir() => {
                return Err(StoreError::Exists {
                    what: "container",
                    name: id.short().to_owned(),
                });
            }
            Err(error) => return Err(error),
        };
        Ok(ContainerDir {
            inner: self.inner.clone(),
            id: id.clone(),
            path: to,
            held,
        })
    }

    /// Waits for the right to give a container its name: held from the look at the names that are taken until the
    /// record with the new one is written.
    pub fn names(&self) -> Result<NamesLock> {
        Ok(NamesLock {
            _held: disk::wait_file(&self.inner.lock_path("names"), Hold::Exclusive)?,
        })
    }

    /// A file in a container's folder, which may be another process's; `None` where it is not there.
    pub fn read(&self, id: &ContainerId, name: &str, max: ByteCount) -> Result<Option<Vec<u8>>> {
        disk::read_small(&self.path(id).join(name), max)
    }

    /// When a container's folder was made or last changed; `None` where there is none.
    pub fn changed(&self, id: &ContainerId) -> Option<SystemTime> {
        std::fs::symlink_metadata(self.path(id))
            .and_then(|m| m.modified())
            .ok()
    }

    /// Where the folder of a container is, or would be.
    pub fn path(&self, id: &ContainerId) -> PathBuf {
        self.inner.containers().join(id.as_str())
    }

    /// Takes hold of a folder that no living process holds; `Busy` where one does, `None` where there is
    /// no such container.
    pub fn open(&self, id: &ContainerId) -> Result<Option<ContainerDir>> {
        let path = self.path(id);
        match disk::lock_existing(&path, Hold::Exclusive, false)? {
            Lock::Missing => Ok(None),
            Lock::Busy => Err(StoreError::Busy {
                what: "container",
                name: id.short().to_owned(),
            }),
            Lock::Held(held) => Ok(Some(ContainerDir {
                inner: self.inner.clone(),
                id: id.clone(),
                path,
                held,
            })),
        }
    }

    fn ids(&self) -> Result<Vec<ContainerId>> {
        let names = disk::names(&self.inner.containers())?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The ids of all folders, and whether a living process holds each.
    pub fn list(&self) -> Result<Vec<(ContainerId, bool)>> {
        let mut list = Vec::new();
        for id in self.ids()? {
            // Shared, so that two that look at the same time do not take each other for the holder.
            match disk::lock_existing(&self.path(&id), Hold::Shared, false)? {
                Lock::Held(_) => list.push((id, false)),
                Lock::Busy => list.push((id, true)),
                Lock::Missing => {}
            }
        }
        Ok(list)
    }

    /// Removes the folders of processes that died, except kept ones. Tells whose.
    pub fn sweep(&self) -> Result<Vec<ContainerId>> {
        Ok(self.sweep_dead()?.into_iter().map(|(id, _)| id).collect())
    }

    /// The same, with the allocated bytes of each.
    pub(crate) fn sweep_dead(&self) -> Result<Vec<(ContainerId, u64)>> {
        let mut swept = Vec::new();
        for id in self.ids()? {
            match self.open(&id) {
                Ok(Some(folder)) if !folder.path.join(KEPT).exists() => {
                    let bytes = crate::df::allocated_tree(&folder.path)?;
                    match folder.remove() {
                        Ok(()) => swept.push((id, bytes)),
                        // One that resists must not keep all others.
                        Err(error) => disk::left(&error),
                    }
                }
                Ok(_) | Err(StoreError::Busy { .. }) => {}
                Err(error) => disk::left(&error),
            }
        }
        Ok(swept)
    }

    /// What all containers run from.
    pub(crate) fn images(&self) -> Result<Vec<Digest>> {
        let mut images = Vec::new();
        for id in self.ids()? {
            let path = self.path(&id).join(RECORD);
            let Some(bytes) = disk::read_small(&path, MAX_RECORD)? else {
                continue;
            };
            // A record that a power cut tore belongs to a container that no longer runs.
            if let Ok(record) = serde_json::from_slice::<Record>(&bytes) {
                images.extend(record.images);
            }
        }
        Ok(images)
    }
}

/// While this lives, no other process gives a container its name.
#[derive(Debug)]
pub struct NamesLock {
    _held: File,
}

/// A container's folder, held by this process. When dropped, it is released, not removed: the next sweep
/// removes it unless it was kept.
#[derive(Debug)]
pub struct ContainerDir {
    inner: Arc<Inner>,
    id: ContainerId,
    path: PathBuf,
    held: File,
}

impl ContainerDir {
    /// The container.
    pub fn id(&self) -> &ContainerId {
        &self.id
    }

    /// The folder; everything in it but `.store` and `.kept` is the caller's.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file into the folder. At every instant it is either the old or the new one, also after a power cut.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.inner.write_record(&self.path.join(name), bytes, 0o600)
    }

    /// Lets the folder outlive this process.
    pub fn keep(&self) -> Result<()> {
        let path = self.path.join(KEPT);
        step!("store::container::keep");
        self.inner.write_record(&path, b"", 0o600)
    }

    /// Removes it with everything in it.
    pub fn remove(self) -> Result<()> {
        let to = self.inner.tmp().join(format!("gone-{}", disk::random_hex()?));
        step!("store::container::unlink");
        std::fs::rename(&self.path, &to).map_err(StoreError::io("rename", &self.path))?;
        step!("store::container::remove");
        disk::remove_tree(&to)?;
        drop(self.held);
        Ok(())
    }
}
