//! Compiled code, verified by a keyed hash on every use.
//!
//! An entry is a symbolic link `<key>` whose text is the name of a file, `<key>.<keyed hash>`. The link is
//! replaced in one step, so a name, its hash and its bytes always belong together; the hash covers the key,
//! so an entry moved to another name is refused. The file holds the code and nothing else, from offset 0 on,
//! because Wasmtime maps it as an ELF image. Code is never handed out whose hash was not just computed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use blake3::{Hash, Hasher};
use sampan_types::{Classified, ErrorClass};

use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::key::seal;
use crate::store::Inner;
use crate::temp::Temp;

/// Keeps this use of the key apart from others.
const DOMAIN: &str = "sampan compiled code";
/// Large enough that BLAKE3 works in full width, small enough that it stays in the nearest caches.
const CHUNK: usize = 256 << 10;
/// How old the time of last use may be before it is written again.
const TOUCH: Duration = Duration::from_secs(3600);

/// The name of an entry: 16 to 128 lower-case hexadecimal digits, a hash of all that the code depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeKey(Box<str>);

impl CodeKey {
    /// Checks the form.
    pub fn new(hex: &str) -> Result<Self> {
        if (16..=128).contains(&hex.len()) && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(hex.into()))
        } else {
            Err(StoreError::Name {
                what: "a key of the code cache: it needs 16 to 128 lower-case hexadecimal digits",
                name: hex.to_owned(),
            })
        }
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How an entry came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was there and is intact.
    Hit,
    /// It was made now.
    Created,
    /// It was there but damaged, and was made anew.
    Repaired,
}

/// Verified code.
#[derive(Debug)]
pub struct CachedCode {
    /// Open for reading; the code begins at offset 0 and ends with the file, so it can be mapped.
    pub file: File,
    /// The size in bytes.
    pub size: u64,
    /// How it came about.
    pub outcome: Outcome,
}

/// Why there is no cached code.
#[derive(Debug, thiserror::Error)]
pub enum CodeCacheError<E: std::error::Error + 'static> {
    /// The store failed before anything was compiled.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The code was made but could not be kept (a full disk, or one that cannot be written to): it can be used, just not from the cache.
    #[error("compiled code could not be kept in the cache")]
    NotKept {
        /// What was made.
        code: Vec<u8>,
        /// Why it was not kept.
        source: StoreError,
    },
    /// Making it failed.
    #[error(transparent)]
    Create(E),
}

impl<E: Classified> Classified for CodeCacheError<E> {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Store(e) | Self::NotKept { source: e, .. } => e.class(),
            Self::Create(e) => e.class(),
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(e) | Self::NotKept { source: e, .. } => e.hint(),
            Self::Create(e) => e.hint(),
        }
    }
}

/// What a look at an entry showed.
enum Look {
    Intact(CachedCode),
    Missing,
    Damaged,
}

/// The cache of compiled code.
#[derive(Clone, Debug)]
pub struct CodeCache {
    pub(crate) inner: Arc<Inner>,
}

impl CodeCache {
    /// The entry if it is there and intact. A damaged one is removed and logged.
    pub fn get(&self, key: &CodeKey) -> Result<Option<CachedCode>> {
        match self.look(key)? {
            Look::Intact(code) => Ok(Some(code)),
            Look::Missing => Ok(None),
            Look::Damaged => {
                let _lock = self.lock(key)?;
                // Somebody may have repaired it in the meantime.
                match self.look(key)? {
                    Look::Intact(code) => Ok(Some(code)),
                    Look::Missing => Ok(None),
                    Look::Damaged => self.clear(key).map(|_| None),
                }
            }
        }
    }

