//! Standard input that comes from those who are attached.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The most that waits for the guest, in bytes.
const ROOM: usize = 64 << 10;

/// What was sent and not yet read.
#[derive(Debug)]
pub struct StdinQueue {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: VecDeque<u8>,
    closed: bool,
    reader: Option<Waker>,
    writers: Vec<Waker>,
}

impl StdinQueue {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guest reads to the end of what is there and then finds the end.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        wake(inner);
    }

    /// Waits for room and takes all; `false` when nobody will read it any more.
    pub(super) async fn send(&self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        std::future::poll_fn(|cx| {
            let mut inner = self.lock();
            if inner.closed {
                return Poll::Ready(false);
            }
            let n = rest.len().min(ROOM.saturating_sub(inner.bytes.len()));
            inner.bytes.extend(&rest[..n]);
            rest = &rest[n..];
            if !rest.is_empty() {
                inner.writers.push(cx.waker().clone());
            }
            let done = rest.is_empty();
            if let Some(reader) = inner.reader.take_if(|_| n > 0) {
                drop(inner);
                reader.wake();
            }
            if done { Poll::Ready(true) } else { Poll::Pending }
        })
        .await
    }
}

fn wake(mut inner: MutexGuard<'_, Inner>) {
    let wakers: Vec<Waker> = inner.reader.take().into_iter().collect();
    let writers = std::mem::take(&mut inner.writers);
    drop(inner);
    for waker in wakers.into_iter().chain(writers) {
        waker.wake();
    }
}

impl StdinQueue {
    /// Takes what is there: nothing more after the end, and `WouldBlock` before it while nothing waits.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.lock();
        if inner.bytes.is_empty() {
            return match inner.closed {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        let n = io::Read::read(&mut inner.bytes, buffer)?;
        let writers = std::mem::take(&mut inner.writers);
        drop(inner);
        for waker in writers {
            waker.wake();
        }
        Ok(n)
    }

    /// Resolves when there is something to take, or the end. For one reader.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.lock();
        if inner.closed || !inner.bytes.is_empty() {
            return Poll::Ready(());
        }
        inner.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Waits for what comes next: nothing more after the end. For one reader.
    pub(crate) async fn read(&self, buffer: &mut [u8]) -> usize {
        loop {
            match self.try_read(buffer) {
                Ok(n) => return n,
                Err(_) => std::future::poll_fn(|cx| self.poll_ready(cx)).await,
            }
        }
    }
}
