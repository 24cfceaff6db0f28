//! Writing blobs: hash while writing, verify, then appear in one step.

use std::io;

use sampan_types::Digest;

use crate::blobs::Blob;
use crate::error::Result;

/// What there is to do about a blob that should be downloaded.
#[derive(Debug)]
pub enum Fetch {
    /// Nothing: it is there.
    Present(Blob),
    /// Write the bytes from [`Ingest::offset`] on.
    Write(Ingest),
}

/// A blob that is being written. Nothing of it is visible before [`Ingest::commit`]; dropping it leaves
/// nothing behind, except the bytes so far where it came from [`crate::Blobs::fetch`].
#[derive(Debug)]
pub struct Ingest {}

impl Ingest {
    /// How many bytes there are: where the next one goes.
    pub fn offset(&self) -> u64 {
        todo!()
    }
    /// Throws away what was written, for a source that cannot continue at [`Ingest::offset`].
    pub fn restart(&mut self) -> Result<()> {
        todo!()
    }
    /// Verifies size and digest, makes it durable and puts it in place.
    pub fn commit(self) -> Result<Blob> {
        todo!()
    }
    /// The digest that was promised, if any.
    pub fn expected(&self) -> Option<&Digest> {
        todo!()
    }
}

impl io::Write for Ingest {
    fn write(&mut self, _buf: &[u8]) -> io::Result<usize> {
        todo!()
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
