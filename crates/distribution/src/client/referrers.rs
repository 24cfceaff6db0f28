//! What refers to a manifest: signatures, attestations, bills of material (distribution spec §listing
//! referrers), and the tag that stands in for registries that do not keep such lists.

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, Method, StatusCode};
use sampan_store::{Descriptor, Links};
use sampan_types::digest::Algorithm;
use sampan_types::media::OCI_INDEX;
use sampan_types::{Digest, Reference};
use serde_json::json;

use super::Client;
use super::error::ClientError;
use super::listing::next_page;
use super::manifest::{self, MAX_MANIFEST, hash};
use super::progress::Silent;
use super::push::put_bytes;
use super::session::{Ask, Session, Target};

/// The most pages that are read.
const MAX_PAGES: usize = 100;
/// The header by which a registry says that it filtered.
const FILTERS_APPLIED: &str = "oci-filters-applied";

impl Client {
    /// What refers to the manifest that `reference` stands for, of one artifact type or of all.
    pub async fn referrers(
        &self,
        reference: &Reference,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Descriptor>, ClientError> {
        let digest = match reference.digest() {
            Some(digest) => digest.clone(),
            None => self.resolve(reference).await?.digest,
        };
        let session = self.session(reference, "pull", &Silent)?;
        let (found, filtered) = match by_api(&session, &digest, artifact_type).await? {
            Some(found) => found,
            None => (fallback(&session, &digest).await?, false),
        };
        let wanted = |d: &Descriptor| {
            filtered || artifact_type.is_none_or(|wanted| d.artifact_type.as_deref() == Some(wanted))
        };
        Ok(found.into_iter().filter(wanted).collect())
    }
}

/// From the list that the registry keeps, and whether it is filtered; `None` where it keeps none.
async fn by_api(
    session: &Session<'_>,
    digest: &Digest,
    artifact_type: Option<&str>,
) -> Result<Option<(Vec<Descriptor>, bool)>, ClientError> {
    let mut ask = Ask::new(
        Method::GET,
        session.path(&format!("referrers/{digest}")),
        "list referrers",
    );
    ask.headers.insert(ACCEPT, HeaderValue::from_static(OCI_INDEX));
    if let Some(artifact_type) = artifact_type {
        let base = session.client.transport.url(&session.endpoint, "/").await?;
        if let (Target::Path(path), Ok(mut url)) = (&ask.target, base.join("/")) {
            url.set_path(path);
            url.query_pairs_mut().append_pair("artifactType", artifact_type);
            ask.target = Target::Url(url);
        }
    }
    let mut all = Vec::new();
    let mut filtered = false;
    for _ in 0..MAX_PAGES {
        let mut answer = session.ask(&ask).await?;
        match answer.status() {
            StatusCode::OK => {}
            // 404 and its kin: the registry does not know the question.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST => {
                return Ok(None);
            }
            _ => return Err(answer.refusal("list referrers").await),
        }
        filtered = answer
            .header(FILTERS_APPLIED)
            .is_some_and(|f| f.split(',').any(|f| f.trim() == "artifactType"));
        let next = next_page(session, &answer)?;
        let bytes = answer.bytes("a list of referrers", MAX_MANIFEST).await?;
        all.extend(entries(session, &bytes)?);
        match next {
            Some(url) => ask.target = Target::Url(url),
            None => break,
        }
    }
    Ok(Some((all, filtered)))
}

/// From the tag `sha256-HEX` (distribution spec §referrers tag schema).
async fn fallback(session: &Session<'_>, digest: &Digest) -> Result<Vec<Descriptor>, ClientError> {
    let tag = fallback_tag(digest);
    match manifest::get(session, &tag, None, &tag).await {
        Ok(index) => Ok(index.links.manifests),
        Err(ClientError::NoImage { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn fallback_tag(digest: &Digest) -> String {
    let hex = &digest.hex()[..digest.hex().len().min(64)];
    format!("{}-{hex}", digest.algorithm().name())
}

fn entries(session: &Session<'_>, bytes: &[u8]) -> Result<Vec<Descriptor>, ClientError> {
    let links = Links::parse(bytes).map_err(|source| ClientError::Malformed {
        registry: session.registry(),
        what: "a list of referrers",
        source,
    })?;
    Ok(links.manifests)
}

/// Writes a manifest that was pushed into the list of its subject, where the registry does not.
pub(crate) async fn add_to_fallback(
    session: &Session<'_>,
    subject: &Descriptor,
    pushed: &Descriptor,
    links: &Links,
) -> Result<(), ClientError> {
    let mut all = fallback(session, &subject.digest).await?;
    if all.iter().any(|d| d.digest == pushed.digest) {
        return Ok(());
    }
    let mut entry = pushed.clone();
    let config_type = links.config.as_ref().map(|c| c.media_type.clone());
    entry.artifact_type = links.artifact_type.clone().or(config_type);
    entry.annotations = links.annotations.clone().unwrap_or_default();
    all.push(entry);
    let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": all});
    let bytes = Bytes::from(index.to_string());
    let digest = hash(Algorithm::Sha256, &bytes);
    let descriptor = Descriptor::new(OCI_INDEX, digest, bytes.len() as u64);
    put_bytes(session, &fallback_tag(&subject.digest), &descriptor, bytes).await?;
    Ok(())
}
