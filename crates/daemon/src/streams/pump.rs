//! Bytes between a client and the streams of a container.

use std::io;
use std::os::fd::OwnedFd;

use sampan_engine::supervisor::LogStream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;

use super::frames::Frames;
use super::keys::{DetachKeys, Typed};

/// How much is moved at a time.
const CHUNK: usize = 32 << 10;

/// Our end of a container's streams.
pub(crate) fn socket(fd: OwnedFd) -> io::Result<UnixStream> {
    let stream = std::os::unix::net::UnixStream::from(fd);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// What was written before, to its end.
pub(crate) async fn logs<W: AsyncWrite + Unpin>(mut logs: LogStream, to: &mut W) -> io::Result<()> {
    while let Some(part) = logs.next().await {
        match part {
            Ok(part) => to.write_all(&part).await?,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    to.flush().await
}

/// Output, until the container closes it.
pub(crate) async fn output<R, W>(mut from: R, to: &mut W, mut frames: Frames) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut part = vec![0; CHUNK];
    loop {
        let length = from.read(&mut part).await?;
        if length == 0 {
            return to.flush().await;
        }
        to.write_all(&frames.of(&part[..length])).await?;
        to.flush().await?;
    }
}

/// Why input ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input<R, W> {
    /// The client has said all; it may still listen.
    Ended(R),
    /// The person typed the keys that leave. The container's input is still open.
    Left(W),
}

/// Input, until the client closes it or leaves. The container's input is closed then, but where the person left.
/// `over` is called where it is closed. Without a container that takes input, it is read and thrown away, so that its end is seen.
pub(crate) async fn input<R, W>(
    mut from: R,
    mut to: Option<W>,
    mut keys: Option<DetachKeys>,
    over: impl Fn(),
) -> Input<R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut part = vec![0; CHUNK];
    loop {
        // A client that broke off has said all, too; that it does not listen is seen when it is written to.
        let length = from.read(&mut part).await.unwrap_or_default();
        let typed = &part[..length];
        let Some(guest) = &mut to else {
            if length == 0 {
                return Input::Ended(from);
            }
            continue;
        };
        if length == 0 {
            if let Some(keys) = &mut keys {
                let _ = guest.write_all(keys.rest()).await;
            }
            let _ = guest.shutdown().await;
            over();
            return Input::Ended(from);
        }
        let outcome = match keys.as_mut().map(|keys| keys.feed(typed)) {
            None => guest.write_all(typed).await,
            Some(Typed::Bytes(bytes)) => guest.write_all(&bytes).await,
            Some(Typed::Left(bytes)) => {
                let _ = guest.write_all(&bytes).await;
                if let Some(guest) = to {
                    return Input::Left(guest);
                }
                return Input::Ended(from);
            }
        };
        if outcome.is_err() {
            // The container closed its input; what else is typed goes nowhere.
            to = None;
        }
    }
}
