//! Standard streams of a guest, straight on descriptors.
//!
//! Other processes may share a descriptor, so its flags are never changed. What can block is tried without
//! blocking first and awaited only then; so a stream costs one system call for each read or write, as it does
//! a native program, and a guest that waits can be ended and holds up nobody.

use std::io;
use std::task::{Context, Poll};

mod awaited;
mod channel;
mod input;
mod output;

pub(crate) use input::Source;
pub(crate) use output::Sink;

/// A way in or out of a guest: one of its embedder's own making, or a descriptor. Nothing here blocks.
pub trait Pipe: Send + Sync {
    /// Reads what is there: 0 at the end, `WouldBlock` when nothing is there yet.
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes what fits now, at least one byte; `WouldBlock` when nothing does.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Waits until the next try would answer, be it with an error. May say so too early.
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()>;
}

/// Writes a line, or as much of it as somebody takes.
pub async fn tell(pipe: &dyn Pipe, line: &str) {
    let line = format!("{line}\n");
    let mut rest = line.as_bytes();
    while !rest.is_empty() {
        match pipe.try_write(rest) {
            Ok(n) => rest = &rest[n.min(rest.len())..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready(pipe).await,
            Err(_) => return,
        }
    }
}

async fn ready(pipe: &dyn Pipe) {
    std::future::poll_fn(|cx| pipe.poll_ready(cx)).await;
}
