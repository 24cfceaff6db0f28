//! Log files of containers that are gone, empty again and ready for others.
//!
//! To make a file and to remove it is the most of what a file system has to do for a short container, and many in a row
//! make it slower: ext4 passes over every inode that was freed in the last seconds. A file that is used again costs a
//! rename. None is used again that anybody still has open, be it a reader or a worker that was taken over: the kernel is
//! asked by a lease.
#![allow(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::LogPlace;

/// How many are kept.
const MANY: usize = 64;
/// Longer ones are not worth keeping: emptying them costs as much as removing them.
const LONG: u64 = 64 << 10;
/// Linux's, which the `libc` crate lacks.
const F_SETSIG: libc::c_int = 10;

/// The files, in a folder of their own.
#[derive(Debug)]
pub(crate) struct Spares {
    folder: PathBuf,
    free: Mutex<Vec<PathBuf>>,
    next: AtomicU64,
}

impl Spares {
    /// Begins with none: what an earlier daemon kept there is removed. Where the folder cannot be had, none is kept.
    pub(crate) fn open(folder: &Path) -> Self {
        let fresh = match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::create_dir(folder),
        };
        if let Err(error) = fresh {
            tracing::warn!(%error, "log files of containers that are gone cannot be kept for others");
        }
        Self {
            folder: folder.to_owned(),
            free: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an empty file at a path where there is none. Where it cannot, the caller makes one.
    pub(super) fn give(&self, path: &Path) {
        let Some(spare) = self.free().pop() else { return };
        if renameat_with(CWD, &spare, CWD, path, RenameFlags::NOREPLACE).is_err() {
            // There is one already; or the spare is gone, and then nothing is lost by keeping its name.
            self.free().push(spare);
        }
    }

    /// Removes the log of a container, or keeps its file for another.
    pub(crate) fn take(&self, place: &LogPlace) -> io::Result<()> {
        if self.free().len() < MANY {
            let number = self.next.fetch_add(1, Relaxed);
            let spare = self.folder.join(number.to_string());
            // First away from its name, under which others would open it.
            if fs::rename(place.path(), &spare).is_ok() {
                match emptied(&spare) {
                    Ok(true) => self.free().push(spare),
                    Ok(false) | Err(_) => fs::remove_file(&spare)?,
                }
            }
        }
        place.remove()
    }
}

/// Empties the file, if nobody else has it.
fn emptied(path: &Path) -> io::Result<bool> {
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() || found.nlink() != 1 || found.len() > LONG || !is_ours_alone(&file) {
        return Ok(false);
    }
    file.set_len(0)?;
    Ok(true)
}

/// Whether this is the only descriptor by which the file is open: only then the kernel grants a lease for writing.
fn is_ours_alone(file: &File) -> bool {
    let fd = file.as_raw_fd();
    // SAFETY: these calls take numbers alone, and `fd` is open while `file` is borrowed. Who opens the file before the
    // lease is given back makes the kernel send SIGURG, which does nothing; by default it would be SIGIO, which kills.
    unsafe {
        libc::fcntl(fd, F_SETSIG, libc::SIGURG) == 0
            && libc::fcntl(fd, libc::F_SETLEASE, libc::F_WRLCK) == 0
            && libc::fcntl(fd, libc::F_SETLEASE, libc::F_UNLCK) == 0
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use sampan_types::ContainerId;

    use super::*;

    struct House {
        dir: tempfile::TempDir,
        spares: Spares,
    }

    impl House {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir(dir.path().join("logs")).unwrap();
            let spares = Spares::open(&dir.path().join("spares"));
            Self { dir, spares }
        }

        fn place(&self, number: u8) -> LogPlace {
            LogPlace::new(
                &self.dir.path().join("logs"),
                &ContainerId::from_random([number; 32]),
            )
        }

        fn count(&self, folder: &str) -> usize {
            fs::read_dir(self.dir.path().join(folder)).unwrap().count()
        }
    }

    fn inode(path: &Path) -> u64 {
        fs::metadata(path).unwrap().ino()
    }

    #[test]
    fn a_file_is_used_again_and_empty() {
        let house = House::new();
        let (one, two) = (house.place(1), house.place(2));
        fs::write(one.path(), "old words").unwrap();
        let before = inode(one.path());
        house.spares.take(&one).unwrap();
        assert!(!one.path().exists());
        house.spares.give(two.path());
        assert_eq!(inode(two.path()), before);
        assert_eq!(fs::read(two.path()).unwrap(), b"");
        // With none left nothing is put there.
        house.spares.give(one.path());
        assert!(!one.path().exists());
    }

    #[test]
    fn a_file_that_somebody_has_open_is_never_used_again() {
        let house = House::new();
        for reads in [true, false] {
            let one = house.place(1);
            fs::write(one.path(), "secret").unwrap();
            let mut options = OpenOptions::new();
            let held = options.read(reads).append(!reads).open(one.path()).unwrap();
            house.spares.take(&one).unwrap();
            assert_eq!((house.count("logs"), house.count("spares")), (0, 0));
            drop(held);
        }
    }

    #[test]
    fn a_log_that_is_there_is_not_replaced() {
        let house = House::new();
        let (one, two) = (house.place(1), house.place(2));
        fs::write(one.path(), "old").unwrap();
        house.spares.take(&one).unwrap();
        File::create(two.path()).unwrap().write_all(b"kept").unwrap();
        house.spares.give(two.path());
        assert_eq!(fs::read(two.path()).unwrap(), b"kept");
        // It is there for the next one.
        house.spares.give(one.path());
        assert!(one.path().exists());
    }

    #[test]
    fn long_ones_and_too_many_are_removed() {
        let house = House::new();
        let long = house.place(0);
        fs::write(long.path(), vec![b'x'; LONG as usize + 1]).unwrap();
        fs::write(long.aside(1), "turned round").unwrap();
        house.spares.take(&long).unwrap();
        assert_eq!((house.count("logs"), house.count("spares")), (0, 0));
        for number in 0..=MANY {
            let one = house.place(number as u8);
            fs::write(one.path(), "x").unwrap();
            house.spares.take(&one).unwrap();
        }
        assert_eq!((house.count("logs"), house.count("spares")), (0, MANY));
        // The next daemon begins with none.
        Spares::open(&house.dir.path().join("spares"));
        assert_eq!(house.count("spares"), 0);
    }
}
