//! The body of a response, which may not pause for longer than was agreed. Behind its end its connection rests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::Error;

use super::pool::{Open, Pool};

pub(super) struct ResponseBody {
    incoming: Incoming,
    pause: Duration,
    until: Pin<Box<Sleep>>,
    /// Its connection, until its end was read.
    open: Option<(Open, Arc<Pool>)>,
    /// The request counts until its response is read or dropped.
    _permit: OwnedSemaphorePermit,
}

impl ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        pause: Duration,
        open: (Open, Arc<Pool>),
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            open: Some(open),
            incoming,
            pause,
            until: Box::pin(tokio::time::sleep(pause)),
            _permit: permit,
        }
    }

    /// The next request may have its connection.
    fn rest(&mut self) {
        if let Some((open, pool)) = self.open.take() {
            pool.put(open);
        }
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        // One that has no body, or whose length was read, is not asked for its end.
        if self.incoming.is_end_stream() {
            self.rest();
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let next = Instant::now() + self.pause;
                self.until.as_mut().reset(next);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => {
                self.rest();
                Poll::Ready(None)
            }
            Poll::Pending => match self.until.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Some(Err(Error::ConnectionReadTimeout))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
