//! One entry of a layer, made in the tree.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use rustix::fd::AsFd;
use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags, chownat, fchmod, fchown,
    fsetxattr, ftruncate, futimens, linkat, mknodat, openat, symlinkat, utimensat,
};
use rustix::io::Errno;

use super::note::{LeftOut, Note, Notes, readable};
use super::path::{EntryPath, Role, role, split};
use super::tree::{Folder, FolderError, Tree, is_folder};
use super::{Ownership, UnpackLimit};
use crate::decompress::Meter;
use crate::error::UnpackError;
use crate::tarstream::{Member, MemberKind};

/// A folder's time, to be set when nothing is written into the folder any more.
struct FolderTime {
    at: EntryPath,
    inode: u64,
    mtime: (i64, u32),
}

pub(super) struct Unpacker {
    tree: Tree,
    meter: Meter,
    ownership: Ownership,
    entries: u64,
    times: Vec<FolderTime>,
    notes: Notes,
    buffer: Vec<u8>,
}

impl Unpacker {
    pub(super) fn new(folder: &Path, meter: &Meter, ownership: Ownership) -> Result<Self, UnpackError> {
        let tree = Tree::open(folder, meter.limits().depth).map_err(|e| UnpackError::Root {
            path: folder.to_owned(),
            source: e.into(),
        })?;
        Ok(Self {
            tree,
            meter: meter.clone(),
            ownership,
            entries: 0,
            times: Vec::new(),
            notes: Notes::default(),
            buffer: vec![0; 128 << 10],
        })
    }

    pub(super) fn start_layer(&mut self) {
        self.tree.start_layer();
    }

    pub(super) fn into_notes(self) -> Vec<Note> {
        self.notes.into_vec()
    }

    /// Sets the times of folders, last first, so that a folder named twice ends with its last time.
    pub(super) fn end_layer(&mut self) -> Result<(), UnpackError> {
        for time in std::mem::take(&mut self.times) {
            let fail = |e: Errno| write_error("set the time of", &time.at.name, e);
            let Ok(Some(folder)) = self.tree.folder(&time.at.folder, false) else {
                continue;
            };
            let still = Tree::look(&folder, &time.at.name).map_err(fail)?;
            if still.is_some_and(|stat| is_folder(&stat) && stat.st_ino == time.inode) {
                utimensat(
                    &folder,
                    &*time.at.name,
                    &stamps(time.mtime),
                    AtFlags::SYMLINK_NOFOLLOW,
                )
                .map_err(fail)?;
            }
        }
        Ok(())
    }

    /// Makes one entry; `body` gives its content.
    pub(super) fn entry(&mut self, member: &Member, body: &mut impl Read) -> Result<(), UnpackError> {
        self.entries += 1;
        if self.entries > self.meter.limits().entries {
            return Err(UnpackError::limit(UnpackLimit::Entries, self.meter.limits()));
        }
        match role(&member.path, &self.meter)? {
            Role::Plain(at) => self.plain(member, at, body),
            Role::Aufs => {
                self.notes.add(&member.path, LeftOut::Aufs);
                Ok(())
            }
            Role::Whiteout(at) => match self.folder(member, &at.folder, false)? {
                None => Ok(()),
                Some(folder) => self
                    .tree
                    .remove_lower(&folder, &at.name)
                    .map(drop)
                    .map_err(|e| write_error("remove", &member.path, e)),
            },
            Role::Opaque(path) => match self.folder(member, &path, false)? {
                None => Ok(()),
                Some(folder) => self
                    .tree
                    .empty_of_lower(&folder)
                    .map(drop)
                    .map_err(|e| write_error("empty", &member.path, e)),
            },
        }
    }

    fn plain(&mut self, member: &Member, at: EntryPath, body: &mut impl Read) -> Result<(), UnpackError> {
        if at.name.is_empty() {
            return match (&member.kind, self.ownership) {
                (MemberKind::Directory, Ownership::Ignore) => Ok(()),
                (MemberKind::Directory, Ownership::Apply) => {
                    let root = self.folder(member, b"", false)?;
                    root.map_or(Ok(()), |root| self.folder_metadata(&root, member))
                }
                _ => Err(refused(member, "it takes the place of the root")),
            };
        }
        match &member.kind {
            MemberKind::Other(flag) => {
                self.notes.add(&member.path, LeftOut::Type(*flag));
                return Ok(());
            }
            MemberKind::Char(..) | MemberKind::Block(..) if self.ownership == Ownership::Ignore => {
                self.notes.add(&member.path, LeftOut::Device);
                return Ok(());
            }
            MemberKind::Fifo if self.ownership == Ownership::Ignore => {
                self.notes.add(&member.path, LeftOut::Fifo);
                return Ok(());
            }
            _ => {}
        }
        let Some(folder) = self.folder(member, &at.folder, true)? else {
            return Ok(());
        };
        match &member.kind {
            MemberKind::Directory => self.directory(member, &folder, at)?,
            MemberKind::File => self.file(member, &folder, &at.name, body)?,
            MemberKind::Symlink(target) => {
                if target.len() > self.meter.limits().path {
                    return Err(UnpackError::limit(UnpackLimit::Path, self.meter.limits()));
                }
                if target.is_empty() {
                    return Err(refused(member, "a symlink to nothing"));
                }
                self.replacing(member, &folder, &at.name, || {
                    symlinkat(&**target, &folder, &*at.name)
                })?;
                self.name_metadata(member, &folder, &at.name, false)?;
                self.tree.mark(&folder, &at.name);
            }
            MemberKind::HardLink(target) => self.hard_link(member, &folder, &at.name, target)?,
            MemberKind::Char(major, minor) => {
                self.node(
                    member,
                    &folder,
                    &at.name,
                    FileType::CharacterDevice,
                    (*major, *minor),
                )?;
            }
            MemberKind::Block(major, minor) => {
                self.node(member, &folder, &at.name, FileType::BlockDevice, (*major, *minor))?;
            }
            MemberKind::Fifo => self.node(member, &folder, &at.name, FileType::Fifo, (0, 0))?,
            MemberKind::Other(_) => {}
        }
        Ok(())
    }

