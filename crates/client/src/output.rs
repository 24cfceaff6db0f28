//! Output that comes for as long as a program runs, and input that goes the other way.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use crate::ClientError;
use crate::frames::{Frames, OutputStream};

const PIECE: usize = 32 << 10;

/// A connection that was taken over: a program's streams.
#[derive(Debug)]
pub struct Hijacked {
    /// What the program writes.
    pub output: Output,
    /// What it reads.
    pub input: Input,
}

impl Hijacked {
    pub(crate) fn new(upgraded: Upgraded, raw: bool) -> Self {
        let (read, write) = tokio::io::split(TokioIo::new(upgraded));
        let source = Source::Upgraded {
            read,
            buffer: vec![0; PIECE],
        };
        Self {
            output: Output::new(source, raw),
            input: Input(write),
        }
    }
}

/// What a program reads.
#[derive(Debug)]
pub struct Input(WriteHalf<TokioIo<Upgraded>>);

impl Input {
    /// Sends bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.0.write_all(bytes).await.map_err(ClientError::Stream)?;
        self.0.flush().await.map_err(ClientError::Stream)
    }

    /// Says that nothing more comes; the program's output goes on.
    pub async fn close(&mut self) -> Result<(), ClientError> {
        self.0.shutdown().await.map_err(ClientError::Stream)
    }
}

#[derive(Debug)]
enum Source {
    Upgraded {
        read: ReadHalf<TokioIo<Upgraded>>,
        buffer: Vec<u8>,
    },
    Body(Incoming),
}

impl Source {
    async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        match self {
            Self::Upgraded { read, buffer } => {
                let length = read.read(buffer).await.map_err(ClientError::Stream)?;
                Ok((length > 0).then(|| Bytes::copy_from_slice(&buffer[..length])))
            }
            Self::Body(body) => loop {
                match body.frame().await {
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Ok(Some(data));
                        }
                    }
                    Some(Err(error)) => return Err(ClientError::Http(error)),
                    None => return Ok(None),
                }
            },
        }
    }
}

/// What a program writes.
#[derive(Debug)]
pub struct Output {
    source: Source,
    /// `None` where a terminal's bytes come as they are.
    frames: Option<Frames>,
    ended: bool,
}

impl Output {
    fn new(source: Source, raw: bool) -> Self {
        Self {
            source,
            frames: (!raw).then(Frames::default),
            ended: false,
        }
    }

    pub(crate) fn of_body(body: Incoming, raw: bool) -> Self {
        Self::new(Source::Body(body), raw)
    }

    /// The next bytes, or `None` at the end. Safe to drop while it waits.
    pub async fn next(&mut self) -> Result<Option<(OutputStream, Bytes)>, ClientError> {
        loop {
            if let Some(frames) = &mut self.frames
                && let Some(piece) = frames.next_piece()?
            {
                return Ok(Some(piece));
            }
            if self.ended {
                return Ok(None);
            }
            match (self.source.next().await?, &mut self.frames) {
                (Some(bytes), Some(frames)) => frames.push(&bytes),
                (Some(bytes), None) => return Ok(Some((OutputStream::Stdout, bytes))),
                (None, frames) => {
                    self.ended = true;
                    if let Some(frames) = frames {
                        frames.finish()?;
                    }
                }
            }
        }
    }
}
