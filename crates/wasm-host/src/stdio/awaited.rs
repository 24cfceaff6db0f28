//! Waits for a descriptor by tokio's reactor.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A descriptor in the reactor of the runtime that it was made in.
pub(super) struct Awaited {
    inner: AsyncFd<Shared>,
    reading: bool,
}

struct Shared(Arc<OwnedFd>);

impl AsRawFd for Shared {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl Awaited {
    pub(super) fn new(fd: &Arc<OwnedFd>, reading: bool) -> io::Result<Self> {
        let interest = if reading {
            Interest::READABLE
        } else {
            Interest::WRITABLE
        };
        // SAFETY: the `Arc` keeps the descriptor open, and the same, for as long as the registration lives.
        let inner = unsafe { AsyncFd::register_with_interest(Shared(fd.clone()), interest) }
            .map_err(|e| e.into_parts().1)?;
        Ok(Self { inner, reading })
    }

    /// Waits for news; forgets them when `stale` says that there are none.
    pub(super) fn poll(&self, cx: &mut Context<'_>, stale: impl Fn() -> bool) -> Poll<()> {
        loop {
            let guard = if self.reading {
                ready!(self.inner.poll_read_ready(cx))
            } else {
                ready!(self.inner.poll_write_ready(cx))
            };
            match guard {
                Ok(mut guard) if stale() => guard.clear_ready(),
                _ => return Poll::Ready(()),
            }
        }
    }
}
