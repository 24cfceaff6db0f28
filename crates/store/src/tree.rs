//! Whole folders, however deep: removed, and measured.
//!
//! A guest makes folders deeper than any path can name and than a process has descriptors, because a rename of a
//! short path takes along everything below. So nothing here may hold a descriptor, or a stack frame, for each
//! level, nor build a path from the top. One entry that cannot be read spoils no sum.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, Stat};
use rustix::io::Errno;

use crate::disk::random_hex;
use crate::error::{Result, StoreError};

/// How many bytes of names are asked for at once.
const BUFFER: usize = 16 << 10;
/// How many levels are held open while a tree is measured. Deeper, the way back is `..`, which is believed only
/// where it leads to the folder that was come from.
const HELD: usize = 32;
/// How many levels the path of an entry tells; what is deeper is told as if it lay in the last of them.
const NAMED: usize = 16;
/// How often a folder that others fill is emptied anew.
const ROUNDS: usize = 64;

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// Removes a folder with all that is in it, also when its folders are unwritable. One that is gone is fine.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match remove_at(path) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(StoreError::io("remove", path)(error)),
    }
}

fn remove_at(path: &Path) -> rustix::io::Result<()> {
    let top = match open(CWD, path) {
        Ok(top) => top,
        // A file, or a link to something else.
        Err(Errno::NOTDIR | Errno::LOOP) => return rustix::fs::unlink(path),
        Err(error) => return Err(error),
    };
    let mut flat = Flat {
        top: top.as_fd(),
        // Nobody who filled the folder knows it.
        prefix: random_hex().map_err(|_| Errno::IO)?,
        drawn: 0,
        waiting: Vec::new(),
    };
    empty(top.as_fd(), &mut |name, kind| match kind {
        FileType::Directory => {
            flat.waiting.push(name.to_owned());
            flat.work()
        }
        _ => rustix::fs::unlinkat(top.as_fd(), name, AtFlags::empty()),
    })?;
    rustix::fs::rmdir(path)
}

/// The removal of a tree. Every folder in a folder is brought to the top under a fresh name, where its turn
/// comes, so that two descriptors are enough.
struct Flat<'a> {
    top: BorrowedFd<'a>,
    prefix: String,
    drawn: u64,
    waiting: Vec<CString>,
}

