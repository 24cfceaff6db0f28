//! The body of an answer, which tells how far its client has come with it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

use super::access::Entry;
use super::link::Taking;
use super::refusal::Refusal;
use super::turn::Turn;

pub(super) struct Answer {
    body: WasiBody,
    /// Its request, where a program answers.
    turn: Option<Arc<Turn>>,
    taking: Option<Taking>,
    entry: Option<Box<Entry>>,
    status: StatusCode,
    given: u64,
    /// How much it will be, where that is known.
    whole: Option<u64>,
    ended: bool,
}

impl Answer {
    /// The answer of a program.
    pub(super) fn of_program(
        response: Response<WasiBody>,
        method: &Method,
        turn: Arc<Turn>,
        taking: Option<Taking>,
        entry: Option<Box<Entry>>,
    ) -> Response<Self> {
        let status = response.status();
        let told = response.headers().get(CONTENT_LENGTH);
        let whole = match status {
            // These have none, whatever the program made.
            _ if *method == Method::HEAD => Some(0),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Some(0),
            _ => told.and_then(|told| told.to_str().ok()?.parse().ok()),
        };
        Self::with_entry(response, Some(turn), taking, entry, whole)
    }

    /// An answer of the server's own.
    pub(super) fn of_server(refusal: Refusal, entry: Option<Box<Entry>>) -> Response<Self> {
        let bytes = Bytes::from_static(refusal.why.as_bytes());
        let whole = bytes.len() as u64;
        let body = Full::new(bytes).map_err(|never| match never {}).boxed_unsync();
        let mut response = Response::new(body);
        *response.status_mut() = refusal.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        if let Some((name, value)) = refusal.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Self::with_entry(response, None, None, entry, Some(whole))
    }

    fn with_entry(
        mut response: Response<WasiBody>,
        turn: Option<Arc<Turn>>,
        taking: Option<Taking>,
        entry: Option<Box<Entry>>,
        whole: Option<u64>,
    ) -> Response<Self> {
        if let Some(entry) = &entry {
            entry.sign(response.headers_mut());
        }
        let status = response.status();
        response.map(|body| Self {
            body,
            turn,
            taking,
            entry,
            status,
            given: 0,
            whole,
            ended: false,
        })
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // What has its whole length is not asked for its end.
        let complete =
            self.ended || self.body.is_end_stream() || self.whole.is_some_and(|whole| self.given >= whole);
        match &self.turn {
            Some(turn) if complete => turn.read(),
            Some(turn) => turn.left(),
            None => {}
        }
        if let Some(turn) = &self.turn {
            // A program that ended its answer because its client broke off has not given it all.
            turn.ended(self.status.as_u16(), complete && turn.fault().is_none());
        }
        if let Some(entry) = &self.entry {
            entry.end(self.status.as_u16(), self.given, complete);
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        // Who asks for more has taken what there was.
        if let Some(taking) = &self.taking {
            taking.took();
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.given += bytes as u64;
                if let Some(taking) = &self.taking {
                    taking.given();
                }
            }
            // What the program breaks off is over as well.
            Some(Err(_)) | None => self.ended = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
