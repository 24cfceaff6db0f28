//! Unpacked root filesystems and layers, shared by containers.
//!
//! `rootfs/<algorithm>-<hex of the chain id>/fs` and `layers/…/fs` appear whole, in one rename. Who uses one holds a
//! shared lock on its folder, which the kernel releases when the process ends.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use sampan_types::{Algorithm, Digest};

use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::store::Inner;
use crate::temp::Temp;
use crate::unsynced;

/// How old the time of last use may be before it is written again.
const TOUCH: Duration = Duration::from_secs(3600);

/// The chain ids of layers (image-spec config.md §layer chainid): the last one stands for all of them, under which a
/// root filesystem is kept, each other one for the layers up to it.
pub fn chain_ids(diff_ids: &[Digest]) -> Vec<Digest> {
    let mut chains: Vec<Digest> = Vec::with_capacity(diff_ids.len());
    for diff in diff_ids {
        chains.push(match chains.last() {
            None => diff.clone(),
            Some(below) => Hasher::of(Algorithm::Sha256, format!("{below} {diff}").as_bytes()),
        });
    }
    chains
}

/// The chain id of all layers. `None` where there is no layer.
pub fn chain_id(diff_ids: &[Digest]) -> Option<Digest> {
    chain_ids(diff_ids).pop()
}

/// Under which digest a merged root filesystem is kept whose files have the owners that the layers say.
pub fn with_owners(chain: &Digest) -> Digest {
    Hasher::of(Algorithm::Sha256, format!("owners applied {chain}").as_bytes())
}

/// What an unpacked folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// All layers of an image, merged.
    Whole,
    /// One layer, to lie over others.
    Layer,
}

impl Form {
    pub(crate) const ALL: [Self; 2] = [Self::Whole, Self::Layer];

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Whole => "rootfs",
            Self::Layer => "layers",
        }
    }
}

pub(crate) fn folder_name(chain: &Digest) -> String {
    format!("{}-{}", chain.algorithm().name(), chain.hex())
}

/// The name of the lock that the maker of an unpacked folder holds until others can hold the folder itself.
pub(crate) fn making_lock(folder: &Path) -> String {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    format!(
        "{}-{}",
        folder.parent().map(name).unwrap_or_default(),
        name(folder)
    )
}

/// The locks on unpacked folders that this process has: one descriptor each, however many containers use them.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<HashMap<PathBuf, Weak<File>>>);

impl Held {
    fn get(&self, folder: &Path) -> Option<Arc<File>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(folder).and_then(Weak::upgrade)
    }

    fn keep(&self, folder: &Path, lock: File) -> Arc<File> {
        let lock = Arc::new(lock);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, lock| lock.strong_count() > 0);
        held.insert(folder.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

/// An unpacked root filesystem or layer. While this lives, in any process, it is not collected.
#[derive(Clone, Debug)]
pub struct Rootfs {
    path: PathBuf,
    _lock: Arc<File>,
}

impl Rootfs {
    pub(crate) fn find(inner: &Inner, form: Form, chain: &Digest) -> Result<Option<Self>> {
        let folder = inner.unpacked(form).join(folder_name(chain));
        let path = folder.join("fs");
        if let Some(lock) = inner.held.get(&folder) {
            return Ok(Some(Self { path, _lock: lock }));
        }
        let Some(lock) = disk::lock_existing(&folder, Hold::Shared, true)?.held() else {
            return Ok(None);
        };
        if unsynced::is_torn(&folder)? {
            return Ok(None);
        }
        let used = lock.metadata().and_then(|meta| meta.modified());
        let now = SystemTime::now();
        if !used.is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age < TOUCH)) {
            lock.set_modified(now).map_err(StoreError::io("touch", &folder))?;
        }
        let lock = inner.held.keep(&folder, lock);
        Ok(Some(Self { path, _lock: lock }))
    }

    /// Its folder. Only for reading.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What [`crate::Store::build_rootfs`] and [`crate::Store::build_layer`] found.
