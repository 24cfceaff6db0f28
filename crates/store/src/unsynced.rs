//! What was put in place before it was durable.
//!
//! Layers are made again from blobs, which are synced. So nobody waits for their thousands of files: a mark with the
//! number of the machine's present run goes with them, and is taken away when they were synced. After a power cut the
//! mark is there with the number of another run, and what it stands beside is made again.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sampan_types::ByteCount;

use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};

/// The mark's name.
pub(crate) const MARK: &str = "unsynced";
/// Another number each time that the machine starts.
const RUN: &str = "/proc/sys/kernel/random/boot_id";

/// The machine's present run; `None` where the kernel does not tell.
fn run() -> Option<Vec<u8>> {
    let read = fs::read(RUN).ok()?;
    (!read.is_empty()).then_some(read)
}

/// Marks a folder that is being made. `false` where that is not possible, so that it has to be synced.
pub(crate) fn mark(folder: &Path) -> Result<bool> {
    let Some(run) = run() else { return Ok(false) };
    let path = folder.join(MARK);
    fs::write(&path, run).map_err(StoreError::io("write", &path))?;
    Ok(true)
}

/// Whether a folder may have lost some of its files.
pub(crate) fn is_torn(folder: &Path) -> Result<bool> {
    let marked = disk::read_small(&folder.join(MARK), ByteCount::kib(4))?;
    Ok(marked.is_some_and(|marked| Some(marked) != run()))
}

/// Removes such a folder; its maker's lock is held. First its name, so that it is never found half removed.
pub(crate) fn remove_torn(tmp: &Path, folder: &Path) -> Result<()> {
    let Some(_lock) = disk::lock_existing(folder, Hold::Exclusive, true)?.held() else {
        return Ok(());
    };
    let gone = tmp.join(format!("gone-{}", disk::random_hex()?));
    fs::rename(folder, &gone).map_err(StoreError::io("rename", folder))?;
    if let Err(error) = disk::remove_tree(&gone) {
        disk::left(&error);
    }
    Ok(())
}

/// Syncs the file system once for all folders that have the present run's mark, and takes the marks away.
pub(crate) fn sync(all: &Path, folders: impl Iterator<Item = PathBuf>) -> Result<()> {
    let mut marked = Vec::new();
    for folder in folders {
        let path = folder.join(MARK);
        if path.exists() && !is_torn(&folder)? {
            marked.push(path);
        }
    }
    if marked.is_empty() {
        return Ok(());
    }
    step!("store::layers::sync");
    let open = File::open(all).map_err(StoreError::io("open", all))?;
    rustix::fs::syncfs(&open).map_err(StoreError::io("sync", all))?;
    step!("store::layers::unmark");
    for path in marked {
        match fs::remove_file(&path) {
            // It was collected meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other.map_err(StoreError::io("remove", &path))?,
        }
    }
    Ok(())
}
