//! Writing into the files of a build: under a name in a folder that is open, so that no link leads elsewhere.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use rustix::fs::{
    AtFlags, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid, XattrFlags, chownat, fchmod, fchown,
    fsetxattr, mkdirat, openat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

use super::tree::{inner, own_attributes};

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

pub(super) fn give(file: &File, owner: (u32, u32)) -> io::Result<()> {
    let (uid, gid) = ids(owner)?;
    Ok(fchown(file, Some(uid), Some(gid))?)
}

/// The last number of all stands for "as it is" and is nobody's.
fn ids((uid, gid): (u32, u32)) -> io::Result<(Uid, Gid)> {
    match uid == u32::MAX || gid == u32::MAX {
        true => Err(io::Error::other("an owner out of range")),
        false => Ok((Uid::from_raw(uid), Gid::from_raw(gid))),
    }
}

/// Whether a name is one name and no path, so that it stays in its folder.
fn single(name: &OsStr) -> io::Result<()> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(one)), None) if one == name => Ok(()),
        _ => Err(io::Error::other(format!("{name:?} is no name of a file"))),
    }
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
    single(name)?;
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
    single(name)?;
    clear(to, name)?;
    symlinkat(target, to, name)?;
    if let Some(owner) = as_.owner_of(like) {
        let (uid, gid) = ids(owner)?;
        chownat(to, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
    }
    utimensat(to, name, &like.stamps(), AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(())
}

/// Makes a folder under a name where there is none, and tells whether it did. A file in its place goes.
pub(super) fn put_folder(to: &File, name: &OsStr) -> io::Result<(File, bool)> {
    single(name)?;
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

fn attributes(from: &File, to: &File, owned: bool) -> io::Result<()> {
    for (name, value) in own_attributes(from)? {
        if owned || name.starts_with(b"user.") {
            fsetxattr(to, &*name, &value, XattrFlags::empty())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let to = File::open(&inner).unwrap();
        let like = Like {
            owner: (0, 0),
            mode: 0o644,
            time: (0, 0),
        };
        for name in ["../out", "..", ".", "", "/out", "a/b", "a/"] {
            let name = OsStr::new(name);
            put_file(&to, name, &mut &b"x"[..], &like, None, As::default()).unwrap_err();
            put_link(&to, name, Path::new("x"), &like, As::default()).unwrap_err();
            put_folder(&to, name).unwrap_err();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        put_file(&to, OsStr::new("in"), &mut &b"x"[..], &like, None, As::default()).unwrap();
    }

    #[test]
    fn nobody_has_the_last_number() {
        let file = tempfile::tempfile().unwrap();
        for owner in [(u32::MAX, 0), (0, u32::MAX)] {
            assert_eq!(
                give(&file, owner).unwrap_err().to_string(),
                "an owner out of range"
            );
        }
    }
}
