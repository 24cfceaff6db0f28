//! The registry server's namespace: which repository holds which blobs, manifests and tags. Blobs are the
//! same files that local images use; names are apart, so a push never changes what a local tag runs.
//!
//! A repository is a folder of records, each one file that is replaced whole:
//! `repositories/<name with + for />/{tags/<tag>, manifests/<digest>, blobs/<digest>}`. Names cannot
//! collide: the grammar of repositories has no `+`, and no folder lies inside another one's.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use sampan_types::{ByteCount, Digest, Reference};
use serde::{Deserialize, Serialize};

use crate::blobs::size_of;
use crate::descriptor::Descriptor;
use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::store::Inner;
use crate::upload::Upload;

/// A record is a descriptor with its annotations, which come from a manifest.
const MAX_RECORD: ByteCount = crate::MAX_MANIFEST;

/// A manifest that a repository holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestRecord {
    /// Media type (as pushed), digest and size; artifact type and annotations as `referrers` lists them.
    pub descriptor: Descriptor,
    /// The manifest that this one is about, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Digest>,
}

/// All repositories.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) inner: Arc<Inner>,
}

impl Registry {
    pub(crate) fn new(inner: &Arc<Inner>) -> Self {
        Self { inner: inner.clone() }
    }

    /// The names of all repositories that hold a manifest, sorted.
    pub fn repositories(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for repository in self.all()? {
            if !disk::names(&repository.folder("manifests"))?.is_empty() {
                names.push(repository.name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Every folder, also of repositories that were emptied.
    pub(crate) fn all(&self) -> Result<Vec<Repository>> {
        Ok(disk::names(&self.inner.repositories())?
            .iter()
            .filter_map(|name| self.repository(&name.replace('+', "/")).ok())
            .collect())
    }

    /// A repository by its name, which is checked; it need not exist.
    pub fn repository(&self, name: &str) -> Result<Repository> {
        Reference::new("localhost", name, None, None).map_err(|_| StoreError::Name {
            what: "a repository name",
            name: name.to_owned(),
        })?;
        Ok(Repository {
            inner: self.inner.clone(),
            path: self.inner.repositories().join(name.replace('/', "+")),
            name: name.to_owned(),
        })
    }
}

/// One repository.
#[derive(Clone, Debug)]
pub struct Repository {
    pub(crate) inner: Arc<Inner>,
    path: PathBuf,
    name: String,
}

impl Repository {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn folder(&self, kind: &str) -> PathBuf {
        self.path.join(kind)
    }

    fn tag_path(&self, tag: &str) -> Result<PathBuf> {
        Reference::new("localhost", "x", Some(tag), None).map_err(|_| StoreError::Name {
            what: "a tag",
            name: tag.to_owned(),
        })?;
        Ok(self.folder("tags").join(tag))
    }

    fn manifest_path(&self, digest: &Digest) -> PathBuf {
        self.folder("manifests").join(digest.to_string())
    }

    fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.folder("blobs").join(digest.to_string())
    }

    /// Makes the folders where they are missing, durably.
    fn ensure(&self) -> Result<()> {
        let last = self.folder("blobs");
        if last.is_dir() {
            return Ok(());
        }
        step!("store::repository::create");
        for kind in ["tags", "manifests"] {
            disk::ensure_dir(&self.folder(kind))?;
        }
        // Last, because its being there tells that the others are.
        disk::ensure_dir(&last)?;
        disk::sync_dir(&self.path)?;
        disk::sync_dir(&self.inner.repositories())
    }

    /// Held while several records change together.
    fn lock(&self) -> Result<fs::File> {
        disk::lock_existing(&self.path, Hold::Exclusive, true)?
            .held()
            .ok_or_else(|| self.missing("repository", &self.name))
    }

    fn missing(&self, what: &'static str, name: &str) -> StoreError {
        StoreError::NotInRegistry {
            what,
            name: name.to_owned(),
        }
    }

    /// Whether anything was ever put into it.
    pub fn exists(&self) -> Result<bool> {
        Ok(self.path.is_dir())
    }

    /// Lets the repository hold a blob that is in the store (after an upload, or mounted from another
    /// repository, which the caller checks). `false` where the store does not have the blob.
    pub fn link_blob(&self, digest: &Digest) -> Result<bool> {
        self.ensure()?;
        let _guard = self.inner.no_collection()?;
        self.link_blob_guarded(digest)
    }

    /// The same, where the caller keeps the collector away.
    pub(crate) fn link_blob_guarded(&self, digest: &Digest) -> Result<bool> {
        if size_of(&self.inner, digest)?.is_none() {
            return Ok(false);
        }
        step!("store::link::write");
        self.inner.write_record(&self.blob_path(digest), b"", 0o600)?;
        Ok(true)
    }

    pub(crate) fn ensure_folders(&self) -> Result<()> {
        self.ensure()
    }

    /// The size of a blob if this repository holds it, as a blob or as a manifest.
    pub fn blob_size(&self, digest: &Digest) -> Result<Option<u64>> {
        let known = |path: PathBuf| path.symlink_metadata().is_ok();
        if known(self.blob_path(digest)) || known(self.manifest_path(digest)) {
            size_of(&self.inner, digest)
        } else {
            Ok(None)
        }
    }

    /// Takes a blob from the repository. `false` where it was not there.
    pub fn unlink_blob(&self, digest: &Digest) -> Result<bool> {
        step!("store::unlink::remove");
        disk::remove_file(&self.blob_path(digest))
    }

    /// Every blob that was uploaded to or mounted into the repository, with the time of that.
    pub(crate) fn blobs(&self) -> Result<Vec<(Digest, SystemTime)>> {
        let mut blobs = Vec::new();
        for name in disk::names(&self.folder("blobs"))? {
            let time = self
                .folder("blobs")
                .join(&name)
                .symlink_metadata()
                .and_then(|m| m.modified());
            if let (Ok(digest), Ok(time)) = (name.parse(), time) {
                blobs.push((digest, time));
            }
        }
        Ok(blobs)
    }

    /// Lets the repository hold a manifest whose blob is in the store, and tags it if asked.
    pub fn put_manifest(&self, record: &ManifestRecord, tag: Option<&str>) -> Result<()> {
        let tag = tag.map(|tag| self.tag_path(tag)).transpose()?;
        self.ensure()?;
        let _guard = self.inner.no_collection()?;
        let digest = &record.descriptor.digest;
        if size_of(&self.inner, digest)?.is_none() {
            return Err(StoreError::NoBlob(digest.clone()));
        }
        let path = self.manifest_path(digest);
        let bytes = serde_json::to_vec(record).map_err(|source| StoreError::Malformed {
            what: path.display().to_string(),
            source,
        })?;
        let _lock = self.lock()?;
        step!("store::manifest::write");
        self.inner.write_record(&path, &bytes, 0o600)?;
        if let Some(tag) = tag {
            step!("store::manifest::tag");
            self.inner
                .write_record(&tag, digest.to_string().as_bytes(), 0o600)?;
        }
        Ok(())
    }

    /// The record of a manifest.
    pub fn manifest(&self, digest: &Digest) -> Result<Option<ManifestRecord>> {
        let path = self.manifest_path(digest);
        let Some(bytes) = disk::read_small(&path, MAX_RECORD)? else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| StoreError::Malformed {
                what: path.display().to_string(),
                source,
            })
    }

    /// When the record of a manifest was written.
    pub(crate) fn manifest_time(&self, digest: &Digest) -> Option<SystemTime> {
        self.manifest_path(digest)
            .symlink_metadata()
            .and_then(|m| m.modified())
            .ok()
    }

    /// All manifests, sorted by digest.
    pub fn manifests(&self) -> Result<Vec<ManifestRecord>> {
        let mut records = Vec::new();
        for name in disk::names(&self.folder("manifests"))? {
            if let Ok(digest) = name.parse()
                && let Some(record) = self.manifest(&digest)?
            {
                records.push(record);
            }
        }
        Ok(records)
    }

    /// Takes a manifest and every tag that points to it. `false` where it was not there.
    pub fn delete_manifest(&self, digest: &Digest) -> Result<bool> {
        if self.manifest(digest)?.is_none() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        // Tags first: none may point to nothing.
        for tag in self.tags()? {
            if self.tag(&tag)?.as_ref() == Some(digest) {
                step!("store::manifest::untag");
                disk::remove_file(&self.folder("tags").join(tag))?;
            }
        }
        step!("store::manifest::remove");
        let removed = disk::remove_file(&self.manifest_path(digest))?;
        disk::sync_dir(&self.folder("tags"))?;
        disk::sync_dir(&self.folder("manifests"))?;
        Ok(removed)
    }

    /// The manifests whose subject is `digest`, sorted by digest. The subject need not exist.
    pub fn referrers(&self, digest: &Digest) -> Result<Vec<ManifestRecord>> {
        let mut records = self.manifests()?;
        records.retain(|record| record.subject.as_ref() == Some(digest));
        Ok(records)
    }

    /// All tags in ASCII order.
    pub fn tags(&self) -> Result<Vec<String>> {
        disk::names(&self.folder("tags"))
    }

    /// What a tag points to.
    pub fn tag(&self, tag: &str) -> Result<Option<Digest>> {
        let path = self.tag_path(tag)?;
        let Some(bytes) = disk::read_small(&path, ByteCount::kib(1))? else {
            return Ok(None);
        };
        let digest = str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
        digest.map(Some).ok_or(StoreError::Record { path })
    }

    /// Points a tag to a manifest that the repository holds.
    pub fn set_tag(&self, tag: &str, digest: &Digest) -> Result<()> {
        let path = self.tag_path(tag)?;
        let _guard = self.inner.no_collection()?;
        let _lock = self.lock()?;
        if self.manifest(digest)?.is_none() {
            return Err(self.missing("manifest", &digest.to_string()));
        }
        step!("store::manifest::set-tag");
        self.inner
            .write_record(&path, digest.to_string().as_bytes(), 0o600)
    }

    /// Takes a tag away. `false` where it was not there.
    pub fn delete_tag(&self, tag: &str) -> Result<bool> {
        let removed = disk::remove_file(&self.tag_path(tag)?)?;
        if removed {
            disk::sync_dir(&self.folder("tags"))?;
        }
        Ok(removed)
    }

    /// Starts an upload session.
    pub fn start_upload(&self) -> Result<Upload> {
        Upload::start(self)
    }

    /// An upload session of this repository by its id.
    pub fn upload(&self, id: &str) -> Result<Upload> {
        Upload::find(self, id)
    }
}
