//! WASI preview 1 for one guest: Wasmtime's own, with what it cannot know put around it: standard streams
//! straight on descriptors, open files and disk space counted, every exit code let through.

mod files;
mod host;
mod link;

use std::sync::Arc;

use wasmtime_wasi::p1::WasiP1Ctx;

use crate::files::Files;
use crate::ledger::Ledger;
use crate::stdio::{Sink, Source};

pub(crate) use link::{P0, P1, add_p0, add_p1};

pub(crate) struct Preview1 {
    pub(crate) inner: WasiP1Ctx,
    pub(crate) files: Files,
    pub(crate) stdin: Source,
    pub(crate) stdout: Sink,
    pub(crate) stderr: Sink,
    ledger: Arc<Ledger>,
    /// Whether the guest may block its thread for a moment.
    alone: bool,
    /// What the first three descriptors are, as long as the guest has not closed or moved them.
    streams: Streams,
}

/// Which descriptors are standard streams.
#[derive(Clone, Copy)]
struct Streams([Option<Stream>; 3]);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    In,
    Out,
    Err,
}

impl Streams {
    fn get(&self, fd: u32) -> Option<Stream> {
        self.0.get(fd as usize).copied().flatten()
    }

    fn forget(&mut self, fd: u32) {
        if let Some(stream) = self.0.get_mut(fd as usize) {
            *stream = None;
        }
    }
}

impl Preview1 {
    pub(crate) fn new(
        inner: WasiP1Ctx,
        files: Files,
        stdin: Source,
        stdout: Sink,
        stderr: Sink,
        ledger: Arc<Ledger>,
        alone: bool,
    ) -> Self {
        Self {
            inner,
            files,
            stdin,
            stdout,
            stderr,
            ledger,
            alone,
            streams: Streams([Some(Stream::In), Some(Stream::Out), Some(Stream::Err)]),
        }
    }
    /// Notes the preopened folders under the descriptors that a core module finds them at.
    pub(crate) fn number_folders(&mut self) {
        for area in 0..self.files.areas() {
            self.files.preopened(3 + area as u32, area);
        }
    }
}
