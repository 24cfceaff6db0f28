//! Folders of the host that lie in a granted one.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::process::fchdir;

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

    /// Calls `act` with a path that leads to the folder, whatever happens to its names.
    pub(super) fn reached<T>(&self, act: impl FnOnce(&Path) -> T) -> std::io::Result<T> {
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()));
        if path.exists() {
            return Ok(act(&path));
        }
        // A worker sees no `/proc`. Nothing else in it uses a relative path.
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let before = openat(CWD, ".", flags, Mode::empty())?;
        fchdir(&self.0)?;
        let done = act(Path::new("."));
        fchdir(&before)?;
        Ok(done)
    }
}
