//! From a request to its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, RETRY_AFTER};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError};
use wasmtime_wasi_http::{Error, WasiBody};

use super::Service;
use super::turn::Turn;
use crate::outcome;

/// Most characters of a path that the log shows.
const PATH: usize = 200;

impl Service {
    /// Has the component answer, or says why it does not.
    pub(super) async fn answer(&self, mut request: Request<Incoming>) -> Response<Answer> {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return busy();
        };
        if let Err(why) = name_the_host(&mut request) {
            return plain(StatusCode::BAD_REQUEST, why);
        }
        if let Some(pace) = &self.pace {
            // Short requests end before they are looked at: many of them are held here.
            pace.paid().await;
        }
        let turn = Turn::new(
            shown(&request),
            self.control.clone(),
            (place, self.need.clone().busy()),
        );
        let request = request.map(|body| body.map_err(Error::from).boxed_unsync());
        match self.handler.handle(turn.clone(), request).await {
            Ok(response) => {
                turn.answered();
                response.map(|body| Answer {
                    body,
                    turn: Some(turn),
                })
            }
            Err(error) => failed(&error, &turn),
        }
    }
}

/// Requests reach the guest with their whole address: its authority is that of the request line, or the `Host`
/// header's (RFC 9110 section 7.1).
fn name_the_host<B>(request: &mut Request<B>) -> Result<(), &'static str> {
    let mut parts = request.uri().clone().into_parts();
    if parts.authority.is_none() {
        let mut hosts = request.headers().get_all(HOST).iter();
        let authority = match (hosts.next(), hosts.next()) {
            (Some(host), None) => Authority::try_from(host.as_bytes()).ok(),
            (None, _) if request.version() == http::Version::HTTP_10 => {
                Some(Authority::from_static("localhost"))
            }
            (None, _) => return Err("the request has no Host header\n"),
            _ => None,
        };
        parts.authority = Some(authority.ok_or("the request has no single valid Host header\n")?);
    }
    parts.scheme = Some(Scheme::HTTP);
    parts
        .path_and_query
        .get_or_insert_with(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| "the request has no valid address\n")?;
    Ok(())
}

/// The method and path, fit for a log.
fn shown<B>(request: &Request<B>) -> String {
    let path = request.uri().path();
    let path: String = path.chars().filter(|c| !c.is_control()).take(PATH).collect();
    format!("{} {path}", request.method())
}

fn failed(error: &wasmtime::Error, turn: &Turn) -> Response<Answer> {
    if let Some(failed) = error.downcast_ref::<InstantiationError<Arc<Turn>>>() {
        if outcome::is_for_want_of_room(&failed.error) {
            return busy();
        }
        turn.failed(&failed.error);
    } else if error.is::<ExpirationError>() {
        turn.failed(error);
        return plain(
            StatusCode::GATEWAY_TIMEOUT,
            "the program did not answer in time\n",
        );
    } else if !error.is::<wasmtime_wasi_http::handler::TrapOrPanicError>() {
        // Of a trap, the instance tells.
        turn.failed(error);
    }
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the program failed\n")
}

fn busy() -> Response<Answer> {
    let mut response = plain(
        StatusCode::SERVICE_UNAVAILABLE,
        "too much is under way; try again\n",
    );
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Answer> {
    let body = Full::new(Bytes::from_static(text.as_bytes())).map_err(|never| match never {});
    let mut response = Response::new(Answer {
        body: body.boxed_unsync(),
        turn: None,
    });
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// The body of an answer, which tells when nobody reads it any more.
pub(super) struct Answer {
    body: WasiBody,
    turn: Option<Arc<Turn>>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(turn) = &self.turn {
            turn.read();
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
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: http::Version, uri: &str, hosts: &[&str]) -> Request<()> {
        let mut builder = Request::builder().version(version).uri(uri);
        for host in hosts {
            builder = builder.header(HOST, *host);
        }
        builder.body(()).unwrap()
    }

    #[test]
    fn a_request_needs_one_host_that_is_valid() {
        let v1 = http::Version::HTTP_11;
        for (mut good, bad) in [
            (request(v1, "/", &["a.example:80"]), false),
            (request(v1, "http://a.example/", &[]), false),
            (request(http::Version::HTTP_10, "/", &[]), false),
            (request(v1, "/", &[]), true),
            (request(v1, "/", &["a", "b"]), true),
            (request(v1, "/", &["a b"]), true),
            (request(v1, "/", &[""]), true),
        ] {
            let result = name_the_host(&mut good);
            assert_eq!(result.is_err(), bad, "{good:?}");
            if !bad {
                assert_eq!(good.uri().scheme_str(), Some("http"));
                assert!(good.uri().authority().is_some());
            }
        }
    }

    #[test]
    fn a_log_line_is_short_and_holds_no_controls() {
        let long = format!("/{}", "x".repeat(5000));
        let line = shown(&request(http::Version::HTTP_11, &long, &[]));
        assert!(line.starts_with("GET /xxx") && line.len() < PATH + 10, "{line}");
    }
}
