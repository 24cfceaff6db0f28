//! Bytes of two connections, from each to the other, until both have said all.
//!
//! They do not come into this process where that can be had: the kernel moves them through a pipe (splice(2)). A pipe is held
//! only while bytes are under way, and there is a bound on how many; whoever finds none has its bytes copied.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use rustix::net::{Shutdown, shutdown};
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Pipes at a time. The kernel counts them all as one user's, whose later pipes are small once it has too many.
const PIPES: usize = 64;
/// What a pipe holds, where the kernel gives so much.
const PIPE: usize = 256 << 10;
/// What is copied at a time without a pipe.
const COPY: usize = 16 << 10;

/// Carries both ways, with the end of each as the other's. An error of one ends both.
pub(super) async fn carry(one: TcpStream, other: TcpStream) -> io::Result<()> {
    tokio::try_join!(flow(&one, &other, &USUAL), flow(&other, &one, &USUAL))?;
    Ok(())
}

static USUAL: Pipes = Pipes::new(PIPES);

/// The pipes that there may be.
struct Pipes(Mutex<Shelf>);

struct Shelf {
    idle: Vec<Pipe>,
    /// How many may still be made.
    more: usize,
}

struct Pipe {
    reader: OwnedFd,
    writer: OwnedFd,
}

impl Pipes {
    const fn new(most: usize) -> Self {
        Self(Mutex::new(Shelf {
            idle: Vec::new(),
            more: most,
        }))
    }

    /// An empty pipe, unless all are in use.
    fn take(&self) -> Option<Lent<'_>> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = shelf.idle.pop() {
            return Some(self.lent(pipe));
        }
        shelf.more = shelf.more.checked_sub(1)?;
        match Pipe::new() {
            Ok(pipe) => Some(self.lent(pipe)),
            // No descriptors are left.
            Err(_) => {
                shelf.more += 1;
                None
            }
        }
    }

    fn lent(&self, pipe: Pipe) -> Lent<'_> {
        Lent {
            pipe: Some(pipe),
            full: false,
            from: self,
        }
    }
}

impl Pipe {
    fn new() -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        // A smaller one carries as well.
        let _ = fcntl_setpipe_size(&writer, PIPE);
        Ok(Self { reader, writer })
    }
}

/// A pipe in use, which goes back when it is empty, and is gone when it is not.
struct Lent<'a> {
    pipe: Option<Pipe>,
    full: bool,
    from: &'a Pipes,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut shelf = self.from.0.lock().unwrap_or_else(PoisonError::into_inner);
        match self.pipe.take() {
            Some(pipe) if !self.full => shelf.idle.push(pipe),
            _ => shelf.more += 1,
        }
    }
}

/// Carries one way.
async fn flow(from: &TcpStream, to: &TcpStream, pipes: &Pipes) -> io::Result<()> {
    loop {
        from.readable().await?;
        let over = match pipes.take() {
            Some(mut pipe) => by_pipe(from, to, &mut pipe).await?,
            None => by_copy(from, to).await?,
        };
        if over {
            return Ok(shutdown(to, Shutdown::Write)?);
        }
    }
}

/// Carries what is there. True where nothing more will come.
async fn by_pipe(from: &TcpStream, to: &TcpStream, lent: &mut Lent<'_>) -> io::Result<bool> {
    let Some(Pipe { reader, writer }) = &lent.pipe else {
        return Ok(false);
    };
    let moved = |from: &dyn AsFd, to: &dyn AsFd, most| {
        let flags = SpliceFlags::MOVE | SpliceFlags::NONBLOCK;
        Ok(splice(from.as_fd(), None, to.as_fd(), None, most, flags)?)
    };
    loop {
        // The pipe is empty: nothing comes only where nothing is there.
        let mut left = match from.try_io(Interest::READABLE, || moved(from, writer, PIPE)) {
            Ok(0) => return Ok(true),
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        };
        lent.full = true;
        while left > 0 {
            left -= to
                .async_io(Interest::WRITABLE, || moved(reader, to, left))
                .await?;
        }
        lent.full = false;
    }
}

/// The same, through this process, and a part of what is there.
async fn by_copy(from: &TcpStream, to: &TcpStream) -> io::Result<bool> {
    let mut bytes = vec![0; COPY];
    let got = match from.try_read(&mut bytes) {
        Ok(got) => got,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut rest = &bytes[..got];
    while !rest.is_empty() {
        to.writable().await?;
        match to.try_write(rest) {
            Ok(sent) => rest = &rest[sent..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got == 0)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        (near.unwrap(), far.unwrap().0)
    }

    /// Much more than a pipe holds.
    fn much() -> Vec<u8> {
        (0..12_u32 << 20).map(|at| (at % 251) as u8).collect()
    }

    async fn comes_over_whole(pipes: &Pipes) {
        let (mut client, outer) = pair().await;
        let (inner, mut server) = pair().await;
        let carried =
            async { tokio::try_join!(flow(&outer, &inner, pipes), flow(&inner, &outer, pipes)).unwrap() };
        let asks = async {
            client.write_all(&much()).await.unwrap();
            // The end of what is asked comes over while the answer has not begun.
            client.shutdown().await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            answer
        };
        let answers = async {
            let mut asked = Vec::new();
            server.read_to_end(&mut asked).await.unwrap();
            assert!(asked == much(), "{} bytes came", asked.len());
            asked.reverse();
            server.write_all(&asked).await.unwrap();
            server.shutdown().await.unwrap();
        };
        let (_, answer, ()) = tokio::join!(carried, asks, answers);
        let mut reversed = much();
        reversed.reverse();
        assert!(answer == reversed, "{} bytes came back", answer.len());
    }

    #[tokio::test]
    async fn all_comes_over_both_ways_with_its_end() {
        let pipes = Pipes::new(PIPES);
        comes_over_whole(&pipes).await;
        let shelf = pipes.0.lock().unwrap();
        assert!(!shelf.idle.is_empty(), "pipes carried it");
        assert_eq!(shelf.idle.len() + shelf.more, PIPES);
    }

    #[tokio::test]
    async fn without_a_pipe_it_is_copied() {
        comes_over_whole(&Pipes::new(0)).await;
    }

    #[tokio::test]
    async fn a_pipe_in_which_something_stayed_is_not_used_again() {
        let pipes = Pipes::new(1);
        let (mut client, outer) = pair().await;
        let (inner, server) = pair().await;
        // However much the buffers on the way hold, somebody who reads nothing is waited for in the end.
        let written = async {
            loop {
                client.write_all(&much()).await.unwrap();
            }
        };
        // While another one waits, a pipe is only lent where something is in it.
        let lent = async {
            let lent = |shelf: &Shelf| shelf.more == 0 && shelf.idle.is_empty();
            while !lent(&pipes.0.lock().unwrap()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = written => {}
            done = flow(&outer, &inner, &pipes) => panic!("{done:?}"),
            () = lent => {}
        }
        drop(server);
        let shelf = pipes.0.lock().unwrap();
        assert_eq!((shelf.idle.len(), shelf.more), (0, 1));
    }

    #[tokio::test]
    async fn what_breaks_on_one_side_ends_the_other() {
        let (mut client, outer) = pair().await;
        let (inner, server) = pair().await;
        rustix::net::sockopt::set_socket_linger(&server, Some(std::time::Duration::ZERO)).unwrap();
        drop(server);
        let ended = carry(outer, inner).await;
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let mut nothing = Vec::new();
        assert_eq!(client.read_to_end(&mut nothing).await.unwrap_or(0), 0);
    }
}
