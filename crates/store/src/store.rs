//! Opening a store, and where everything in it lies.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sampan_types::{Algorithm, Digest};

use crate::blobs::Blobs;
use crate::code::CodeCache;
use crate::containers::Containers;
use crate::df::Df;
use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::gc::{GcPolicy, GcReport};
use crate::images::{EMPTY_INDEX, Images};
use crate::lease::Lease;
use crate::memo::FileDigest;
use crate::notes::Notes;
use crate::registry::Registry;
use crate::rootfs::{Form, Held, Rootfs, RootfsBuilder};
use crate::temp::Temp;

/// The folder of this format. Another format gets another name, and never reads this one.
const FORMAT: &str = "v1";
/// Begins the name of a store that is being made, beside the one that it will be.
const UNFINISHED: &str = ".v1-";
/// image-spec image-layout.md §oci-layout file.
const OCI_LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// What all handles of one store share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) root: PathBuf,
    pub(crate) base: PathBuf,
    /// The key of the keyed hashes, once it was needed.
    pub(crate) key: OnceLock<[u8; 32]>,
    /// The unpacked folders that this process holds.
    pub(crate) held: Held,
}

impl Inner {
    pub(crate) fn images(&self) -> PathBuf {
        self.base.join("images")
    }
    pub(crate) fn index(&self) -> PathBuf {
        self.base.join("images/index.json")
    }
    pub(crate) fn blob(&self, digest: &Digest) -> PathBuf {
        self.blob_dir(digest.algorithm()).join(digest.hex())
    }
    pub(crate) fn blob_dir(&self, algorithm: Algorithm) -> PathBuf {
        self.base.join("images/blobs").join(algorithm.name())
    }
    pub(crate) fn repositories(&self) -> PathBuf {
        self.base.join("registry/repositories")
    }
    pub(crate) fn uploads(&self) -> PathBuf {
        self.base.join("registry/uploads")
    }
    pub(crate) fn code(&self) -> PathBuf {
        self.base.join("code")
    }
    pub(crate) fn unpacked(&self, form: Form) -> PathBuf {
        self.base.join(form.folder())
    }
    pub(crate) fn containers(&self) -> PathBuf {
        self.base.join("containers")
    }
    pub(crate) fn used(&self) -> PathBuf {
        self.base.join("used")
    }
    pub(crate) fn tmp(&self) -> PathBuf {
        self.base.join("tmp")
    }
    pub(crate) fn leases(&self) -> PathBuf {
        self.base.join("leases")
    }
    pub(crate) fn lock_path(&self, name: &str) -> PathBuf {
        self.base.join("locks").join(name)
    }

    /// Held while something begins to rely on a blob, against a collector that holds the same lock
    /// exclusively while it decides and removes.
    pub(crate) fn no_collection(&self) -> Result<fs::File> {
        disk::wait_file(&self.lock_path("store"), Hold::Shared)
    }

    /// Writes a record under `to`.
    pub(crate) fn write_record(&self, to: &Path, bytes: &[u8], mode: u32) -> Result<()> {
        disk::write_record(&self.tmp(), to, bytes, mode)
    }
}

/// A store that was opened. Cheap to clone; every clone is the same store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

impl Store {
    /// Opens the store under `root`, and creates it where there is none yet.
    ///
    /// Refuses a root of another user, or one that others may write to. Two system calls where the store
    /// exists: no file of it is read.
    pub fn open(root: &Path) -> Result<Self> {
        let base = root.join(FORMAT);
        match fs::symlink_metadata(&base) {
            Ok(meta) => check(&base, &meta, 0o022)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => create(root, &base)?,
            Err(error) => return Err(StoreError::io("open", &base)(error)),
        }
        let meta = fs::metadata(root).map_err(StoreError::io("open", root))?;
        check(root, &meta, 0o022)?;
        Ok(Self {
            inner: Arc::new(Inner {
                root: root.to_owned(),
                base,
                key: OnceLock::new(),
                held: Held::default(),
            }),
        })
    }
    /// The folder that was given to [`Store::open`].
    pub fn root(&self) -> &Path {
        &self.inner.root
    }
    /// The OCI image layout: what `skopeo copy oci:PATH:NAME` takes as its path.
    pub fn layout_path(&self) -> PathBuf {
        self.inner.images()
    }
    /// A new lease: what is ingested, opened, found or resolved through it stays until it is dropped or its
    /// process ends.
    pub fn lease(&self) -> Result<Lease> {
        Lease::new(&self.inner)
    }
    /// Content, under no lease: what is ingested is safe from collection for [`GcPolicy::min_age`] only.
    pub fn blobs(&self) -> Blobs {
        Blobs::new(&self.inner, None)
    }
    /// The local names of images, under no lease.
    pub fn images(&self) -> Images {
        Images::new(&self.inner, None)
    }
    /// The registry server's own namespace.
    pub fn registry(&self) -> Registry {
        Registry::new(&self.inner)
    }
    /// Compiled code.
    pub fn code_cache(&self) -> CodeCache {
        CodeCache {
            inner: self.inner.clone(),
        }
    }
    /// Opens a local file and tells its SHA-256, from the memo where the file is known and unchanged.
    pub fn file_digest(&self, path: &Path) -> Result<FileDigest> {
        FileDigest::open(&self.inner, path)
    }
    /// The same for a file that is open already, at offset 0. `path` is for messages.
    pub fn digest_of_file(&self, file: fs::File, path: &Path) -> Result<FileDigest> {
        FileDigest::of(&self.inner, file, path)
    }
    /// Small notes about programs.
    pub fn notes(&self) -> Notes {
        Notes {
            inner: self.inner.clone(),
        }
    }
    /// The unpacked root filesystem for a chain id (see [`crate::chain_id`]), held for as long as the guard
    /// lives; `None` where it is not unpacked yet.
    pub fn rootfs(&self, chain: &Digest) -> Result<Option<Rootfs>> {
        Rootfs::find(&self.inner, Form::Whole, chain)
    }
    /// Starts to unpack a root filesystem. When another process is at it, waits for it and then finds it.
    pub fn build_rootfs(&self, chain: &Digest) -> Result<RootfsBuilder> {
        RootfsBuilder::start(&self.inner, Form::Whole, chain)
    }
    /// One layer's own files, in the form that lies over those beneath it, by the chain id of the layers up to it.
    pub fn layer(&self, chain: &Digest) -> Result<Option<Rootfs>> {
        Rootfs::find(&self.inner, Form::Layer, chain)
    }
    /// Starts to unpack a layer, as [`Store::build_rootfs`]. Whoever needs several asks for the lowest first, so that
    /// no two wait for each other.
    pub fn build_layer(&self, chain: &Digest) -> Result<RootfsBuilder> {
        RootfsBuilder::start(&self.inner, Form::Layer, chain)
    }
    /// Makes layers durable that were put in place without that. Until then they are made again after a power cut.
    pub fn sync_layers(&self) -> Result<()> {
        crate::rootfs::sync_layers(&self.inner)
    }
    /// The containers' own folders.
    pub fn containers(&self) -> Containers {
        Containers {
            inner: self.inner.clone(),
        }
    }
    /// Removes what nothing uses.
    pub fn gc(&self, policy: &GcPolicy) -> Result<GcReport> {
        crate::gc::collect(&self.inner, policy)
    }
    /// Collects with the default policy when that was not done for an hour; otherwise one system call.
    /// When another process is at it, leaves it to that one.
    pub fn maybe_gc(&self) -> Result<Option<GcReport>> {
        crate::gc::collect_if_due(&self.inner)
    }
    /// An empty folder for work in progress, which goes with its owner.
    pub fn scratch(&self) -> Result<crate::Scratch> {
        crate::Scratch::new(&self.inner)
    }

