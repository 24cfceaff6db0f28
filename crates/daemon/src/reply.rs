//! Answers.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use sampan_api::ErrorBody;
use serde::Serialize;

use crate::conn::Busy;
use crate::problem::{Problem, Result};

/// An answer.
pub(crate) type Reply = Response<Content>;

type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The body of an answer.
pub(crate) struct Content {
    bytes: Bytes,
    /// Sent as they come, each at once. An error cuts the connection, so that nobody takes the part for the whole.
    parts: Option<Parts>,
    /// Ends the parts before their end.
    until: Option<Until>,
    /// Kept until the last byte is on its way.
    _busy: Option<Busy>,
}

type Until = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Content {
    /// All of it; with it goes the head, in one write.
    fn whole(bytes: Bytes) -> Self {
        Self {
            bytes,
            parts: None,
            until: None,
            _busy: None,
        }
    }

    fn parts(parts: Parts) -> Self {
        Self {
            parts: Some(parts),
            ..Self::whole(Bytes::new())
        }
    }

    pub(crate) fn empty() -> Self {
        Self::whole(Bytes::new())
    }

    /// Whether it goes on for a time that nobody knows.
    pub(crate) fn lasts(&self) -> bool {
        self.parts.is_some()
    }

    /// Ends it when that happens.
    pub(crate) fn end_at(&mut self, until: impl Future<Output = ()> + Send + 'static) {
        self.until = Some(Box::pin(until));
    }

    /// The connection is busy until the last byte is on its way.
    pub(crate) fn keep(&mut self, busy: Busy) {
        self._busy = Some(busy);
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.bytes.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.bytes)))));
        }
        if self
            .until
            .as_mut()
            .is_some_and(|until| until.as_mut().poll(cx).is_ready())
        {
            self.until = None;
            self.parts = None;
        }
        match &mut self.parts {
            None => Poll::Ready(None),
            Some(parts) => parts
                .as_mut()
                .poll_next(cx)
                .map(|part| part.map(|part| part.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && self.parts.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.parts {
            None => SizeHint::with_exact(self.bytes.len() as u64),
            Some(_) => SizeHint::default(),
        }
    }
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Nothing but a status.
pub(crate) fn status(status: StatusCode) -> Reply {
    let mut reply = Response::new(Content::empty());
    *reply.status_mut() = status;
    reply
}

/// 204.
pub(crate) fn done(_: ()) -> Reply {
    status(StatusCode::NO_CONTENT)
}

/// A JSON document.
pub(crate) fn json<T: Serialize + ?Sized>(code: StatusCode, value: &T) -> Result<Reply> {
    let mut body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    body.push(b'\n');
    let mut reply = Response::new(Content::whole(body.into()));
    *reply.status_mut() = code;
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(reply)
}

/// Bytes of a kind.
pub(crate) fn whole(kind: HeaderValue, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Content::whole(bytes.into()));
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}

/// A JSON document, and all went well.
pub(crate) fn ok<T: Serialize + ?Sized>(value: &T) -> Result<Reply> {
    json(StatusCode::OK, value)
}

/// Text.
pub(crate) fn text(code: StatusCode, text: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Content::whole(text.into()));
    *reply.status_mut() = code;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}

/// Part by part.
pub(crate) fn parts(
    kind: &'static str,
    parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Reply {
    let mut reply = Response::new(Content::parts(Box::pin(parts)));
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

/// A JSON document that comes later; the head goes out now, unless the document is there already.
pub(crate) fn later(mut document: Pin<Box<dyn Future<Output = Bytes> + Send>>) -> Reply {
    let now = document
        .as_mut()
        .poll(&mut Context::from_waker(futures::task::noop_waker_ref()));
    let content = match now {
        Poll::Ready(bytes) => Content::whole(bytes),
        Poll::Pending => Content::parts(Box::pin(futures::stream::once(async move { Ok(document.await) }))),
    };
    let mut reply = Response::new(content);
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    reply
}

/// What a failed request is answered with.
pub(crate) fn problem(problem: Problem, plain: bool) -> Reply {
    if problem.status == StatusCode::NOT_MODIFIED {
        return status(problem.status);
    }
    if plain {
        // A client this old shows the body as it is.
        return text(problem.status, problem.message + "\n");
    }
    let code = problem.status;
    json(
        code,
        &ErrorBody {
            message: problem.message,
        },
    )
    .unwrap_or_else(|_| status(code))
}

/// Takes the body off the answer to a HEAD, keeping what it says of its length.
pub(crate) fn head_only(reply: &mut Reply) {
    if !reply.body().lasts() {
        let length = HeaderValue::from(reply.body().bytes.len());
        reply.headers_mut().entry(CONTENT_LENGTH).or_insert(length);
    }
    *reply.body_mut() = Content::empty();
}

/// One JSON document as a line of a stream.
pub(crate) fn line<T: Serialize>(value: &T) -> io::Result<Bytes> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
    line.push(b'\n');
    Ok(line.into())
}
