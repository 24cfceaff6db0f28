//! From a request to its handler, and from what that gives to an answer.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use http::header::{HOST, HeaderName, SERVER};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use hyper::body::{Body as _, Incoming};
use hyper::upgrade::OnUpgrade;
use percent_encoding::percent_decode_str;
use sampan_api::routes::{self, ApiVersion, Handler, Route, State as Answered, find, split_version};
use sampan_types::TRACES;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::body;
use crate::handlers;
use crate::listen::host_is_known;
use crate::peer::{Door, Peer};
use crate::problem::{Problem, Result};
use crate::query::Query;
use crate::reply::{self, Reply};
use crate::state::State;
use crate::strangers;
use crate::traces::parent_of;

const API_VERSION: HeaderName = HeaderName::from_static("api-version");
const EXPERIMENTAL: HeaderName = HeaderName::from_static("docker-experimental");
const OS_TYPE: HeaderName = HeaderName::from_static("ostype");

/// What a handler gets.
pub(crate) struct Call<'c> {
    pub(crate) state: &'c Arc<State>,
    pub(crate) peer: &'c Peer,
    pub(crate) version: ApiVersion,
    /// What stands at the path's variable part.
    pub(crate) name: &'c str,
    pub(crate) query: Query<'c>,
    pub(crate) headers: &'c HeaderMap,
    pub(crate) body: &'c mut Incoming,
    /// Where the client asked to have the connection handed over.
    pub(crate) upgrade: Option<OnUpgrade>,
}

impl Call<'_> {
    /// The body, a JSON document.
    pub(crate) async fn json<T: serde::de::DeserializeOwned + Default>(&mut self) -> Result<T> {
        body::json(self.headers, self.body, &self.state.config.bounds).await
    }

    /// Whether the client speaks at least this version.
    pub(crate) fn since(&self, minor: u16) -> bool {
        self.version >= ApiVersion::v1(minor)
    }
}

/// Answers one request. It always does: what fails is an answer too.
pub(crate) async fn handle(
    state: Arc<State>,
    peer: Arc<Peer>,
    request: Request<Incoming>,
) -> std::result::Result<Reply, Infallible> {
    let begun = Instant::now();
    let (mut parts, mut incoming) = request.into_parts();
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let (version, path) = split_version(parts.uri.path());
    // Clients older than the API's first version with JSON errors show the body as it is.
    let plain = version.is_some_and(|version| ApiVersion::lenient(version) < ApiVersion::MIN);
    let found = routes::Method::of(parts.method.as_str()).and_then(|method| find(method, path));
    let outcome = match admit(&state, &peer, &parts, found, version) {
        Ok((handler, name, version)) => {
            let span = span(&parts, found.map(|(route, _)| route));
            let outcome = call(
                &state,
                &peer,
                &parts,
                &mut incoming,
                upgrade,
                handler,
                name,
                version,
            )
            .instrument(span.clone())
            .await;
            let status = outcome
                .as_ref()
                .map_or_else(|problem| problem.status, |reply| reply.status());
            if !span.is_disabled() {
                end_span(&span, status, outcome.as_ref().err());
            }
            state.metrics.count(handler, status.as_u16(), begun.elapsed());
            outcome
        }
        Err(problem) => {
            state.metrics.refused.fetch_add(1, Ordering::Relaxed);
            Err(problem)
        }
    };
    let (mut reply, message) = match outcome {
        Ok(reply) => (reply, None),
        Err(problem) => {
            if !incoming.is_end_stream() {
                body::discard(&mut incoming).await;
            }
            let message = problem.message.clone();
            (reply::problem(problem, plain), Some(message))
        }
    };
    if parts.method == Method::HEAD {
        reply::head_only(&mut reply);
    }
    decorate(&state, &mut reply);
    let changes = found.is_some_and(|(route, _)| !route.reads);
    if changes || tracing::enabled!(target: ACCESS, tracing::Level::DEBUG) {
        let line = Line {
            peer,
            micros: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
            status: reply.status().as_u16(),
            parts,
            error: message,
            changes,
        };
        // After the answer is on its way: nobody waits for this.
        tokio::spawn(async move { line.write() });
    }
    Ok(reply)
}

/// The span of a request, as OpenTelemetry names such (semantic conventions for HTTP).
fn span(parts: &Parts, route: Option<&Route>) -> Span {
    let route = route.map_or("", |route| route.path);
    tracing::trace_span!(
        target: TRACES,
        "request",
        otel.kind = "server",
        otel.name = %format_args!("{} {route}", parts.method),
        otel.parent = parent_of(&parts.headers),
        otel.error = Empty,
        http.request.method = parts.method.as_str(),
        http.route = route,
        url.path = parts.uri.path(),
        http.response.status_code = Empty,
    )
}

