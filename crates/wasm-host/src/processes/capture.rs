//! Output of a program that its starter reads, with a bound on what waits.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::Pipe;

/// The most that waits for the reader, in bytes.
const ROOM: usize = 64 << 10;

/// What was written and not yet read.
#[derive(Default)]
pub(super) struct Capture {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    parts: VecDeque<(u32, VecDeque<u8>)>,
    bytes: usize,
    /// Ends that may still write.
    open: usize,
    reader: Option<Waker>,
    writers: Vec<Waker>,
}

impl Capture {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An end to write to; `stream` is told with what comes from it.
    pub(super) fn end(self: &Arc<Self>, stream: u32) -> Arc<dyn Pipe> {
        self.lock().open += 1;
        Arc::new(End {
            capture: self.clone(),
            stream,
        })
    }

    /// The next piece with its stream; none when all ends are closed.
    pub(super) async fn read(&self, most: usize) -> Option<(u32, Vec<u8>)> {
        std::future::poll_fn(|cx| {
            let mut inner = self.lock();
            let Some((stream, part)) = inner.parts.front_mut() else {
                if inner.open == 0 {
                    return Poll::Ready(None);
                }
                inner.reader = Some(cx.waker().clone());
                return Poll::Pending;
            };
            let stream = *stream;
            let n = part.len().min(most);
            let piece: Vec<u8> = part.drain(..n).collect();
            if part.is_empty() {
                inner.parts.pop_front();
            }
            inner.bytes -= n;
            let writers = std::mem::take(&mut inner.writers);
            drop(inner);
            writers.into_iter().for_each(Waker::wake);
            Poll::Ready(Some((stream, piece)))
        })
        .await
    }
}

struct End {
    capture: Arc<Capture>,
    stream: u32,
}

impl Pipe for End {
    fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.capture.lock();
        let n = bytes.len().min(ROOM - inner.bytes);
        if n == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        inner.bytes += n;
        match inner.parts.back_mut() {
            Some((stream, part)) if *stream == self.stream => part.extend(&bytes[..n]),
            _ => {
                let part = bytes[..n].iter().copied().collect();
                inner.parts.push_back((self.stream, part));
            }
        }
        let reader = inner.reader.take();
        drop(inner);
        if let Some(reader) = reader {
            reader.wake();
        }
        Ok(n)
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.capture.lock();
        if inner.bytes < ROOM {
            return Poll::Ready(());
        }
        if !inner.writers.iter().any(|w| w.will_wake(cx.waker())) {
            inner.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut inner = self.capture.lock();
        inner.open -= 1;
        let reader = inner.reader.take();
        drop(inner);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read_in_its_order_and_then_the_end() {
        let capture = Arc::new(Capture::default());
        let (out, err) = (capture.end(1), capture.end(2));
        assert_eq!(out.try_write(b"one").unwrap(), 3);
        assert_eq!(out.try_write(b"two").unwrap(), 3);
        assert_eq!(err.try_write(b"three").unwrap(), 5);
        drop((out, err));
        let mut all = Vec::new();
        while let Some(part) = capture.read(4).await {
            all.push(part);
        }
        let parts: Vec<(u32, &[u8])> = all.iter().map(|(s, b)| (*s, b.as_slice())).collect();
        assert_eq!(parts, [(1, &b"onet"[..]), (1, b"wo"), (2, b"thre"), (2, b"e")]);
    }

    #[tokio::test]
    async fn a_writer_waits_until_something_was_read() {
        let capture = Arc::new(Capture::default());
        let out = capture.end(1);
        assert_eq!(out.try_write(&vec![7; 2 * ROOM]).unwrap(), ROOM);
        assert_eq!(out.try_write(b"x").unwrap_err().kind(), io::ErrorKind::WouldBlock);
        let (_, piece) = capture.read(10).await.unwrap();
        assert_eq!(piece.len(), 10);
        assert_eq!(out.try_write(&[7; 20]).unwrap(), 10);
    }
}
