//! Folders of the host that lie in a granted one.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

/// A folder beneath a granted one, found without leaving that by a link.
pub(super) struct Beneath(OwnedFd);

impl Beneath {
    pub(super) fn open(folder: &Path, rest: &Path) -> std::io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // `openat`, because workers have no `open`.
        let outer = openat(CWD, folder, flags, Mode::empty())?;
        if rest.as_os_str().is_empty() {
            return Ok(Self(outer));
        }
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        Ok(Self(openat2(outer, rest, flags, Mode::empty(), resolve)?))
    }

    /// A path that leads to the folder, whatever happens to its names.
    pub(super) fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }
}
