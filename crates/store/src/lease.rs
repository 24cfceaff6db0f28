//! Leases: what keeps the collector of another process away from what this one is about to need.
//!
//! A lease is a file with one digest a line, locked by its process. The collector takes a file that nobody
//! locks for a dead process's. `docs/design/store.md` has the argument why no blob is lost in between.
//!
//! A brief lease writes nothing, so that it can be had on a full disk and in a store that cannot be written to:
//! it keeps every collector waiting, and so must end soon, before its process collects.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sampan_types::{ByteCount, Digest};

use crate::blobs::{Blobs, size_of};
use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::images::Images;
use crate::store::Inner;

/// No process protects more than this many bytes of digests: about 900,000 blobs.
const MAX_LEASE: ByteCount = ByteCount::mib(64);

/// Protects blobs until it is dropped or its process ends, however that ends.
#[derive(Clone, Debug)]
pub struct Lease {
    held: Arc<Held>,
}

/// The lease's file; the last clone removes it.
#[derive(Debug)]
pub(crate) struct Held {
    inner: Arc<Inner>,
    hold: Kept,
    noted: Mutex<HashSet<Digest>>,
}

/// How a lease keeps the collector away.
#[derive(Debug)]
enum Kept {
    /// By what this file says.
    Noted { path: PathBuf, file: File },
    /// By this lock, from everything.
    All { _lock: File },
}

impl Lease {
    pub(crate) fn new(inner: &Arc<Inner>) -> Result<Self> {
        step!("store::lease::create");
        loop {
            let path = inner.leases().join(disk::random_hex()?);
            let file = OpenOptions::new()
                .append(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(StoreError::io("create", &path))?;
            // A collector may take the new file for a dead one before it is locked.
            if let Lock::Held(lock) = disk::lock_open(file, &path, Hold::Exclusive, false)? {
                return Ok(Self {
                    held: Arc::new(Held {
                        inner: inner.clone(),
                        hold: Kept::Noted { path, file: lock },
                        noted: Mutex::default(),
                    }),
                });
            }
        }
    }

    /// A lease that writes nothing and lets no collector remove anything.
    pub(crate) fn brief(inner: &Arc<Inner>) -> Result<Self> {
        Ok(Self {
            held: Arc::new(Held {
                inner: inner.clone(),
                hold: Kept::All {
                    _lock: inner.no_collection()?,
                },
                noted: Mutex::default(),
            }),
        })
    }

    /// Content through this lease.
    pub fn blobs(&self) -> Blobs {
        Blobs::new(&self.held.inner, Some(self.held.clone()))
    }
    /// Names through this lease: what is resolved stays, with everything that it refers to.
    pub fn images(&self) -> Images {
        Images::new(&self.held.inner, Some(self.held.clone()))
    }
    /// Protects a blob, and what it refers to where it is a manifest. Tells whether it is there.
    pub fn protect(&self, digest: &Digest) -> Result<bool> {
        self.held.protect(digest)
    }
}

impl crate::Store {
    /// A lease for what looks or renames and ends at once. It needs no room on the disk; while it lives no
    /// collector removes anything, and this process must not begin to collect.
    pub fn brief_lease(&self) -> Result<Lease> {
        Lease::brief(&self.inner)
    }
}

impl Held {
    pub(crate) fn protect(&self, digest: &Digest) -> Result<bool> {
        let known = self
            .noted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(digest);
        if !known {
            // The line must not come between a collector's reading of leases and its removals.
            let _guard = self.inner.no_collection()?;
            self.note(digest)?;
        }
        Ok(size_of(&self.inner, digest)?.is_some())
    }

    /// Writes the line. The caller keeps the collector away, and only afterwards looks whether the blob is
    /// there.
    pub(crate) fn note(&self, digest: &Digest) -> Result<()> {
        let Kept::Noted { path, file } = &self.hold else {
            return Ok(());
        };
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.contains(digest) {
            return Ok(());
        }
        step!("store::lease::note");
        let mut file = file;
        file.write_all(format!("{digest}\n").as_bytes())
            .map_err(StoreError::io("write", path))?;
        noted.insert(digest.clone());
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Kept::Noted { path, .. } = &self.hold
            && let Err(error) = disk::remove_file(path)
        {
            tracing::debug!(%error, "a lease stays for the next collection");
        }
    }
}

/// What all living leases protect. Dead ones are removed on the way; their number is told.
pub(crate) fn protected(inner: &Inner) -> Result<(Vec<Digest>, usize)> {
    let mut digests = Vec::new();
    let mut dead = 0;
    for name in disk::names(&inner.leases())? {
        let path = inner.leases().join(name);
        match disk::lock_existing(&path, Hold::Exclusive, false)? {
            Lock::Held(_lock) => {
                step!("store::gc::lease");
                disk::remove_file(&path)?;
                dead += 1;
            }
            Lock::Busy => {
                let bytes = disk::read_small(&path, MAX_LEASE)?.unwrap_or_default();
                // The last line may be torn where its writer died; it then protects nothing.
                digests.extend(
                    String::from_utf8_lossy(&bytes)
                        .lines()
                        .filter_map(|line| line.parse().ok()),
                );
            }
            Lock::Missing => {}
        }
    }
    Ok((digests, dead))
}
