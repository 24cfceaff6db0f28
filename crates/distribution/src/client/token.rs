//! Fetches tokens from the service that a registry names (distribution's "token authentication" and its
//! OAuth2 form).

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Url;
use sampan_types::{ByteCount, Secret};
use serde::Deserialize;

use super::answer::{Answer, detail};
use super::auth::{Granted, basic};
use super::body::Body;
use super::credentials::Credential;
use super::endpoint::{Endpoint, clean};
use super::error::ClientError;
use super::transport::{Request, Transport};

/// What a token service may answer with.
const MAX_ANSWER: ByteCount = ByteCount::mib(1);
/// How long a token is good where the service does not say.
const DEFAULT_LIFETIME: u64 = 60;
/// Whatever a service says, a token is asked for again after this long.
const MAX_LIFETIME: u64 = 3600;

/// What is asked of the service.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) realm: &'a str,
    pub(crate) service: Option<&'a str>,
    pub(crate) scopes: &'a [&'a str],
    /// For the words of an error.
    pub(crate) subject: &'a str,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

pub(crate) async fn fetch(
    transport: &Transport,
    endpoint: &Endpoint,
    asked: &Asked<'_>,
    credential: Option<&Credential>,
) -> Result<Granted, ClientError> {
    let mut url = Url::parse(asked.realm).map_err(|_| ClientError::Challenge {
        registry: endpoint.name.clone(),
        challenge: clean(asked.realm),
    })?;
    let base = transport.url(endpoint, "/v2/").await?;
    transport.check(endpoint, Some(&base), &url)?;
    // A name and password inside an address would be sent as credentials of our own.
    let _ = url.set_username("").and(url.set_password(None));
    let request = match credential {
        Some(Credential::Identity(token)) => refresh(url, asked, token),
        Some(Credential::Basic { username, password }) => {
            query(&mut url, asked, Some(username));
            let authorization = basic(endpoint, username, password)?;
            get(url, Some(authorization))
        }
        Some(Credential::Bearer(_)) | None => {
            query(&mut url, asked, None);
            get(url, None)
        }
    };
    // Messages and certificates speak of the token service where it is another host.
    let response = transport.send(endpoint, request).await?;
    let mut answer = Answer::new(transport, endpoint, response);
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::BAD_REQUEST
        | StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED => {
            let text = answer.error_text().await;
            return Err(ClientError::Unauthenticated {
                registry: endpoint.name.clone(),
                subject: asked.subject.to_owned(),
                detail: detail(&text),
                with_credentials: credential.is_some(),
            });
        }
        _ => return Err(answer.refusal("give a token").await),
    }
    let bytes = answer.bytes("a token", MAX_ANSWER).await?;
    let malformed = |source| ClientError::Malformed {
        registry: endpoint.name.clone(),
        what: "a token",
        source,
    };
    let parsed: TokenAnswer = serde_json::from_slice(&bytes).map_err(malformed)?;
    let token = parsed.token.filter(|t| !t.is_empty()).or(parsed.access_token);
    let token = token.filter(|t| !t.is_empty()).ok_or_else(|| {
        let text = "neither `token` nor `access_token` is there";
        malformed(serde::de::Error::custom(text))
    })?;
    let seconds = parsed.expires_in.unwrap_or(DEFAULT_LIFETIME).min(MAX_LIFETIME);
    Ok(Granted {
        token: Secret::new(token),
        // A little less, for the way to the registry.
        lifetime: Duration::from_secs(seconds).mul_f64(0.9),
    })
}

fn query(url: &mut Url, asked: &Asked<'_>, account: Option<&str>) {
    let mut pairs = url.query_pairs_mut();
    for (name, value) in [("service", asked.service), ("account", account)] {
        if let Some(value) = value {
            pairs.append_pair(name, value);
        }
    }
    for scope in asked.scopes {
        pairs.append_pair("scope", scope);
    }
}

fn get(url: Url, authorization: Option<HeaderValue>) -> Request {
    Request {
        method: Method::GET,
        url,
        headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]),
        body: Body::Empty,
        authorization,
    }
}

/// OAuth2 with a refresh token (RFC 6749 §6). The secret is in the body, which no redirect may take away.
fn refresh(url: Url, asked: &Asked<'_>, token: &Secret<String>) -> Request {
    let mut form = url.clone();
    form.set_query(None);
    form.query_pairs_mut()
        .append_pair("grant_type", "refresh_token")
        .append_pair("client_id", "sampan")
        .append_pair("service", asked.service.unwrap_or_default())
        .append_pair("scope", &asked.scopes.join(" "))
        .append_pair("refresh_token", token.expose());
    let body = form.query().unwrap_or_default().to_owned();
    Request {
        method: Method::POST,
        url,
        headers: HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/json")),
            (
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            ),
        ]),
        body: Body::Secret(Bytes::from(body)),
        authorization: None,
    }
}
