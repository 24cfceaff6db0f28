//! The host's end of a guest's terminal.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

use rustix::io::Errno;
use rustix::termios::{LocalModes, SpecialCodeIndex, Winsize, tcgetattr, tcsetwinsize};
use sampan_runtime::TerminalSize;
use sampan_types::Signal;
use tokio::io::unix::AsyncFd;

use crate::awaited::awaited;

type OnKey = Box<dyn Fn(Signal) + Send + Sync>;

/// Stands at the master of a pty.
pub(crate) struct Terminal {
    master: AsyncFd<OwnedFd>,
    /// Called with the signal that a key stands for: there is no process group that the kernel could send it to.
    on_key: Mutex<Option<OnKey>>,
}

impl Terminal {
    pub(super) fn new(master: OwnedFd) -> io::Result<Self> {
        Ok(Self {
            master: awaited(master)?,
            on_key: Mutex::default(),
        })
    }

    pub(crate) fn on_key(&self, act: impl Fn(Signal) + Send + Sync + 'static) {
        *self.on_key.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
    }

    /// What the guest wrote; an error when its end is closed.
    pub(super) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.master
            .async_io(tokio::io::Interest::READABLE, |fd| {
                Ok(rustix::io::read(fd, &mut *buffer)?)
            })
            .await
    }

    /// Types.
    pub(super) async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.keys(bytes);
        let mut rest = bytes;
        while !rest.is_empty() {
            let n = self
                .master
                .async_io(tokio::io::Interest::WRITABLE, |fd| {
                    match rustix::io::write(fd, rest) {
                        Ok(0) => Err(Errno::AGAIN.into()),
                        other => Ok(other?),
                    }
                })
                .await?;
            rest = &rest[n..];
        }
        Ok(())
    }

    /// Acts as the kernel would for a process: keys are signals while the terminal is in that mode.
    fn keys(&self, bytes: &[u8]) {
        let Ok(mode) = tcgetattr(self.master.get_ref()) else {
            return;
        };
        if !mode.local_modes.contains(LocalModes::ISIG) {
            return;
        }
        let is = |index| bytes.contains(&mode.special_codes[index]) && mode.special_codes[index] != 0;
        let signal = if is(SpecialCodeIndex::VINTR) {
            Signal::Interrupt
        } else if is(SpecialCodeIndex::VQUIT) {
            Signal::Terminate
        } else {
            return;
        };
        if let Some(act) = &*self.on_key.lock().unwrap_or_else(PoisonError::into_inner) {
            act(signal);
        }
    }

    pub(super) fn resize(&self, size: TerminalSize) {
        let size = Winsize {
            ws_row: size.rows,
            ws_col: size.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // The guest learns nothing of its size; a master that is closed has none.
        let _ = tcsetwinsize(self.master.get_ref(), size);
    }
}
