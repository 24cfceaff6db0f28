//! `/token`: the token service that clients are sent to (the Docker token protocol: GET with basic
//! credentials, or POST as OAuth2 with a password).

use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use hyper::body::Incoming;
use sampan_types::Secret;
use serde::Serialize;

use super::scope::Grant;
use super::token::Claims;
use super::{Access, Guarded, SERVICE, basic};
use crate::server::api_error::ApiError;
use crate::server::body::collect;
use crate::server::config::AuthScheme;
use crate::server::query::Query;
use crate::server::reply::{Body, json};
use crate::server::state::State;

/// Most grants in one token; clients ask for one, or two when they mount.
const MAX_GRANTS: usize = 32;
/// Longest form that is read.
const MAX_FORM: u64 = 16 * 1024;

#[derive(Serialize)]
struct Issued {
    token: String,
    access_token: String,
    expires_in: u64,
}

#[derive(Serialize)]
struct Refused {
    error: &'static str,
}

/// Answers a request for a token.
pub(crate) async fn issue(
    state: &State,
    parts: &Parts,
    body: &mut Incoming,
) -> Result<Response<Body>, ApiError> {
    let guarded = match &state.access {
        Access::Guarded(guarded) if guarded.scheme == AuthScheme::Token => guarded,
        _ => return Err(ApiError::no_such_path()),
    };
    let (form, credentials) = if parts.method == Method::POST {
        let bytes = collect(body, MAX_FORM, state.bounds.idle).await?;
        let form = Query::parse(&String::from_utf8_lossy(&bytes))?;
        if form.get("grant_type") != Some("password") {
            let refused = Refused {
                error: "unsupported_grant_type",
            };
            return Ok(json(StatusCode::BAD_REQUEST, &refused));
        }
        let user = form.get("username").unwrap_or_default().to_owned();
        let password = Secret::new(form.get("password").unwrap_or_default().to_owned());
        (form, Some((user, password)))
    } else {
        (
            Query::parse(parts.uri.query().unwrap_or_default())?,
            basic(&parts.headers)?,
        )
    };
    let known = match credentials {
        Some((user, password)) => {
            if !guarded.users.verify(&user, password).await? {
                return Err(refuse());
            }
            true
        }
        None if guarded.anonymous_pull => false,
        None => return Err(refuse()),
    };
    Ok(respond(guarded, known, &form))
}

fn respond(guarded: &Guarded, known: bool, form: &Query) -> Response<Body> {
    let grants = form
        .all("scope")
        .flat_map(|scopes| scopes.split(' '))
        .filter_map(Grant::parse)
        .filter_map(|grant| if known { Some(grant) } else { grant.for_anonymous() })
        .take(MAX_GRANTS)
        .collect();
    let claims = Claims::new(known, guarded.lifetime, grants);
    let token = guarded.key.seal(&claims);
    let issued = Issued {
        access_token: token.clone(),
        token,
        expires_in: guarded.lifetime.as_secs(),
    };
    let mut response = json(StatusCode::OK, &issued);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}

/// The token service itself wants basic credentials.
fn refuse() -> ApiError {
    let challenge = format!("Basic realm=\"{SERVICE}\"");
    match http::HeaderValue::from_str(&challenge) {
        Ok(value) => ApiError::unauthorized(value),
        Err(error) => ApiError::internal(error),
    }
}
