//! The framing of output that carries two streams (Docker Engine API, "attach": eight bytes of head, then the bytes
//! of one stream).

use bytes::{Buf, Bytes, BytesMut};

/// Which of a program's streams bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output, and everything that a terminal shows.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What is not framing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FrameError {
    /// The head names no stream.
    #[error("a frame names stream {0}, which there is none")]
    Unknown(u8),
    /// The three bytes that are always zero are not.
    #[error("a frame's head is malformed")]
    Head,
    /// The daemon tells of a failure of its own in the stream.
    #[error("the daemon says: {0}")]
    Daemon(String),
    /// The stream ended within a frame.
    #[error("the stream ended within a frame")]
    Cut,
}

/// The most that is kept of a daemon's own message.
const MESSAGE_MAX: usize = 4_096;
const HEAD: usize = 8;

/// Takes frames apart. The bytes of a frame are handed out as they come, so that a head which claims four gigabytes
/// costs nothing.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: BytesMut,
    left: usize,
    /// `None` while a message of the daemon's own is read.
    stream: Option<OutputStream>,
    message: Vec<u8>,
}

impl Frames {
    /// Takes what came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next bytes of one stream, or `None` where more has to come.
    pub fn next_piece(&mut self) -> Result<Option<(OutputStream, Bytes)>, FrameError> {
        loop {
            if self.left == 0 {
                if self.buffer.len() < HEAD {
                    return Ok(None);
                }
                let kind = self.buffer[0];
                if self.buffer[1..4] != [0, 0, 0] {
                    return Err(FrameError::Head);
                }
                self.stream = match kind {
                    0 | 1 => Some(OutputStream::Stdout),
                    2 => Some(OutputStream::Stderr),
                    3 => None,
                    other => return Err(FrameError::Unknown(other)),
                };
                self.buffer.advance(4);
                self.left = self.buffer.get_u32() as usize;
                continue;
            }
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let length = self.left.min(self.buffer.len());
            let piece = self.buffer.split_to(length).freeze();
            self.left -= length;
            if let Some(stream) = self.stream {
                return Ok(Some((stream, piece)));
            }
            let room = MESSAGE_MAX.saturating_sub(self.message.len());
            self.message.extend_from_slice(&piece[..piece.len().min(room)]);
            if self.left == 0 || self.message.len() >= MESSAGE_MAX {
                let message = String::from_utf8_lossy(&self.message).trim().to_owned();
                return Err(FrameError::Daemon(message));
            }
        }
    }

    /// Whether the stream may end here.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.left == 0 && self.buffer.is_empty() {
            Ok(())
        } else {
            Err(FrameError::Cut)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&[u8]]) -> Result<Vec<(OutputStream, Vec<u8>)>, FrameError> {
        let mut frames = Frames::default();
        let mut out: Vec<(OutputStream, Vec<u8>)> = Vec::new();
        for piece in pieces {
            frames.push(piece);
            while let Some((stream, bytes)) = frames.next_piece()? {
                match out.last_mut() {
                    Some((last, text)) if *last == stream => text.extend_from_slice(&bytes),
                    _ => out.push((stream, bytes.to_vec())),
                }
            }
        }
        frames.finish()?;
        Ok(out)
    }

    #[test]
    fn frames_come_apart_however_they_are_cut() {
        let wire = b"\x01\0\0\0\0\0\0\x03out\x02\0\0\0\0\0\0\x03err\x01\0\0\0\0\0\0\0";
        let whole = all(&[wire]).unwrap();
        assert_eq!(
            whole,
            [
                (OutputStream::Stdout, b"out".to_vec()),
                (OutputStream::Stderr, b"err".to_vec())
            ]
        );
        for cut in 0..wire.len() {
            assert_eq!(all(&[&wire[..cut], &wire[cut..]]).unwrap(), whole, "{cut}");
        }
    }

    #[test]
    fn wrong_frames_are_errors() {
        assert_eq!(all(&[b"\x09\0\0\0\0\0\0\x01a"]), Err(FrameError::Unknown(9)));
        assert_eq!(all(&[b"\x01\0\x01\0\0\0\0\x01a"]), Err(FrameError::Head));
        assert_eq!(all(&[b"HTTP/1.1 200"]), Err(FrameError::Head));
        assert_eq!(all(&[b"\x01\0\0\0\xff\xff\xff\xffab"]), Err(FrameError::Cut));
        assert_eq!(all(&[b"\x01\0\0"]), Err(FrameError::Cut));
        assert_eq!(
            all(&[b"\x03\0\0\0\0\0\0\x04oops"]),
            Err(FrameError::Daemon("oops".to_owned()))
        );
    }
}
