//! What refers to a manifest: signatures, attestations (§Listing Referrers).

use std::sync::Arc;

use http::request::Parts;
use http::{Response, StatusCode};
use sampan_store::{Descriptor, ManifestRecord};
use sampan_types::{Digest, media};
use serde::Serialize;

use super::api_error::ApiError;
use super::query::{Query, encode};
use super::reply::{Body, OCI_FILTERS, content};
use super::route::RepositoryName;
use super::state::{State, blocking};

/// Most bytes of descriptors in one answer: clients read indexes of up to 4 MiB.
const MAX_BYTES: usize = 3 * 1024 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index<'a> {
    schema_version: u8,
    media_type: &'static str,
    manifests: &'a [Descriptor],
}

/// GET. A subject that is not there, or a repository that is not, has no referrers; that is no error.
pub(crate) async fn list(
    state: &Arc<State>,
    parts: &Parts,
    name: &RepositoryName,
    subject: Digest,
) -> Result<Response<Body>, ApiError> {
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    // No media type has a space; one that appears here was a `+` that the client did not encode.
    let kind = query.get("artifactType").map(|text| text.replace(' ', "+"));
    let repository = state.repository(name)?;
    let of = subject.clone();
    let records =
        blocking(move || repository.referrers(&of).map_err(|error| ApiError::store(&error))).await?;
    let (page, more) = page(records, kind.as_deref(), query.get("last"));
    let index = Index {
        schema_version: 2,
        media_type: media::OCI_INDEX,
        manifests: &page,
    };
    let bytes = serde_json::to_vec(&index).map_err(ApiError::internal)?;
    let mut reply = content(StatusCode::OK, media::OCI_INDEX, bytes);
    if kind.is_some() {
        reply = reply.header(OCI_FILTERS, "artifactType");
    }
    if let (true, Some(last)) = (more, page.last()) {
        let mut target = format!(
            "/v2/{name}/referrers/{subject}?last={}",
            encode(&last.digest.to_string())
        );
        if let Some(kind) = &kind {
            target.push_str(&format!("&artifactType={}", encode(kind)));
        }
        reply = reply.next_page(&target);
    }
    Ok(reply.done())
}

/// The descriptors after `last` that fit in one answer, and whether there are more.
fn page(records: Vec<ManifestRecord>, kind: Option<&str>, last: Option<&str>) -> (Vec<Descriptor>, bool) {
    let mut found: Vec<Descriptor> = records
        .into_iter()
        .map(|record| record.descriptor)
        .filter(|descriptor| kind.is_none() || descriptor.artifact_type.as_deref() == kind)
        .collect();
    found.sort_by(|a, b| a.digest.cmp(&b.digest));
    let mut page = Vec::new();
    let mut bytes = 0;
    for descriptor in found {
        if last.is_some_and(|last| descriptor.digest.to_string().as_str() <= last) {
            continue;
        }
        bytes += serde_json::to_vec(&descriptor).map_or(0, |json| json.len());
        if !page.is_empty() && bytes > MAX_BYTES {
            return (page, true);
        }
        page.push(descriptor);
    }
    (page, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_lists_come_in_pages() {
        let records: Vec<ManifestRecord> = (0..10u8)
            .map(|n| {
                let digest = format!("sha256:{}", format!("{n:02x}").repeat(32));
                let mut descriptor = Descriptor::new(media::OCI_MANIFEST, digest.parse().unwrap(), 1);
                descriptor
                    .annotations
                    .insert("a".to_owned(), "x".repeat(1024 * 1024));
                ManifestRecord {
                    descriptor,
                    subject: None,
                }
            })
            .collect();
        let mut seen = Vec::new();
        let mut last = None;
        loop {
            let (found, more) = page(records.clone(), None, last.as_deref());
            assert!(!found.is_empty() && found.len() <= 3);
            last = found.last().map(|descriptor| descriptor.digest.to_string());
            seen.extend(found.into_iter().map(|descriptor| descriptor.digest));
            if !more {
                break;
            }
        }
        let all: Vec<_> = records
            .into_iter()
            .map(|record| record.descriptor.digest)
            .collect();
        assert_eq!(seen, all);
    }
}
