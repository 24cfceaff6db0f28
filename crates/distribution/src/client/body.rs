//! What a request carries. Every body can be sent again from its start, for a second attempt.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::stream;

/// How much is read from a file at once, in bytes.
const PIECE: u64 = 256 << 10;

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Bytes(Bytes),
    /// A form that holds a secret, so that no redirect may take it elsewhere.
    Secret(Bytes),
    File(FileRange),
}

/// A part of a file, read by position so that attempts do not disturb each other.
#[derive(Clone, Debug)]
pub(crate) struct FileRange {
    pub(crate) file: Arc<File>,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// The position in the file up to which bytes were handed to the network.
    pub(crate) sent: Arc<AtomicU64>,
}

impl Body {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) | Self::Secret(bytes) => bytes.len() as u64,
            Self::File(range) => range.len,
        }
    }

    pub(crate) fn to_reqwest(&self) -> reqwest::Body {
        match self {
            Self::Empty => reqwest::Body::from(Bytes::new()),
            Self::Bytes(bytes) | Self::Secret(bytes) => bytes.clone().into(),
            Self::File(range) => reqwest::Body::wrap_stream(range.clone().stream()),
        }
    }
}

impl FileRange {
    fn stream(self) -> impl stream::Stream<Item = io::Result<Bytes>> + Send + 'static {
        self.sent.store(self.offset, Ordering::Relaxed);
        let end = self.offset + self.len;
        stream::try_unfold((self, 0u64), move |(range, done)| async move {
            let at = range.offset + done;
            range.sent.store(at, Ordering::Relaxed);
            if at >= end {
                return Ok(None);
            }
            let want = PIECE.min(end - at);
            let file = Arc::clone(&range.file);
            let piece = tokio::task::spawn_blocking(move || {
                let mut buffer = vec![0; usize::try_from(want).unwrap_or(usize::MAX)];
                file.read_exact_at(&mut buffer, at).map(|()| Bytes::from(buffer))
            });
            let piece = piece.await.map_err(io::Error::other)??;
            Ok(Some((piece, (range, done + want))))
        })
    }
}
