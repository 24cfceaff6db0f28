//! Folders that a build reads from and writes to, through descriptors: whatever links a stranger made, nothing leads
//! out of the root that a path belongs to.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, ResolveFlags, Stat, Timespec, Timestamps, Uid, XattrFlags,
    chownat, fchmod, fchown, fgetxattr, flistxattr, fsetxattr, mkdirat, openat, openat2, readlinkat, statat,
    symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

/// How deep folders may lie in each other.
pub(super) const DEPTH: usize = 256;

/// A root that paths are found beneath.
#[derive(Debug)]
pub(super) struct Root {
    folder: File,
}

/// What becomes of what is copied.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct As {
    /// Whose it is; `None` leaves it as it was.
    pub(super) owner: Option<(u32, u32)>,
    /// Its bits; `None` leaves them.
    pub(super) mode: Option<u32>,
    /// Whether owners can be set at all: only root gives files away.
    pub(super) owned: bool,
}

/// What a file has beside its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Like {
    pub(super) owner: (u32, u32),
    pub(super) mode: u32,
    /// When it was written: seconds since 1970, and billionths.
    pub(super) time: (i64, i64),
}

impl From<&Stat> for Like {
    fn from(stat: &Stat) -> Self {
        Self {
            owner: (stat.st_uid, stat.st_gid),
            mode: stat.st_mode & 0o7777,
            time: (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or(0)),
        }
    }
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

/// Opens a folder that lies in another, no link followed.
pub(super) fn inner(folder: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}

/// Opens a file that lies in a folder, no link followed.
pub(super) fn regular(folder: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}

pub(super) fn look(folder: &File, name: &OsStr) -> io::Result<Stat> {
    Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
}

pub(super) fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

pub(super) fn link_target(folder: &File, name: &OsStr) -> io::Result<PathBuf> {
    let target = readlinkat(folder, name, Vec::new())?;
    Ok(PathBuf::from(OsStr::from_bytes(target.to_bytes())))
}

/// The names in a folder, sorted.
pub(super) fn names(folder: &File) -> io::Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for found in Dir::read_from(folder)? {
        let name = OsStr::from_bytes(found?.file_name().to_bytes()).to_owned();
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn give(file: &File, (uid, gid): (u32, u32)) -> io::Result<()> {
    Ok(fchown(file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?)
}

impl Like {
    fn stamps(&self) -> Timestamps {
        let time = Timespec {
            tv_sec: self.time.0,
            tv_nsec: self.time.1,
        };
        Timestamps {
            last_access: time,
            last_modification: time,
        }
    }
}

impl As {
    fn owner_of(&self, like: &Like) -> Option<(u32, u32)> {
        self.owned.then(|| self.owner.unwrap_or(like.owner))
    }

    fn mode_of(&self, like: &Like) -> Mode {
        Mode::from_raw_mode(self.mode.unwrap_or(like.mode))
    }
}

/// Writes a file under a name, in the place of whatever file or link was there.
pub(super) fn put_file(
    to: &File,
    name: &OsStr,
    content: &mut dyn Read,
    like: &Like,
    from: Option<&File>,
    as_: As,
) -> io::Result<()> {
    clear(to, name)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(to, name, flags, Mode::from_raw_mode(0o600))?);
    io::copy(content, &mut file)?;
    if let Some(owner) = as_.owner_of(like) {
        give(&file, owner)?;
    }
    if let Some(from) = from {
        attributes(from, &file, as_.owned)?;
    }
    // Behind the owner, whose change takes bits away.
    fchmod(&file, as_.mode_of(like))?;
    rustix::fs::futimens(&file, &like.stamps())?;
    Ok(())
}

/// Makes a link under a name.
pub(super) fn put_link(to: &File, name: &OsStr, target: &Path, like: &Like, as_: As) -> io::Result<()> {
    clear(to, name)?;
    symlinkat(target, to, name)?;
    if let Some((uid, gid)) = as_.owner_of(like) {
        let (uid, gid) = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
        chownat(to, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?;
    }
    utimensat(to, name, &like.stamps(), AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(())
}

/// Makes a folder under a name where there is none, and tells whether it did. A file in its place goes.
pub(super) fn put_folder(to: &File, name: &OsStr) -> io::Result<(File, bool)> {
    match mkdirat(to, name, Mode::RWXU) {
        Ok(()) => Ok((inner(to, name)?, true)),
        Err(Errno::EXIST) => match inner(to, name) {
            Ok(folder) => Ok((folder, false)),
            Err(error) if is(&error, &[Errno::NOTDIR, Errno::LOOP]) => {
                unlinkat(to, name, AtFlags::empty())?;
                mkdirat(to, name, Mode::RWXU)?;
                Ok((inner(to, name)?, true))
            }
            Err(error) => Err(error),
        },
        Err(error) => Err(error.into()),
    }
}

/// Gives a folder what its original has, when everything is in it.
pub(super) fn finish_folder(folder: &File, like: &Like, from: Option<&File>, as_: As) -> io::Result<()> {
    if let Some(owner) = as_.owner_of(like) {
        give(folder, owner)?;
    }
    if let Some(from) = from {
        attributes(from, folder, as_.owned)?;
    }
    fchmod(folder, as_.mode_of(like))?;
    rustix::fs::futimens(folder, &like.stamps())?;
    Ok(())
}

fn clear(to: &File, name: &OsStr) -> io::Result<()> {
    match unlinkat(to, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {
            Err(io::Error::other("cannot overwrite directory with non-directory"))
        }
        Err(error) => Err(error.into()),
    }
}

fn is(error: &io::Error, any: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| any.contains(&errno))
}

/// Extended attributes that an image may have: a user's own, and what a program may do.
pub(super) fn own_attributes(file: &File) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut list = vec![0; 64 << 10];
    let length = match flistxattr(file, &mut list[..]) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut all = Vec::new();
    for name in list[..length].split(|byte| *byte == 0) {
        if !name.starts_with(b"user.") && name != b"security.capability" {
            continue;
        }
        let mut value = vec![0; 64 << 10];
        let length = fgetxattr(file, name, &mut value[..])?;
        value.truncate(length);
        all.push((name.to_vec(), value));
    }
    Ok(all)
}

fn attributes(from: &File, to: &File, owned: bool) -> io::Result<()> {
    for (name, value) in own_attributes(from)? {
        if owned || name.starts_with(b"user.") {
            fsetxattr(to, &*name, &value, XattrFlags::empty())?;
        }
    }
    Ok(())
}
