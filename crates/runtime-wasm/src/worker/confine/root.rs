//! A root folder of the worker's own, in which there are the folders that it was given and nothing else.
//!
//! Landlock refuses to open what is not granted, but says by `stat` whether it is there, and lets times be set by any
//! path. So where the kernel lets this process have a mount namespace (as root, mostly), no path leads to anything else.
//! Folders keep the host's paths, since orders and grants name them so. They are handed over as descriptors
//! and no path of the host is looked up for them, and none is made by following links of theirs.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, fstat, mkdirat, openat, openat2};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags, fsconfig_create, fsconfig_set_string, fsmount, fsopen, mount_change, mount_move,
    move_mount, open_tree, unmount,
};
use rustix::process::{chdir, chroot, fchdir, pivot_root};
use rustix::thread::{UnshareFlags, unshare_unsafe};
use sampan_process::mounts::set_attributes;
use sampan_types::grants::Access;

use super::super::wire::Folder;
use crate::confine::ConfineError;

/// More than any file of the resolver has.
const COPY_MAX: u64 = 1 << 20;
/// Room for the copies and for the folders on the way to those that were given.
const SIZE: &str = "8m";

/// Takes up a root with these folders and copies of these files. `false` where the kernel lets nobody but
/// others do so: nothing is changed then. `empty` is a folder of the host to begin at.
pub(super) fn take_up(
    folders: &[(OwnedFd, Folder)],
    copies: &[&str],
    empty: &Path,
) -> Result<bool, ConfineError> {
    let Some(trees) = trees(folders)? else {
        return Ok(false);
    };
    let copies: Vec<(&Path, Vec<u8>)> = copies.iter().filter_map(|path| read(Path::new(path))).collect();
    // SAFETY: this process has one thread, and descriptors stay as they are.
    match unsafe { unshare_unsafe(UnshareFlags::NEWNS) } {
        Ok(()) => {}
        Err(Errno::PERM) => return Ok(false),
        Err(error) => return Err(failed("the host's mounts")(error)),
    }
    // What happens here stays here.
    let alone = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", alone).map_err(failed("the host's mounts"))?;
    let mut trees = trees.into_iter().peekable();
    let root = match trees.next_if(|(_, path)| path.parent().is_none()) {
        // It was given the host's whole tree.
        Some((tree, _)) => Root::of_host(tree, empty),
        None => Root::new(empty),
    };
    let root = root.map_err(failed("the root folder"))?;
    for (tree, path) in trees {
        let target = root.target(path)?;
        let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
        move_mount(&tree, "", &target, "", flags).map_err(folder(path))?;
    }
    for (path, bytes) in copies {
        root.copy(path, &bytes)?;
    }
    root.enter().map_err(failed("the root folder"))?;
    Ok(true)
}

fn failed(what: &'static str) -> impl Fn(Errno) -> ConfineError {
    move |error| ConfineError::Rights(what, error.into())
}

fn folder(path: &Path) -> impl Fn(Errno) -> ConfineError {
    move |error| ConfineError::Folder {
        path: path.to_owned(),
        source: error.into(),
    }
}

/// Each folder as a mount of its own, those first that others may lie in. `None` where that is not allowed.
fn trees(folders: &[(OwnedFd, Folder)]) -> Result<Option<Vec<(OwnedFd, &Path)>>, ConfineError> {
    let mut trees = Vec::with_capacity(folders.len());
    for (
        fd,
        Folder {
            path,
            access,
            detached,
        },
    ) in folders
    {
        let flags = OpenTreeFlags::OPEN_TREE_CLOEXEC
            | OpenTreeFlags::OPEN_TREE_CLONE
            | OpenTreeFlags::AT_EMPTY_PATH
            | OpenTreeFlags::AT_RECURSIVE;
        let tree = match *detached {
            true => fcntl_dupfd_cloexec(fd, 0),
            false => open_tree(fd, "", flags),
        };
        let tree = match tree {
            Ok(tree) => tree,
            Err(Errno::PERM | Errno::NOSYS) => return Ok(None),
            Err(error) => return Err(folder(path)(error)),
        };
        let mut attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;
        if *access == Access::ReadOnly {
            attributes |= libc::MOUNT_ATTR_RDONLY;
        }
        set_attributes(&tree, attributes, true).map_err(folder(path))?;
        trees.push((tree, path.as_path()));
    }
    trees.sort_by_key(|(_, path)| path.components().count());
    Ok(Some(trees))
}

