//! A stream that writes into a file whose growth counts.

use std::io;

use bytes::Bytes;
use wasmtime_wasi::p2::{DynOutputStream, OutputStream, Pollable, StreamError, StreamResult};

use crate::files::{Counted, Full};

pub(super) struct CountedStream {
    pub(super) inner: DynOutputStream,
    pub(super) file: Counted,
    /// Where the next write goes; without meaning where the stream appends.
    pub(super) at: u64,
}

fn full(_: Full) -> StreamError {
    StreamError::LastOperationFailed(no_space().into())
}

/// The error that a full disk gives.
pub(super) fn no_space() -> io::Error {
    rustix::io::Errno::NOSPC.into()
}

#[wasmtime_wasi::async_trait]
impl Pollable for CountedStream {
    async fn ready(&mut self) {
        self.inner.ready().await;
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for CountedStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let len = bytes.len() as u64;
        let taken = self.file.take(self.at, len).map_err(full)?;
        // What is handed over counts, though it reaches the file later.
        let result = self.inner.write(bytes);
        let written = if result.is_ok() { len } else { 0 };
        taken.settle(written);
        self.at = self.at.saturating_add(written);
        result
    }

    async fn blocking_write_and_flush(&mut self, bytes: Bytes) -> StreamResult<()> {
        let len = bytes.len() as u64;
        let taken = self.file.take(self.at, len).map_err(full)?;
        let result = self.inner.blocking_write_and_flush(bytes).await;
        let written = if result.is_ok() { len } else { 0 };
        taken.settle(written);
        self.at = self.at.saturating_add(written);
        result
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.inner.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.inner.check_write()
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await;
    }
}
