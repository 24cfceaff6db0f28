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

use crate::problem::{Problem, Result};

/// An answer.
pub(crate) type Reply = Response<Content>;

type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The body of an answer.
pub(crate) enum Content {
    /// All of it; with it goes the head, in one write.
    Whole(Bytes),
    /// Part by part, each sent as it comes. An error cuts the connection, so that nobody takes the part for the whole.
    Parts(Parts),
}

impl Content {
    pub(crate) fn empty() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Parts(parts) => parts
                .as_mut()
                .poll_next(cx)
                .map(|part| part.map(|part| part.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Parts(_) => SizeHint::default(),
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
    let mut reply = Response::new(Content::Whole(body.into()));
    *reply.status_mut() = code;
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(reply)
}

/// A JSON document, and all went well.
pub(crate) fn ok<T: Serialize + ?Sized>(value: &T) -> Result<Reply> {
    json(StatusCode::OK, value)
}

/// Text.
pub(crate) fn text(code: StatusCode, text: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Content::Whole(text.into()));
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
    let mut reply = Response::new(Content::Parts(Box::pin(parts)));
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
        Poll::Ready(bytes) => Content::Whole(bytes),
        Poll::Pending => Content::Parts(Box::pin(futures::stream::once(async move { Ok(document.await) }))),
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
    if let Content::Whole(bytes) = reply.body() {
        let length = HeaderValue::from(bytes.len());
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
