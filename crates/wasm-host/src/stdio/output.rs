//! Standard output and standard error.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use super::channel::Channel;
use super::{Pipe, ready as pipe_ready};
use crate::control::Control;

/// Most bytes that a component may hand over before the reader has taken some.
const PERMIT: usize = 64 << 10;

/// Where a guest writes to. All clones write the same stream, in the order in which they were asked.
#[derive(Clone)]
pub(crate) struct Sink {
    channel: Option<Arc<dyn Pipe>>,
    /// Handed over by components, who do not wait, and not yet taken by the reader: at most [`PERMIT`].
    pending: Arc<Mutex<BytesMut>>,
    control: Arc<Control>,
    terminal: bool,
}

impl Sink {
    pub(crate) fn new(fd: OwnedFd, control: &Arc<Control>, terminal: bool) -> io::Result<Self> {
        Ok(Self {
            channel: Some(Arc::new(Channel::writing(fd)?)),
            ..Self::null(control, terminal)
        })
    }

    /// Of the embedder's own making.
    pub(crate) fn over(pipe: Arc<dyn Pipe>, control: &Arc<Control>, terminal: bool) -> Self {
        Self {
            channel: Some(pipe),
            ..Self::null(control, terminal)
        }
    }

    /// Takes all and keeps nothing.
    pub(crate) fn null(control: &Arc<Control>, terminal: bool) -> Self {
        Self {
            channel: None,
            pending: Arc::default(),
            control: control.clone(),
            terminal,
        }
    }

    /// The stream beneath, for another guest; `None` where all is taken and nothing kept.
    pub(crate) fn pipe(&self) -> Option<Arc<dyn Pipe>> {
        self.channel.clone()
    }

    /// Whether the guest sees a terminal.
    pub(crate) fn at_terminal(&self) -> bool {
        self.terminal
    }

    fn pending(&self) -> MutexGuard<'_, BytesMut> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let n = match &self.channel {
            Some(channel) => channel.try_write(bytes)?,
            None => bytes.len(),
        };
        // Over the rate: the control block has the reason, and this error unwinds the guest.
        self.control.wrote(n).map_err(io::Error::other)?;
        Ok(n)
    }

    /// Writes what is pending as far as it goes; whether all is gone.
    fn try_drain(&self) -> io::Result<bool> {
        let mut pending = self.pending();
        while !pending.is_empty() {
            match self.try_write(&pending) {
                Ok(n) => pending.advance(n),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(e) => {
                    pending.clear();
                    return Err(e);
                }
            }
        }
        Ok(true)
    }

    async fn wait(&self) {
        if let Some(channel) = &self.channel {
            pipe_ready(&**channel).await;
        }
    }

    /// Waits until nothing is pending.
    pub(crate) async fn drain(&self) -> io::Result<()> {
        while !self.try_drain()? {
            self.wait().await;
        }
        Ok(())
    }

    /// Writes some of the bytes, at least one.
    pub(crate) async fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        let whole = async {
            self.drain().await?;
            loop {
                match self.try_write(bytes) {
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.wait().await,
                    other => return other,
                }
            }
        };
        self.control.unless_interrupted(whole).await?
    }
}

fn stream_error(e: io::Error) -> StreamError {
    match e.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(e.into()),
    }
}

impl IsTerminal for Sink {
    fn is_terminal(&self) -> bool {
        self.terminal
    }
}

impl StdoutStream for Sink {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Sink {
    async fn ready(&mut self) {
        // The error is for the next call that can report one; until then there is nothing to wait for.
        let _ = self.drain().await;
        self.wait().await;
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Sink {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.len() > PERMIT {
            return Err(StreamError::trap("wrote more than `check-write` allows"));
        }
        self.pending().extend_from_slice(&bytes);
        self.try_drain().map(|_| ()).map_err(stream_error)
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.try_drain().map(|_| ()).map_err(stream_error)
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.try_drain() {
            Ok(true) => Ok(PERMIT),
            Ok(false) => Ok(0),
            Err(e) => Err(stream_error(e)),
        }
    }

    async fn write_ready(&mut self) -> StreamResult<usize> {
        self.drain().await.map_err(stream_error)?;
        Ok(PERMIT)
    }

    async fn blocking_write_and_flush(&mut self, mut bytes: Bytes) -> StreamResult<()> {
        while !bytes.is_empty() {
            let n = self.write_some(&bytes).await.map_err(stream_error)?;
            bytes.advance(n);
        }
        Ok(())
    }
}

impl AsyncWrite for Sink {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let result = match self.try_drain() {
                Ok(true) => self.try_write(bytes),
                Ok(false) => Err(io::ErrorKind::WouldBlock.into()),
                Err(e) => Err(e),
            };
            match result {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(channel) = &self.channel {
                        ready!(channel.poll_ready(cx));
                    }
                }
                other => return Poll::Ready(other),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.try_drain()? {
                return Poll::Ready(Ok(()));
            }
            if let Some(channel) = &self.channel {
                ready!(channel.poll_ready(cx));
            }
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
