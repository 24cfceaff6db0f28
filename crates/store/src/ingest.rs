//! Writing blobs: hash while writing, verify, then appear in one step.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use sampan_types::{Algorithm, Digest};

use crate::blobs::{Blob, Blobs};
use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::lease::Held;
use crate::store::Inner;
use crate::temp::Temp;

/// Begins the names of partial downloads in `tmp`; the digest follows.
pub(crate) const PARTIAL: &str = "part-";

/// What there is to do about a blob that should be downloaded.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives for as long as a download, and never in a collection"
)]
pub enum Fetch {
    /// Nothing: it is there.
    Present(Blob),
    /// Write the bytes from [`Ingest::offset`] on.
    Write(Ingest),
}

/// A blob that is being written. Nothing of it is visible before [`Ingest::commit`]; dropping it leaves
/// nothing behind, except the bytes so far where it came from [`crate::Blobs::fetch`].
#[derive(Debug)]
pub struct Ingest {
    blobs: Blobs,
    temp: Temp,
    hasher: Hasher,
    written: u64,
    expected: Option<Digest>,
    expected_size: Option<u64>,
    /// Whether what was written serves a later attempt.
    resumable: bool,
}

impl Ingest {
    pub(crate) fn private(
        blobs: &Blobs,
        expected: Option<&Digest>,
        expected_size: Option<u64>,
    ) -> Result<Self> {
        step!("store::ingest::create");
        let temp = Temp::file(&blobs.inner.tmp(), 0o644)?;
        Ok(Self {
            blobs: blobs.clone(),
            temp,
            hasher: Hasher::new(expected.map_or(Algorithm::Sha256, Digest::algorithm)),
            written: 0,
            expected: expected.cloned(),
            expected_size,
            resumable: false,
        })
    }

    /// Takes hold of the partial download of `digest`; `None` where another one holds it and `wait` is not
    /// set. The partial file is its own lock: once its holder has renamed it into place, those who waited
    /// find that the name is gone.
    pub(crate) fn resumable(
        blobs: &Blobs,
        digest: &Digest,
        expected_size: Option<u64>,
        wait: bool,
    ) -> Result<Option<Self>> {
        step!("store::fetch::create");
        let name = format!("{PARTIAL}{}-{}", digest.algorithm().name(), digest.hex());
        let path = blobs.inner.tmp().join(name);
        let mut file = match disk::lock_file(&path, Hold::Exclusive, wait)? {
            Lock::Held(file) => file,
            Lock::Busy | Lock::Missing => return Ok(None),
        };
        step!("store::fetch::rehash");
        let mut hasher = Hasher::new(digest.algorithm());
        let mut written = hasher.read_all(&mut file, &path)?;
        if expected_size.is_some_and(|size| written > size) {
            file.set_len(0).map_err(StoreError::io("empty", &path))?;
            hasher = Hasher::new(digest.algorithm());
            written = 0;
        }
        file.seek(SeekFrom::Start(written))
            .map_err(StoreError::io("continue", &path))?;
        Ok(Some(Self {
            blobs: blobs.clone(),
            temp: Temp::adopt(path, file),
            hasher,
            written,
            expected: Some(digest.clone()),
            expected_size,
            resumable: true,
        }))
    }

    /// How many bytes there are: where the next one goes.
    pub fn offset(&self) -> u64 {
        self.written
    }

    /// The digest that was promised, if any.
    pub fn expected(&self) -> Option<&Digest> {
        self.expected.as_ref()
    }

    /// Throws away what was written, for a source that cannot continue at [`Ingest::offset`].
    pub fn restart(&mut self) -> Result<()> {
        self.truncate(0)?;
        let algorithm = self
            .expected
            .as_ref()
            .map_or(Algorithm::Sha256, Digest::algorithm);
        self.hasher = Hasher::new(algorithm);
        self.written = 0;
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> Result<()> {
        let path = &self.temp.path;
        self.temp
            .file
            .set_len(size)
            .map_err(StoreError::io("shorten", path))?;
        self.temp
            .file
            .seek(SeekFrom::Start(size))
            .map_err(StoreError::io("shorten", path))?;
        Ok(())
    }

    /// Leaves nothing behind.
    pub fn discard(mut self) {
        self.resumable = false;
    }

    /// Writes the next bytes. More than the promised size is an error at once.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        step!("store::ingest::write");
        let end = self.written.saturating_add(bytes.len() as u64);
        if let Some(size) = self.expected_size
            && end > size
        {
            self.resumable = false;
            return Err(self.wrong_size(size, end));
        }
        if let Err(error) = self.temp.file.write_all(bytes) {
            // A full disk needs the space more than the next attempt does.
            let error = StoreError::io("write", &self.temp.path)(error);
            self.resumable &=
                !matches!(error, StoreError::Full { .. }) && self.truncate(self.written).is_ok();
            return Err(error);
        }
        self.hasher.update(bytes);
        self.written = end;
        Ok(())
    }

    fn wrong_size(&self, expected: u64, found: u64) -> StoreError {
        StoreError::SizeMismatch {
            what: self
                .expected
                .as_ref()
                .map_or_else(|| "blob".to_owned(), ToString::to_string),
            expected,
            found,
        }
    }

    /// Verifies size and digest, makes it durable and puts it in place.
    ///
    /// Too few bytes leave a partial download for the next attempt; a wrong digest leaves nothing.
    pub fn commit(mut self) -> Result<Blob> {
        if let Some(size) = self.expected_size
            && size != self.written
        {
            return Err(self.wrong_size(size, self.written));
        }
        let digest = self.hasher.clone().finish();
        if let Some(expected) = &self.expected
            && *expected != digest
        {
            self.resumable = false;
            return Err(StoreError::DigestMismatch {
                expected: expected.clone(),
                found: digest,
            });
        }
        let lease = self.blobs.lease.as_deref();
        if let Err(error) = publish(
            &self.blobs.inner,
            lease,
            &self.temp.file,
            &self.temp.path,
            &digest,
        ) {
            self.resumable &= !matches!(error, StoreError::Full { .. });
            return Err(error);
        }
        self.temp.disarm();
        Ok(Blob {
            digest,
            size: self.written,
        })
    }
}

/// Puts a verified file in place as a blob.
pub(crate) fn publish(
    inner: &Inner,
    lease: Option<&Held>,
    file: &File,
    path: &Path,
    digest: &Digest,
) -> Result<()> {
    step!("store::ingest::sync");
    file.sync_all().map_err(StoreError::io("sync", path))?;
    {
        // From here on the collector must see either no blob, or a blob that is leased or young.
        let _guard = inner.no_collection()?;
        if let Some(lease) = lease {
            lease.note(digest)?;
        }
        step!("store::ingest::rename");
        let to = inner.blob(digest);
        fs::rename(path, &to).map_err(StoreError::io("rename", &to))?;
    }
    step!("store::ingest::sync-folder");
    disk::sync_dir(&inner.blob_dir(digest.algorithm()))
}

impl Drop for Ingest {
    fn drop(&mut self) {
        if self.resumable && self.written > 0 {
            self.temp.disarm();
        }
    }
}

/// The same as [`Ingest::append`]; the [`StoreError`] is inside the [`io::Error`].
impl Write for Ingest {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.append(buf).map_err(io::Error::other)?;
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
