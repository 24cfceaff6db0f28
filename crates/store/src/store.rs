//! Opening a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::blobs::Blobs;
use crate::code::CodeCache;
use crate::containers::Containers;
use crate::df::Df;
use crate::error::Result;
use crate::gc::{GcPolicy, GcReport};
use crate::images::Images;
use crate::lease::Lease;
use crate::memo::FileDigest;
use crate::registry::Registry;
use crate::rootfs::{Rootfs, RootfsBuilder};
use sampan_types::Digest;

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) base: PathBuf,
}

/// A store that was opened. Cheap to clone; every clone is the same store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

impl Store {
    /// Opens the store under `root`, and creates it where there is none yet.
    ///
    /// Refuses a root of another user, or one that others may write to. A handful of system calls where the
    /// store exists: no file of it is read.
    pub fn open(_root: &Path) -> Result<Self> {
        todo!()
    }
    /// The folder that was given to [`Store::open`].
    pub fn root(&self) -> &Path {
        todo!()
    }
    /// The OCI image layout: what `skopeo copy oci:PATH:NAME` takes as its path.
    pub fn layout_path(&self) -> PathBuf {
        self.inner.base.join("images")
    }
    /// A new lease: what is ingested, opened, found or resolved through it stays until it is dropped or its
    /// process ends.
    pub fn lease(&self) -> Result<Lease> {
        todo!()
    }
    /// Content, under no lease: what is ingested is safe from collection for [`GcPolicy::min_age`] only.
    pub fn blobs(&self) -> Blobs {
        todo!()
    }
    /// The local names of images, under no lease.
    pub fn images(&self) -> Images {
        todo!()
    }
    /// The registry server's own namespace.
    pub fn registry(&self) -> Registry {
        todo!()
    }
    /// Compiled code.
    pub fn code_cache(&self) -> CodeCache {
        todo!()
    }
    /// Opens a local file and tells its SHA-256, from the memo where the file is known and unchanged.
    pub fn file_digest(&self, _path: &Path) -> Result<FileDigest> {
        todo!()
    }
    /// The unpacked root filesystem for a chain id (see [`crate::chain_id`]), held for as long as the guard
    /// lives; `None` where it is not unpacked yet.
    pub fn rootfs(&self, _chain: &Digest) -> Result<Option<Rootfs>> {
        todo!()
    }
    /// Starts to unpack a root filesystem. When another process is at it, waits for it and then finds it.
    pub fn build_rootfs(&self, _chain: &Digest) -> Result<RootfsBuilder> {
        todo!()
    }
    /// The containers' own folders.
    pub fn containers(&self) -> Containers {
        todo!()
    }
    /// Removes what nothing uses.
    pub fn gc(&self, _policy: &GcPolicy) -> Result<GcReport> {
        todo!()
    }
    /// Collects with the default policy when that was not done for a while; otherwise one system call.
    pub fn maybe_gc(&self) -> Result<Option<GcReport>> {
        todo!()
    }
    /// What the store takes on the disk. While nothing changes, the total is what `du -s` says.
    pub fn df(&self) -> Result<Df> {
        todo!()
    }
}
