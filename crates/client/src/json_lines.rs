//! Documents one after another, for as long as something happens.

use std::marker::PhantomData;

use bytes::{Buf, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;

use crate::ClientError;

/// The longest document.
const LINE_MAX: usize = 16 << 20;

/// A stream of documents, a line each.
#[derive(Debug)]
pub struct JsonLines<T> {
    call: String,
    body: Incoming,
    buffer: BytesMut,
    /// What of the buffer is known to hold no end of a line.
    seen: usize,
    ended: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    pub(crate) fn new(call: String, body: Incoming) -> Self {
        Self {
            call,
            body,
            buffer: BytesMut::new(),
            seen: 0,
            ended: false,
            of: PhantomData,
        }
    }

    /// The next document, or `None` at the end. Safe to drop while it waits.
    pub async fn next(&mut self) -> Result<Option<T>, ClientError> {
        loop {
            if let Some(line) = self.line() {
                let line = trim(&line);
                if line.is_empty() {
                    continue;
                }
                return serde_json::from_slice(line)
                    .map(Some)
                    .map_err(|source| ClientError::Answer {
                        call: self.call.clone(),
                        source,
                    });
            }
            if self.ended {
                return Ok(None);
            }
            if self.buffer.len() > LINE_MAX {
                return Err(ClientError::TooLarge { max: LINE_MAX });
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Err(ClientError::Http(error)),
                None => self.ended = true,
            }
        }
    }

    fn line(&mut self) -> Option<BytesMut> {
        match self.buffer[self.seen..].iter().position(|&b| b == b'\n') {
            Some(at) => {
                let line = self.buffer.split_to(self.seen + at);
                self.buffer.advance(1);
                self.seen = 0;
                Some(line)
            }
            None if self.ended && !self.buffer.is_empty() => {
                self.seen = 0;
                Some(self.buffer.split())
            }
            None => {
                self.seen = self.buffer.len();
                None
            }
        }
    }
}

/// Without white space, and without the separator that RFC 7464 puts before each document.
fn trim(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii()
}
