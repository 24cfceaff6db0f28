//! One entry of a layer, made in the tree.

use std::io::Read;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, symlinkat, utimensat};
use rustix::io::Errno;
use sampan_process::users;

use super::beneath::Beneath;
use super::metadata::stamps;
use super::note::{LeftOut, Note, Notes, readable};
use super::path::{EntryPath, Role, role};
use super::tree::{Folder, Tree, TreeError, is_folder};
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
    pub(super) tree: Tree,
    pub(super) meter: Meter,
    pub(super) ownership: Ownership,
    /// Where the layer is unpacked by itself: what of it depends on those beneath.
    pub(super) alone: Option<Beneath>,
    times: Vec<FolderTime>,
    pub(super) notes: Notes,
    pub(super) buffer: Vec<u8>,
}

impl Unpacker {
    pub(super) fn new(folder: &Path, meter: &Meter, ownership: Ownership) -> Result<Self, UnpackError> {
        let tree = Tree::open(folder, meter.limits().depth, meter.limits().entries).map_err(|e| {
            UnpackError::Root {
                path: folder.to_owned(),
                source: e.into(),
            }
        })?;
        Ok(Self {
            tree,
            meter: meter.clone(),
            ownership,
            alone: None,
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
        self.meter.entry()?;
        let role = match role(&member.path, &self.meter)? {
            // What overlayfs itself means by it, as some builders leave it in their archives.
            Role::Plain(at) if self.is_mark(member) && !at.name.is_empty() => Role::Whiteout(at),
            role => role,
        };
        match role {
            Role::Plain(at) => self.plain(member, at, body),
            Role::Aufs => {
                self.notes.add(&member.path, LeftOut::Aufs);
                Ok(())
            }
            Role::Whiteout(at) if self.alone.is_some() => self.hide(member, &at),
            Role::Opaque(path) if self.alone.is_some() => self.hide_all(member, &path),
            Role::Whiteout(at) => match self.folder(member, &at.folder, false)? {
                None => Ok(()),
                Some(folder) => self
                    .tree
                    .remove_lower(&folder, &at.name)
                    .map(drop)
                    .map_err(|e| self.tree_error(member, "remove", e)),
            },
            Role::Opaque(path) => match self.folder(member, &path, false)? {
                None => Ok(()),
                Some(folder) => self
                    .tree
                    .empty_of_lower(&folder)
                    .map(drop)
                    .map_err(|e| self.tree_error(member, "empty", e)),
            },
        }
    }

    fn is_mark(&self, member: &Member) -> bool {
        self.ownership == Ownership::Apply && member.kind == MemberKind::Char(0, 0)
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
            // Root in a namespace of users makes none, and none that he made would open anything.
            MemberKind::Char(..) | MemberKind::Block(..)
                if self.ownership == Ownership::Ignore || !users::is_root() =>
            {
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

    pub(super) fn folder(
        &mut self,
        member: &Member,
        path: &[u8],
        create: bool,
    ) -> Result<Option<Folder>, UnpackError> {
        self.tree
            .folder(path, create)
            .map_err(|error| self.tree_error(member, "make the folder of", error))
    }

    pub(super) fn tree_error(&self, member: &Member, action: &'static str, error: TreeError) -> UnpackError {
        match error {
            TreeError::System(errno) => write_error(action, &member.path, errno),
            TreeError::TooDeep => UnpackError::limit(UnpackLimit::Depth, self.meter.limits()),
            TreeError::TooMany => UnpackError::limit(UnpackLimit::Entries, self.meter.limits()),
            TreeError::Refused(why) => refused(member, why),
        }
    }

    /// Makes something under a name, after removing what is there.
    pub(super) fn replacing<T>(
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
                    .map_err(|e| self.tree_error(member, "replace", e))?;
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
                self.tree
                    .remove(folder, &at.name)
                    .map_err(|e| self.tree_error(member, "replace", e))?;
            }
            let made = self.tree.make_folder(folder, &at.name);
            let made = made.map_err(|error| self.tree_error(member, "make the folder of", error))?;
            if there.is_some() {
                self.begins_anew(member, &made)?;
            }
        }
        self.tree.mark(folder, &at.name);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(folder, &*at.name, flags, Mode::empty()).map_err(fail)?;
        let inode = rustix::fs::fstat(&fd).map_err(fail)?.st_ino;
        self.metadata(&fd, member, 0o700)?;
        self.tree.name(inode);
        self.times.push(FolderTime {
            at,
            inode,
            mtime: member.mtime,
        });
        Ok(())
    }
}

pub(super) fn refused(member: &Member, why: &'static str) -> UnpackError {
    UnpackError::Refused {
        entry: readable(&member.path),
        why,
    }
}

pub(super) fn write_error(action: &'static str, entry: &[u8], errno: Errno) -> UnpackError {
    UnpackError::Write {
        action,
        entry: readable(entry),
        source: errno.into(),
    }
}
