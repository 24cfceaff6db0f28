//! Small notes about programs, by their digest: `used/<hex>`. They are kept for people to look at and decide
//! nothing, so they are not synced, and one that nobody wrote again for long goes.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use sampan_types::{ByteCount, Digest};

use crate::disk::{self, step};
use crate::error::{Result, StoreError};
use crate::store::Inner;
use crate::temp::Temp;

/// The largest note, in bytes.
pub(crate) const MAX_NOTE: ByteCount = ByteCount::mib(1);

/// All notes.
#[derive(Clone, Debug)]
pub struct Notes {
    pub(crate) inner: Arc<Inner>,
}

impl Notes {
    /// What was last written about a program; `None` where nothing is.
    pub fn read(&self, program: &Digest) -> Result<Option<Vec<u8>>> {
        disk::read_small(&self.path(program), MAX_NOTE)
    }

    /// Writes it, in the place of what was written before.
    pub fn write(&self, program: &Digest, note: &[u8]) -> Result<()> {
        if note.len() as u64 > MAX_NOTE.get() {
            return Err(StoreError::TooLarge {
                what: format!("what is noted of {program}"),
                size: note.len() as u64,
                max: MAX_NOTE,
            });
        }
        // Stores of older versions lack the folder.
        disk::ensure_dir(&self.inner.used())?;
        step!("store::note::write");
        let mut temp = Temp::file(&self.inner.tmp(), 0o600)?;
        temp.file
            .write_all(note)
            .map_err(StoreError::io("write", &temp.path))?;
        temp.rename(&self.path(program)).map(drop)
    }

    /// Says that what is written still holds, so that it stays.
    pub fn touch(&self, program: &Digest) -> Result<()> {
        let path = self.path(program);
        let now = std::time::SystemTime::now();
        let fresh = |meta: fs::Metadata| {
            let age = now.duration_since(meta.modified()?);
            Ok(age.is_ok_and(|age| age < TOUCH))
        };
        match fs::symlink_metadata(&path).and_then(fresh) {
            Ok(true) => Ok(()),
            _ => disk::open_nofollow(&path)
                .and_then(|file| file.set_modified(now))
                .map_err(StoreError::io("touch", &path)),
        }
    }

    fn path(&self, program: &Digest) -> PathBuf {
        self.inner.used().join(program.hex())
    }
}

/// How old the time of a note may be before it is written again.
const TOUCH: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
