//! Folders that a build reads from and writes to, through descriptors: whatever links a stranger made, nothing leads
//! out of the root that a path belongs to.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, Mode, OFlags, ResolveFlags, Stat, fchmod, mkdirat, openat, openat2, readlinkat, unlinkat,
};
use rustix::io::Errno;

use super::put::give;
pub(super) use super::put::{As, Like, finish_folder, put_file, put_folder, put_link};
pub(super) use crate::supervisor::layer::folder::{
    DEPTH, inner, kind, link_target, look, names, own_attributes, regular,
};

/// A root that paths are found beneath.
#[derive(Debug)]
pub(super) struct Root {
    folder: File,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = openat(rustix::fs::CWD, path, flags, Mode::empty())?;
        Ok(Self {
            folder: folder.into(),
        })
    }

    pub(super) fn of(folder: impl Into<std::os::fd::OwnedFd>) -> Self {
        Self {
            folder: folder.into().into(),
        }
    }

    fn find(&self, path: &Path, flags: OFlags) -> io::Result<File> {
        let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let mut attempts = 0;
        loop {
            match openat2(&self.folder, path, flags | OFlags::CLOEXEC, Mode::empty(), how) {
                // The kernel gives up on `..` when anything anywhere is renamed meanwhile.
                Err(Errno::AGAIN) if attempts < 1_000 => attempts += 1,
                other => return Ok(other?.into()),
            }
        }
    }

    /// What lies at a path, links followed beneath the root.
    pub(super) fn stat(&self, path: &Path) -> io::Result<Stat> {
        Ok(rustix::fs::fstat(self.find(path, OFlags::PATH)?)?)
    }

    /// Opens a file for reading, links followed. What is no file is refused.
    pub(super) fn file(&self, path: &Path) -> io::Result<File> {
        let file = self.find(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::other("it is no regular file")),
        }
    }

    /// Opens a folder, links followed.
    pub(super) fn folder(&self, path: &Path) -> io::Result<File> {
        self.find(path, OFlags::RDONLY | OFlags::DIRECTORY)
    }

    /// Where something lies without any link on the way, as the kernel tells it: beneath the host's own root for a folder
    /// of the host, beneath the mount's for one that is attached nowhere.
    pub(super) fn real(&self, path: &Path) -> io::Result<PathBuf> {
        let found = self.find(path, OFlags::PATH)?;
        std::fs::read_link(format!("/proc/self/fd/{}", found.as_raw_fd()))
    }

    /// Where the link at a path leads; `None` where there is no link.
    pub(super) fn link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let Some(name) = path.file_name() else {
            return Ok(None);
        };
        let parent = match self.folder(path.parent().unwrap_or(Path::new("/"))) {
            Ok(parent) => parent,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match readlinkat(&parent, name, Vec::new()) {
            Ok(target) => Ok(Some(OsStr::from_bytes(target.to_bytes()).into())),
            Err(Errno::INVAL | Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a file from the root's own top, as a context's Dockerfile is when it is left out.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        let parent = self.folder(path.parent().unwrap_or(Path::new("")).join(".").as_path())?;
        let name = path.file_name().unwrap_or_default();
        Ok(unlinkat(&parent, name, AtFlags::empty())?)
    }

    /// Opens a folder, making those that are missing on the way, which belong to `owner`.
    pub(super) fn ensure(&self, path: &Path, owner: Option<(u32, u32)>) -> io::Result<File> {
        self.ensure_at(path, owner, 0)
    }

    fn ensure_at(&self, path: &Path, owner: Option<(u32, u32)>, depth: usize) -> io::Result<File> {
        if depth > DEPTH {
            return Err(io::Error::other("folders lie too deep in each other"));
        }
        let shown = if path.as_os_str().is_empty() {
            Path::new("/")
        } else {
            path
        };
        match self.folder(shown) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                    return Err(error);
                };
                let above = self.ensure_at(parent, owner, depth + 1)?;
                match mkdirat(&above, name, Mode::from_raw_mode(0o755)) {
                    Ok(()) => {
                        let made = inner(&above, name)?;
                        // Whatever this process's mask is.
                        fchmod(&made, Mode::from_raw_mode(0o755))?;
                        if let Some(owner) = owner {
                            give(&made, owner)?;
                        }
                        Ok(made)
                    }
                    // A link that leads to a folder that is not there yet, as to a process with this root.
                    Err(Errno::EXIST) => {
                        let target = link_target(&above, name)?;
                        let target = clean(&parent.join(target))?;
                        self.ensure_at(&target, owner, depth + 1)
                    }
                    Err(error) => Err(error.into()),
                }
            }
            other => other,
        }
    }
}

/// Without `.` and `..`.
fn clean(path: &Path) -> io::Result<PathBuf> {
    let text = path
        .to_str()
        .ok_or_else(|| io::Error::other("a link's target is not UTF-8"))?;
    Ok(sampan_image::dockerfile::clean_path(text).into())
}
