//! Standard input.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

use super::channel::Channel;
use super::{Pipe, ready as pipe_ready};
use crate::control::Control;

/// Most bytes that one read through a component's stream takes.
const CHUNK: usize = 64 << 10;

/// What a guest reads from. All clones read the same stream.
#[derive(Clone)]
pub(crate) struct Source {
    channel: Option<Arc<dyn Pipe>>,
    control: Arc<Control>,
    terminal: bool,
}

impl Source {
    pub(crate) fn new(fd: OwnedFd, control: &Arc<Control>, terminal: bool) -> io::Result<Self> {
        Ok(Self {
            channel: Some(Arc::new(Channel::reading(fd)?)),
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

    /// At its end from the start.
    pub(crate) fn null(control: &Arc<Control>, terminal: bool) -> Self {
        Self {
            channel: None,
            control: control.clone(),
            terminal,
        }
    }

    /// The stream beneath, for another guest; `None` where it is at its end.
    pub(crate) fn pipe(&self) -> Option<Arc<dyn Pipe>> {
        self.channel.clone()
    }

    /// Whether the guest sees a terminal.
    pub(crate) fn at_terminal(&self) -> bool {
        self.terminal
    }

    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(channel) = &self.channel else {
            return Ok(0);
        };
        let n = channel.try_read(buffer)?;
        self.control.counters.input.fetch_add(n as u64, Relaxed);
        Ok(n)
    }

    /// Reads something; 0 at the end. An interrupt comes before what is there to read.
    pub(crate) async fn read_some(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let whole = async {
            loop {
                match self.try_read(buffer) {
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.wait().await,
                    other => return other,
                }
            }
        };
        self.control.unless_interrupted(whole).await?
    }

    /// Of the guest whose input it is.
    pub(crate) fn control(&self) -> &Arc<Control> {
        &self.control
    }

    async fn wait(&self) {
        if let Some(channel) = &self.channel {
            pipe_ready(&**channel).await;
        }
    }
}

impl IsTerminal for Source {
    fn is_terminal(&self) -> bool {
        self.terminal
    }
}

impl StdinStream for Source {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(self.clone())
    }
    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Source {
    async fn ready(&mut self) {
        self.wait().await;
    }
}

#[wasmtime_wasi::async_trait]
impl InputStream for Source {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size == 0 {
            return Ok(Bytes::new());
        }
        let mut buffer = BytesMut::zeroed(size.min(CHUNK));
        match self.try_read(&mut buffer) {
            Ok(0) => Err(StreamError::Closed),
            Ok(n) => {
                buffer.truncate(n);
                Ok(buffer.freeze())
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(Bytes::new()),
            Err(e) => Err(StreamError::LastOperationFailed(e.into())),
        }
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        loop {
            let bytes = self.read(size)?;
            if size == 0 || !bytes.is_empty() {
                return Ok(bytes);
            }
            self.wait().await;
        }
    }
}

impl AsyncRead for Source {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.try_read(buf.initialize_unfilled()) {
                Ok(n) => {
                    buf.advance(n);
                    return Poll::Ready(Ok(()));
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(channel) = &self.channel {
                        ready!(channel.poll_ready(cx));
                    }
                }
                Err(e) => return Poll::Ready(Err(e)),
            }
        }
    }
}
