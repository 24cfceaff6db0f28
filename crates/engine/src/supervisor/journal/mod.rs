//! The one file that everything the daemon knows is written to: keys with JSON values, the last one of each counts.
//!
//! A change is one `write`, so it is there whole once its call has returned, whatever happens to this process. It is
//! made durable against power cuts by [`Journal::sync`], which the owner calls at most every second, and at once for
//! what must not be lost. The file is written anew when it has grown to more than twice its content.
//!
//! Behind its end some room of the disk is kept. What makes something new leaves it alone, and is refused when the disk is
//! full; what ends something takes of it, so that things can be ended and removed, which is what gives room back.

mod compact;
mod line;
mod reserve;

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};

use line::{DROP, Read};
use reserve::Reserve;

/// The journal's name in its folder.
const FILE: &str = "journal";
/// Held exclusively by the daemon whose folder it is.
const LOCK: &str = "lock";
/// A journal smaller than this is not worth writing anew.
const LEAST: u64 = 1 << 20;

/// A journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another daemon has it.
    #[error("another daemon uses `{0}`")]
    Owned(PathBuf),
    /// The file system failed.
    #[error("cannot {action} `{path}`")]
    Io {
        /// What was done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// An earlier write failed half-way and could not be taken back.
    #[error("the journal is closed, because what was half-written could not be taken back")]
    Closed,
    /// A record cannot be put into words.
    #[error("a record cannot be written")]
    Record(#[source] serde_json::Error),
    /// A failpoint of a test.
    #[error("failpoint `{0}`")]
    Injected(&'static str),
}

type Result<T> = std::result::Result<T, JournalError>;

fn failed<'p>(action: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> JournalError + use<'p> {
    move |source| JournalError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

macro_rules! step {
    ($name:literal) => {
        fail::fail_point!($name, |_| Err(
            $crate::supervisor::journal::JournalError::Injected($name)
        ))
    };
}
use step;

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Something new, which needs room of its own.
    Makes,
    /// An end, for which room is kept.
    Ends,
}

/// Where the line of a key is.
#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    length: u32,
}

#[derive(Debug)]
struct Inner {
    file: Arc<File>,
    length: u64,
    live: HashMap<Box<str>, Place>,
    live_bytes: u64,
    reserve: Reserve,
    closed: bool,
}

/// The journal, held by this process alone.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    inner: Mutex<Inner>,
    /// Whether something was written since the last sync.
    dirty: AtomicBool,
    /// One rewrite at a time.
    compacting: AtomicBool,
    _lock: File,
}

/// What a journal held when it was opened.
#[derive(Debug)]
pub(crate) struct Contents {
    bytes: Vec<u8>,
    live: Vec<(Box<str>, Place)>,
    /// Lines that could not be read, though others follow them.
    pub(crate) damaged: usize,
}

impl Contents {
    /// Every key with its last value, in the order in which those were written.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.live.iter().filter_map(|(key, place)| {
            let start = usize::try_from(place.offset).ok()?;
            match line::read(&self.bytes[start..]) {
                Read::Line(line) => Some((&**key, line.json)),
                Read::Damaged(_) | Read::Torn => None,
            }
        })
    }
}

