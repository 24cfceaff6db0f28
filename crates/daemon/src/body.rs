//! Bodies of requests: documents into memory up to a bound, archives to whoever reads them on a thread of its own.

use std::io::{self, Read};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::config::Bounds;
use crate::problem::{Problem, Result};

/// How many parts of an archive wait for its reader.
const QUEUE: usize = 8;
/// How much is read of a body that nobody wants, so that its sender gets to see the answer.
const UNWANTED: usize = 16 << 20;

fn content_type(headers: &HeaderMap, body: &Incoming) -> Result<()> {
    let given = headers
        .get(CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or_default())
        .unwrap_or_default();
    if given.is_empty() && body.is_end_stream() {
        return Ok(());
    }
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.is_empty() || !kind.contains('/') && kind.contains(char::is_whitespace) {
        return Err(Problem::bad(format!("malformed Content-Type header ({given})")));
    }
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::bad(format!(
            "unsupported Content-Type header ({given}): must be 'application/json'"
        )));
    }
    Ok(())
}

/// The next part of a body, unless it stops coming.
pub(crate) async fn next(body: &mut Incoming, pause: Duration) -> Result<Option<Bytes>> {
    loop {
        match tokio::time::timeout(pause, body.frame()).await {
            Err(_) => {
                return Err(Problem::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "the body of the request stopped coming",
                ));
            }
            Ok(None) => return Ok(None),
            Ok(Some(Err(error))) => {
                return Err(Problem::bad(format!(
                    "the body of the request broke off: {error}"
                )));
            }
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// All of a JSON body.
pub(crate) async fn document(headers: &HeaderMap, body: &mut Incoming, bounds: &Bounds) -> Result<Bytes> {
    content_type(headers, body)?;
    bytes(body, bounds).await
}

/// All of a body of any kind.
pub(crate) async fn bytes(body: &mut Incoming, bounds: &Bounds) -> Result<Bytes> {
    let too_large = || {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body of the request is larger than {} bytes",
                bounds.body_size
            ),
        )
    };
    if body.size_hint().lower() > bounds.body_size as u64 {
        return Err(too_large());
    }
    // Nearly always all of it comes at once, with the head.
    let Some(first) = next(body, bounds.body_pause).await? else {
        return Ok(Bytes::new());
    };
    if body.is_end_stream() {
        return Ok(first);
    }
    let mut all = Vec::from(first);
    while let Some(part) = next(body, bounds.body_pause).await? {
        if all.len() + part.len() > bounds.body_size {
            return Err(too_large());
        }
        all.extend_from_slice(&part);
    }
    Ok(all.into())
}

/// A JSON body; the zero value where there is none.
pub(crate) async fn json<T: DeserializeOwned + Default>(
    headers: &HeaderMap,
    body: &mut Incoming,
    bounds: &Bounds,
) -> Result<T> {
    let bytes = document(headers, body, bounds).await?;
    if bytes.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(&bytes).map_err(|error| invalid(&error))
}

/// Of a body that is not what it should be.
pub(crate) fn invalid(error: &serde_json::Error) -> Problem {
    if error.is_eof() {
        return Problem::bad("invalid JSON: unexpected end of the request's body");
    }
    Problem::bad(format!("invalid JSON: {error}"))
}

/// A body, read on a blocking thread. It ends with an error where the body does.
pub(crate) struct BodyReader {
    parts: mpsc::Receiver<io::Result<Bytes>>,
    part: Bytes,
}

impl Read for BodyReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                None => return Ok(0),
                Some(part) => self.part = part?,
            }
        }
        let length = self.part.len().min(to.len());
        self.part.copy_to_slice(&mut to[..length]);
        Ok(length)
    }
}

/// Hands a body to a reader while `work` goes on, and gives what that gives.
pub(crate) async fn read_by<T>(
    body: &mut Incoming,
    pause: Duration,
    work: impl AsyncFnOnce(BodyReader) -> Result<T>,
) -> Result<T> {
    let outcome = read_pieces(BodyPieces { body, pause }, work).await;
    if outcome.is_ok() {
        // Behind the end of an archive there may be more, and a client that still sends it would see a broken connection.
        discard(body).await;
    }
    outcome
}

/// Where pieces of a file come from, one after another.
pub(crate) trait Pieces: Send {
    /// The next one; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send;
}

struct BodyPieces<'b> {
    body: &'b mut Incoming,
    pause: Duration,
}

impl Pieces for BodyPieces<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        next(self.body, self.pause).await
    }
}

/// The same with pieces from anywhere.
pub(crate) async fn read_pieces<T>(
    mut pieces: impl Pieces,
    work: impl AsyncFnOnce(BodyReader) -> Result<T>,
) -> Result<T> {
    let (sender, parts) = mpsc::channel(QUEUE);
    let pump = async {
        let sender = sender;
        loop {
            let part = match pieces.next().await {
                Ok(None) => break,
                Ok(Some(part)) => Ok(part),
                Err(problem) => Err(io::Error::other(problem.message)),
            };
            let last = part.is_err();
            if sender.send(part).await.is_err() || last {
                break;
            }
        }
        // The reader sees the end; what it does then is waited for below.
        drop(sender);
        std::future::pending::<()>().await;
    };
    let reader = BodyReader {
        parts,
        part: Bytes::new(),
    };
    tokio::select! {
        outcome = work(reader) => outcome,
        () = pump => unreachable!("it never ends"),
    }
}

/// Reads on for a moment what nobody wants: a client that is still sending would else see a broken connection instead of
/// the answer.
pub(crate) async fn discard(body: &mut Incoming) {
    let reading = async {
        let mut left = UNWANTED;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            if length > left {
                return;
            }
            left -= length;
        }
    };
    // Whoever sends slower than this does not get the answer.
    let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
}