#[derive(Debug)]
pub enum RootfsBuilder {
    /// It was unpacked in the meantime.
    Ready(Rootfs),
    /// It is to be unpacked.
    Build(RootfsDraft),
}

impl RootfsBuilder {
    pub(crate) fn start(inner: &Arc<Inner>, form: Form, chain: &Digest) -> Result<Self> {
        let place = inner.unpacked(form).join(folder_name(chain));
        let path = inner.lock_path(&making_lock(&place));
        // Dropped, it is removed before it is unlocked, so that whoever waits looks again.
        let lock = Temp::adopt(path.clone(), disk::wait_file(&path, Hold::Exclusive)?);
        if let Some(rootfs) = Rootfs::find(inner, form, chain)? {
            return Ok(Self::Ready(rootfs));
        }
        unsynced::remove_torn(&inner.tmp(), &place)?;
        step!("store::rootfs::create");
        // A store that was made before there were layers has no folder for them.
        disk::ensure_dir(&inner.unpacked(form))?;
        let temp = Temp::dir(&inner.tmp())?;
        let path = temp.path.join("fs");
        fs::create_dir(&path).map_err(StoreError::io("create", &path))?;
        Ok(Self::Build(RootfsDraft {
            inner: inner.clone(),
            place,
            path,
            temp,
            _lock: lock,
        }))
    }
}

/// Something that is being unpacked. Dropping it removes it.
#[derive(Debug)]
pub struct RootfsDraft {
    inner: Arc<Inner>,
    place: PathBuf,
    path: PathBuf,
    temp: Temp,
    _lock: Temp,
}

impl RootfsDraft {
    /// The empty folder to unpack into.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new empty folder on the same file system, which goes with the draft.
    pub fn beside(&self, name: &str) -> Result<PathBuf> {
        let path = self.temp.path.join(name);
        disk::remove_tree(&path)?;
        fs::create_dir(&path).map_err(StoreError::io("create", &path))?;
        Ok(path)
    }

    /// Empties it, to begin again.
    pub fn clear(&self) -> Result<()> {
        disk::remove_tree(&self.path)?;
        fs::create_dir(&self.path).map_err(StoreError::io("create", &self.path))
    }

    /// Makes it durable and puts it in place.
    pub fn publish(self) -> Result<Rootfs> {
        step!("store::rootfs::sync");
        // One call for all files: a root filesystem has thousands, and nothing verifies them later.
        rustix::fs::syncfs(&self.temp.file).map_err(StoreError::io("sync", &self.temp.path))?;
        self.place()
    }

    /// Puts it in place before it is durable: see [`crate::Store::sync_layers`].
    pub fn publish_unsynced(self) -> Result<Rootfs> {
        step!("store::rootfs::mark");
        match unsynced::mark(&self.temp.path)? {
            true => self.place(),
            false => self.publish(),
        }
    }

    fn place(self) -> Result<Rootfs> {
        // Only what is to be kept goes along.
        for name in disk::names(&self.temp.path)? {
            if name != "fs" && name != unsynced::MARK {
                disk::remove_tree(&self.temp.path.join(name))?;
            }
        }
        step!("store::rootfs::rename");
        let held = self.temp.rename(&self.place)?;
        step!("store::rootfs::sync-folder");
        if let Some(folder) = self.place.parent() {
            disk::sync_dir(folder)?;
        }
        // The lock that the draft held exclusively becomes a shared one. Between the two nobody holds it; the
        // collector also asks for the maker's lock.
        rustix::io::retry_on_intr(|| rustix::fs::flock(&held, rustix::fs::FlockOperation::LockShared))
            .map_err(StoreError::io("lock", &self.place))?;
        Ok(Rootfs {
            path: self.place.join("fs"),
            _lock: self.inner.held.keep(&self.place, held),
        })
    }
}

pub(crate) fn sync_layers(inner: &Inner) -> Result<()> {
    let folder = inner.unpacked(Form::Layer);
    let names = disk::names(&folder)?;
    unsynced::sync(&folder, names.into_iter().map(|name| folder.join(name)))
}
