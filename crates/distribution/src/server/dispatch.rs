//! One request from its head to its answer: guard, route, authorise, act.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{HeaderValue, Method, Request, Response};
use hyper::body::{Body as _, Incoming};

use super::api_error::ApiError;
use super::auth::{self, Action, Need};
use super::reply::{self, API_VERSION, Body};
use super::route::Endpoint;
use super::state::State;
use super::{blobs, body, guard, listing, manifests, referrers, uploads};

/// Answers a request. There is always an answer.
pub(crate) async fn handle(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let begin = Instant::now();
    let (parts, mut content) = request.into_parts();
    let mut response = match answer(&state, &parts, &mut content).await {
        Ok(response) => response,
        Err(error) => {
            if let Some(cause) = &error.cause {
                tracing::error!(method = %parts.method, path = parts.uri.path(), %cause, "request failed");
            }
            if !content.is_end_stream() {
                body::drain(&mut content).await;
            }
            let mut response = error.into_response();
            if parts.method == Method::HEAD {
                *response.body_mut() = reply::no_body();
            }
            response
        }
    };
    response
        .headers_mut()
        .insert(API_VERSION, HeaderValue::from_static("registry/2.0"));
    tracing::debug!(
        method = %parts.method,
        path = parts.uri.path(),
        status = response.status().as_u16(),
        micros = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    Ok(response)
}

async fn answer(state: &Arc<State>, parts: &Parts, body: &mut Incoming) -> Result<Response<Body>, ApiError> {
    if state.access.is_open() {
        guard::no_browsers(parts)?;
    }
    let method = &parts.method;
    let endpoint = Endpoint::parse(parts.uri.path(), method)?;
    let Some(need) = need(&endpoint, method) else {
        return Err(ApiError::method_not_allowed(endpoint.allowed()));
    };
    let identity = match &need {
        Some(need) => state.access.check(&parts.headers, need).await?,
        None => return auth::issue(state, parts, body).await,
    };
    match (endpoint, method) {
        (Endpoint::Base, _) => Ok(reply::content(http::StatusCode::OK, "application/json", "{}").done()),
        (Endpoint::Catalog, _) => listing::catalog(state, parts).await,
        (Endpoint::Tags(name), _) => listing::tags(state, parts, &name).await,
        (Endpoint::Referrers(name, subject), _) => referrers::list(state, parts, &name, subject).await,
        (Endpoint::Manifest(name, selector), &Method::PUT) => {
            manifests::put(state, parts, body, &name, selector).await
        }
        (Endpoint::Manifest(name, selector), &Method::DELETE) => {
            manifests::delete(state, name, selector).await
        }
        (Endpoint::Manifest(name, selector), _) => manifests::read(state, parts, &name, selector).await,
        (Endpoint::Blob(name, digest), &Method::DELETE) => blobs::delete(state, name, digest).await,
        (Endpoint::Blob(name, digest), _) => blobs::read(state, parts, &name, digest).await,
        (Endpoint::Uploads(name), _) => uploads::start(state, parts, body, &name, &identity).await,
        (Endpoint::Upload(name, id), &Method::PATCH) => uploads::patch(state, parts, body, &name, id).await,
        (Endpoint::Upload(name, id), &Method::PUT) => uploads::put(state, parts, body, &name, id).await,
        (Endpoint::Upload(name, id), &Method::DELETE) => uploads::cancel(state, &name, id).await,
        (Endpoint::Upload(name, id), _) => uploads::status(state, &name, id).await,
        (Endpoint::Token, _) => Err(ApiError::no_such_path()),
    }
}

/// What a request must be allowed: `None` where the endpoint has no such method, `Some(None)` where the
/// endpoint itself is how one gets allowed.
fn need<'a>(endpoint: &'a Endpoint, method: &Method) -> Option<Option<Need<'a>>> {
    let read = method == Method::GET || method == Method::HEAD;
    let repository = |name, action| Some(Some(Need::Repository(name, action)));
    match endpoint {
        Endpoint::Base if read => Some(Some(Need::Login)),
        Endpoint::Catalog if method == Method::GET => Some(Some(Need::Catalog)),
        Endpoint::Token if method == Method::GET || method == Method::POST => Some(None),
        Endpoint::Tags(name) | Endpoint::Referrers(name, _) if method == Method::GET => {
            repository(name, Action::Pull)
        }
        Endpoint::Manifest(name, _) | Endpoint::Blob(name, _) if read => repository(name, Action::Pull),
        Endpoint::Manifest(name, _) | Endpoint::Blob(name, _) if method == Method::DELETE => {
            repository(name, Action::Delete)
        }
        Endpoint::Manifest(name, _) if method == Method::PUT => repository(name, Action::Push),
        Endpoint::Uploads(name) if method == Method::POST => repository(name, Action::Push),
        Endpoint::Upload(name, _)
            if [Method::GET, Method::PATCH, Method::PUT, Method::DELETE].contains(method) =>
        {
            repository(name, Action::Push)
        }
        _ => None,
    }
}
