//! The host's end of a guest's terminal.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::io::Errno;
use rustix::termios::{LocalModes, SpecialCodeIndex, Winsize, tcgetattr, tcsetwinsize};
use sampan_runtime::TerminalSize;
use sampan_types::Signal;
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

use super::packets;
use crate::awaited::awaited;

/// How long the kernel may take until it has cleared the terminal for a key. It tells when it has, unless nobody reads
/// what the guest writes.
const CLEARING: Duration = Duration::from_millis(100);

type OnKey = Box<dyn Fn(Signal) + Send + Sync>;

/// Stands at the master of a pty.
pub(crate) struct Terminal {
    master: AsyncFd<OwnedFd>,
    /// Whether what is read begins with a byte that tells what it is.
    packets: bool,
    /// The kernel has thrown away what was typed and not read, and what was written and not shown.
    cleared: Notify,
    /// Called with the signal that a key stands for: there is no process group that the kernel could send it to.
    on_key: Mutex<Option<OnKey>>,
}

impl Terminal {
    pub(super) fn new(master: OwnedFd) -> io::Result<Self> {
        Ok(Self {
            packets: packets::turn_on(&master),
            master: awaited(master)?,
            cleared: Notify::new(),
            on_key: Mutex::default(),
        })
    }

    pub(crate) fn on_key(&self, act: impl Fn(Signal) + Send + Sync + 'static) {
        *self.on_key.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
    }

    /// What the guest wrote; an error when its end is closed.
    pub(super) async fn read(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        const PIECE: usize = 16 << 10;
        loop {
            buffer.resize(PIECE, 0);
            let n = self
                .master
                .async_io(tokio::io::Interest::READABLE, |fd| {
                    Ok(rustix::io::read(fd, &mut *buffer)?)
                })
                .await?;
            buffer.truncate(n);
            if !self.packets || n == 0 {
                return Ok(());
            }
            let head = buffer.remove(0);
            if packets::is_cleared(head) {
                self.cleared.notify_waiters();
            }
            if !buffer.is_empty() {
                return Ok(());
            }
        }
    }

    /// Types. What follows a key that stands for a signal is typed when that has acted.
    pub(super) async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while let Some((end, signal)) = self.key(rest) {
            let (pressed, more) = rest.split_at(end);
            self.press(pressed, signal).await?;
            rest = more;
        }
        self.write(rest).await
    }

    /// Types what ends with a key. It acts when the kernel has cleared the terminal for it: what the guest then says
    /// would else be cleared away too.
    async fn press(&self, bytes: &[u8], signal: Signal) -> io::Result<()> {
        let mut cleared = std::pin::pin!(self.cleared.notified());
        cleared.as_mut().enable();
        let mut write = std::pin::pin!(self.write(bytes));
        let mut written = None;
        let both = async {
            written = Some(write.as_mut().await);
            if self.packets {
                cleared.await;
            }
        };
        // Whoever types much ahead of a guest that reads nothing is not heard by the kernel, but here.
        let _ = tokio::time::timeout(CLEARING, both).await;
        if let Some(act) = &*self.on_key.lock().unwrap_or_else(PoisonError::into_inner) {
            act(signal);
        }
        match written {
            Some(written) => written,
            None => write.await,
        }
    }

    async fn write(&self, bytes: &[u8]) -> io::Result<()> {
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

    /// The first key that stands for a signal, while the terminal is in the mode where they do, and where it ends.
    /// None where the kernel has a process group that it can send it to.
    fn key(&self, bytes: &[u8]) -> Option<(usize, Signal)> {
        let heard = self
            .on_key
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some();
        if !heard {
            return None;
        }
        let mode = tcgetattr(self.master.get_ref()).ok()?;
        if !mode.local_modes.contains(LocalModes::ISIG) {
            return None;
        }
        let keys = [
            (SpecialCodeIndex::VINTR, Signal::Interrupt),
            (SpecialCodeIndex::VQUIT, Signal::Terminate),
        ];
        let meaning = |byte: &u8| {
            let key = keys.iter().find(|(code, _)| mode.special_codes[*code] == *byte);
            key.filter(|_| *byte != 0).map(|(_, signal)| *signal)
        };
        bytes
            .iter()
            .enumerate()
            .find_map(|(at, byte)| Some((at + 1, meaning(byte)?)))
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
