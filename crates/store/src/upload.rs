//! Upload sessions of the registry server (distribution-spec §push, chunked).

use std::io;

use sampan_types::Digest;

use crate::blobs::Blob;
use crate::error::Result;

/// A session that survives the server; it ends by finish, cancel, or age.
#[derive(Clone, Debug)]
pub struct Upload {}

impl Upload {
    /// The id, a UUID in its usual form.
    pub fn id(&self) -> &str {
        todo!()
    }
    /// How many bytes there are.
    pub fn size(&self) -> Result<u64> {
        todo!()
    }
    /// A writer that appends. `offset`, where given, must be the current size. While it lives, other writers
    /// and `finish` get `Busy`.
    pub fn writer(&self, _offset: Option<u64>) -> Result<UploadWriter> {
        todo!()
    }
    /// Verifies the digest, puts the blob in place and links it to the repository. On a mismatch the session
    /// is gone.
    pub fn finish(self, _digest: &Digest) -> Result<Blob> {
        todo!()
    }
    /// Throws the session away.
    pub fn cancel(self) -> Result<()> {
        todo!()
    }
}

/// Appends to an upload. What was written stays also when it is dropped without [`UploadWriter::done`].
#[derive(Debug)]
pub struct UploadWriter {}

impl UploadWriter {
    /// The size of the upload with what was written.
    pub fn done(self) -> Result<u64> {
        todo!()
    }
}

impl io::Write for UploadWriter {
    fn write(&mut self, _buf: &[u8]) -> io::Result<usize> {
        todo!()
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
