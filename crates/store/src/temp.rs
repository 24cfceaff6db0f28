//! Files and folders that are being made. A living maker holds a lock on each, so that a collector tells them
//! from what a dead one left.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::disk::{Hold, acquire, open_nofollow, random_hex, remove_file, remove_tree, still_named};
use crate::error::{Result, StoreError};

/// A file or folder in the store's `tmp`, locked while it is being made, so that a collector tells it from
/// what a dead process left. Dropped, it is removed.
#[derive(Debug)]
pub(crate) struct Temp {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    armed: bool,
}

impl Temp {
    /// A new, empty file.
    pub(crate) fn file(folder: &Path, mode: u32) -> Result<Self> {
        Self::make(folder, &|path| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(path)
                .map_err(StoreError::io("create", path))
        })
    }

    /// A new, empty folder.
    pub(crate) fn dir(folder: &Path) -> Result<Self> {
        Self::make(folder, &|path| {
            DirBuilder::new()
                .mode(0o700)
                .create(path)
                .and_then(|()| open_nofollow(path))
                .map_err(StoreError::io("create", path))
        })
    }

    fn make(folder: &Path, create: &dyn Fn(&Path) -> Result<File>) -> Result<Self> {
        loop {
            let path = folder.join(format!("new-{}", random_hex()?));
            let file = match create(&path) {
                Ok(file) => file,
                // A collector came between making the folder and opening it.
                Err(StoreError::Io { source, .. })
                    if source.kind() == io::ErrorKind::NotFound && folder.is_dir() =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            };
            let temp = Self {
                path,
                file,
                armed: true,
            };
            // A collector may look at it between its creation and the lock.
            if acquire(&temp.file, &temp.path, Hold::Exclusive, false)?
                && still_named(&temp.file, &temp.path)?
            {
                return Ok(temp);
            }
        }
    }

    /// Takes over a file or folder of the store that is locked already.
    pub(crate) fn adopt(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file,
            armed: true,
        }
    }

    /// Leaves it where it is.
    pub(crate) fn disarm(&mut self) {
        self.armed = false;
    }

    /// Gives it its final name. The lock stays until the returned file is closed.
    pub(crate) fn rename(mut self, to: &Path) -> Result<File> {
        fs::rename(&self.path, to).map_err(StoreError::io("rename", to))?;
        self.armed = false;
        self.file.try_clone().map_err(StoreError::io("reopen", to))
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if self.armed {
            let result = match self.file.metadata() {
                Ok(meta) if meta.is_dir() => remove_tree(&self.path),
                _ => remove_file(&self.path).map(|_| ()),
            };
            if let Err(error) = result {
                tracing::debug!(path = %self.path.display(), %error, "a temporary entry stays for the next collection");
            }
        }
    }
}
