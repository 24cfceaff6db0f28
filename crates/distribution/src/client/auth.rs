//! Proves who we are: keeps what a registry asked for, credentials and tokens, for the life of a client.
//!
//! Credentials go to the registry they belong to and to the token service that it names, never further
//! and never over plain HTTP but where that was allowed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use sampan_types::Secret;

use super::challenge::{self, Challenge};
use super::config::ClientConfig;
use super::credentials::Credential;
use super::endpoint::{Endpoint, clean};
use super::error::ClientError;
use super::token;
use super::transport::Transport;

/// What is known about registries so far. The lock is held while a token is fetched, so that parallel
/// transfers fetch one and not each their own.
#[derive(Debug, Default)]
pub(crate) struct Auth {
    state: tokio::sync::Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    challenges: HashMap<String, Challenge>,
    tokens: HashMap<(String, String), Token>,
    credentials: HashMap<String, Option<Credential>>,
}

#[derive(Debug)]
struct Token {
    header: HeaderValue,
    expires: Instant,
}

/// A token and for how long it is good.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) token: Secret<String>,
    pub(crate) lifetime: Duration,
}

impl Auth {
    /// Knows this credential for this registry, and nothing else.
    pub(crate) fn with(registry: &str, credential: Credential) -> Self {
        let mut state = State::default();
        state.credentials.insert(registry.to_owned(), Some(credential));
        Self {
            state: tokio::sync::Mutex::new(state),
        }
    }

    /// What to send with a first attempt, from what earlier answers taught.
    pub(crate) async fn header(
        &self,
        config: &ClientConfig,
        transport: &Transport,
        endpoint: &Endpoint,
        scopes: &[String],
    ) -> Result<Option<HeaderValue>, ClientError> {
        let mut state = self.state.lock().await;
        let Some(challenge) = state.challenges.get(&endpoint.host).cloned() else {
            return Ok(None);
        };
        let header = state
            .meet(config, transport, endpoint, scopes, &challenge)
            .await?;
        Ok(Some(header))
    }

    /// What to send after a 401. `rejected` is what was sent.
    pub(crate) async fn answer(
        &self,
        config: &ClientConfig,
        transport: &Transport,
        endpoint: &Endpoint,
        scopes: &[String],
        headers: &http::HeaderMap,
        rejected: Option<&HeaderValue>,
    ) -> Result<HeaderValue, ClientError> {
        let values = headers.get_all(WWW_AUTHENTICATE);
        let texts: Vec<&str> = values.iter().filter_map(|v| v.to_str().ok()).collect();
        if texts.is_empty() {
            return Err(ClientError::Unauthenticated {
                registry: endpoint.name.clone(),
                subject: subject(scopes, endpoint),
                detail: String::new(),
                with_credentials: rejected.is_some(),
            });
        }
        let Some(challenge) = challenge::parse(texts.iter().copied()).into_iter().next() else {
            return Err(ClientError::Challenge {
                registry: endpoint.name.clone(),
                challenge: clean(&texts.join(", ")),
            });
        };
        let mut state = self.state.lock().await;
        let key = (endpoint.host.clone(), scopes.join(" "));
        if state
            .tokens
            .get(&key)
            .is_some_and(|t| Some(&t.header) == rejected)
        {
            state.tokens.remove(&key);
        }
        let header = state
            .meet(config, transport, endpoint, scopes, &challenge)
            .await?;
        state.challenges.insert(endpoint.host.clone(), challenge);
        Ok(header)
    }

    /// Whether there are credentials for this registry, for the words of an error.
    pub(crate) async fn has_credentials(&self, endpoint: &Endpoint) -> bool {
        let state = self.state.lock().await;
        matches!(state.credentials.get(&endpoint.name), Some(Some(_)))
    }
}

impl State {
    async fn meet(
        &mut self,
        config: &ClientConfig,
        transport: &Transport,
        endpoint: &Endpoint,
        scopes: &[String],
        challenge: &Challenge,
    ) -> Result<HeaderValue, ClientError> {
        let key = (endpoint.host.clone(), scopes.join(" "));
        if let Some(token) = self.tokens.get(&key)
            && token.expires > Instant::now()
        {
            return Ok(token.header.clone());
        }
        let credential = self.credential(config, endpoint).await?;
        match (challenge, credential) {
            (_, Some(Credential::Bearer(token))) => bearer(endpoint, &token),
            (Challenge::Basic, Some(Credential::Basic { username, password })) => {
                basic(endpoint, &username, &password)
            }
            (Challenge::Basic, credential) => Err(ClientError::Unauthenticated {
                registry: endpoint.name.clone(),
                subject: subject(scopes, endpoint),
                detail: String::new(),
                with_credentials: credential.is_some(),
            }),
            (
                Challenge::Bearer {
                    realm,
                    service,
                    scope,
                },
                credential,
            ) => {
                let mut all: Vec<&str> = scopes.iter().map(String::as_str).collect();
                all.extend(scope.iter().flat_map(|s| s.split(' ')).filter(|s| !s.is_empty()));
                all.sort_unstable();
                all.dedup();
                let asked = token::Asked {
                    realm,
                    service: service.as_deref(),
                    scopes: &all,
                    subject: &subject(scopes, endpoint),
                };
                let granted = token::fetch(transport, endpoint, &asked, credential.as_ref()).await?;
                let header = bearer(endpoint, &granted.token)?;
                let expires = Instant::now() + granted.lifetime;
                let header_again = header.clone();
                self.tokens.insert(key, Token { header, expires });
                Ok(header_again)
            }
        }
    }

    async fn credential(
        &mut self,
        config: &ClientConfig,
        endpoint: &Endpoint,
    ) -> Result<Option<Credential>, ClientError> {
        if let Some(known) = self.credentials.get(&endpoint.name) {
            return Ok(known.clone());
        }
        let found = config
            .credentials
            .find(&endpoint.name, config.timeouts.helper)
            .await?;
        self.credentials.insert(endpoint.name.clone(), found.clone());
        Ok(found)
    }
}

/// The repository that a scope names, or the registry.
fn subject(scopes: &[String], endpoint: &Endpoint) -> String {
    let named = scopes.first().and_then(|s| s.split(':').nth(1));
    named.unwrap_or(&endpoint.name).to_owned()
}

/// `Authorization: Basic` (RFC 7617).
pub(crate) fn basic(
    endpoint: &Endpoint,
    username: &str,
    password: &Secret<String>,
) -> Result<HeaderValue, ClientError> {
    let text = STANDARD.encode(format!("{username}:{}", password.expose()));
    sensitive(endpoint, &format!("Basic {text}"))
}

fn bearer(endpoint: &Endpoint, token: &Secret<String>) -> Result<HeaderValue, ClientError> {
    sensitive(endpoint, &format!("Bearer {}", token.expose()))
}

fn sensitive(endpoint: &Endpoint, text: &str) -> Result<HeaderValue, ClientError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ClientError::BadHeader {
        registry: endpoint.name.clone(),
        header: "Authorization",
    })?;
    value.set_sensitive(true);
    Ok(value)
}
