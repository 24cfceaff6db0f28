//! A layer that is unpacked by itself, while those beneath it may be on their way as well: what it takes away of them
//! becomes overlayfs's own marks, and what depends on them is written down and settled when they are there.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Stat, XattrFlags, fchmod, fchown, fgetxattr,
    flistxattr, fsetxattr, fstat, futimens, lgetxattr, mknodat, openat2, unlink, utimensat,
};
use rustix::io::Errno;
use sampan_process::marks;

use super::entry::{Unpacker, refused, write_error};
use super::metadata::stamps;
use super::path::EntryPath;
use super::tree::{Folder, Tree, is_folder};
use crate::error::UnpackError;
use crate::tarstream::Member;

/// What of a layer depends on those beneath it.
#[derive(Debug, Default)]
pub(super) struct Beneath {
    /// Names that it hides, by their paths in its folder.
    whiteouts: Vec<Vec<u8>>,
    /// Folders that it did not name but has something in.
    implied: Vec<Vec<u8>>,
}

/// How a layer stands to those beneath it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It lies over them as it is.
    Fits,
    /// It has to be unpacked onto them: its paths lead through links that they have.
    InPlace,
}

impl Unpacker {
    /// A whiteout.
    pub(super) fn hide(&mut self, member: &Member, at: &EntryPath) -> Result<(), UnpackError> {
        // What is not known here is known in its place.
        let Some(folder) = self.folder(member, &at.folder, false)? else {
            return Err(refused(member, "its folder is not there"));
        };
        let fail = |e: Errno| write_error("hide", &member.path, e);
        match Tree::look(&folder, &at.name).map_err(fail)? {
            Some(stat) if is_folder(&stat) => self.anew(member, &folder, &at.name),
            // The layer's own file hides the other one by itself.
            Some(_) => Ok(()),
            None => {
                mknodat(&folder, &*at.name, FileType::CharacterDevice, Mode::empty(), 0).map_err(fail)?;
                let mut path = self.tree.real(&folder).map_err(fail)?;
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(&at.name);
                if let Some(beneath) = &mut self.alone {
                    beneath.whiteouts.push(path);
                }
                Ok(())
            }
        }
    }

    /// An opaque whiteout.
    pub(super) fn hide_all(&mut self, member: &Member, path: &[u8]) -> Result<(), UnpackError> {
        if path.is_empty() {
            return Err(refused(member, "overlayfs has no mark for a whole root"));
        }
        match self.folder(member, path, false)? {
            Some(folder) => self.anew(member, &folder, b"."),
            None => Err(refused(member, "its folder is not there")),
        }
    }

    /// A folder was made where the layer had something else before, which hid what is beneath.
    pub(super) fn begins_anew(&mut self, member: &Member, folder: &Folder) -> Result<(), UnpackError> {
        match self.alone {
            Some(_) => self.anew(member, folder, b"."),
            None => Ok(()),
        }
    }

    /// What of the layer depends on those beneath.
    pub(super) fn beneath(&mut self) -> Beneath {
        // Nothing is beneath the lowest one.
        let Some(mut beneath) = self.alone.take() else {
            return Beneath::default();
        };
        beneath.implied = self.tree.implied();
        beneath
    }

    fn anew(&self, member: &Member, folder: &Folder, name: &[u8]) -> Result<(), UnpackError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        rustix::fs::openat(folder, name, flags, Mode::empty())
            .and_then(|open| fsetxattr(&open, marks::opaque(), b"y", XattrFlags::empty()))
            .map_err(|e| write_error("hide what is beneath", &member.path, e))
    }

    /// Whether a name was taken away by this layer.
    pub(super) fn is_hidden(
        &self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
    ) -> Result<bool, UnpackError> {
        let there = Tree::look(folder, name).map_err(|e| write_error("link", &member.path, e))?;
        Ok(there.is_some_and(|stat| is_whiteout(&stat)))
    }
}

fn is_whiteout(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == 0
}

