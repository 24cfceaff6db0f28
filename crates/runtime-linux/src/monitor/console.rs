//! The socket through which libcontainer hands out the master of a terminal.

use std::fs;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustix::termios::{Winsize, tcsetwinsize};
use sampan_runtime::TerminalSize;

use crate::sockets::Short;

/// Waits for one terminal.
pub(super) struct Console {
    listener: UnixListener,
    name: String,
    path: PathBuf,
}

impl Console {
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        // Several may be on their way in at once.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("console.{}", NUMBER.fetch_add(1, Relaxed));
        let short = Short::to(folder)?;
        Ok(Self {
            listener: UnixListener::bind(short.join(&name))?,
            path: folder.join(&name),
            name,
        })
    }

    /// The other end.
    pub(super) fn connect(&self, folder: &Path) -> io::Result<OwnedFd> {
        let short = Short::to(folder)?;
        Ok(UnixStream::connect(short.join(&self.name))?.into())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The master, which was sent before libcontainer came back.
    pub(super) fn master(&self) -> io::Result<OwnedFd> {
        self.listener.set_nonblocking(true)?;
        let (socket, _) = self.listener.accept()?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut name = [0; 64];
        let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
        recvmsg(&socket, &mut [IoSliceMut::new(&mut name)], &mut control, flags)?;
        let sent = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut rights) => rights.next(),
            _ => None,
        });
        sent.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // The folder goes with the container, if this stays.
        let _ = fs::remove_file(&self.path);
    }
}

/// Tells a terminal its size. Without a size it works as well.
pub(super) fn resize(master: &OwnedFd, size: TerminalSize) {
    let size = Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let _ = tcsetwinsize(master, size);
}
