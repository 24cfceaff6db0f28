//! Files from any address, for `import`, and documents to one, for traces: over the same connections, with the same
//! proxies and time-outs, as what goes between registries and this client.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::LAST_MODIFIED;
use http::{HeaderMap, Method};
use reqwest::Url;

use super::Client;
use super::body::Body;
use super::endpoint::{Endpoint, Security, clean};
use super::error::ClientError;
use super::transport::{Request, authority};

/// How much of a refusal's text is read, in bytes.
const MAX_TEXT: usize = 4 << 10;

/// A file on its way.
#[derive(Debug)]
pub struct Fetched {
    client: Client,
    endpoint: Endpoint,
    response: reqwest::Response,
}

impl Client {
    /// Begins to fetch a file. The scheme is `http` or `https`; an encrypted address never leads to one that is not.
    /// A status of 400 or more is [`ClientError::Refused`].
    pub async fn fetch(&self, address: &str) -> Result<Fetched, ClientError> {
        self.send_to(address, Method::GET, HeaderMap::new(), Body::Empty)
            .await
    }

    /// Sends a document to an address, under the same rules. What comes back is not looked at.
    pub async fn post(&self, address: &str, headers: HeaderMap, document: Bytes) -> Result<(), ClientError> {
        let mut answer = self
            .send_to(address, Method::POST, headers, Body::Bytes(document))
            .await?;
        // Read to its end, so that the connection can be used again.
        let mut length = 0;
        while length < MAX_TEXT
            && let Some(part) = answer.next().await?
        {
            length += part.len();
        }
        Ok(())
    }

    async fn send_to(
        &self,
        address: &str,
        method: Method,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Fetched, ClientError> {
        let bad = || ClientError::Address { text: clean(address) };
        let url = Url::parse(address).map_err(|_| bad())?;
        let security = match url.scheme() {
            "http" => Security::Plain,
            "https" => Security::Tls,
            _ => return Err(bad()),
        };
        if url.host_str().is_none_or(str::is_empty) {
            return Err(bad());
        }
        let host = authority(&url);
        let endpoint = Endpoint {
            name: host.clone(),
            host,
            prefix: String::new(),
            security,
        };
        let action = match method {
            Method::GET => "send a file",
            _ => "take a document",
        };
        let request = Request {
            method,
            url,
            headers,
            body,
            authorization: None,
        };
        let response = self.inner.transport.send(&endpoint, request).await?;
        let mut fetched = Fetched {
            client: self.clone(),
            endpoint,
            response,
        };
        let status = fetched.response.status();
        if status.is_client_error() || status.is_server_error() {
            let mut text = Vec::new();
            while text.len() < MAX_TEXT
                && let Ok(Some(part)) = fetched.next().await
            {
                text.extend_from_slice(&part);
            }
            text.truncate(MAX_TEXT);
            return Err(ClientError::Refused {
                registry: fetched.endpoint.name,
                action,
                status: status.as_u16(),
                detail: super::answer::detail(&clean(&String::from_utf8_lossy(&text))),
            });
        }
        Ok(fetched)
    }
}

impl Fetched {
    /// How long it is, where the server says so.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// When it was changed last, where the server says so.
    pub fn modified(&self) -> Option<SystemTime> {
        let text = self.response.headers().get(LAST_MODIFIED)?.to_str().ok()?;
        httpdate::parse_http_date(text).ok()
    }

    /// The next piece; `None` at its end. A connection that breaks before is an error.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        self.client
            .inner
            .transport
            .chunk(&self.endpoint, &mut self.response)
            .await
    }
}
