//! The removals of a collection. Each looks again, under the lock of what it removes, whether it may.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sampan_types::{Algorithm, ByteCount, Digest};

use crate::code::{CodeCache, CodeKey};
use crate::containers::Containers;
use crate::df::{allocated, allocated_at, allocated_tree};
use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::gc::{GcPolicy, GcReport};
use crate::ingest::PARTIAL;
use crate::mark::Marks;
use crate::rootfs::{Form, making_lock};
use crate::store::Inner;
use crate::temp::Temp;

/// A file that was not hashed again for this long leaves the memo.
const MEMO_AGE: Duration = Duration::from_secs(30 * 24 * 3600);
/// A note about a program that did not run for this long goes.
const NOTE_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

pub(crate) struct Sweep<'a> {
    inner: &'a Arc<Inner>,
    policy: &'a GcPolicy,
    pub(crate) now: SystemTime,
    pub(crate) report: GcReport,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>, policy: &'a GcPolicy) -> Self {
        Self {
            inner,
            policy,
            now: SystemTime::now(),
            report: GcReport::default(),
        }
    }

    fn freed(&mut self, bytes: u64) {
        self.report.freed = self.report.freed.saturating_add(ByteCount::new(bytes));
    }

    /// Whether something was last changed at least `age` ago. What cannot be looked at is young.
    fn older(&self, path: &Path, age: Duration) -> bool {
        let changed = fs::symlink_metadata(path).and_then(|meta| meta.modified());
        age.is_zero()
            || changed.is_ok_and(|time| self.now.duration_since(time).is_ok_and(|passed| passed >= age))
    }

    /// What dead processes left, and what was not touched for long.
    pub(crate) fn leftovers(&mut self) -> Result<()> {
        for (_, bytes) in (Containers {
            inner: self.inner.clone(),
        })
        .sweep_dead()?
        {
            self.report.leftovers += 1;
            self.freed(bytes);
        }
        for name in disk::names(&self.inner.tmp())? {
            let path = self.inner.tmp().join(&name);
            if !name.starts_with(PARTIAL) || self.older(&path, self.policy.partial_age) {
                self.remove_unheld(&path, &path)?;
            }
        }
        for id in disk::names(&self.inner.uploads())? {
            let path = self.inner.uploads().join(id);
            let data = path.join("data");
            if !data.exists() || self.older(&data, self.policy.partial_age) {
                self.remove_unheld(&path, &data)?;
            }
        }
        let files = self.inner.code().join("files");
        for (folder, age) in [(files, MEMO_AGE), (self.inner.used(), NOTE_AGE)] {
            for name in disk::names(&folder)? {
                let path = folder.join(name);
                if self.older(&path, age) {
                    self.freed(allocated_at(&path));
                    disk::remove_file(&path)?;
                }
            }
        }
        Ok(())
    }

    /// Removes `path` unless somebody holds the lock on `held`, which may be `path` itself or inside.
    fn remove_unheld(&mut self, path: &Path, held: &Path) -> Result<()> {
        let _lock = match disk::lock_existing(held, Hold::Exclusive, false) {
            Ok(Lock::Held(lock)) => Some(lock),
            Ok(Lock::Busy) => return Ok(()),
            // An upload that lost its data, or something that cannot be opened, such as a link.
            Ok(Lock::Missing) | Err(_) => None,
        };
        let Ok(meta) = fs::symlink_metadata(path) else {
            return Ok(());
        };
        step!("store::gc::leftover");
        self.report.leftovers += 1;
        if meta.is_dir() {
            let bytes = allocated_tree(path)?;
            match disk::remove_tree(path) {
                Ok(()) => self.freed(bytes),
                Err(error) => disk::left(&error),
            }
            Ok(())
        } else {
            self.freed(allocated(&meta));
            disk::remove_file(path).map(|_| ())
        }
    }

    /// Blobs that are not marked and old enough.
    fn unmarked(&self, marks: &Marks) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        if marks.held_back.is_some() {
            return Ok(paths);
        }
        for algorithm in Algorithm::ALL {
            let folder = self.inner.blob_dir(algorithm);
            for name in disk::names(&folder)? {
                let path = folder.join(&name);
                if let Ok(digest) = format!("{}:{name}", algorithm.name()).parse::<Digest>()
                    && !marks.images.contains(&digest)
                    && !marks.registry.contains(&digest)
                    && self.older(&path, self.policy.min_age)
                {
                    paths.push(path);
                }
            }
        }
        Ok(paths)
    }

    /// Root filesystems and layers that no living image leads to, and old enough.
    fn orphans(&self, marks: &Marks) -> Result<Vec<PathBuf>> {
        if marks.held_back.is_some() {
            return Ok(Vec::new());
        }
        let mut orphans = self.unpacked()?;
        orphans.retain(|path| !marks.unpacked.contains(path) && self.older(path, self.policy.min_age));
        Ok(orphans)
    }

    /// All unpacked root filesystems and layers.
    fn unpacked(&self) -> Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for form in Form::ALL {
            let folder = self.inner.unpacked(form);
            all.extend(disk::names(&folder)?.into_iter().map(|name| folder.join(name)));
        }
        Ok(all)
    }

    pub(crate) fn anything(&self, marks: &Marks) -> Result<bool> {
        Ok(!marks.stale_links.is_empty()
            || !marks.stale_manifests.is_empty()
            || !self.unmarked(marks)?.is_empty()
            || !self.orphans(marks)?.is_empty())
    }

    /// The registry's loose ends. The blobs behind them go with the next collection.
    pub(crate) fn registry(&mut self, marks: &Marks) -> Result<()> {
        for (repository, digest) in &marks.stale_manifests {
            step!("store::gc::manifest");
            repository.delete_manifest(digest)?;
            self.report.leftovers += 1;
        }
        for (repository, digest) in &marks.stale_links {
            step!("store::gc::link");
            repository.unlink_blob(digest)?;
            self.report.leftovers += 1;
        }
        Ok(())
    }

    pub(crate) fn blobs(&mut self, marks: &Marks) -> Result<()> {
        self.report.held_back.clone_from(&marks.held_back);
        if let Some(why) = &marks.held_back {
            tracing::warn!(why, "no blob is collected");
        }
        for path in self.unmarked(marks)? {
            let bytes = allocated_at(&path);
            step!("store::gc::blob");
            if disk::remove_file(&path)? {
                self.report.blobs += 1;
                self.freed(bytes);
            }
        }
        Ok(())
    }

    pub(crate) fn rootfs(&mut self, marks: &Marks) -> Result<()> {
        for path in self.orphans(marks)? {
            self.remove_rootfs(&path)?;
        }
        Ok(())
    }

    /// Removes a root filesystem that nobody holds: first its name, so that it is never found half removed.
    fn remove_rootfs(&mut self, path: &Path) -> Result<bool> {
        // Its maker first puts it in place and then shares its lock, which the kernel does in two steps. It holds
        // this one meanwhile.
        let making = self.inner.lock_path(&making_lock(path));
        let Some(lock) = disk::lock_file(&making, Hold::Exclusive, false)?.held() else {
            return Ok(false);
        };
        let _making = Temp::adopt(making, lock);
        let Some(_lock) = disk::lock_existing(path, Hold::Exclusive, false)?.held() else {
            return Ok(false);
        };
        let gone = self.inner.tmp().join(format!("gone-{}", disk::random_hex()?));
        let bytes = allocated_tree(path)?;
        step!("store::gc::rootfs-rename");
        fs::rename(path, &gone).map_err(StoreError::io("rename", path))?;
        step!("store::gc::rootfs-remove");
        match disk::remove_tree(&gone) {
            Ok(()) => self.freed(bytes),
            Err(error) => disk::left(&error),
        }
        self.report.rootfs += 1;
        Ok(true)
    }

    /// Loose ends of the code cache, then the least recently used of what can be made again, to the budget.
    /// What containers stand on is left alone.
    pub(crate) fn caches(&mut self, in_use: &HashSet<PathBuf>) -> Result<()> {
        enum Kind {
            Code(CodeKey),
            Rootfs(PathBuf),
        }
        let code = CodeCache {
            inner: self.inner.clone(),
        };
        let (entries, freed, removed) = code.survey()?;
        self.freed(freed);
        self.report.leftovers += removed;
        let Some(budget) = self.policy.budget else {
            return Ok(());
        };
        let mut all: Vec<(SystemTime, u64, Kind)> = entries
            .into_iter()
            .map(|entry| (entry.used, entry.bytes, Kind::Code(entry.key)))
            .collect();
        for path in self.unpacked()? {
            if in_use.contains(&path) {
                continue;
            }
            if let Ok(used) = fs::symlink_metadata(&path).and_then(|meta| meta.modified()) {
                all.push((used, allocated_tree(&path)?, Kind::Rootfs(path)));
            }
        }
        all.sort_by_key(|(used, ..)| *used);
        let mut total: u64 = all.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, kind) in all {
            if total <= budget.get() {
                break;
            }
            match kind {
                Kind::Code(key) => {
                    let Some(_lock) = code.try_lock(&key)? else {
                        continue;
                    };
                    step!("store::gc::code");
                    if !code.clear(&key)? {
                        continue;
                    }
                    self.report.code += 1;
                    self.freed(bytes);
                }
                Kind::Rootfs(path) => {
                    if !self.remove_rootfs(&path)? {
                        continue;
                    }
                }
            }
            total = total.saturating_sub(bytes);
        }
        Ok(())
    }
}
