//! One request, and what becomes of its answer.

use std::fmt::Display;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use sampan_api::ErrorBody;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::Body;
use crate::json_lines::JsonLines;
use crate::output::{Hijacked, Output};
use crate::query::{Filters, PathText};
use crate::{Client, ClientError};

/// The most of an answer that is kept whole: a list of a hundred thousand containers fits.
const ANSWER_MAX: usize = 256 << 20;
/// The most of a refusal.
const REFUSAL_MAX: usize = 64 << 10;

/// A request being written.
pub(crate) struct Call<'c> {
    client: &'c Client,
    method: Method,
    path: PathText,
    prefix: String,
    headers: HeaderMap,
    body: Result<Body, ClientError>,
}

impl<'c> Call<'c> {
    pub(crate) fn new(client: &'c Client, method: Method, segments: &[&str]) -> Self {
        let prefix = format!("/v{}", client.version());
        Self {
            prefix,
            ..Self::unversioned(client, method, segments)
        }
    }

    pub(crate) fn unversioned(client: &'c Client, method: Method, segments: &[&str]) -> Self {
        Self {
            client,
            method,
            path: PathText::new(segments),
            prefix: String::new(),
            headers: HeaderMap::new(),
            body: Ok(Empty::new().map_err(|never| match never {}).boxed_unsync()),
        }
    }

    pub(crate) fn set(mut self, name: &str, value: impl Display) -> Self {
        self.path.set(name, value);
        self
    }

    /// Says something only where there is something to say, so that the daemon's own default holds.
    pub(crate) fn set_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    pub(crate) fn set_if(self, name: &str, on: bool) -> Self {
        self.set_some(name, on.then_some(1))
    }

    pub(crate) fn filters(self, filters: &Filters) -> Self {
        self.set_some("filters", filters.json())
    }

    pub(crate) fn header(mut self, name: &'static str, value: HeaderValue) -> Self {
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    pub(crate) fn json(mut self, document: &impl Serialize) -> Self {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = serde_json::to_vec(document)
            .map(|json| Full::from(json).map_err(|never| match never {}).boxed_unsync())
            .map_err(ClientError::RequestBody);
        self
    }

    pub(crate) fn body(mut self, kind: &'static str, body: Body) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        self.body = Ok(body);
        self
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path.as_str())
    }

    async fn exchange(self, fresh: bool) -> Result<Answer<'c>, ClientError> {
        let call = self.name();
        let uri = format!("{}{}", self.prefix, self.path.as_str());
        let mut request = Request::builder()
            .method(self.method)
            .uri(uri)
            .body(self.body?)
            .map_err(ClientError::Request)?;
        *request.headers_mut() = self.headers;
        let (answer, sender) = self.client.send(request, fresh).await?;
        Ok(Answer {
            client: self.client,
            call,
            answer,
            sender,
        })
    }

    /// Sends it. An answer that is an error becomes one here; 304 says that nothing had to be done.
    pub(crate) async fn send(self) -> Result<Answer<'c>, ClientError> {
        let answer = self.exchange(false).await?;
        match answer.answer.status() {
            status if status.is_success() || status == StatusCode::NOT_MODIFIED => Ok(answer),
            _ => Err(answer.refusal().await),
        }
    }

    /// Sends it for an answer without content, or one that nobody reads.
    pub(crate) async fn done(self) -> Result<(), ClientError> {
        self.send().await?.bytes().await.map(drop)
    }

    pub(crate) async fn document<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        self.send().await?.document().await
    }

    /// Sends it and takes over the connection.
    pub(crate) async fn hijack(mut self, terminal: Option<bool>) -> Result<Hijacked, ClientError> {
        self.headers
            .insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        self.headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
        let answer = self.exchange(true).await?;
        match answer.answer.status() {
            StatusCode::SWITCHING_PROTOCOLS => {}
            status if status.is_success() => {
                return Err(ClientError::NotUpgraded {
                    call: answer.call,
                    status: status.as_u16(),
                });
            }
            _ => return Err(answer.refusal().await),
        }
        let raw = is_raw(answer.answer.headers(), terminal);
        let upgraded = hyper::upgrade::on(answer.answer)
            .await
            .map_err(ClientError::Http)?;
        Ok(Hijacked::new(upgraded, raw))
    }
}

/// Whether output comes without frames: by its media type where the daemon tells (1.42 and later), else because the
/// caller knows that the container has a terminal.
fn is_raw(headers: &HeaderMap, terminal: Option<bool>) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    match (kind, terminal) {
        (Some(sampan_api::MULTIPLEXED_STREAM), _) => false,
        (_, Some(terminal)) => terminal,
        (kind, None) => kind == Some(sampan_api::RAW_STREAM),
    }
}

/// An answer whose head has come.
pub(crate) struct Answer<'c> {
    client: &'c Client,
    call: String,
    answer: Response<Incoming>,
    sender: SendRequest<Body>,
}

impl Answer<'_> {
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    pub(crate) fn call(&self) -> &str {
        &self.call
    }

    /// The whole body.
    pub(crate) async fn bytes(self) -> Result<Bytes, ClientError> {
        let bytes = collect(self.answer.into_body(), ANSWER_MAX).await?;
        self.client.keep(self.sender);
        Ok(bytes)
    }

    pub(crate) async fn document<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let call = self.call.clone();
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|source| ClientError::Answer { call, source })
    }

    /// The body as it comes.
    pub(crate) fn into_body(self) -> Incoming {
        self.answer.into_body()
    }

    pub(crate) fn lines<T: DeserializeOwned>(self) -> JsonLines<T> {
        JsonLines::new(self.call, self.answer.into_body())
    }

    pub(crate) fn output(self, terminal: bool) -> Output {
        let raw = is_raw(self.answer.headers(), Some(terminal));
        Output::of_body(self.answer.into_body(), raw)
    }

    async fn refusal(self) -> ClientError {
        let status = self.answer.status();
        let body = match collect(self.answer.into_body(), REFUSAL_MAX).await {
            Ok(body) => body,
            Err(error) => return error,
        };
        self.client.keep(self.sender);
        let message = match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(body) if !body.message.is_empty() => body.message,
            _ => {
                let text = String::from_utf8_lossy(&body);
                let text = text.trim();
                if text.is_empty() {
                    format!("the daemon answered {status} to `{}`", self.call)
                } else {
                    text.to_owned()
                }
            }
        };
        ClientError::Refused {
            status: status.as_u16(),
            message,
        }
    }
}

async fn collect(body: Incoming, max: usize) -> Result<Bytes, ClientError> {
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => match error.downcast::<hyper::Error>() {
            Ok(broken) => Err(ClientError::Http(*broken)),
            Err(_too_large) => Err(ClientError::TooLarge { max }),
        },
    }
}
