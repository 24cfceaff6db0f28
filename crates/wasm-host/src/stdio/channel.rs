//! One descriptor, tried without blocking and awaited.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use rustix::event::{PollFd, PollFlags};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Pipe;
use super::awaited::Awaited;

/// Most bytes for a blocking write after the descriptor said that it is ready: a pipe then takes as many
/// (`PIPE_BUF`, pipe(7)).
const PIPE_BUF: usize = 4096;

/// A way in or out of the guest.
pub(crate) struct Channel {
    fd: Arc<OwnedFd>,
    way: Way,
    reading: bool,
    awaited: OnceLock<Option<Awaited>>,
}

/// How to keep from blocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Files and the like answer at once.
    Direct,
    /// An open file description of our own that does not block.
    Own,
    /// A socket: asked not to block, each time.
    Socket,
    /// Neither can be had: looked at first, then used in small portions.
    Careful,
}

impl Channel {
    pub(crate) fn reading(fd: OwnedFd) -> io::Result<Self> {
        Self::new(fd, true)
    }

    pub(crate) fn writing(fd: OwnedFd) -> io::Result<Self> {
        Self::new(fd, false)
    }

    fn new(fd: OwnedFd, reading: bool) -> io::Result<Self> {
        let direction = if reading { OFlags::RDONLY } else { OFlags::WRONLY };
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode);
        let (fd, way) = match kind {
            FileType::Socket => (fd, Way::Socket),
            FileType::Fifo | FileType::CharacterDevice => match reopen(&fd, direction) {
                Ok(own) => (own, Way::Own),
                Err(_) => (fd, Way::Careful),
            },
            _ => (fd, Way::Direct),
        };
        Ok(Self {
            fd: Arc::new(fd),
            way,
            reading,
            awaited: OnceLock::new(),
        })
    }

    /// Reads what is there: 0 at the end, `WouldBlock` when nothing is there yet.
    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        retrying(|| match self.way {
            Way::Direct | Way::Own => rustix::io::read(&self.fd, &mut *buffer),
            Way::Socket => rustix::net::recv(&self.fd, &mut *buffer, rustix::net::RecvFlags::DONTWAIT)
                .map(|(filled, _)| filled),
            Way::Careful if !self.is_ready() => Err(Errno::AGAIN),
            Way::Careful => rustix::io::read(&self.fd, &mut *buffer),
        })
    }

    /// Writes what fits now; `WouldBlock` when nothing does.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::net::SendFlags;
        retrying(|| match self.way {
            Way::Direct | Way::Own => rustix::io::write(&self.fd, bytes),
            Way::Socket => rustix::net::send(&self.fd, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL),
            Way::Careful if !self.is_ready() => Err(Errno::AGAIN),
            Way::Careful => rustix::io::write(&self.fd, &bytes[..bytes.len().min(PIPE_BUF)]),
        })
    }

    /// Whether an operation would answer now, be it with an error.
    pub(crate) fn is_ready(&self) -> bool {
        if self.way == Way::Direct {
            return true;
        }
        let events = if self.reading {
            PollFlags::IN
        } else {
            PollFlags::OUT
        };
        let mut fds = [PollFd::new(&self.fd, events)];
        let now = rustix::event::Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        !matches!(rustix::event::poll(&mut fds, Some(&now)), Ok(0))
    }

    /// Waits until [`Channel::is_ready`]. One task waits at a time; of several the last is woken.
    pub(crate) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_ready() {
            return Poll::Ready(());
        }
        match self
            .awaited
            .get_or_init(|| Awaited::new(&self.fd, self.reading).ok())
        {
            Some(awaited) => awaited.poll(cx, || !self.is_ready()),
            // What cannot be awaited, such as /dev/null, does not block either.
            None => Poll::Ready(()),
        }
    }
}

impl Pipe for Channel {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Self::try_read(self, buffer)
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Self::try_write(self, bytes)
    }
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        Self::poll_ready(self, cx)
    }
}

/// Opens the same pipe or terminal anew, for this process's own use without blocking.
fn reopen(fd: &OwnedFd, direction: OFlags) -> io::Result<OwnedFd> {
    let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let flags = direction | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

fn retrying<T>(mut operation: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match operation() {
            Err(Errno::INTR) => {}
            other => return other.map_err(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends `data` through a pipe whose two ends keep from blocking in these ways.
    fn through(data: &[u8], reading: Way, writing: Way) -> Vec<u8> {
        let (r, w) = rustix::pipe::pipe().unwrap();
        let (mut source, mut sink) = (Channel::reading(r).unwrap(), Channel::writing(w).unwrap());
        assert_eq!((source.way, sink.way), (Way::Own, Way::Own));
        (source.way, sink.way) = (reading, writing);
        let mut sink = Some(sink);
        let (mut sent, mut received) = (0, Vec::new());
        let mut buffer = [0; 1000];
        loop {
            if let Some(open) = &sink {
                match open.try_write(&data[sent..]) {
                    Ok(n) => sent += n,
                    Err(e) => assert_eq!(e.kind(), io::ErrorKind::WouldBlock),
                }
                if sent == data.len() {
                    sink = None;
                }
            }
            match source.try_read(&mut buffer) {
                Ok(0) => return received,
                Ok(n) => received.extend_from_slice(&buffer[..n]),
                Err(e) => assert_eq!(e.kind(), io::ErrorKind::WouldBlock),
            }
        }
    }

    #[test]
    fn every_way_moves_the_same_bytes_and_never_blocks() {
        for len in [1, 4095, 4096, 4097, 70_000, 300_000] {
            let data: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            for reading in [Way::Own, Way::Careful] {
                for writing in [Way::Own, Way::Careful] {
                    assert!(
                        through(&data, reading, writing) == data,
                        "{len} {reading:?} {writing:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_empty_pipe_and_a_full_one_would_block() {
        for way in [Way::Own, Way::Careful] {
            let (r, w) = rustix::pipe::pipe().unwrap();
            let (mut source, mut sink) = (Channel::reading(r).unwrap(), Channel::writing(w).unwrap());
            (source.way, sink.way) = (way, way);
            assert!(!source.is_ready());
            let error = source.try_read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
            let full = loop {
                if let Err(error) = sink.try_write(&[0; 4096]) {
                    break error;
                }
            };
            assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
            assert!(!sink.is_ready() && source.is_ready());
            drop(source);
            assert!(sink.is_ready());
            let broken = sink.try_write(&[0]).unwrap_err();
            assert_eq!(broken.kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
