//! The registry server's namespace: which repository holds which blobs, manifests and tags. Blobs are the
//! same files that local images use; names are apart, so a push never changes what a local tag runs.

use std::sync::Arc;

use sampan_types::Digest;
use serde::{Deserialize, Serialize};

use crate::descriptor::Descriptor;
use crate::error::Result;
use crate::store::Inner;
use crate::upload::Upload;

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
    /// The names of all repositories that hold a manifest or a tag, sorted.
    pub fn repositories(&self) -> Result<Vec<String>> {
        todo!()
    }
    /// A repository by its name, which is checked; it need not exist.
    pub fn repository(&self, _name: &str) -> Result<Repository> {
        todo!()
    }
}

/// One repository.
#[derive(Clone, Debug)]
pub struct Repository {
    pub(crate) inner: Arc<Inner>,
}

impl Repository {
    /// Its name.
    pub fn name(&self) -> &str {
        todo!()
    }
    /// Whether anything was ever put into it.
    pub fn exists(&self) -> Result<bool> {
        todo!()
    }
    /// Lets the repository hold a blob that is in the store (after an upload, or mounted from another
    /// repository, which the caller checks). `false` where the store does not have the blob.
    pub fn link_blob(&self, _digest: &Digest) -> Result<bool> {
        todo!()
    }
    /// The size of a blob if this repository holds it.
    pub fn blob_size(&self, _digest: &Digest) -> Result<Option<u64>> {
        todo!()
    }
    /// Takes a blob from the repository. `false` where it was not there.
    pub fn unlink_blob(&self, _digest: &Digest) -> Result<bool> {
        todo!()
    }
    /// Lets the repository hold a manifest whose blob is in the store, and tags it if asked.
    pub fn put_manifest(&self, _record: &ManifestRecord, _tag: Option<&str>) -> Result<()> {
        todo!()
    }
    /// The record of a manifest.
    pub fn manifest(&self, _digest: &Digest) -> Result<Option<ManifestRecord>> {
        todo!()
    }
    /// All manifests, sorted by digest.
    pub fn manifests(&self) -> Result<Vec<ManifestRecord>> {
        todo!()
    }
    /// Takes a manifest and every tag that points to it. `false` where it was not there.
    pub fn delete_manifest(&self, _digest: &Digest) -> Result<bool> {
        todo!()
    }
    /// The manifests whose subject is `digest`, sorted by digest. The subject need not exist.
    pub fn referrers(&self, _digest: &Digest) -> Result<Vec<ManifestRecord>> {
        todo!()
    }
    /// All tags in ASCII order.
    pub fn tags(&self) -> Result<Vec<String>> {
        todo!()
    }
    /// What a tag points to.
    pub fn tag(&self, _tag: &str) -> Result<Option<Digest>> {
        todo!()
    }
    /// Points a tag to a manifest that the repository holds.
    pub fn set_tag(&self, _tag: &str, _digest: &Digest) -> Result<()> {
        todo!()
    }
    /// Takes a tag away. `false` where it was not there.
    pub fn delete_tag(&self, _tag: &str) -> Result<bool> {
        todo!()
    }
    /// Starts an upload session.
    pub fn start_upload(&self) -> Result<Upload> {
        todo!()
    }
    /// An upload session of this repository by its id.
    pub fn upload(&self, _id: &str) -> Result<Upload> {
        todo!()
    }
}
