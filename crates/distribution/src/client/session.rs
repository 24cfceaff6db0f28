//! Requests about one repository at one endpoint: with what proves who we are, and with repeated attempts.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;

use super::Inner;
use super::answer::{Answer, detail};
use super::body::Body;
use super::endpoint::{Endpoint, same_origin};
use super::error::ClientError;
use super::progress::Progress;
use super::retry::Backoff;
use super::transport::Request;

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A path at the endpoint.
    Path(String),
    /// An address that the registry gave, which was checked.
    Url(Url),
}

/// A request that can be made again.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// What it is for, in the words of an error: `store a blob`.
    pub(crate) action: &'static str,
}

impl Ask {
    pub(crate) fn new(method: Method, path: String, action: &'static str) -> Self {
        Self {
            method,
            target: Target::Path(path),
            headers: HeaderMap::new(),
            body: Body::Empty,
            action,
        }
    }
}

/// One repository at one endpoint.
pub(crate) struct Session<'c> {
    pub(crate) client: &'c Inner,
    pub(crate) endpoint: Endpoint,
    /// As the reference names it, without the endpoint's prefix.
    pub(crate) repository: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) progress: &'c dyn Progress,
}

impl<'c> Session<'c> {
    pub(crate) fn new(
        client: &'c Inner,
        endpoint: Endpoint,
        repository: &str,
        actions: &str,
        progress: &'c dyn Progress,
    ) -> Self {
        let scope = format!("repository:{}:{actions}", endpoint.repository(repository));
        Self {
            client,
            endpoint,
            repository: repository.to_owned(),
            scopes: vec![scope],
            progress,
        }
    }

    pub(crate) fn registry(&self) -> String {
        self.endpoint.name.clone()
    }

    pub(crate) fn path(&self, what: &str) -> String {
        self.endpoint.path(&self.repository, what)
    }

    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::new(self.client.config.retry)
    }

    /// Asks until there is an answer, a final error, or no attempt left. Any status but 401, 429 and 5xx
    /// is an answer.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer<'_>, ClientError> {
        let mut backoff = self.backoff();
        loop {
            match self.ask_once(ask).await {
                Ok(answer) => return Ok(answer),
                Err(error) => match backoff.after(&error) {
                    Some(wait) => self.pause(None, &error, backoff.attempt(), wait).await,
                    None => return Err(error),
                },
            }
        }
    }

    /// Tells of a failed attempt and waits for the next.
    pub(crate) async fn pause(
        &self,
        item: Option<&sampan_types::Digest>,
        error: &ClientError,
        attempt: u32,
        wait: Duration,
    ) {
        tracing::debug!(registry = self.endpoint.name, %error, attempt, ?wait, "trying again");
        self.progress.retry(item, &error.to_string(), attempt, wait);
        tokio::time::sleep(wait).await;
    }

    /// One attempt; a 401 is met once.
    pub(crate) async fn ask_once(&self, ask: &Ask) -> Result<Answer<'_>, ClientError> {
        let Inner {
            config,
            transport,
            auth,
        } = self.client;
        let base = transport.url(&self.endpoint, "/v2/").await?;
        let url = match &ask.target {
            Target::Path(path) => transport.url(&self.endpoint, path).await?,
            Target::Url(url) => url.clone(),
        };
        // What is kept for the registry is for the registry alone.
        let ours = same_origin(&base, &url);
        let authorization = if ours {
            auth.header(config, transport, &self.endpoint, &self.scopes)
                .await?
        } else {
            None
        };
        let mut request = Request {
            method: ask.method.clone(),
            url,
            headers: ask.headers.clone(),
            body: ask.body.clone(),
            authorization,
        };
        let mut response = transport.send(&self.endpoint, request.clone()).await?;
        // A 401 behind a redirect to somebody else is theirs, not a question to us.
        if response.status() == StatusCode::UNAUTHORIZED && ours && same_origin(&base, response.url()) {
            let rejected = request.authorization.as_ref();
            let header = auth
                .answer(
                    config,
                    transport,
                    &self.endpoint,
                    &self.scopes,
                    response.headers(),
                    rejected,
                )
                .await?;
            // Basic credentials that were refused once are refused twice.
            if Some(&header) != rejected {
                request.authorization = Some(header);
                response = transport.send(&self.endpoint, request).await?;
            }
        }
        let mut answer = Answer::new(transport, &self.endpoint, response);
        match answer.status() {
            StatusCode::UNAUTHORIZED => {
                let text = answer.error_text().await;
                Err(ClientError::Unauthenticated {
                    registry: self.registry(),
                    subject: self.repository.clone(),
                    detail: detail(&text),
                    with_credentials: auth.has_credentials(&self.endpoint).await,
                })
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Err(answer.refusal(ask.action).await)
            }
            s if s.is_server_error() => Err(answer.refusal(ask.action).await),
            _ => Ok(answer),
        }
    }
}
