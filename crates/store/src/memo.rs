//! The memo from a local file's identity to its digest, so that a module of many megabytes is not hashed at
//! each start.
//!
//! An entry is a symbolic link in `code/files`: its name is a keyed hash of the file's identity, its text
//! the digest and a keyed hash over both. Looking one up is one `readlink`, writing one is one `symlink`,
//! and neither can be half done. When a file may not be trusted, it is hashed, never guessed.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use blake3::Hash;
use rustix::fs::OFlags;
use sampan_types::{Algorithm, Digest};

use crate::disk::step;
use crate::error::{Result, StoreError};
use crate::hash::Hasher;
use crate::store::Inner;

/// A file changed less than this before it was hashed may change again without its times showing it: the
/// kernel's clock for file times ticks, and some file systems keep whole seconds, or even two.
const RACY: Duration = Duration::from_secs(2);
/// Keeps these uses of the key apart from others.
const NAME: &str = "sampan file memo, name";
const VALUE: &str = "sampan file memo, value";

/// A local file and its SHA-256.
#[derive(Debug)]
pub struct FileDigest {
    /// The file, open for reading at offset 0: what the digest is about.
    pub file: File,
    /// Its SHA-256.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// Whether the memo knew it, so that it was not read.
    pub known: bool,
}

/// What changes when a file's content does.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity([u64; 7]);

impl Identity {
    fn of(meta: &fs::Metadata) -> Self {
        Self([
            meta.dev(),
            meta.ino(),
            meta.size(),
            meta.mtime().cast_unsigned(),
            meta.mtime_nsec().cast_unsigned(),
            meta.ctime().cast_unsigned(),
            meta.ctime_nsec().cast_unsigned(),
        ])
    }

    fn bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|n| n.to_le_bytes()).collect()
    }

    /// Whether the last change lies far enough back.
    fn settled(self, now: SystemTime) -> bool {
        let Ok(now) = now.duration_since(UNIX_EPOCH) else {
            return false;
        };
        let Some(limit) = now.checked_sub(RACY) else {
            return false;
        };
        [(self.0[3], self.0[4]), (self.0[5], self.0[6])]
            .into_iter()
            // A time before 1970 is a huge number here, and so is not settled.
            .all(|(seconds, nanos)| (seconds, nanos) < (limit.as_secs(), u64::from(limit.subsec_nanos())))
    }
}

impl FileDigest {
    pub(crate) fn open(inner: &Arc<Inner>, path: &Path) -> Result<Self> {
        // Without O_NONBLOCK opening a pipe would wait for its writer.
        let file = File::options()
            .read(true)
            .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
            .open(path)
            .map_err(StoreError::io("open", path))?;
        Self::of(inner, file, path)
    }

    pub(crate) fn of(inner: &Arc<Inner>, mut file: File, path: &Path) -> Result<Self> {
        let look = || file.metadata().map_err(StoreError::io("look at", path));
        let meta = look()?;
        let before = Identity::of(&meta);
        if meta.is_file()
            && let Some(digest) = recall(inner, before)?
        {
            return Ok(Self {
                file,
                digest,
                size: meta.len(),
                known: true,
            });
        }
        let mut hasher = Hasher::new(Algorithm::Sha256);
        let size = hasher.read_all(&mut file, path)?;
        let digest = hasher.finish();
        let meta = file.metadata().map_err(StoreError::io("look at", path))?;
        if meta.is_file() {
            std::io::Seek::rewind(&mut file).map_err(StoreError::io("read", path))?;
            if Identity::of(&meta) == before && before.settled(SystemTime::now()) {
                remember(inner, before, &digest)?;
            }
        }
        Ok(Self {
            file,
            digest,
            size,
            known: false,
        })
    }
}

fn entry(inner: &Inner, identity: Identity) -> Result<PathBuf> {
    let name = inner.keyed(NAME, &[&identity.bytes()])?.to_hex();
    Ok(inner.code().join("files").join(&name[..32]))
}

fn value(inner: &Inner, identity: Identity, digest: &Digest) -> Result<Hash> {
    inner.keyed(VALUE, &[&identity.bytes(), digest.hex().as_bytes()])
}

/// What the memo says, if it says it under the key.
fn recall(inner: &Inner, identity: Identity) -> Result<Option<Digest>> {
    let Ok(text) = fs::read_link(entry(inner, identity)?) else {
        return Ok(None);
    };
    let parsed = text.to_str().and_then(|text| {
        let (hex, mac) = text.split_once('.')?;
        Some((
            format!("sha256:{hex}").parse::<Digest>().ok()?,
            Hash::from_hex(mac).ok()?,
        ))
    });
    let Some((digest, mac)) = parsed else {
        return Ok(None);
    };
    if value(inner, identity, &digest)? == mac {
        return Ok(Some(digest));
    }
    tracing::warn!("an entry of the file memo is damaged and is not used");
    Ok(None)
}

/// Writes an entry. That it cannot be written costs time later, nothing else.
fn remember(inner: &Inner, identity: Identity, digest: &Digest) -> Result<()> {
    let path = entry(inner, identity)?;
    let text = format!("{}.{}", digest.hex(), value(inner, identity, digest)?.to_hex());
    step!("store::memo::write");
    // A damaged entry of this name goes; an intact one would have been used.
    let _ = fs::remove_file(&path);
    if let Err(error) = std::os::unix::fs::symlink(&text, &path) {
        tracing::debug!(path = %path.display(), %error, "a file's digest is not remembered");
    }
    step!("store::memo::done");
    Ok(())
}
