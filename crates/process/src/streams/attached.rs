//! Somebody who joined a guest's streams.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream as StdStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sampan_runtime::Attach;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;

use super::{Streams, Which};

/// The most that waits for a reader before the guest waits too, in bytes.
const ROOM: usize = 1 << 20;

/// What waits for one reader.
pub(super) struct Attached {
    request: Attach,
    /// How many daemons had fallen when it joined.
    fallen: u64,
    queue: Mutex<Vec<u8>>,
    queued: AtomicUsize,
    news: Notify,
    /// The guest writes nothing more.
    ended: AtomicBool,
    /// The reader is gone, or has been sent all.
    closed: AtomicBool,
    closing: Notify,
}

impl Attached {
    pub(super) fn new(request: Attach, fallen: u64) -> Arc<Self> {
        Arc::new(Self {
            request,
            fallen,
            queue: Mutex::default(),
            queued: AtomicUsize::new(0),
            news: Notify::new(),
            ended: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            closing: Notify::new(),
        })
    }

    fn wants(&self, which: Which) -> bool {
        match which {
            Which::Stdout => self.request.stdout,
            Which::Stderr => self.request.stderr,
        }
    }

    pub(super) fn is_full(&self, which: Which) -> bool {
        self.wants(which) && self.queued.load(SeqCst) >= ROOM
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(SeqCst)
    }

    pub(super) fn write(&self, which: Which, bytes: &[u8], framed: bool) {
        if !self.wants(which) || self.is_closed() {
            return;
        }
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if framed {
            for part in bytes.chunks(u32::MAX as usize) {
                let length = (part.len() as u32).to_be_bytes();
                queue.extend_from_slice(&[which as u8, 0, 0, 0]);
                queue.extend_from_slice(&length);
                queue.extend_from_slice(part);
            }
        } else {
            queue.extend_from_slice(bytes);
        }
        self.queued.store(queue.len(), SeqCst);
        drop(queue);
        self.news.notify_one();
    }

    pub(super) fn end(&self) {
        self.ended.store(true, SeqCst);
        self.news.notify_one();
    }

    /// Resolves when it was sent all, or is gone.
    pub(super) async fn served(&self) {
        let mut closing = std::pin::pin!(self.closing.notified());
        // Heard from now on, so that it does not close between the look and the wait.
        closing.as_mut().enable();
        if !self.is_closed() {
            closing.await;
        }
    }

    /// Sends what the guest writes until its end.
    async fn send(&self, to: &mut OwnedWriteHalf, streams: &Streams) -> io::Result<()> {
        loop {
            let ended = self.ended.load(SeqCst);
            let bytes = std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner));
            if !bytes.is_empty() {
                to.write_all(&bytes).await?;
                self.queued.store(0, SeqCst);
                streams.room();
            } else if ended {
                return to.shutdown().await;
            } else {
                self.news.notified().await;
            }
        }
    }
}

/// The socket of somebody who joins.
pub(super) fn socket(fd: OwnedFd) -> io::Result<UnixStream> {
    let stream = StdStream::from(fd);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// Serves it until it leaves or the guest has ended.
pub(super) fn serve(attached: Arc<Attached>, socket: UnixStream, streams: Arc<Streams>) {
    let (from, mut to) = socket.into_split();
    tokio::spawn(async move {
        let reading = receive(from, &streams, &attached);
        tokio::pin!(reading);
        let sending = attached.send(&mut to, &streams);
        tokio::pin!(sending);
        // Leaving is told by a failed write. The end of what it sends means no more than that.
        let (sent, all_read) = tokio::select! {
            sent = &mut sending => (sent, false),
            () = &mut reading => (sending.await, true),
        };
        attached.closed.store(true, SeqCst);
        attached.closing.notify_waiters();
        streams.room();
        if let Err(error) = sent {
            tracing::debug!(%error, "somebody who was attached has left");
            if !all_read {
                // What it said before it left is still to be read, and then that it said all.
                reading.await;
            }
        }
    });
}

/// Takes what it sends for standard input.
async fn receive(mut from: OwnedReadHalf, streams: &Streams, attached: &Attached) {
    let wanted = attached.request.stdin;
    let mut buffer = vec![0; if wanted { 16 << 10 } else { 256 }];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        if !wanted {
            continue;
        }
        let taken = match (&streams.terminal, &streams.stdin) {
            (Some(terminal), _) => terminal.send(&buffer[..n]).await.is_ok(),
            (None, Some(stdin)) => stdin.send(&buffer[..n]).await,
            (None, None) => true,
        };
        if !taken {
            break;
        }
    }
    if wanted {
        streams.sent_all(is_cut(&from), attached.fallen);
    }
}

/// Whether the other side closed all of its end, and not only what it sends.
fn is_cut(from: &OwnedReadHalf) -> bool {
    let mut state = [PollFd::from_borrowed_fd(
        from.as_ref().as_fd(),
        PollFlags::empty(),
    )];
    let now = Timespec::default();
    matches!(poll(&mut state, Some(&now)), Ok(1..)) && state[0].revents().contains(PollFlags::HUP)
}
