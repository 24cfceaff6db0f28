//! What a client is told when no program answers it.

use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderName, Method, Request, StatusCode, Version};

use super::routes::NoRoute;
use super::turn::Fault;

/// An answer of the server's own.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// One line.
    pub(super) why: &'static str,
    pub(super) header: Option<(HeaderName, &'static str)>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, why: &'static str) -> Self {
        let header = None;
        Self { status, why, header }
    }

    /// There is no place, or no memory.
    pub(super) fn busy() -> Self {
        Self {
            header: Some((RETRY_AFTER, "1")),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too much is under way; try again\n",
            )
        }
    }

    pub(super) fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the program failed\n")
    }

    pub(super) fn expired() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the program did not answer in time\n",
        )
    }

    /// The request cannot be read in one way alone; nor can what follows it on its connection.
    pub(super) fn bad(why: &'static str) -> Self {
        Self {
            header: Some((CONNECTION, "close")),
            ..Self::new(StatusCode::BAD_REQUEST, why)
        }
    }

    pub(super) fn no_route(why: NoRoute) -> Self {
        match why {
            NoRoute::Host => Self::new(
                StatusCode::MISDIRECTED_REQUEST,
                "no service on this port has this host\n",
            ),
            NoRoute::Path => Self::new(StatusCode::NOT_FOUND, "no service of this host has this path\n"),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let refusal = match fault {
            Fault::Slow => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "the body of the request came too slowly\n",
            ),
            Fault::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body of the request is too large\n",
            ),
            Fault::Broken => Self::bad("the body of the request cannot be read\n"),
        };
        Self {
            // Where its next request begins, nobody can tell.
            header: Some((CONNECTION, "close")),
            ..refusal
        }
    }
}

/// What wasi:http has no word for, so that no program could answer it, and bodies that not all read alike.
pub(super) fn unsupported<B>(request: &Request<B>) -> Option<Refusal> {
    if *request.method() == Method::CONNECT {
        return Some(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "CONNECT asks for a tunnel: this server answers requests, and is no proxy\n",
        ));
    }
    // Whoever reads these codings otherwise sees other bounds (RFC 9112 section 6.1).
    let mut codings = request.headers().get_all(http::header::TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next()
        && !(coding.as_bytes().eq_ignore_ascii_case(b"chunked") && codings.next().is_none())
    {
        return Some(Refusal::bad(
            "bodies are sent whole or in chunks, and in no other coding\n",
        ));
    }
    let upgrade = request.headers().get(http::header::UPGRADE)?;
    let wants = upgrade
        .as_bytes()
        .split(|b| *b == b',')
        .any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"));
    // Of any other upgrade a server may say nothing and answer as before (RFC 9110 section 7.8).
    (wants && request.version() == Version::HTTP_11).then(|| {
        Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "WebSockets are not served: wasi:http answers requests and has no upgrade; stream the answer instead, \
             as server-sent events do\n",
        )
    })
}
