//! Searching a registry's index: Docker's first registry protocol, of which this alone is still in use.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sampan_types::ByteCount;
use sampan_types::reference::DEFAULT_REGISTRY;
use serde::Deserialize;

use super::Client;
use super::endpoint::{self, clean};
use super::error::ClientError;
use super::progress::Silent;
use super::session::{Ask, Session};

/// How much an answer may be.
const MAX_ANSWER: ByteCount = ByteCount::mib(4);
/// Where Docker Hub keeps its index.
const HUB: &str = "index.docker.io";

/// A repository that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// What its owner says of it.
    pub description: String,
    /// How many like it.
    pub star_count: i64,
    /// Whether the registry's owner answers for it.
    pub is_official: bool,
}

#[derive(Deserialize)]
struct Page {
    results: Option<Vec<Found>>,
}

impl Client {
    /// The repositories of a registry whose name or description has this term, at most `limit` of them. Asked once:
    /// a person waits for it.
    pub async fn search(&self, registry: &str, term: &str, limit: u8) -> Result<Vec<Found>, ClientError> {
        let mut endpoint = endpoint::origin(&self.inner.config, registry)?;
        if registry == DEFAULT_REGISTRY {
            HUB.clone_into(&mut endpoint.host);
        }
        let mut session = Session::new(&self.inner, endpoint, "", "", &Silent);
        session.scopes = vec!["registry:catalog:search".to_owned()];
        session.repository = registry.to_owned();
        let term = utf8_percent_encode(term, NON_ALPHANUMERIC);
        let mut ask = Ask::new(Method::GET, format!("/v1/search?q={term}&n={limit}"), "search");
        // It tells registries of that time that the client knows tokens.
        ask.headers.insert(
            HeaderName::from_static("x-docker-token"),
            HeaderValue::from_static("true"),
        );
        let mut answer = session.ask_once(&ask).await?;
        if answer.status() != StatusCode::OK {
            return Err(answer.refusal("search").await);
        }
        let bytes = answer.bytes("a list of search results", MAX_ANSWER).await?;
        let page: Page = serde_json::from_slice(&bytes).map_err(|_| ClientError::Refused {
            registry: registry.to_owned(),
            action: "search",
            status: StatusCode::OK.as_u16(),
            detail: ": the answer is no list of search results".to_owned(),
        })?;
        let mut found = page.results.unwrap_or_default();
        found.truncate(limit.into());
        for one in &mut found {
            one.name = clean(&one.name);
            one.description = clean(&one.description);
        }
        Ok(found)
    }
}
