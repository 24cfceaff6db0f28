//! The body of a request: counted, and not waited for without end.
//!
//! A body is read when the guest asks for it, so that waiting here is waiting for the client, and no time of the guest's.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use sampan_types::HttpLimits;
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::Error;

use super::turn::{Fault, Turn};

/// Bytes a second that a client must send on the whole until its answer begins, pauses included.
const LEAST_RATE: u64 = 240;

pub(super) struct Upload {
    incoming: Incoming,
    /// Its request, as long as that has an instance: a guest that keeps a body keeps no place by it.
    turn: Weak<Turn>,
    most: Option<u64>,
    pause: Duration,
    got: u64,
    /// Made when the body is first waited for.
    until: Option<Pin<Box<Sleep>>>,
    waits: bool,
}

impl Upload {
    pub(super) fn new(incoming: Incoming, turn: &Arc<Turn>, limits: &HttpLimits) -> Self {
        Self {
            incoming,
            turn: Arc::downgrade(turn),
            most: limits.body_size.map(sampan_types::ByteCount::get),
            pause: limits.client_time,
            got: 0,
            until: None,
            waits: false,
        }
    }

    fn fault(&self, fault: Fault) {
        if let Some(turn) = self.turn.upgrade() {
            turn.has_fault(fault);
        }
    }

    /// What it waits for is there, or nobody wants it any more: how long its request has waited for its client by now.
    fn rests(&mut self) -> Option<Duration> {
        std::mem::take(&mut self.waits)
            .then(|| self.turn.upgrade()?.waits_no_more())
            .flatten()
    }

    /// What came, unless it came too slowly or is too much.
    fn came(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        self.got = self
            .got
            .saturating_add(frame.data_ref().map_or(0, Bytes::len) as u64);
        if let Some(most) = self.most.filter(|most| self.got > *most) {
            self.fault(Fault::TooLarge);
            return Err(Error::HttpRequestBodySize(Some(most)));
        }
        if let Some(waited) = self.rests()
            && waited > self.pause + Duration::from_secs(self.got / LEAST_RATE)
        {
            self.fault(Fault::Slow);
            return Err(Error::ConnectionReadTimeout);
        }
        Ok(frame)
    }

    /// Waits for the client, but not without end.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        if !std::mem::replace(&mut self.waits, true) {
            if let Some(turn) = self.turn.upgrade() {
                turn.waits();
            }
            let next = Instant::now() + self.pause;
            match &mut self.until {
                Some(until) => until.as_mut().reset(next),
                None => self.until = Some(Box::pin(tokio::time::sleep_until(next))),
            }
        }
        let Some(until) = &mut self.until else {
            return Poll::Pending;
        };
        std::task::ready!(until.as_mut().poll(cx));
        if let Some(turn) = self.turn.upgrade() {
            turn.waits_no_more();
        }
        self.fault(Fault::Slow);
        Poll::Ready(Error::ConnectionReadTimeout)
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(this.came(frame))),
            Poll::Ready(Some(Err(error))) => {
                this.fault(Fault::Broken);
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                this.rests();
                Poll::Ready(None)
            }
            Poll::Pending => this.wait(cx).map(|error| Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // A guest that stopped to read waits for nobody.
        self.rests();
    }
}