    fn folder(&mut self, member: &Member, path: &[u8], create: bool) -> Result<Option<Folder>, UnpackError> {
        self.tree
            .folder(path, create)
            .map_err(|error| self.folder_error(member, error))
    }

    fn folder_error(&self, member: &Member, error: FolderError) -> UnpackError {
        match error {
            FolderError::System(errno) => write_error("make the folder of", &member.path, errno),
            FolderError::TooDeep => UnpackError::limit(UnpackLimit::Depth, self.meter.limits()),
            FolderError::Refused(why) => refused(member, why),
        }
    }

    /// Makes something under a name, after removing what is there.
    fn replacing<T>(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        make: impl Fn() -> Result<T, Errno>,
    ) -> Result<T, UnpackError> {
        match make() {
            Err(Errno::EXIST) => {
                self.tree
                    .remove(folder, name)
                    .map_err(|e| write_error("replace", &member.path, e))?;
                make()
            }
            other => other,
        }
        .map_err(|e| write_error("create", &member.path, e))
    }

    fn directory(&mut self, member: &Member, folder: &Folder, at: EntryPath) -> Result<(), UnpackError> {
        let fail = |e: Errno| write_error("create", &member.path, e);
        let there = Tree::look(folder, &at.name).map_err(fail)?;
        if !there.as_ref().is_some_and(is_folder) {
            if there.is_some() {
                self.tree.remove(folder, &at.name).map_err(fail)?;
            }
            let made = self.tree.make_folder(folder, &at.name);
            made.map_err(|error| self.folder_error(member, error))?;
        }
        self.tree.mark(folder, &at.name);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(folder, &*at.name, flags, Mode::empty()).map_err(fail)?;
        let inode = rustix::fs::fstat(&fd).map_err(fail)?.st_ino;
        self.metadata(&fd, member, 0o700)?;
        self.times.push(FolderTime {
            at,
            inode,
            mtime: member.mtime,
        });
        Ok(())
    }

