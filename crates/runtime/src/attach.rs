//! Joining the streams of a container.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use serde::{Deserialize, Serialize};

/// What somebody who attaches wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attach {
    /// Write to standard input.
    pub stdin: bool,
    /// Read standard output.
    pub stdout: bool,
    /// Read standard error.
    pub stderr: bool,
}

/// One end of the streams, until it is closed.
///
/// What is written goes to standard input; shutting down the writing half ends that part alone. What is read is output
/// from this moment on: with a terminal the bytes as they are; without one, frames of eight bytes
/// `[stream, 0, 0, 0, length as big-endian u32]`, where stream is 1 for standard output and 2 for standard error,
/// each followed by that many bytes. The end of the container's output is the end of the stream.
#[derive(Debug)]
pub struct Attachment {
    /// A connected Unix stream socket.
    pub socket: OwnedFd,
}

impl Attachment {
    /// Two connected ends: one to keep, and one for [`crate::Container::attach`].
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, its) = UnixStream::pair()?;
        Ok((Self { socket: ours.into() }, its.into()))
    }
}

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalSize {
    /// Lines.
    pub rows: u16,
    /// Characters in each.
    pub columns: u16,
}

impl Default for TerminalSize {
    fn default() -> Self {
        Self {
            rows: 24,
            columns: 80,
        }
    }
}