impl Flat<'_> {
    fn work(&mut self) -> rustix::io::Result<()> {
        while let Some(name) = self.waiting.pop() {
            let folder = match open(self.top, &name) {
                Err(Errno::NOENT) => continue,
                other => other?,
            };
            let mut round = 0;
            loop {
                empty(folder.as_fd(), &mut |inner, kind| match kind {
                    FileType::Directory => self.raise(folder.as_fd(), inner),
                    _ => rustix::fs::unlinkat(&folder, inner, AtFlags::empty()),
                })?;
                match rustix::fs::unlinkat(self.top, &name, AtFlags::REMOVEDIR) {
                    Err(Errno::NOTEMPTY | Errno::EXIST) if round < ROUNDS => round += 1,
                    Ok(()) | Err(Errno::NOENT) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn raise(&mut self, folder: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<()> {
        // What is empty, as most are, needs no other place.
        if rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR).is_ok() {
            return Ok(());
        }
        self.drawn += 1;
        let fresh = CString::new(format!("{}-{}", self.prefix, self.drawn)).map_err(|_| Errno::INVAL)?;
        match rustix::fs::renameat(folder, name, self.top, &fresh) {
            // Its `..` changes, for which it must be writable itself.
            Err(Errno::ACCESS) => {
                rustix::fs::chmodat(folder, name, Mode::RWXU, AtFlags::empty())?;
                rustix::fs::renameat(folder, name, self.top, &fresh)?;
            }
            other => other?,
        }
        self.waiting.push(fresh);
        Ok(())
    }
}

/// Gives every entry of a folder to `each`, which removes it, until there is none.
fn empty(
    folder: BorrowedFd<'_>,
    each: &mut dyn FnMut(&CStr, FileType) -> rustix::io::Result<()>,
) -> rustix::io::Result<()> {
    for _ in 0..ROUNDS {
        let mut any = false;
        list(folder, &mut |name, kind| {
            any = true;
            let kind = match kind {
                FileType::Unknown => kind_of(&rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?),
                known => known,
            };
            match each(name, kind) {
                Err(Errno::NOENT) => Ok(()),
                other => other,
            }
        })?;
        if !any {
            return Ok(());
        }
        rustix::fs::seek(folder, rustix::fs::SeekFrom::Start(0))?;
    }
    Ok(())
}

fn kind_of(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// The names in an open folder.
fn list(
    folder: BorrowedFd<'_>,
    each: &mut dyn FnMut(&CStr, FileType) -> rustix::io::Result<()>,
) -> rustix::io::Result<()> {
    let mut buffer = [const { MaybeUninit::uninit() }; BUFFER];
    let mut entries = RawDir::new(folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
            each(entry.file_name(), entry.file_type())?;
        }
    }
    Ok(())
}

/// Opens a folder with every right for its owner.
fn open<P: rustix::path::Arg + Copy>(at: BorrowedFd<'_>, path: P) -> rustix::io::Result<OwnedFd> {
    let folder = match rustix::fs::openat(at, path, FOLDER, Mode::empty()) {
        Err(Errno::ACCESS) => {
            rustix::fs::chmodat(at, path, Mode::RWXU, AtFlags::empty())?;
            rustix::fs::openat(at, path, FOLDER, Mode::empty())?
        }
        other => other?,
    };
    if rustix::fs::fstat(&folder)?.st_mode & Mode::RWXU.bits() != Mode::RWXU.bits() {
        rustix::fs::fchmod(&folder, Mode::RWXU)?;
    }
    Ok(folder)
}

/// Bytes that a file or folder takes on the disk, as `du` counts.
fn allocated(stat: &Stat) -> u64 {
    u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512)
}

/// A folder on the way down.
struct Level {
    folder: Option<OwnedFd>,
    identity: (u64, u64),
    /// The folders in it whose turn is still to come.
    waiting: Vec<CString>,
    /// Where it is, as far as that is told.
    path: PathBuf,
}

/// Tells the allocated bytes of every file and folder from `top` on, each once however many names it has. What
/// vanishes, moves or cannot be read is passed over.
pub(crate) fn measure(top: &Path, each: &mut dyn FnMut(&Path, u64)) -> Result<()> {
    let failed = StoreError::io("look at", top);
    let stat = match rustix::fs::lstat(top) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    each(top, allocated(&stat));
    if !kind_of(&stat).is_dir() {
        return Ok(());
    }
    let mut walk = Walk {
        levels: Vec::new(),
        seen: HashSet::new(),
        each,
    };
    match rustix::fs::open(top, FOLDER, Mode::empty()) {
        Ok(folder) => walk.enter(folder, top.to_owned()),
        Err(Errno::NOENT | Errno::ACCESS) => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    walk.run();
    Ok(())
}

struct Walk<'a> {
    levels: Vec<Level>,
    seen: HashSet<(u64, u64)>,
    each: &'a mut dyn FnMut(&Path, u64),
}

impl Walk<'_> {
    fn run(&mut self) {
        loop {
            let depth = self.levels.len();
            let Some(level) = self.levels.last_mut() else {
                return;
            };
            let next = match (&level.folder, level.waiting.pop()) {
                (Some(folder), Some(name)) => Some((folder.as_fd(), name)),
                _ => None,
            };
            let Some((folder, name)) = next else {
                self.leave();
                continue;
            };
            let opened = rustix::fs::openat(folder, &name, FOLDER, Mode::empty());
            let path = below(&level.path, &name, depth);
            match opened {
                Ok(folder) => self.enter(folder, path),
                Err(error) => passed_over(&path, error),
            }
        }
    }

    /// Counts what is in a folder, and notes the folders among it.
    fn enter(&mut self, folder: OwnedFd, path: PathBuf) {
        let depth = self.levels.len() + 1;
        let mut waiting = Vec::new();
        let listed = list(folder.as_fd(), &mut |name, _| {
            let stat = match rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(error) => {
                    passed_over(&path, error);
                    return Ok(());
                }
            };
            let folder = kind_of(&stat).is_dir();
            if folder {
                waiting.push(name.to_owned());
            }
            if folder || stat.st_nlink <= 1 || self.seen.insert(identity(&stat)) {
                (self.each)(&below(&path, name, depth), allocated(&stat));
            }
            Ok(())
        });
        if let Err(error) = listed {
            passed_over(&path, error);
        }
        let Ok(stat) = rustix::fs::fstat(&folder) else {
            return;
        };
        // The folder above stays open until there is one below this: `..` then leads back.
        if let Some(above) = self.levels.len().checked_sub(2)
            && above >= HELD
        {
            self.levels[above].folder = None;
        }
        self.levels.push(Level {
            folder: Some(folder),
            identity: identity(&stat),
            waiting,
            path,
        });
    }

    /// Goes back to the folder above, or, where it is above no more, to the nearest one that is held.
    fn leave(&mut self) {
        let Some(Level {
            folder: Some(left), ..
        }) = self.levels.pop()
        else {
            return;
        };
        let Some(above) = self.levels.last_mut() else {
            return;
        };
        if above.folder.is_some() {
            return;
        }
        match rustix::fs::openat(&left, c"..", FOLDER, Mode::empty()) {
            Ok(folder) if rustix::fs::fstat(&folder).is_ok_and(|stat| identity(&stat) == above.identity) => {
                above.folder = Some(folder);
            }
            _ => {
                tracing::debug!(path = %above.path.display(), "a folder moved while it was measured");
                while self.levels.last().is_some_and(|level| level.folder.is_none()) {
                    self.levels.pop();
                }
            }
        }
    }
}

fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

fn below(path: &Path, name: &CStr, depth: usize) -> PathBuf {
    if depth > NAMED {
        return path.to_owned();
    }
    path.join(std::ffi::OsStr::from_bytes(name.to_bytes()))
}

fn passed_over(path: &Path, error: Errno) {
    if error != Errno::NOENT {
        let error = io::Error::from(error);
        tracing::debug!(path = %path.display(), %error, "an entry is not counted");
    }
}
