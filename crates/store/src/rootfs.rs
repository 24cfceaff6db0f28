//! Unpacked root filesystems, shared by containers.
//!
//! `rootfs/<algorithm>-<hex of the chain id>/fs` appears whole, in one rename. Who uses one holds a shared
//! lock on its folder, which the kernel releases when the process ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sampan_types::{Algorithm, Digest};

use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::store::Inner;
use crate::temp::Temp;

/// How old the time of last use may be before it is written again.
const TOUCH: Duration = Duration::from_secs(3600);

/// The chain id of all layers (image-spec config.md §layer chainid), under which a root filesystem is kept.
/// `None` where there is no layer.
pub fn chain_id(diff_ids: &[Digest]) -> Option<Digest> {
    let (first, rest) = diff_ids.split_first()?;
    Some(rest.iter().fold(first.clone(), |chain, diff| {
        Hasher::of(Algorithm::Sha256, format!("{chain} {diff}").as_bytes())
    }))
}

pub(crate) fn folder_name(chain: &Digest) -> String {
    format!("{}-{}", chain.algorithm().name(), chain.hex())
}

/// The name of the lock that the maker of a root filesystem holds until others can hold the folder itself.
pub(crate) fn making_lock(folder: &Path) -> String {
    format!(
        "rootfs-{}",
        folder.file_name().unwrap_or_default().to_string_lossy()
    )
}

/// An unpacked root filesystem. While this lives, in any process, it is not collected.
#[derive(Debug)]
pub struct Rootfs {
    path: PathBuf,
    _lock: File,
}

impl Rootfs {
    pub(crate) fn find(inner: &Inner, chain: &Digest) -> Result<Option<Self>> {
        let folder = inner.rootfs().join(folder_name(chain));
        let Some(lock) = disk::lock_existing(&folder, Hold::Shared, true)?.held() else {
            return Ok(None);
        };
        let used = lock.metadata().and_then(|meta| meta.modified());
        let now = SystemTime::now();
        if !used.is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age < TOUCH)) {
            lock.set_modified(now).map_err(StoreError::io("touch", &folder))?;
        }
        Ok(Some(Self {
            path: folder.join("fs"),
            _lock: lock,
        }))
    }

    /// Its folder. Only for reading.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What [`crate::Store::build_rootfs`] found.
#[derive(Debug)]
pub enum RootfsBuilder {
    /// It was unpacked in the meantime.
    Ready(Rootfs),
    /// It is to be unpacked.
    Build(RootfsDraft),
}

impl RootfsBuilder {
    pub(crate) fn start(inner: &Arc<Inner>, chain: &Digest) -> Result<Self> {
        let path = inner.lock_path(&making_lock(&inner.rootfs().join(folder_name(chain))));
        // Dropped, it is removed before it is unlocked, so that whoever waits looks again.
        let lock = Temp::adopt(path.clone(), disk::wait_file(&path, Hold::Exclusive)?);
        if let Some(rootfs) = Rootfs::find(inner, chain)? {
            return Ok(Self::Ready(rootfs));
        }
        step!("store::rootfs::create");
        let temp = Temp::dir(&inner.tmp())?;
        let path = temp.path.join("fs");
        fs::create_dir(&path).map_err(StoreError::io("create", &path))?;
        Ok(Self::Build(RootfsDraft {
            inner: inner.clone(),
            chain: chain.clone(),
            path,
            temp,
            _lock: lock,
        }))
    }
}

/// A root filesystem that is being unpacked. Dropping it removes it.
#[derive(Debug)]
pub struct RootfsDraft {
    inner: Arc<Inner>,
    chain: Digest,
    path: PathBuf,
    temp: Temp,
    _lock: Temp,
}

impl RootfsDraft {
    /// The empty folder to unpack into.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable and puts it in place.
    pub fn publish(self) -> Result<Rootfs> {
        let folder = self.inner.rootfs().join(folder_name(&self.chain));
        step!("store::rootfs::sync");
        // One call for all files: a root filesystem has thousands, and nothing verifies them later.
        rustix::fs::syncfs(&self.temp.file).map_err(StoreError::io("sync", &self.temp.path))?;
        step!("store::rootfs::rename");
        let held = self.temp.rename(&folder)?;
        step!("store::rootfs::sync-folder");
        disk::sync_dir(&self.inner.rootfs())?;
        // The lock that the draft held exclusively becomes a shared one. Between the two nobody holds it; the
        // collector also asks for the maker's lock.
        rustix::io::retry_on_intr(|| rustix::fs::flock(&held, rustix::fs::FlockOperation::LockShared))
            .map_err(StoreError::io("lock", &folder))?;
        let rootfs = Rootfs {
            path: folder.join("fs"),
            _lock: held,
        };
        Ok(rootfs)
    }
}
