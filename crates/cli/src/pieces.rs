//! What is sent to the daemon while it is written.

use std::io::{self, Write};

use bytes::Bytes;
use tokio::sync::mpsc::Sender;

/// How much goes at once, in bytes.
pub(crate) const PIECE: usize = 64 << 10;

/// Gathers what is written into pieces.
pub(crate) struct Pieces {
    send: Sender<io::Result<Bytes>>,
    buffer: Vec<u8>,
}

impl Pieces {
    pub(crate) fn new(send: &Sender<io::Result<Bytes>>) -> Self {
        Self {
            send: send.clone(),
            buffer: Vec::with_capacity(PIECE),
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.send
            .blocking_send(Ok(piece.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
