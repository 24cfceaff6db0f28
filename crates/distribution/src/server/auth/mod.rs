//! Who may do what.
//!
//! Every user of the password file may do everything; who has no credentials may at most pull. Credentials
//! are compared in constant time, never stored in the clear and never logged.

mod htpasswd;
mod scope;
mod service;
mod token;

use http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderValue};
use sampan_types::Secret;

use self::htpasswd::Users;
pub(crate) use self::scope::{Action, Need};
pub(crate) use self::service::issue;
use self::token::{Claims, TokenKey};
use super::api_error::{ApiError, Code};
use super::config::{AuthConfig, AuthScheme, ServerConfig};
use super::error::ServerError;

/// The name that the token service and the realm have.
const SERVICE: &str = "sampan-registry";

/// The rules of one server.
pub(crate) enum Access {
    /// Everybody may do everything.
    Open,
    /// Credentials are needed.
    Guarded(Box<Guarded>),
}

pub(crate) struct Guarded {
    users: Users,
    scheme: AuthScheme,
    anonymous_pull: bool,
    key: TokenKey,
    lifetime: std::time::Duration,
    public_url: Option<String>,
    tls: bool,
}

/// What a request may do.
pub(crate) enum Identity {
    Everything,
    PullOnly,
    Token(Claims),
}

impl Identity {
    pub(crate) fn may(&self, need: &Need<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::PullOnly => matches!(need, Need::Repository(_, Action::Pull)),
            Self::Token(claims) => claims.allow(need),
        }
    }
}

impl Access {
    pub(crate) fn new(config: &ServerConfig) -> Result<Self, ServerError> {
        let Some(AuthConfig {
            htpasswd,
            scheme,
            anonymous_pull,
        }) = &config.auth
        else {
            return Ok(Self::Open);
        };
        if let Some(url) = &config.public_url
            && !is_origin(url)
        {
            return Err(ServerError::PublicUrl(url.clone()));
        }
        Ok(Self::Guarded(Box::new(Guarded {
            users: Users::load(htpasswd)?,
            scheme: *scheme,
            anonymous_pull: *anonymous_pull,
            key: TokenKey::generate()?,
            lifetime: config.bounds.token,
            public_url: config.public_url.clone(),
            tls: config.tls.is_some(),
        })))
    }

    pub(crate) const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// Lets a request through, or answers with the challenge that tells the client what to bring.
    pub(crate) async fn check(&self, headers: &HeaderMap, need: &Need<'_>) -> Result<Identity, ApiError> {
        match self {
            Self::Open => Ok(Identity::Everything),
            Self::Guarded(guarded) => guarded.check(headers, need).await,
        }
    }
}

impl Guarded {
    async fn check(&self, headers: &HeaderMap, need: &Need<'_>) -> Result<Identity, ApiError> {
        let identity = match self.scheme {
            AuthScheme::Basic => match basic(headers)? {
                Some((user, password)) => {
                    if !self.users.verify(&user, password).await? {
                        return Err(self.challenge(headers, need, None));
                    }
                    Identity::Everything
                }
                None if self.anonymous_pull => Identity::PullOnly,
                None => return Err(self.challenge(headers, need, None)),
            },
            AuthScheme::Token => match bearer(headers) {
                Some(token) => match self.key.open(token) {
                    Some(claims) => Identity::Token(claims),
                    None => return Err(self.challenge(headers, need, Some("invalid_token"))),
                },
                None => return Err(self.challenge(headers, need, None)),
            },
        };
        if identity.may(need) {
            return Ok(identity);
        }
        let error = matches!(identity, Identity::Token(_)).then_some("insufficient_scope");
        Err(self.challenge(headers, need, error))
    }

    fn challenge(&self, headers: &HeaderMap, need: &Need<'_>, error: Option<&str>) -> ApiError {
        let mut text = match self.scheme {
            AuthScheme::Basic => format!("Basic realm=\"{SERVICE}\""),
            AuthScheme::Token => {
                let Some(origin) = self.origin(headers) else {
                    return ApiError::new(Code::Unsupported)
                        .status(http::StatusCode::BAD_REQUEST)
                        .detail("the `Host` header is missing or malformed");
                };
                format!("Bearer realm=\"{origin}/token\",service=\"{SERVICE}\"")
            }
        };
        if self.scheme == AuthScheme::Token {
            if let Some(scope) = need.scope() {
                text.push_str(&format!(",scope=\"{scope}\""));
            }
            if let Some(error) = error {
                text.push_str(&format!(",error=\"{error}\""));
            }
        }
        match HeaderValue::from_str(&text) {
            Ok(value) => ApiError::unauthorized(value),
            Err(_) => ApiError::new(Code::Unauthorized),
        }
    }

    /// Where the client reaches this server.
    fn origin(&self, headers: &HeaderMap) -> Option<String> {
        if let Some(url) = &self.public_url {
            return Some(url.trim_end_matches('/').to_owned());
        }
        let host = headers.get(HOST)?.to_str().ok()?;
        let scheme = if self.tls { "https" } else { "http" };
        is_host(host).then(|| format!("{scheme}://{host}"))
    }
}

/// Host and optional port, and nothing that could end the quoted string it is put into.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b))
}

fn is_origin(url: &str) -> bool {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .is_some_and(|host| is_host(host.trim_end_matches('/')))
}

/// User and password of a request. Empty ones, which some clients send for "none", count as none.
fn basic(headers: &HeaderMap) -> Result<Option<(String, Secret<String>)>, ApiError> {
    use base64::Engine;
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let pair = value
        .to_str()
        .ok()
        .and_then(|text| strip_scheme(text, "basic"))
        .and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| {
            text.split_once(':')
                .map(|(user, password)| (user.to_owned(), Secret::new(password.to_owned())))
        });
    match pair {
        Some((user, password)) if user.is_empty() && password.expose().is_empty() => Ok(None),
        Some(pair) => Ok(Some(pair)),
        None => Err(ApiError::new(Code::Unauthorized).detail("the `Authorization` header cannot be read")),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()
        .and_then(|text| strip_scheme(text, "bearer"))
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (name, rest) = text.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