fn end_span(span: &Span, status: StatusCode, problem: Option<&Problem>) {
    span.record("http.response.status_code", status.as_u16());
    // What is the client's own fault is no error of a server.
    if status.is_server_error() {
        span.record(
            "otel.error",
            problem.map_or("", |problem| problem.message.as_str()),
        );
    }
}

/// Whether the request may be answered, and by whom.
fn admit<'p>(
    state: &State,
    peer: &Peer,
    parts: &Parts,
    found: Option<(&'static Route, &'p str)>,
    version: Option<&str>,
) -> Result<(Handler, Cow<'p, str>, ApiVersion)> {
    if peer.remote() && !host_is_known(parts.headers.get(HOST), &parts.uri, &state.config.host_names) {
        return Err(Problem::forbidden(
            "the daemon is not called by this name; allow it with `--host-name`",
        ));
    }
    let Some((route, name)) = found else {
        return Err(Problem::not_found("page not found"));
    };
    let asked = version.map_or(ApiVersion::MAX, ApiVersion::lenient);
    let written = version.unwrap_or_default();
    if asked < ApiVersion::MIN {
        return Err(Problem::bad(format!(
            "client version {written} is too old. Minimum supported API version is {}, please upgrade your client to a newer version",
            ApiVersion::MIN
        )));
    }
    if asked > ApiVersion::MAX {
        return Err(Problem::bad(format!(
            "client version {written} is too new. Maximum supported API version is {}",
            ApiVersion::MAX
        )));
    }
    if asked < route.since {
        return Err(Problem::bad(format!(
            "{} {} requires minimum API version {}",
            route.method.as_str(),
            route.path,
            route.since
        )));
    }
    let handler = match route.state {
        Answered::Served(handler) => handler,
        // Clients leave a swarm to be sure that there is none, and look for this answer.
        Answered::NotYet(_) if route.path == "/swarm/leave" => {
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "This node is not part of a swarm",
            ));
        }
        Answered::NotYet(later) => return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, later.reason())),
    };
    let numbers = matches!(handler, Handler::Metrics | Handler::Live | Handler::Ready);
    if peer.door == Door::Metrics && !numbers {
        return Err(Problem::not_found("page not found"));
    }
    if state.config.read_only && !route.reads {
        return Err(Problem::forbidden(
            "the daemon is read-only: it answers nothing that changes something",
        ));
    }
    let name = if name.contains('%') {
        percent_decode_str(name)
            .decode_utf8()
            .map_err(|_| Problem::bad("the path is not UTF-8"))?
    } else {
        Cow::Borrowed(name)
    };
    if name.contains('\0') {
        return Err(Problem::bad("the path has a zero byte"));
    }
    let name = match peer.door {
        Door::WasmOnly => strangers::admit(state, peer, route, handler, name)?,
        Door::Full | Door::Metrics => name,
    };
    Ok((handler, name, asked))
}

#[expect(
    clippy::too_many_arguments,
    reason = "they are the parts of one request, taken apart above"
)]
async fn call(
    state: &Arc<State>,
    peer: &Peer,
    parts: &Parts,
    body: &mut Incoming,
    upgrade: Option<OnUpgrade>,
    handler: Handler,
    name: Cow<'_, str>,
    version: ApiVersion,
) -> Result<Reply> {
    let call = Call {
        state,
        peer,
        version,
        name: &name,
        query: Query::new(parts.uri.query().unwrap_or_default())?,
        headers: &parts.headers,
        body,
        upgrade,
    };
    handlers::answer(handler, call).await
}

/// What stands in every head.
fn decorate(state: &State, reply: &mut Reply) {
    const VERSION: HeaderValue = HeaderValue::from_static("1.55");
    let headers = reply.headers_mut();
    headers.insert(API_VERSION, VERSION);
    headers.insert(
        EXPERIMENTAL,
        HeaderValue::from_static(if state.config.experimental {
            "true"
        } else {
            "false"
        }),
    );
    headers.insert(OS_TYPE, HeaderValue::from_static("linux"));
    headers.insert(SERVER, state.server.clone());
}

/// The name under which requests are logged.
const ACCESS: &str = "sampan::access";

/// One line for each request; those that change something are worth more attention.
struct Line {
    peer: Arc<Peer>,
    parts: Parts,
    status: u16,
    micros: u64,
    error: Option<String>,
    changes: bool,
}

impl Line {
    fn write(self) {
        let Self {
            peer,
            parts,
            status,
            micros,
            error,
            changes,
        } = self;
        let (method, path, error) = (parts.method, parts.uri.path(), error.as_deref());
        if changes {
            tracing::info!(target: ACCESS, %peer, %method, path, status, micros, error);
        } else {
            tracing::debug!(target: ACCESS, %peer, %method, path, status, micros, error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_the_newest_version() {
        assert_eq!(ApiVersion::MAX.to_string(), "1.55");
    }
}
