//! An archive as it comes, for a reader on a thread of its own.

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use tokio::sync::mpsc;

/// How many parts wait for their reader.
const QUEUE: usize = 16;

pub(crate) type Parts = mpsc::Sender<io::Result<Bytes>>;

/// A tar archive that is still coming. It is to be read where waiting holds up nobody, and ends with an error where the
/// client does.
#[derive(Debug)]
pub struct ContextReader {
    parts: mpsc::Receiver<io::Result<Bytes>>,
    part: Bytes,
}

impl ContextReader {
    pub(crate) fn pair() -> (Parts, Self) {
        let (sender, parts) = mpsc::channel(QUEUE);
        let reader = Self {
            parts,
            part: Bytes::new(),
        };
        (sender, reader)
    }
}

impl Default for ContextReader {
    /// One in which nothing comes.
    fn default() -> Self {
        Self::pair().1
    }
}

impl Read for ContextReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                None => return Ok(0),
                Some(part) => self.part = part?,
            }
        }
        let length = self.part.len().min(to.len());
        self.part.copy_to_slice(&mut to[..length]);
        Ok(length)
    }
}
