//! A client's connection over a Unix socket, told of what came and of nothing else.
//!
//! Tokio's own stream waits for room to write as well, all the time: each answer that the client reads would wake this
//! process once more, and the client would pay for that in its `recv`. Here room is waited for only when there was none.

use std::io::{self, IoSlice, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// The connection.
#[derive(Debug)]
pub(crate) struct Client {
    socket: AsyncFd<UnixStream>,
    /// The same socket again, waited for to take more: made when it first takes no more.
    full: Option<AsyncFd<UnixStream>>,
}

impl Client {
    pub(crate) fn new(stream: tokio::net::UnixStream) -> io::Result<Self> {
        Ok(Self {
            socket: waited_for(stream.into_std()?, Interest::READABLE)?,
            full: None,
        })
    }

    /// The socket, of which this process is told everything again.
    pub(crate) fn into_stream(self) -> io::Result<tokio::net::UnixStream> {
        tokio::net::UnixStream::from_std(self.socket.into_inner())
    }

    /// Writes as soon as it can.
    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        send: impl Fn(&UnixStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            match send(self.socket.get_ref()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                sent => return Poll::Ready(sent),
            }
            let full = match &mut self.full {
                Some(full) => full,
                none => none.insert(waited_for(
                    self.socket.get_ref().try_clone()?,
                    Interest::WRITABLE,
                )?),
            };
            let mut guard = ready!(full.poll_write_ready(cx))?;
            match guard.try_io(|full| send(full.get_ref())) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(sent) => return Poll::Ready(sent),
                Err(_would_block) => {}
            }
        }
    }
}

fn waited_for(socket: UnixStream, interest: Interest) -> io::Result<AsyncFd<UnixStream>> {
    #[expect(
        deprecated,
        reason = "its successor is unsafe for descriptors that are not owned; this one is"
    )]
    AsyncFd::with_interest(socket, interest)
}

impl AsyncRead for Client {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.socket.poll_read_ready(cx))?;
            let space = buffer.initialize_unfilled();
            let room = space.len();
            match self.socket.get_ref().read(space) {
                Ok(count) => {
                    if count > 0 && count < room {
                        // All that was there: what comes next is told anew, without asking for it in vain.
                        guard.clear_ready();
                    }
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => guard.clear_ready(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Client {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_send(cx, |mut socket| socket.write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, |mut socket| socket.write_vectored(parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.socket.get_ref().shutdown(Shutdown::Write))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn pair() -> (Client, UnixStream) {
        let (ours, its) = tokio::net::UnixStream::pair().unwrap();
        let its = its.into_std().unwrap();
        its.set_nonblocking(false).unwrap();
        (Client::new(ours).unwrap(), its)
    }

    #[tokio::test]
    async fn what_comes_in_pieces_is_read_whole() {
        let (mut ours, mut its) = pair();
        let writer = std::thread::spawn(move || {
            for piece in 0..500_u32 {
                its.write_all(&piece.to_le_bytes()).unwrap();
                if piece % 7 == 0 {
                    std::thread::yield_now();
                }
            }
        });
        let mut all = Vec::new();
        ours.read_to_end(&mut all).await.unwrap();
        writer.join().unwrap();
        let expected: Vec<u8> = (0..500_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(all, expected);
    }

    #[tokio::test]
    async fn more_than_the_socket_takes_is_written_as_it_is_read() {
        let (mut ours, mut its) = pair();
        let bytes: Vec<u8> = (0..8_u32 << 20).map(|n| n as u8).collect();
        let expected = bytes.clone();
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            its.read_to_end(&mut all).unwrap();
            all
        });
        ours.write_all(&bytes).await.unwrap();
        ours.shutdown().await.unwrap();
        assert!(ours.full.is_some(), "it was never full");
        let read = tokio::task::spawn_blocking(|| reader.join().unwrap())
            .await
            .unwrap();
        assert!(read == expected);
    }

    #[tokio::test]
    async fn after_it_was_handed_over_it_speaks_on() {
        let (mut ours, mut its) = pair();
        its.write_all(b"before").unwrap();
        let mut six = [0; 6];
        ours.read_exact(&mut six).await.unwrap();
        assert_eq!(&six, b"before");
        let mut stream = ours.into_stream().unwrap();
        its.write_all(b"after!").unwrap();
        stream.read_exact(&mut six).await.unwrap();
        assert_eq!(&six, b"after!");
        stream.write_all(b"answer").await.unwrap();
        its.read_exact(&mut six).unwrap();
        assert_eq!(&six, b"answer");
    }
}
