//! The code cache as the collector sees it: whole entries with their age and size, and what belongs to none.

use std::fs;
use std::time::SystemTime;

use crate::code::{CodeCache, CodeKey};
use crate::disk::{self, step};
use crate::error::Result;

/// An entry as the collector sees it.
pub(crate) struct Entry {
    pub(crate) key: CodeKey,
    pub(crate) used: SystemTime,
    /// Allocated bytes.
    pub(crate) bytes: u64,
}

impl CodeCache {
    /// All whole entries. What belongs to none, and is held by nobody, is removed; its allocated bytes are
    /// told.
    pub(crate) fn survey(&self) -> Result<(Vec<Entry>, u64, usize)> {
        let names = disk::names(&self.inner.code())?;
        let mut entries = Vec::new();
        let (mut freed, mut removed) = (0, 0);
        for name in &names {
            let (stem, suffix) = name.split_once('.').map_or((name.as_str(), ""), |(a, b)| (a, b));
            let Ok(key) = CodeKey::new(stem) else { continue };
            let link = self.path(&key, "");
            let target = fs::read_link(&link).ok();
            let path = self.inner.code().join(name);
            if suffix.is_empty() {
                let meta = target
                    .as_ref()
                    .and_then(|target| fs::symlink_metadata(self.inner.code().join(target)).ok());
                if let Some(meta) = meta {
                    entries.push(Entry {
                        key,
                        used: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                        bytes: crate::df::allocated(&meta),
                    });
                    continue;
                }
            } else if target
                .as_ref()
                .is_some_and(|target| target.as_os_str() == name.as_str())
            {
                continue;
            }
            // A dangling link, a file without a link, a lock, an unfinished link. A living creator holds
            // the lock.
            let Some(lock) = self.try_lock(&key)? else {
                continue;
            };
            let now = fs::read_link(&link).ok();
            let linked = now
                .as_ref()
                .is_some_and(|target| target.as_os_str() == name.as_str());
            let whole =
                suffix.is_empty() && now.is_some_and(|target| self.inner.code().join(target).exists());
            if suffix != "lock" && !linked && !whole {
                step!("store::gc::code-leftover");
                freed += crate::df::allocated_at(&path);
                disk::remove_file(&path)?;
            }
            removed += 1;
            drop(lock);
        }
        Ok((entries, freed, removed))
    }
}