impl Journal {
    /// Opens the journal in `folder`, which is made where it is missing, and takes hold of it.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Contents)> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed("create", folder))?;
        let held = hold(folder)?;
        // A rewrite that was killed.
        let _ = fs::remove_file(folder.join(compact::FRESH));
        let path = folder.join(FILE);
        let mut file = open(&path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed("read", &path))?;
        let mut inner = Inner::new(Arc::new(file));
        let damaged = inner.replay(&bytes);
        let mut live: Vec<_> = inner
            .live
            .iter()
            .map(|(key, place)| (key.clone(), *place))
            .collect();
        live.sort_by_key(|(_, place)| place.offset);
        let contents = Contents { bytes, live, damaged };
        if inner.length < contents.bytes.len() as u64 {
            inner.file.set_len(inner.length).map_err(failed("cut", &path))?;
        }
        let grown = inner.length > 2 * inner.live_bytes && inner.length > LEAST;
        inner.keep_reserve();
        let journal = Self {
            folder: folder.to_owned(),
            inner: Mutex::new(inner),
            dirty: AtomicBool::new(false),
            compacting: AtomicBool::new(false),
            _lock: held,
        };
        if grown || damaged > 0 {
            journal.compact()?;
        }
        Ok((journal, contents))
    }

    /// Writes the value of a key.
    pub(crate) fn put(&self, key: &str, value: &impl serde::Serialize) -> Result<()> {
        self.put_as(Change::Makes, key, value)
    }

    /// Writes how something ended, also where the disk is full.
    pub(crate) fn put_end(&self, key: &str, value: &impl serde::Serialize) -> Result<()> {
        self.put_as(Change::Ends, key, value)
    }

    fn put_as(&self, change: Change, key: &str, value: &impl serde::Serialize) -> Result<()> {
        let json = serde_json::to_vec(value).map_err(JournalError::Record)?;
        let mut line = Vec::with_capacity(key.len() + json.len() + 24);
        let length = line::write(&mut line, key, &json);
        step!("journal::write");
        let mut inner = self.locked();
        let offset = self.append(&mut inner, change, &line)?;
        inner.live_bytes += u64::from(length);
        if let Some(old) = inner.live.insert(key.into(), Place { offset, length }) {
            inner.live_bytes -= u64::from(old.length);
        }
        Ok(())
    }

    /// Takes keys away, all in one write. Those that are not there do no harm.
    pub(crate) fn drop_keys(&self, keys: &[&str]) -> Result<()> {
        let json = serde_json::to_vec(keys).map_err(JournalError::Record)?;
        let mut line = Vec::with_capacity(json.len() + 24);
        line::write(&mut line, DROP, &json);
        step!("journal::write");
        let mut inner = self.locked();
        self.append(&mut inner, Change::Ends, &line)?;
        for key in keys {
            inner.forget(key);
        }
        Ok(())
    }

    fn append(&self, inner: &mut Inner, change: Change, line: &[u8]) -> Result<u64> {
        if inner.closed {
            return Err(JournalError::Closed);
        }
        let offset = inner.length;
        let kept = inner.reserve.keep(&inner.file, offset + line.len() as u64);
        if let (Change::Makes, Err(source)) = (change, kept) {
            return Err(failed("write", &self.folder.join(FILE))(source));
        }
        // At a place that is known, so that a short write is simply written over.
        if let Err(source) = inner.file.write_all_at(line, offset) {
            // What stands there now is a torn line. With others behind it, it would be damage.
            if inner.file.set_len(offset).is_err() {
                inner.closed = true;
            }
            inner.reserve = Reserve::default();
            return Err(failed("write", &self.folder.join(FILE))(source));
        }
        inner.length += line.len() as u64;
        self.dirty.store(true, Ordering::Release);
        Ok(offset)
    }

    /// Makes everything written so far durable. Without anything new it does nothing.
    pub(crate) fn sync(&self) -> Result<()> {
        if !self.dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let file = self.locked().file.clone();
        file.sync_data().map_err(|source| {
            self.dirty.store(true, Ordering::Release);
            failed("sync", &self.folder.join(FILE))(source)
        })
    }

    /// Whether something is not yet durable.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty.load(Ordering::Acquire)
    }

    /// Whether it has grown so much that it should be written anew.
    pub(crate) fn has_grown(&self) -> bool {
        let inner = self.locked();
        inner.length > LEAST && inner.length > 2 * inner.live_bytes
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        // Whoever panicked with the lock had not begun to write, or had finished.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Without room for it, the disk is full: that is seen when something is written.
    fn keep_reserve(&mut self) {
        let _ = self.reserve.keep(&self.file, self.length);
    }

    fn forget(&mut self, key: &str) {
        if let Some(old) = self.live.remove(key) {
            self.live_bytes -= u64::from(old.length);
        }
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(failed("open", path))
}

fn hold(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let mut file = open(&path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(JournalError::Owned(folder.to_owned())),
        Err(error) => return Err(failed("lock", &path)(error.into())),
    }
    // For people who look for the owner; nothing reads it.
    let _ = file
        .set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(file)
}

impl Inner {
    fn new(file: Arc<File>) -> Self {
        Self {
            file,
            length: 0,
            live: HashMap::new(),
            live_bytes: 0,
            reserve: Reserve::default(),
            closed: false,
        }
    }

    /// Takes in lines that follow what it has, up to a torn one. Tells how many were damaged.
    fn replay(&mut self, bytes: &[u8]) -> usize {
        let mut damaged = 0;
        let mut at = 0;
        while at < bytes.len() {
            match line::read(&bytes[at..]) {
                Read::Line(line) if line.key == DROP => {
                    let keys: Vec<String> = serde_json::from_slice(line.json).unwrap_or_default();
                    keys.iter().for_each(|key| self.forget(key));
                    at += line.length;
                }
                Read::Line(line) => {
                    self.forget(line.key);
                    let length = u32::try_from(line.length).unwrap_or(u32::MAX);
                    let offset = self.length + at as u64;
                    self.live.insert(line.key.into(), Place { offset, length });
                    self.live_bytes += u64::from(length);
                    at += line.length;
                }
                Read::Damaged(length) => {
                    damaged += 1;
                    at += length;
                }
                Read::Torn => break,
            }
        }
        self.length += at as u64;
        damaged
    }
}

#[cfg(test)]
mod tests;
