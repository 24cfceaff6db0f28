//! Blobs: looking at them and reading them. Writing is in `ingest`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use sampan_types::{Algorithm, ByteCount, Digest};

use crate::disk;
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::ingest::{Fetch, Ingest};
use crate::lease::Held;
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
    pub(crate) lease: Option<Arc<Held>>,
}

impl Blobs {
    pub(crate) fn new(inner: &Arc<Inner>, lease: Option<Arc<Held>>) -> Self {
        Self {
            inner: inner.clone(),
            lease,
        }
    }

    /// Where the blob is, or would be. The file is for reading only.
    pub fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.inner.blob(digest)
    }

    /// Whether the blob is there. Under a lease it then stays.
    pub fn contains(&self, digest: &Digest) -> Result<bool> {
        Ok(self.size(digest)?.is_some())
    }

    /// The size in bytes of a blob that is there. Under a lease it then stays.
    pub fn size(&self, digest: &Digest) -> Result<Option<u64>> {
        if let Some(lease) = &self.lease {
            lease.protect(digest)?;
        }
        size_of(&self.inner, digest)
    }

    /// Opens a blob for reading. Its bytes were verified when they came in; they are not verified again.
    pub fn open_blob(&self, digest: &Digest) -> Result<File> {
        if let Some(lease) = &self.lease {
            lease.protect(digest)?;
        }
        let path = self.inner.blob(digest);
        match disk::open_nofollow(&path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::NoBlob(digest.clone())),
            Err(error) => Err(StoreError::io("open", &path)(error)),
        }
    }

    /// Reads a small blob whole and verifies it. Larger than `max` is an error; so is a damaged one, which
    /// is removed, so that the next pull brings it anew.
    pub fn read_blob(&self, digest: &Digest, max: ByteCount) -> Result<Vec<u8>> {
        let file = self.open_blob(digest)?;
        let bytes = read_verified(&file, digest, max);
        if let Err(StoreError::Damaged { .. }) = bytes {
            self.remove_damaged(digest)?;
        }
        bytes
    }

    /// Reads a blob of any size and verifies it. A damaged one is removed.
    pub fn verify(&self, digest: &Digest) -> Result<()> {
        let mut file = self.open_blob(digest)?;
        let mut hasher = Hasher::new(digest.algorithm());
        hasher.read_all(&mut file, &self.inner.blob(digest))?;
        let found = hasher.finish();
        if found == *digest {
            return Ok(());
        }
        self.remove_damaged(digest)?;
        Err(StoreError::Damaged {
            digest: digest.clone(),
            found,
        })
    }

    fn remove_damaged(&self, digest: &Digest) -> Result<()> {
        tracing::warn!(%digest, "a damaged blob is removed");
        disk::remove_file(&self.inner.blob(digest)).map(|_| ())
    }

    /// Every blob, sorted by digest.
    pub fn list(&self) -> Result<Vec<Blob>> {
        let mut blobs = Vec::new();
        for algorithm in Algorithm::ALL {
            for name in disk::names(&self.inner.blob_dir(algorithm))? {
                let Ok(digest) = format!("{}:{name}", algorithm.name()).parse::<Digest>() else {
                    continue;
                };
                if let Some(size) = size_of(&self.inner, &digest)? {
                    blobs.push(Blob { digest, size });
                }
            }
        }
        Ok(blobs)
    }

    /// Writes a blob whose source cannot be resumed (a file, an upload, a freshly made layer). Its digest is
    /// SHA-256, or of the algorithm of `expected`; when it differs from `expected`, commit fails.
    pub fn ingest(&self, expected: Option<&Digest>, expected_size: Option<u64>) -> Result<Ingest> {
        Ingest::private(self, expected, expected_size)
    }

    /// Writes bytes that are at hand; where they are in the store already, nothing is written.
    pub fn put(&self, bytes: &[u8], expected: Option<&Digest>) -> Result<Blob> {
        let algorithm = expected.map_or(Algorithm::Sha256, Digest::algorithm);
        let digest = Hasher::of(algorithm, bytes);
        if let Some(expected) = expected
            && *expected != digest
        {
            return Err(StoreError::DigestMismatch {
                expected: expected.clone(),
                found: digest,
            });
        }
        if let Some(blob) = self.find_for_writer(&digest, Some(bytes.len() as u64))? {
            return Ok(blob);
        }
        let mut ingest = self.ingest(Some(&digest), Some(bytes.len() as u64))?;
        ingest.append(bytes)?;
        ingest.commit()
    }

    /// Prepares the download of a blob: it is either there, or to be written from where an earlier attempt
    /// stopped. When another process downloads the same blob, this waits for it, and then finds it or
    /// continues what it left.
    pub fn fetch(&self, digest: &Digest, expected_size: Option<u64>) -> Result<Fetch> {
        loop {
            if let Some(fetch) = self.fetch_or_busy(digest, expected_size, true)? {
                return Ok(fetch);
            }
        }
    }

    /// Like [`Blobs::fetch`], but `None` instead of waiting.
    pub fn try_fetch(&self, digest: &Digest, expected_size: Option<u64>) -> Result<Option<Fetch>> {
        self.fetch_or_busy(digest, expected_size, false)
    }

    fn fetch_or_busy(
        &self,
        digest: &Digest,
        expected_size: Option<u64>,
        wait: bool,
    ) -> Result<Option<Fetch>> {
        if let Some(blob) = self.find_for_writer(digest, expected_size)? {
            return Ok(Some(Fetch::Present(blob)));
        }
        let Some(ingest) = Ingest::resumable(self, digest, expected_size, wait)? else {
            return Ok(None);
        };
        // Whoever held the partial download before may have finished it.
        Ok(Some(match self.find_for_writer(digest, expected_size)? {
            Some(blob) => {
                ingest.discard();
                Fetch::Present(blob)
            }
            None => Fetch::Write(ingest),
        }))
    }

    /// Finds a blob that a writer would otherwise write, and makes it as safe from collection as if it had
    /// been written now. One that has another size than promised is damaged, and goes.
    fn find_for_writer(&self, digest: &Digest, expected_size: Option<u64>) -> Result<Option<Blob>> {
        if size_of(&self.inner, digest)?.is_none() {
            return Ok(None);
        }
        let _guard = self.inner.no_collection()?;
        if let Some(lease) = &self.lease {
            lease.note(digest)?;
        }
        let path = self.inner.blob(digest);
        let Some(size) = size_of(&self.inner, digest)? else {
            return Ok(None);
        };
        if let Some(expected) = expected_size
            && expected != size
        {
            // Either the promise or the blob is wrong. The blob tells.
            if self.verify(digest).is_err() {
                return Ok(None);
            }
            return Err(StoreError::SizeMismatch {
                what: digest.to_string(),
                expected,
                found: size,
            });
        }
        if self.lease.is_none() {
            disk::open_nofollow(&path)
                .and_then(|file| file.set_modified(SystemTime::now()))
                .map_err(StoreError::io("touch", &path))?;
        }
        Ok(Some(Blob {
            digest: digest.clone(),
            size,
        }))
    }

    /// Copies a whole blob, verifying it on the way. For export; the size is returned.
    pub fn copy_to(&self, digest: &Digest, to: &mut dyn Write) -> Result<u64> {
        let path = self.inner.blob(digest);
        let mut file = self.open_blob(digest)?;
        let mut hasher = Hasher::new(digest.algorithm());
        let mut buffer = vec![0; 256 << 10];
        let mut size = 0;
        loop {
            let got = file.read(&mut buffer).map_err(StoreError::io("read", &path))?;
            if got == 0 {
                break;
            }
            hasher.update(&buffer[..got]);
            to.write_all(&buffer[..got])
                .map_err(StoreError::io("copy out of", &path))?;
            size += got as u64;
        }
        let found = hasher.finish();
        if found == *digest {
            Ok(size)
        } else {
            Err(StoreError::Damaged {
                digest: digest.clone(),
                found,
            })
        }
    }
}

pub(crate) fn size_of(inner: &Inner, digest: &Digest) -> Result<Option<u64>> {
    let path = inner.blob(digest);
    match fs::symlink_metadata(&path) {
        Ok(meta) => Ok(meta.is_file().then_some(meta.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("look at", &path)(error)),
    }
}

/// Reads a small blob and verifies it, leaving it where it is.
pub(crate) fn read_verified(file: &File, digest: &Digest, max: ByteCount) -> Result<Vec<u8>> {
    let name = PathBuf::from(digest.to_string());
    let size = file
        .metadata()
        .map_err(StoreError::io("look at blob", &name))?
        .len();
    if size > max.get() {
        return Err(StoreError::TooLarge {
            what: digest.to_string(),
            size,
            max,
        });
    }
    let mut bytes = Vec::with_capacity(ByteCount::new(size).as_usize());
    file.take(max.get().saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(StoreError::io("read blob", &name))?;
    let found = Hasher::of(digest.algorithm(), &bytes);
    if found == *digest {
        Ok(bytes)
    } else {
        Err(StoreError::Damaged {
            digest: digest.clone(),
            found,
        })
    }
}
