//! Blobs: looking at them and reading them. Writing is in `ingest`.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use sampan_types::{ByteCount, Digest};

use crate::error::Result;
use crate::ingest::{Fetch, Ingest};
use crate::store::Inner;

/// A blob that is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// The content of the store. Through [`crate::Lease::blobs`], everything that is found, opened or written
/// is protected by that lease.
#[derive(Clone, Debug)]
pub struct Blobs {
    pub(crate) inner: Arc<Inner>,
}

impl Blobs {
    /// Where the blob is, or would be. The file is for reading only.
    pub fn blob_path(&self, _digest: &Digest) -> PathBuf {
        todo!()
    }
    /// Whether the blob is there. Under a lease it then stays.
    pub fn contains(&self, _digest: &Digest) -> Result<bool> {
        todo!()
    }
    /// The size in bytes of a blob that is there.
    pub fn size(&self, _digest: &Digest) -> Result<Option<u64>> {
        todo!()
    }
    /// Opens a blob for reading. Its bytes were verified when they came in; they are not verified again.
    pub fn open_blob(&self, _digest: &Digest) -> Result<File> {
        todo!()
    }
    /// Reads a small blob whole and verifies it. Larger than `max` is an error.
    pub fn read_blob(&self, _digest: &Digest, _max: ByteCount) -> Result<Vec<u8>> {
        todo!()
    }
    /// Every blob, sorted by digest.
    pub fn list(&self) -> Result<Vec<Blob>> {
        todo!()
    }
    /// Writes a blob whose source cannot be resumed (a file, an upload, a freshly made layer). Its digest is
    /// SHA-256, or of the algorithm of `expected`; when it differs from `expected`, commit fails.
    pub fn ingest(&self, _expected: Option<&Digest>, _expected_size: Option<u64>) -> Result<Ingest> {
        todo!()
    }
    /// Writes bytes that are at hand; where they are in the store already, nothing is written.
    pub fn put(&self, _bytes: &[u8], _expected: Option<&Digest>) -> Result<Blob> {
        todo!()
    }
    /// Prepares the download of a blob: it is either there, or to be written from where an earlier attempt
    /// stopped. When another process downloads the same blob, this waits for it, and then finds it or
    /// continues what it left.
    pub fn fetch(&self, _digest: &Digest, _expected_size: Option<u64>) -> Result<Fetch> {
        todo!()
    }
    /// Like [`Blobs::fetch`], but `None` instead of waiting.
    pub fn try_fetch(&self, _digest: &Digest, _expected_size: Option<u64>) -> Result<Option<Fetch>> {
        todo!()
    }
}
