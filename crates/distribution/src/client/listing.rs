//! Small questions to a registry: what a name stands for, which tags and repositories there are, deletion.

use http::header::LINK;
use http::{Method, StatusCode};
use reqwest::Url;
use sampan_store::Descriptor;
use sampan_types::{ByteCount, Reference};
use serde::Deserialize;

use super::Client;
use super::answer::Answer;
use super::endpoint;
use super::error::ClientError;
use super::manifest;
use super::progress::{Progress, Silent};
use super::pull::{image_name, sessions};
use super::session::{Ask, Session, Target};

/// How much one page of a list may be.
const MAX_PAGE: ByteCount = ByteCount::mib(8);
/// The most pages that are read.
const MAX_PAGES: usize = 1000;
/// The most names that are kept.
const MAX_NAMES: usize = 1_000_000;

#[derive(Deserialize)]
struct TagPage {
    /// `null` in a repository without tags.
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct CatalogPage {
    repositories: Option<Vec<String>>,
}

impl Client {
    /// A session at the registry itself, not at a mirror.
    pub(crate) fn session<'c>(
        &'c self,
        reference: &Reference,
        actions: &str,
        progress: &'c dyn Progress,
    ) -> Result<Session<'c>, ClientError> {
        let endpoint = endpoint::origin(&self.inner.config, reference.registry())?;
        Ok(Session::new(
            &self.inner,
            endpoint,
            reference.repository(),
            actions,
            progress,
        ))
    }

    /// What a reference stands for at its registry. One small request where the registry says enough.
    pub async fn resolve(&self, reference: &Reference) -> Result<Descriptor, ClientError> {
        let session = self.session(reference, "pull", &Silent)?;
        let (selector, image) = (reference.selector(), image_name(reference));
        if let Some(descriptor) = manifest::head(&session, &selector, &image).await? {
            return Ok(descriptor);
        }
        let expected = reference.digest().map(|d| (d, None));
        let fetched = manifest::get(&session, &selector, expected, &image).await?;
        Ok(fetched.descriptor)
    }

    /// The tags of the reference's repository, in the registry's order. Asks as a pull does: each mirror first, then the
    /// registry itself.
    pub async fn tags(&self, reference: &Reference) -> Result<Vec<String>, ClientError> {
        let page =
            |bytes: &[u8]| serde_json::from_slice::<TagPage>(bytes).map(|p| p.tags.unwrap_or_default());
        let mut last = None;
        for session in sessions(&self.inner, reference, "pull", &Silent)? {
            let ask = Ask::new(Method::GET, session.path("tags/list"), "list tags");
            match list(&session, ask, "a list of tags", page).await {
                Err(error) if !error.is_ours() => last = Some(error),
                other => return other,
            }
        }
        Err(last.unwrap_or_else(|| ClientError::NoRepository {
            registry: reference.registry().to_owned(),
            repository: reference.repository().to_owned(),
        }))
    }

    /// The repositories of a registry, where it tells.
    pub async fn catalog(&self, registry: &str) -> Result<Vec<String>, ClientError> {
        let endpoint = endpoint::origin(&self.inner.config, registry)?;
        let mut session = Session::new(&self.inner, endpoint, "", "", &Silent);
        session.scopes = vec!["registry:catalog:*".to_owned()];
        session.repository = registry.to_owned();
        let ask = Ask::new(Method::GET, "/v2/_catalog".to_owned(), "list its repositories");
        let page = |bytes: &[u8]| {
            serde_json::from_slice::<CatalogPage>(bytes).map(|p| p.repositories.unwrap_or_default())
        };
        list(&session, ask, "a list of repositories", page).await
    }

    /// Deletes the manifest that a reference stands for. With a tag alone, its digest is looked up first, so
    /// every tag of the same manifest goes with it, as registries do it.
    pub async fn delete(&self, reference: &Reference) -> Result<(), ClientError> {
        let digest = match reference.digest() {
            Some(digest) => digest.clone(),
            None => self.resolve(reference).await?.digest,
        };
        let session = self.session(reference, "pull,delete", &Silent)?;
        let path = session.path(&format!("manifests/{digest}"));
        let answer = session
            .ask(&Ask::new(Method::DELETE, path, "delete a manifest"))
            .await?;
        match answer.status() {
            StatusCode::ACCEPTED | StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::NOT_FOUND => Err(ClientError::NoImage {
                registry: session.registry(),
                image: image_name(reference),
            }),
            _ => Err(answer.refusal("delete a manifest").await),
        }
    }
}

async fn list(
    session: &Session<'_>,
    mut ask: Ask,
    what: &'static str,
    page: impl Fn(&[u8]) -> Result<Vec<String>, serde_json::Error>,
) -> Result<Vec<String>, ClientError> {
    let mut all = Vec::new();
    for _ in 0..MAX_PAGES {
        let mut answer = session.ask(&ask).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => {
                return Err(ClientError::NoRepository {
                    registry: session.registry(),
                    repository: session.repository.clone(),
                });
            }
            _ => return Err(answer.refusal(ask.action).await),
        }
        let next = next_page(session, &answer)?;
        let bytes = answer.bytes(what, MAX_PAGE).await?;
        let names = page(&bytes).map_err(|source| ClientError::Malformed {
            registry: session.registry(),
            what,
            source,
        })?;
        all.extend(names);
        match next {
            Some(url) if all.len() <= MAX_NAMES => ask.target = Target::Url(url),
            _ => break,
        }
    }
    Ok(all)
}

/// The address of the next page (RFC 8288, `rel="next"`), if there is one.
pub(crate) fn next_page(session: &Session<'_>, answer: &Answer<'_>) -> Result<Option<Url>, ClientError> {
    let Some(target) = answer.header(LINK).and_then(next_link) else {
        return Ok(None);
    };
    let url = answer.url().join(target).map_err(|_| ClientError::BadHeader {
        registry: session.registry(),
        header: "Link",
    })?;
    session
        .client
        .transport
        .check(&session.endpoint, Some(answer.url()), &url)?;
    Ok(Some(url))
}

fn next_link(value: &str) -> Option<&str> {
    value.split(',').find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let next = parameters.split(';').map(str::trim).any(|p| {
            let rel = p.strip_prefix("rel=").map(|r| r.trim_matches('"'));
            rel.is_some_and(|r| r.eq_ignore_ascii_case("next"))
        });
        next.then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_next_page() {
        assert_eq!(
            next_link("</v2/a/tags/list?last=b&n=2>; rel=\"next\""),
            Some("/v2/a/tags/list?last=b&n=2")
        );
        assert_eq!(next_link("<x>; rel=prev, <y>; a=b; rel=next"), Some("y"));
        for none in ["", "<x>", "x; rel=next", "<x; rel=next", "<x>; rel=prev"] {
            assert_eq!(next_link(none), None, "{none}");
        }
    }
}