    /// The metadata of a folder that is open as a mere place.
    fn folder_metadata(&mut self, folder: &Folder, member: &Member) -> Result<(), UnpackError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd =
            openat(folder, c".", flags, Mode::empty()).map_err(|e| write_error("open", &member.path, e))?;
        self.metadata(&fd, member, 0o700)
    }

    fn file(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        body: &mut impl Read,
    ) -> Result<(), UnpackError> {
        let data: u64 = member.segments.iter().map(|(_, length)| *length).sum();
        // The data is counted as it comes out of the stream; holes only here.
        let holes = member.size.saturating_sub(data);
        self.meter
            .add(holes)
            .map_err(|hit| UnpackError::limit(hit.0, self.meter.limits()))?;
        if data > self.meter.limits().bytes.get() {
            return Err(UnpackError::limit(UnpackLimit::Bytes, self.meter.limits()));
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = self.replacing(member, folder, name, || {
            openat(folder, name, flags, Mode::from_raw_mode(0o600))
        })?;
        self.tree.mark(folder, name);
        let mut file = File::from(fd);
        let fail = |source| UnpackError::Write {
            action: "write",
            entry: readable(&member.path),
            source,
        };
        let mut end = 0;
        for (offset, length) in &member.segments {
            if *offset != end {
                file.seek(SeekFrom::Start(*offset)).map_err(fail)?;
            }
            let mut left = *length;
            while left > 0 {
                let want = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
                let n = body
                    .read(&mut self.buffer[..want])
                    .map_err(|e| self.meter.error(e))?;
                if n == 0 {
                    return Err(UnpackError::Stream(std::io::ErrorKind::UnexpectedEof.into()));
                }
                file.write_all(&self.buffer[..n]).map_err(fail)?;
                left -= n as u64;
            }
            end = offset.saturating_add(*length);
        }
        if end < member.size {
            ftruncate(&file, member.size).map_err(|e| write_error("write", &member.path, e))?;
        }
        self.metadata(&file, member, 0o400)?;
        futimens(&file, &stamps(member.mtime)).map_err(|e| write_error("set the time of", &member.path, e))
    }

    fn hard_link(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        target: &[u8],
    ) -> Result<(), UnpackError> {
        const GONE: &str = "a hard link to something that is not there";
        let fail = |e: Errno| match e {
            Errno::NOENT => refused(member, GONE),
            Errno::PERM | Errno::ISDIR => refused(member, "a hard link to a folder"),
            e => write_error("link", &member.path, e),
        };
        let target = split(target, &self.meter)?;
        if target.name.is_empty() {
            return Err(refused(member, "a hard link to a folder"));
        }
        let Some(from) = self.folder(member, &target.folder, false)? else {
            return Err(refused(member, GONE));
        };
        let link = || linkat(&from, &*target.name, folder, name, AtFlags::empty());
        match link() {
            Ok(()) => {}
            Err(Errno::EXIST) => {
                let (one, other) = (Tree::look(&from, &target.name), Tree::look(folder, name));
                let (one, other) = (one.map_err(fail)?, other.map_err(fail)?);
                let same = matches!((&one, &other), (Some(a), Some(b)) if a.st_ino == b.st_ino);
                match one {
                    None => return Err(refused(member, GONE)),
                    Some(stat) if is_folder(&stat) => return Err(refused(member, "a hard link to a folder")),
                    Some(_) if same => {}
                    Some(_) => {
                        self.tree.remove(folder, name).map_err(fail)?;
                        link().map_err(fail)?;
                    }
                }
            }
            Err(e) => return Err(fail(e)),
        }
        self.tree.mark(folder, name);
        Ok(())
    }

    fn node(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        kind: FileType,
        device: (u64, u64),
    ) -> Result<(), UnpackError> {
        let part = |n: u64| u32::try_from(n).map_err(|_| refused(member, "a device number out of range"));
        let device = rustix::fs::makedev(part(device.0)?, part(device.1)?);
        self.replacing(member, folder, name, || {
            mknodat(folder, name, kind, Mode::from_raw_mode(0o600), device)
        })?;
        self.tree.mark(folder, name);
        self.name_metadata(member, folder, name, true)
    }

    /// Owner, mode, attributes of something that is open for real.
    fn metadata(&mut self, fd: impl AsFd, member: &Member, least: u32) -> Result<(), UnpackError> {
        let fail = |e: Errno| write_error("set the mode of", &member.path, e);
        let mode = match self.ownership {
            Ownership::Ignore => member.mode & 0o777 | least,
            Ownership::Apply => {
                let (uid, gid) = owner(member)?;
                fchown(&fd, Some(uid), Some(gid)).map_err(fail)?;
                member.mode & 0o7777
            }
        };
        // Attributes first: a mode without the right to write forbids them.
        for (name, value) in &member.xattrs {
            let wanted = name.starts_with(b"user.")
                || (self.ownership == Ownership::Apply && name == b"security.capability");
            let set = wanted && fsetxattr(&fd, &**name, value, XattrFlags::empty()).is_ok();
            if !set {
                self.notes.add(&member.path, LeftOut::Xattr(readable(name)));
            }
        }
        fchmod(&fd, Mode::from_raw_mode(mode)).map_err(fail)
    }

    /// The same for what cannot be opened: a symlink or a node.
    fn name_metadata(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        mode: bool,
    ) -> Result<(), UnpackError> {
        let fail = |e: Errno| write_error("set the time of", &member.path, e);
        if self.ownership == Ownership::Apply {
            let (uid, gid) = owner(member)?;
            chownat(folder, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW).map_err(fail)?;
            if mode {
                // A name that was made a moment ago in a folder that nobody else writes to: no symlink.
                let mode = Mode::from_raw_mode(member.mode & 0o7777);
                rustix::fs::chmodat(folder, name, mode, AtFlags::empty()).map_err(fail)?;
            }
        }
        utimensat(folder, name, &stamps(member.mtime), AtFlags::SYMLINK_NOFOLLOW).map_err(fail)
    }
}

fn owner(member: &Member) -> Result<(Uid, Gid), UnpackError> {
    // The largest number means "leave as it is" to the kernel.
    let id = |n: u64| {
        let id = u32::try_from(n).ok().filter(|id| *id != u32::MAX);
        id.ok_or_else(|| refused(member, "an owner out of range"))
    };
    Ok((Uid::from_raw(id(member.uid)?), Gid::from_raw(id(member.gid)?)))
}

fn stamps((seconds, nanos): (i64, u32)) -> Timestamps {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: nanos.into(),
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}

fn refused(member: &Member, why: &'static str) -> UnpackError {
    UnpackError::Refused {
        entry: readable(&member.path),
        why,
    }
}

fn write_error(action: &'static str, entry: &[u8], errno: Errno) -> UnpackError {
    UnpackError::Write {
        action,
        entry: readable(entry),
        source: errno.into(),
    }
}
