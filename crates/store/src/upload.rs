//! Upload sessions of the registry server (distribution-spec §push, chunked): a folder with the bytes so
//! far and the repository's name. A session survives the server; it ends by finish, cancel, or age.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sampan_types::{ByteCount, Digest};

use crate::blobs::Blob;
use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::ingest::publish;
use crate::registry::Repository;
use crate::temp::Temp;

/// How many sessions there may be at once: a client opens a handful, and goes on with each at once.
const MAX_SESSIONS: usize = 1024;
/// How many of them one repository may have.
const MAX_OF_ONE: usize = 256;
/// How long one without a byte is left alone when there are too many.
const IDLE_EMPTY: Duration = Duration::from_secs(60);
/// The same for one that a client can resume.
const IDLE: Duration = Duration::from_secs(3600);

/// An upload session of one repository.
#[derive(Clone, Debug)]
pub struct Upload {
    repository: Repository,
    id: String,
    path: PathBuf,
}

/// Whether a text has the form of a UUID, and so is safe as a file name.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// A random UUID (RFC 9562 §5.4).
fn uuid() -> Result<String> {
    let mut bytes = [0u8; 16];
    disk::random(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = disk::hex(&bytes);
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    ))
}

/// Refuses a session past the bounds, unless sessions that nobody seems to go on with can be ended for it.
fn make_room(repository: &Repository) -> Result<()> {
    let folder = repository.inner.uploads();
    let mut ids = disk::names(&folder)?;
    if ids.len() >= MAX_SESSIONS {
        ids.retain(|id| !end_idle(&folder.join(id)));
    }
    let full = |count| StoreError::TooMany {
        what: "uploads under way",
        count,
    };
    if ids.len() >= MAX_SESSIONS {
        return Err(full(MAX_SESSIONS));
    }
    if ids.len() < MAX_OF_ONE {
        return Ok(());
    }
    let of_this = |id: &String| {
        let owner = disk::read_small(&folder.join(id).join("repository"), ByteCount::kib(1));
        owner.is_ok_and(|owner| owner.as_deref() == Some(repository.name().as_bytes()))
    };
    ids.retain(of_this);
    if ids.len() >= MAX_OF_ONE {
        ids.retain(|id| !end_idle(&folder.join(id)));
    }
    if ids.len() >= MAX_OF_ONE {
        return Err(full(MAX_OF_ONE));
    }
    Ok(())
}

/// Ends a session that nobody writes to, and that was left for longer than a client waits between requests.
fn end_idle(session: &Path) -> bool {
    let data = session.join("data");
    let Ok(meta) = data.symlink_metadata() else {
        // One that is being made, or that a collection will take.
        return false;
    };
    let left_for = if meta.len() == 0 { IDLE_EMPTY } else { IDLE };
    let idle = meta.modified().ok().and_then(|time| time.elapsed().ok());
    if idle.is_none_or(|idle| idle < left_for) {
        return false;
    }
    match disk::lock_existing(&data, Hold::Exclusive, false) {
        Ok(Lock::Held(_lock)) => disk::remove_tree(session).is_ok(),
        _ => false,
    }
}

impl Upload {
    pub(crate) fn start(repository: &Repository) -> Result<Self> {
        let inner = &repository.inner;
        let id = uuid()?;
        let path = inner.uploads().join(&id);
        make_room(repository)?;
        step!("store::upload::create");
        let temp = Temp::dir(&inner.tmp())?;
        for (file, content) in [("repository", repository.name()), ("data", "")] {
            let file = temp.path.join(file);
            std::fs::write(&file, content).map_err(StoreError::io("write", &file))?;
        }
        step!("store::upload::rename");
        temp.rename(&path)?;
        Ok(Self {
            repository: repository.clone(),
            id,
            path,
        })
    }

    pub(crate) fn find(repository: &Repository, id: &str) -> Result<Self> {
        let upload = Self {
            repository: repository.clone(),
            id: id.to_owned(),
            path: repository.inner.uploads().join(id),
        };
        if !is_uuid(id) {
            return Err(upload.missing());
        }
        let owner = disk::read_small(&upload.path.join("repository"), ByteCount::kib(1))?;
        if owner.as_deref() == Some(repository.name().as_bytes()) {
            Ok(upload)
        } else {
            Err(upload.missing())
        }
    }