/// The folder that becomes the root.
struct Root {
    fd: OwnedFd,
    /// Its device, where it is made here and not the host's.
    own: Option<u64>,
}

impl Root {
    /// A new, empty one, mounted in the folder in which nothing is.
    fn new(empty: &Path) -> Result<Self, Errno> {
        let memory = fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
        fsconfig_set_string(&memory, "size", SIZE)?;
        fsconfig_set_string(&memory, "mode", "755")?;
        fsconfig_create(&memory)?;
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NODEV
            | MountAttrFlags::MOUNT_ATTR_NOEXEC;
        let fd = fsmount(&memory, FsMountFlags::FSMOUNT_CLOEXEC, attributes)?;
        let own = Some(fstat(&fd)?.st_dev);
        Self { fd, own }.mounted(empty)
    }

    fn of_host(fd: OwnedFd, empty: &Path) -> Result<Self, Errno> {
        Self { fd, own: None }.mounted(empty)
    }

    fn mounted(self, empty: &Path) -> Result<Self, Errno> {
        move_mount(&self.fd, "", CWD, empty, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
        Ok(self)
    }

    /// Whether a folder is of the new root itself, and not one of the host.
    fn is_own(&self, folder: &OwnedFd) -> Result<bool, Errno> {
        Ok(Some(fstat(folder)?.st_dev) == self.own)
    }

    /// Where a folder belongs. The way is made where it is missing, but never in what is the host's.
    fn target(&self, path: &Path) -> Result<OwnedFd, ConfineError> {
        let mut beneath = PathBuf::from(".");
        let mut here = self.reach(&beneath).map_err(folder(path))?;
        for component in path.components() {
            let Component::Normal(name) = component else {
                continue;
            };
            beneath.push(name);
            here = match self.reach(&beneath) {
                Err(Errno::NOENT) if self.is_own(&here).map_err(folder(path))? => {
                    mkdirat(&here, name, Mode::from_raw_mode(0o755)).map_err(folder(path))?;
                    self.reach(&beneath).map_err(folder(path))?
                }
                other => other.map_err(folder(path))?,
            };
        }
        Ok(here)
    }

    /// What lies at a path beneath the root, whatever links there are on the way.
    fn reach(&self, beneath: &Path) -> Result<OwnedFd, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let stay = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        openat2(&self.fd, beneath, flags, Mode::empty(), stay)
    }

    /// Puts a copy of a file where it belongs, unless a folder that was given is there.
    fn copy(&self, path: &Path, bytes: &[u8]) -> Result<(), ConfineError> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(());
        };
        let parent = self.target(parent)?;
        if !self.is_own(&parent).map_err(folder(path))? {
            return Ok(());
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&parent, name, flags, Mode::from_raw_mode(0o444)).map_err(folder(path))?;
        File::from(file)
            .write_all(bytes)
            .map_err(|source| ConfineError::Folder {
                path: path.to_owned(),
                source,
            })
    }

    /// Makes it the root, and lets go of all that was there before.
    fn enter(&self) -> Result<(), Errno> {
        if self.own.is_some() {
            set_attributes(&self.fd, libc::MOUNT_ATTR_RDONLY, false)?;
        }
        fchdir(&self.fd)?;
        match pivot_root(".", ".") {
            // The old root lies above the new one at the same place.
            Ok(()) => unmount(".", UnmountFlags::DETACH)?,
            // A root that the kernel unpacked itself (an initramfs) cannot be put away, only hidden.
            Err(Errno::INVAL) => {
                mount_move(".", "/")?;
                chroot(".")?;
            }
            Err(error) => return Err(error),
        }
        chdir("/")
    }
}

/// A file that may be there. What cannot be read here could not be read later.
fn read(path: &Path) -> Option<(&Path, Vec<u8>)> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(COPY_MAX).read_to_end(&mut bytes).ok()?;
    Some((path, bytes))
}
