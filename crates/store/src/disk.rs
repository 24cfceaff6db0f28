//! The few disk operations that everything else is made of: locks, temporary entries, atomic records.
//!
//! Nothing here may show a file under its final name before it is whole.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::io::{Errno, retry_on_intr};
use sampan_types::ByteCount;

use crate::error::{Result, StoreError};
use crate::temp::Temp;
pub(crate) use crate::tree::remove as remove_tree;

/// A named step of a write path: a place where tests kill the process (see `tests/kill.rs`) or inject a
/// failure.
macro_rules! step {
    ($name:literal) => {
        fail::fail_point!($name, |_| Err($crate::error::StoreError::injected($name)))
    };
}
pub(crate) use step;

/// How a lock is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    Shared,
    Exclusive,
}

/// What came of asking for a lock.
#[derive(Debug)]
pub(crate) enum Lock {
    /// It is ours until the file is closed.
    Held(File),
    /// Somebody else has it.
    Busy,
    /// There is no such file or folder.
    Missing,
}

impl Lock {
    pub(crate) fn held(self) -> Option<File> {
        match self {
            Self::Held(file) => Some(file),
            Self::Busy | Self::Missing => None,
        }
    }
}

pub(crate) fn acquire(file: &File, path: &Path, hold: Hold, wait: bool) -> Result<bool> {
    let operation = match (hold, wait) {
        (Hold::Shared, true) => FlockOperation::LockShared,
        (Hold::Shared, false) => FlockOperation::NonBlockingLockShared,
        (Hold::Exclusive, true) => FlockOperation::LockExclusive,
        (Hold::Exclusive, false) => FlockOperation::NonBlockingLockExclusive,
    };
    match retry_on_intr(|| flock(file, operation)) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(StoreError::io("lock", path)(error)),
    }
}

/// Whether `path` still names the open `file`. A lock that was waited for is worth nothing when the file
/// was removed or replaced in the meantime.
pub(crate) fn still_named(file: &File, path: &Path) -> Result<bool> {
    let mine = file.metadata().map_err(StoreError::io("look at", path))?;
    match fs::symlink_metadata(path) {
        Ok(other) => Ok(mine.dev() == other.dev() && mine.ino() == other.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io("look at", path)(error)),
    }
}

/// Locks a file that is created where it is missing.
pub(crate) fn lock_file(path: &Path, hold: Hold, wait: bool) -> Result<Lock> {
    loop {
        let file = match open_lock(path) {
            Ok(file) => file,
            // A lock needs no right to write, so what only reads works in a store that cannot be written to.
            Err(error) if cannot_write(&error) => {
                open_nofollow(path).map_err(|_| StoreError::io("open", path)(error))?
            }
            Err(error) => return Err(StoreError::io("open", path)(error)),
        };
        if !acquire(&file, path, hold, wait)? {
            return Ok(Lock::Busy);
        }
        if still_named(&file, path)? {
            return Ok(Lock::Held(file));
        }
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)
}

/// Whether a store lies where this process may not write.
pub(crate) fn cannot_write(error: &io::Error) -> bool {
    let errors = [Errno::ROFS, Errno::ACCESS, Errno::PERM];
    errors
        .iter()
        .any(|e| error.raw_os_error() == Some(e.raw_os_error()))
}

/// Waits for the lock of a file that is created where it is missing.
pub(crate) fn wait_file(path: &Path, hold: Hold) -> Result<File> {
    loop {
        if let Lock::Held(file) = lock_file(path, hold, true)? {
            return Ok(file);
        }
    }
}

/// Locks an open file, which must still have its name: `Missing` where it does not.
pub(crate) fn lock_open(file: File, path: &Path, hold: Hold, wait: bool) -> Result<Lock> {
    if !acquire(&file, path, hold, wait)? {
        return Ok(Lock::Busy);
    }
    Ok(if still_named(&file, path)? {
        Lock::Held(file)
    } else {
        Lock::Missing
    })
}

/// Locks a file or folder that is there.
pub(crate) fn lock_existing(path: &Path, hold: Hold, wait: bool) -> Result<Lock> {
    loop {
        let file = match open_nofollow(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lock::Missing),
            Err(error) => return Err(StoreError::io("open", path)(error)),
        };
        if !acquire(&file, path, hold, wait)? {
            return Ok(Lock::Busy);
        }
        if still_named(&file, path)? {
            return Ok(Lock::Held(file));
        }
    }
}

/// Opens a file or folder for reading, never through a symbolic link, never waiting for a FIFO's writer.
pub(crate) fn open_nofollow(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|dir| dir.sync_all())
        .map_err(StoreError::io("sync", path))
}

/// Makes a folder that only the owner enters; one that is there is fine.
pub(crate) fn ensure_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(StoreError::io("create", path))
}

/// A name that nobody else draws.
pub(crate) fn random_hex() -> Result<String> {
    let mut bytes = [0u8; 16];
    random(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Fills a buffer with random bytes of the kernel's.
pub fn random(mut buffer: &mut [u8]) -> Result<()> {
    while !buffer.is_empty() {
        let got =
            retry_on_intr(|| rustix::rand::getrandom(&mut *buffer, rustix::rand::GetRandomFlags::empty()))
                .map_err(StoreError::io("draw random bytes for", Path::new("the store")))?;
        buffer = &mut buffer[got..];
    }
    Ok(())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Reads a small file whole; `None` where it is not there.
pub(crate) fn read_small(path: &Path, max: ByteCount) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("open", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(max.get().saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(StoreError::io("read", path))?;
    if bytes.len() as u64 > max.get() {
        return Err(StoreError::TooLarge {
            what: path.display().to_string(),
            size: bytes.len() as u64,
            max,
        });
    }
    Ok(Some(bytes))
}

/// The names in a folder, sorted; none where it is missing. Names that are not UTF-8 are not ours.
pub(crate) fn names(path: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("list", path)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(StoreError::io("list", path))?;
        if let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Tells of what a collection could not remove, and leaves to the next one.
pub(crate) fn left(error: &StoreError) {
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    tracing::warn!("{error}{cause}; it stays for the next collection");
}

/// Removes a file. `false` where it was not there.
pub(crate) fn remove_file(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io("remove", path)(error)),
    }
}

/// Writes a record that is either the old or the new one at every instant, also after a power cut.
pub(crate) fn write_record(tmp: &Path, to: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    step!("store::record::create");
    let mut temp = Temp::file(tmp, mode)?;
    step!("store::record::write");
    temp.file
        .write_all(bytes)
        .map_err(StoreError::io("write", &temp.path))?;
    step!("store::record::sync");
    temp.file.sync_all().map_err(StoreError::io("sync", &temp.path))?;
    step!("store::record::rename");
    temp.rename(to)?;
    step!("store::record::sync-folder");
    match to.parent() {
        Some(parent) => sync_dir(parent),
        None => Ok(()),
    }
}