impl Beneath {
    /// Whether nothing of the layer depends on those beneath.
    pub(super) fn is_empty(&self) -> bool {
        self.whiteouts.is_empty() && self.implied.is_empty()
    }

    /// Fits a layer to what is beneath it. Marks that hide nothing are taken away, because overlayfs shows them where no
    /// other layer has their folder; folders that it only passes through get what those of the same name have.
    pub(super) fn settle(&self, layer: &Path, below: impl AsFd) -> Result<Settled, UnpackError> {
        for path in &self.whiteouts {
            let failed = |e: Errno| write_error("hide", path, e);
            let mark = layer.join(OsStr::from_bytes(path));
            // The layer may have brought something of that name since.
            let still = rustix::fs::lstat(&mark).is_ok_and(|stat| is_whiteout(&stat));
            if still && (hidden_above(layer, path) || find(&below, path).map_err(failed)?.is_none()) {
                unmark(&mark).map_err(failed)?;
            }
        }
        for path in &self.implied {
            if hidden_above(layer, path) {
                continue;
            }
            let failed = |e: Errno| write_error("make the folder of", path, e);
            match find(&below, path) {
                Ok(None) => {}
                Ok(Some(there)) if is_folder(&fstat(&there).map_err(failed)?) => {
                    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                    let from = rustix::fs::openat(&there, c".", flags, Mode::empty()).map_err(failed)?;
                    let own = rustix::fs::open(layer.join(OsStr::from_bytes(path)), flags, Mode::empty())
                        .map_err(failed)?;
                    like(&own, &from).map_err(failed)?;
                }
                Ok(Some(_)) => return Ok(Settled::InPlace),
                Err(errno) => return Err(failed(errno)),
            }
        }
        Ok(Settled::Fits)
    }
}

/// Whether a folder of the layer on the way hides everything beneath.
fn hidden_above(layer: &Path, path: &[u8]) -> bool {
    let path = Path::new(OsStr::from_bytes(path));
    let above = path.ancestors().skip(1);
    above
        .filter(|folder| !folder.as_os_str().is_empty())
        .any(|folder| {
            let mut value = [0; 4];
            let got = lgetxattr(layer.join(folder), marks::opaque(), &mut value[..]);
            got.is_ok_and(|n| value[..n].starts_with(b"y"))
        })
}

/// Takes a mark away, of which its folder shows no trace.
fn unmark(mark: &Path) -> Result<(), Errno> {
    let folder = mark.parent().unwrap_or(Path::new("/"));
    let stat = rustix::fs::lstat(folder)?;
    unlink(mark)?;
    let nanos = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    let times = stamps((stat.st_mtime, nanos));
    utimensat(CWD, folder, &times, AtFlags::SYMLINK_NOFOLLOW)
}

/// What lies at a path beneath. A link at its end is what was found. One on the way means that there is nothing: the layer
/// has a folder in the link's place, or `settle` would not have come as far.
fn find(below: impl AsFd, path: &[u8]) -> Result<Option<OwnedFd>, Errno> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_SYMLINKS;
    match openat2(below, path, flags, Mode::empty(), how) {
        Ok(found) => Ok(Some(found)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Gives a folder what another one has: owner, mode, attributes, time.
fn like(folder: impl AsFd, other: impl AsFd) -> Result<(), Errno> {
    let stat = fstat(&other)?;
    fchown(
        &folder,
        Some(rustix::fs::Uid::from_raw(stat.st_uid)),
        Some(rustix::fs::Gid::from_raw(stat.st_gid)),
    )?;
    let mut names = vec![0; 64 << 10];
    let length = flistxattr(&other, &mut names[..])?;
    for name in names[..length]
        .split(|b| *b == 0)
        .filter(|name| name.starts_with(b"user.") && !marks::is_one(name))
    {
        let mut value = vec![0; 64 << 10];
        let length = fgetxattr(&other, name, &mut value[..])?;
        fsetxattr(&folder, name, &value[..length], XattrFlags::empty())?;
    }
    fchmod(&folder, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
    let nanos = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    futimens(&folder, &stamps((stat.st_mtime, nanos)))
}