    /// The entry, made by `create` where there is none. Of several processes that ask for the same missing
    /// entry, one creates it and the others wait.
    pub fn get_or_create<E: std::error::Error + 'static>(
        &self,
        key: &CodeKey,
        create: &mut dyn FnMut() -> Result<Vec<u8>, E>,
    ) -> Result<CachedCode, CodeCacheError<E>> {
        if let Look::Intact(code) = self.look(key)? {
            return Ok(code);
        }
        let lock = match self.lock(key) {
            Ok(lock) => lock,
            // Nothing can be kept here. That slows the next start; it does not stop this one.
            Err(source) if source.is_unwritable() => return Self::unkept(create, source),
            Err(error) => return Err(error.into()),
        };
        let outcome = match self.look(key)? {
            Look::Intact(code) => return Ok(code),
            Look::Missing => Outcome::Created,
            Look::Damaged => match self.clear(key) {
                Ok(_) => Outcome::Repaired,
                Err(source) if source.is_unwritable() => return Self::unkept(create, source),
                Err(error) => return Err(error.into()),
            },
        };
        let code = create().map_err(CodeCacheError::Create)?;
        let kept = self.store(key, &code).and_then(|()| match self.look(key)? {
            Look::Intact(code) => Ok(code),
            // The disk did not keep what it took.
            Look::Missing | Look::Damaged => Err(StoreError::Record {
                path: self.path(key, ""),
            }),
        });
        drop(lock);
        match kept {
            Ok(kept) => Ok(CachedCode { outcome, ..kept }),
            Err(source) => Err(CodeCacheError::NotKept { code, source }),
        }
    }

    fn unkept<E: std::error::Error + 'static>(
        create: &mut dyn FnMut() -> Result<Vec<u8>, E>,
        source: StoreError,
    ) -> Result<CachedCode, CodeCacheError<E>> {
        let code = create().map_err(CodeCacheError::Create)?;
        Err(CodeCacheError::NotKept { code, source })
    }

    /// Removes an entry. `false` where there was none.
    pub fn remove(&self, key: &CodeKey) -> Result<bool> {
        let _lock = self.lock(key)?;
        self.clear(key)
    }

    /// Waits for the right to change an entry. Dropped, the lock's file is removed before it is unlocked, so
    /// that whoever waits looks again; a process that is killed releases it by that.
    fn lock(&self, key: &CodeKey) -> Result<Temp> {
        let path = self.path(key, ".lock");
        let file = disk::wait_file(&path, Hold::Exclusive)?;
        Ok(Temp::adopt(path, file))
    }

    /// The same without waiting.
    pub(crate) fn try_lock(&self, key: &CodeKey) -> Result<Option<Temp>> {
        let path = self.path(key, ".lock");
        let file = disk::lock_file(&path, Hold::Exclusive, false)?.held();
        Ok(file.map(|file| Temp::adopt(path, file)))
    }

    pub(crate) fn path(&self, key: &CodeKey, suffix: &str) -> PathBuf {
        self.inner.code().join(format!("{}{suffix}", key.0))
    }

    /// Opens an entry and computes its hash over what was opened.
    fn look(&self, key: &CodeKey) -> Result<Look> {
        let link = self.path(key, "");
        let name = match fs::read_link(&link) {
            Ok(name) => name,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Look::Missing),
            // Something that is no link has this name.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Ok(self.damaged(key, "not an entry"));
            }
            Err(error) => return Err(StoreError::io("read", &link)(error)),
        };
        let promised = name
            .to_str()
            .and_then(|name| name.strip_prefix(&*key.0)?.strip_prefix('.'))
            .and_then(|hex| Hash::from_hex(hex).ok());
        let Some(promised) = promised else {
            return Ok(self.damaged(key, "its name holds no hash"));
        };
        let path = self.inner.code().join(&name);
        let file = match disk::open_nofollow(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Look::Missing),
            Err(error) => return Err(StoreError::io("open", &path)(error)),
        };
        let (hash, size) = self.hash(&file).map_err(StoreError::io("read", &path))?;
        // `Hash` compares in constant time.
        if self.seal(hash, key)? != promised {
            return Ok(self.damaged(key, "its content has another hash"));
        }
        touch(&file);
        Ok(Look::Intact(CachedCode {
            file,
            size,
            outcome: Outcome::Hit,
        }))
    }

    fn damaged(&self, key: &CodeKey, why: &str) -> Look {
        tracing::warn!(
            key = key.as_str(),
            why,
            "compiled code in the cache is damaged and is not used"
        );
        Look::Damaged
    }

    fn hash(&self, file: &File) -> io::Result<(Hasher, u64)> {
        let key = self.inner.key().map_err(io::Error::other)?;
        let mut hasher = Hasher::new_keyed(key);
        let size = file.metadata()?.len();
        let mut buffer = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK).max(1))];
        let mut offset = 0;
        loop {
            let got = file.read_at(&mut buffer, offset)?;
            if got == 0 {
                return Ok((hasher, offset));
            }
            hasher.update(&buffer[..got]);
            offset += got as u64;
        }
    }

    fn seal(&self, mut hasher: Hasher, key: &CodeKey) -> Result<Hash> {
        hasher.update(key.0.as_bytes());
        hasher.update(&(key.0.len() as u64).to_le_bytes());
        Ok(seal(hasher, DOMAIN, 2))
    }

    /// Writes an entry. Nothing is synced: what a power cut tears has another hash, and is made anew.
    fn store(&self, key: &CodeKey, code: &[u8]) -> Result<()> {
        step!("store::code::create");
        let mut temp = Temp::file(&self.inner.tmp(), 0o600)?;
        step!("store::code::write");
        temp.file
            .write_all(code)
            .map_err(StoreError::io("write", &temp.path))?;
        let mut hasher = Hasher::new_keyed(self.inner.key()?);
        hasher.update(code);
        let name = format!("{}.{}", key.0, self.seal(hasher, key)?.to_hex());
        step!("store::code::rename");
        temp.rename(&self.inner.code().join(&name))?;
        step!("store::code::link");
        let new = self.path(key, ".new");
        disk::remove_file(&new)?;
        std::os::unix::fs::symlink(&name, &new).map_err(StoreError::io("create", &new))?;
        step!("store::code::publish");
        let link = self.path(key, "");
        fs::rename(&new, &link).map_err(StoreError::io("rename", &link))?;
        step!("store::code::done");
        Ok(())
    }

    /// Removes what there is of an entry. The caller holds its lock.
    pub(crate) fn clear(&self, key: &CodeKey) -> Result<bool> {
        let link = self.path(key, "");
        let target = fs::read_link(&link).ok();
        step!("store::code::unlink");
        let removed = match disk::remove_file(&link) {
            Ok(removed) => removed,
            Err(_) if link.is_dir() => disk::remove_tree(&link).map(|()| true)?,
            Err(error) => return Err(error),
        };
        step!("store::code::remove");
        if let Some(name) = target.as_ref().and_then(|t| t.to_str())
            && name.starts_with(&*key.0)
            && !name.contains('/')
        {
            disk::remove_file(&self.inner.code().join(name))?;
        }
        Ok(removed)
    }
}

/// Notes the use for the collector, seldom, so that a warm start writes nothing.
fn touch(file: &File) {
    let now = SystemTime::now();
    let used = file.metadata().and_then(|meta| meta.modified());
    if used.is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age < TOUCH)) {
        return;
    }
    if let Err(error) = file.set_modified(now) {
        tracing::debug!(%error, "the use of compiled code is not noted");
    }
}
