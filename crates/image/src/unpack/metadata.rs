//! Owners, modes, times and extended attributes.

use rustix::fd::AsFd;
use rustix::fs::{
    AtFlags, Gid, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags, chownat, fchmod, fchown, fsetxattr,
    openat, utimensat,
};
use rustix::io::Errno;
use sampan_process::marks;
use sampan_process::users::{self, Standing};

use super::Ownership;
use super::entry::{Unpacker, refused, write_error};
use super::note::{LeftOut, readable};
use super::tree::Folder;
use crate::error::UnpackError;
use crate::tarstream::Member;

impl Unpacker {
    /// The metadata of a folder that is open as a mere place.
    pub(super) fn folder_metadata(&mut self, folder: &Folder, member: &Member) -> Result<(), UnpackError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd =
            openat(folder, c".", flags, Mode::empty()).map_err(|e| write_error("open", &member.path, e))?;
        self.metadata(&fd, member, 0o700)
    }

    /// Owner, mode, attributes of something that is open for real.
    pub(super) fn metadata(&mut self, fd: impl AsFd, member: &Member, least: u32) -> Result<(), UnpackError> {
        let fail = |e: Errno| write_error("set the mode of", &member.path, e);
        let mode = match self.ownership {
            Ownership::Ignore => member.mode & 0o777 | least,
            Ownership::Apply => {
                let (uid, gid) = owner(member)?;
                fchown(&fd, Some(uid), Some(gid)).map_err(|e| owner_error(member, e))?;
                member.mode & 0o7777
            }
        };
        // Attributes first: a mode without the right to write forbids them.
        for (name, value) in &member.xattrs {
            // Overlayfs's own would say what is beneath.
            let plain = name.starts_with(b"user.") && !marks::is_one(name);
            let wanted = plain || (self.ownership == Ownership::Apply && name == b"security.capability");
            let set = wanted && fsetxattr(&fd, &**name, value, XattrFlags::empty()).is_ok();
            if !set {
                self.notes.add(&member.path, LeftOut::Xattr(readable(name)));
            }
        }
        fchmod(&fd, Mode::from_raw_mode(mode)).map_err(fail)
    }

    /// The same for what cannot be opened: a symlink or a node.
    pub(super) fn name_metadata(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        mode: bool,
    ) -> Result<(), UnpackError> {
        let fail = |e: Errno| write_error("set the time of", &member.path, e);
        if self.ownership == Ownership::Apply {
            let (uid, gid) = owner(member)?;
            chownat(folder, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|e| owner_error(member, e))?;
            if mode {
                // A name that was made a moment ago in a folder that nobody else writes to: no symlink.
                let mode = Mode::from_raw_mode(member.mode & 0o7777);
                rustix::fs::chmodat(folder, name, mode, AtFlags::empty()).map_err(fail)?;
            }
        }
        utimensat(folder, name, &stamps(member.mtime), AtFlags::SYMLINK_NOFOLLOW).map_err(fail)
    }
}

/// A namespace of users need not have all that an image has.
fn owner_error(member: &Member, errno: Errno) -> UnpackError {
    match (errno, users::standing()) {
        (Errno::INVAL, Standing::Alone) => refused(
            member,
            "it belongs to another user than root, and this daemon has one user alone (`docker info` says why)",
        ),
        (Errno::INVAL, Standing::Range) => refused(
            member,
            "its owner is none of the users that this daemon was given",
        ),
        (errno, _) => write_error("set the owner of", &member.path, errno),
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

pub(super) fn stamps((seconds, nanos): (i64, u32)) -> Timestamps {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: nanos.into(),
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}
