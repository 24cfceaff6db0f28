//! Folders of the host that lie in a granted one.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

/// A folder beneath a granted one, found without leaving that by a link.
pub(super) struct Beneath {
    fd: OwnedFd,
    plain: PathBuf,
}

impl Beneath {
    pub(super) fn open(folder: &Path, rest: &Path) -> std::io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // `openat`, because workers have no `open`.
        let outer = openat(CWD, folder, flags, Mode::empty())?;
        let fd = if rest.as_os_str().is_empty() {
            outer
        } else {
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
            openat2(outer, rest, flags, Mode::empty(), resolve)?
        };
        Ok(Self {
            fd,
            plain: folder.join(rest),
        })
    }

    /// A path that leads to the folder, whatever happens to its names. A worker sees no `/proc`: there it is the folder's
    /// own, which leads nowhere but into what the worker was given, with the rights that it was given there.
    pub(super) fn path(&self) -> PathBuf {
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.fd.as_raw_fd()));
        if path.exists() { path } else { self.plain.clone() }
    }
}
