//! An answer of a registry: bounded bodies, and refusals made into errors.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;
use http::header::RETRY_AFTER;
use sampan_types::ByteCount;
use serde::Deserialize;

use super::endpoint::{Endpoint, clean};
use super::error::ClientError;
use super::retry;
use super::transport::Transport;

/// How much of a refusal is read.
const MAX_ERROR: ByteCount = ByteCount::kib(64);

/// An answer whose body was not read yet.
#[derive(Debug)]
pub(crate) struct Answer<'c> {
    transport: &'c Transport,
    endpoint: &'c Endpoint,
    response: reqwest::Response,
}

/// The error body of the distribution spec (§error codes), and the one that token services use.
#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    errors: Vec<ErrorEntry>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl<'c> Answer<'c> {
    pub(crate) const fn new(
        transport: &'c Transport,
        endpoint: &'c Endpoint,
        response: reqwest::Response,
    ) -> Self {
        Self {
            transport,
            endpoint,
            response,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// A header's value where it is text.
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The address that answered, after redirects.
    pub(crate) fn url(&self) -> &reqwest::Url {
        self.response.url()
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        self.header(http::header::CONTENT_LENGTH)?.trim().parse().ok()
    }

    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, ClientError> {
        self.transport.chunk(self.endpoint, &mut self.response).await
    }

    /// The whole body, which must not be larger than this.
    pub(crate) async fn bytes(
        &mut self,
        what: &'static str,
        limit: ByteCount,
    ) -> Result<Vec<u8>, ClientError> {
        let too_large = || ClientError::TooLarge {
            registry: self.endpoint.name.clone(),
            what,
            limit,
        };
        if self.content_length().is_some_and(|n| n > limit.get()) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = self.transport.chunk(self.endpoint, &mut self.response).await? {
            if (bytes.len() + chunk.len()) as u64 > limit.get() {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// What the registry says about its refusal, cleaned and cut; empty when it says nothing useful.
    pub(crate) async fn error_text(&mut self) -> String {
        let bytes = self.bytes("an error", MAX_ERROR).await.unwrap_or_default();
        let body: ErrorBody = serde_json::from_slice(&bytes).unwrap_or_default();
        let first = body.errors.first();
        let text = first
            .map(|e| if e.message.is_empty() { &e.code } else { &e.message })
            .or(body.details.as_ref())
            .or(body.error_description.as_ref());
        text.map(|t| clean(t)).unwrap_or_default()
    }

    fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.header(RETRY_AFTER)?, SystemTime::now())
    }

    /// The error for a status that the caller did not expect.
    pub(crate) async fn refusal(mut self, action: &'static str) -> ClientError {
        let status = self.status();
        let retry_after = self.retry_after();
        let detail = detail(&self.error_text().await);
        let registry = self.endpoint.name.clone();
        match status {
            StatusCode::TOO_MANY_REQUESTS => ClientError::RateLimited {
                registry,
                detail,
                retry_after,
            },
            StatusCode::FORBIDDEN => ClientError::Denied {
                registry,
                action,
                detail,
            },
            s if s.is_server_error() || s == StatusCode::REQUEST_TIMEOUT => ClientError::Server {
                registry,
                status: s.as_u16(),
                detail,
                retry_after,
            },
            s => ClientError::Refused {
                registry,
                action,
                status: s.as_u16(),
                detail,
            },
        }
    }
}

/// A registry's own words behind ours.
pub(crate) fn detail(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}