    fn missing(&self) -> StoreError {
        StoreError::NotInRegistry {
            what: "upload",
            name: self.id.clone(),
        }
    }

    /// The data, held against everybody else.
    fn hold(&self) -> Result<File> {
        let path = self.path.join("data");
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(self.missing()),
            Err(error) => return Err(StoreError::io("open", &path)(error)),
        };
        match disk::lock_open(file, &path, Hold::Exclusive, false)? {
            Lock::Held(file) => Ok(file),
            Lock::Missing => Err(self.missing()),
            Lock::Busy => Err(StoreError::Busy {
                what: "upload",
                name: self.id.clone(),
            }),
        }
    }

    /// The id, a UUID in its usual form.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many bytes there are.
    pub fn size(&self) -> Result<u64> {
        let path = self.path.join("data");
        match path.symlink_metadata() {
            Ok(meta) => Ok(meta.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(self.missing()),
            Err(error) => Err(StoreError::io("look at", &path)(error)),
        }
    }

    /// A writer that appends. `offset`, where given, must be the current size. While it lives, other writers
    /// and `finish` get `Busy`.
    pub fn writer(&self, offset: Option<u64>) -> Result<UploadWriter> {
        let mut file = self.hold()?;
        let path = self.path.join("data");
        let have = file
            .seek(SeekFrom::End(0))
            .map_err(StoreError::io("continue", &path))?;
        if let Some(asked) = offset
            && asked != have
        {
            return Err(StoreError::UploadOffset {
                id: self.id.clone(),
                have,
                asked,
            });
        }
        Ok(UploadWriter {
            file,
            path,
            size: have,
        })
    }

    /// Verifies the digest, puts the blob in place and links it to the repository. On a mismatch the session
    /// is gone.
    pub fn finish(self, digest: &Digest) -> Result<Blob> {
        let inner = &self.repository.inner;
        let path = self.path.join("data");
        let mut file = self.hold()?;
        step!("store::upload::hash");
        let mut hasher = Hasher::new(digest.algorithm());
        let size = hasher.read_all(&mut file, &path)?;
        let found = hasher.finish();
        if found != *digest {
            disk::remove_tree(&self.path)?;
            return Err(StoreError::DigestMismatch {
                expected: digest.clone(),
                found,
            });
        }
        self.repository.ensure_folders()?;
        let blob = Blob {
            digest: digest.clone(),
            size,
        };
        // Young blobs stay, so the collector cannot come between these two even with no lease; a collector
        // that is told to spare no young blob is kept away by the lease.
        let lease = crate::lease::Lease::new(inner)?;
        lease.protect(digest)?;
        publish(inner, None, &file, &path, digest)?;
        step!("store::upload::link");
        self.repository.link_blob(digest)?;
        step!("store::upload::remove");
        disk::remove_tree(&self.path)?;
        Ok(blob)
    }

    /// Throws the session away.
    pub fn cancel(self) -> Result<()> {
        let _file = self.hold()?;
        disk::remove_tree(&self.path)
    }
}

/// Appends to an upload. What was written stays also when it is dropped without [`UploadWriter::done`].
#[derive(Debug)]
pub struct UploadWriter {
    file: File,
    path: PathBuf,
    size: u64,
}

impl UploadWriter {
    /// Writes the next bytes. Where the disk refuses, none of them stay.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        step!("store::upload::write");
        if let Err(error) = self.file.write_all(bytes) {
            let back = self
                .file
                .set_len(self.size)
                .and_then(|()| self.file.seek(SeekFrom::Start(self.size)));
            if back.is_err() {
                tracing::warn!(path = %self.path.display(), "an upload keeps a torn chunk");
            }
            return Err(StoreError::io("write", &self.path)(error));
        }
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// The size of the upload with what was written.
    pub fn done(self) -> Result<u64> {
        Ok(self.size)
    }
}

/// The same as [`UploadWriter::append`]; the [`StoreError`] is inside the [`io::Error`].
impl Write for UploadWriter {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.append(buf).map_err(io::Error::other)?;
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
