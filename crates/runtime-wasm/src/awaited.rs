//! Descriptors in tokio's reactor.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use tokio::io::unix::AsyncFd;

/// A descriptor to be waited for, which from now on never blocks.
pub(crate) fn awaited(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    let flags = fcntl_getfl(&fd)?;
    fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
    // SAFETY: an `OwnedFd` is open, and the same, for as long as the registration holds it.
    unsafe { AsyncFd::register(fd) }.map_err(|e| e.into_parts().1)
}
