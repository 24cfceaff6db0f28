//! Sockets in folders whose paths are longer than an address of a socket may be.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, openat};

/// A short way to a folder, for as long as this lives.
pub(crate) struct Short {
    folder: OwnedFd,
}

impl Short {
    pub(crate) fn to(folder: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            folder: openat(CWD, folder, flags, Mode::empty())?,
        })
    }

    /// The path of something in the folder.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}/{name}", self.folder.as_raw_fd()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    #[test]
    fn a_socket_lies_as_deep_as_it_must() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("x".repeat(200));
        std::fs::create_dir(&deep).unwrap();
        let short = Short::to(&deep).unwrap();
        let _listener = UnixListener::bind(short.join("socket")).unwrap();
        assert!(deep.join("socket").exists());
        UnixStream::connect(short.join("socket")).unwrap();
    }
}