    /// What the store takes on the disk. While nothing changes, the total is what `du -s` says.
    pub fn df(&self) -> Result<Df> {
        Df::take(&self.inner)
    }
}

/// Only the owner decides what is in a store: code from it is run.
fn check(path: &Path, meta: &fs::Metadata, forbidden: u32) -> Result<()> {
    let path = path.to_owned();
    let me = rustix::process::geteuid().as_raw();
    if !meta.is_dir() {
        return Err(StoreError::Record { path });
    }
    if meta.uid() != me {
        return Err(StoreError::Owner {
            path,
            owner: meta.uid(),
            me,
        });
    }
    if meta.mode() & forbidden != 0 {
        return Err(StoreError::Mode {
            path,
            mode: meta.mode() & 0o7777,
        });
    }
    Ok(())
}

/// Makes a whole store beside its place and renames it there, so that it is never seen half made. Of two
/// processes that do this at once, the second throws its own away.
fn create(root: &Path, base: &Path) -> Result<()> {
    step!("store::create::root");
    disk::ensure_dir(root)?;
    let meta = fs::metadata(root).map_err(StoreError::io("open", root))?;
    check(root, &meta, 0o022)?;
    remove_unfinished(root)?;
    let made = root.join(format!("{UNFINISHED}{}", disk::random_hex()?));
    DirBuilder::new()
        .mode(0o700)
        .create(&made)
        .map_err(StoreError::io("create", &made))?;
    let lock = disk::lock_existing(&made, Hold::Exclusive, true)?;
    let Some(lock) = lock.held() else {
        // Another process took it for a dead one's and removed it. That process makes the store.
        return if base.is_dir() { Ok(()) } else { create(root, base) };
    };
    let temp = Temp::adopt(made.clone(), lock);
    step!("store::create::folders");
    for folder in [
        "images/blobs/sha256",
        "images/blobs/sha512",
        "registry/repositories",
        "registry/uploads",
        "code/files",
        "rootfs",
        "layers",
        "containers",
        "leases",
        "locks",
        "tmp",
    ] {
        disk::ensure_dir(&made.join(folder))?;
    }
    for (file, content) in [
        ("images/oci-layout", OCI_LAYOUT),
        ("images/index.json", EMPTY_INDEX),
        ("locks/store", ""),
        ("locks/gc", ""),
    ] {
        step!("store::create::file");
        disk::write_record(&made.join("tmp"), &made.join(file), content.as_bytes(), 0o600)?;
    }
    step!("store::create::rename");
    match temp.rename(base) {
        Ok(_) => {}
        Err(_) if base.is_dir() => return Ok(()),
        Err(error) => return Err(error),
    }
    step!("store::create::sync-folder");
    disk::sync_dir(root)
}

/// Removes what died while it was being made. Also called by the collector.
pub(crate) fn remove_unfinished(root: &Path) -> Result<()> {
    for name in disk::names(root)? {
        if name.starts_with(UNFINISHED) {
            let path = root.join(name);
            if let Some(lock) = disk::lock_existing(&path, Hold::Exclusive, false)?.held() {
                disk::remove_tree(&path)?;
                drop(lock);
            }
        }
    }
    Ok(())
}
