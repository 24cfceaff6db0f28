//! Manifests: GET, HEAD, PUT, DELETE (§Pulling manifests, §Pushing Manifests, §Deleting Manifests).

use std::sync::Arc;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use hyper::body::Incoming;
use sampan_store::{ManifestRecord, Repository};
use sampan_types::{Algorithm, Digest};
use sha2::{Digest as _, Sha256, Sha512};

use super::api_error::{ApiError, Code};
use super::body::collect;
use super::manifest_doc::{self, Needed};
use super::query::Query;
use super::reply::{self, Body, CONTENT_DIGEST, OCI_SUBJECT, OCI_TAG, Reply};
use super::route::{RepositoryName, Selector};
use super::state::{State, blocking};

fn failed(error: sampan_store::StoreError) -> ApiError {
    ApiError::store(&error)
}

/// GET and HEAD. `Accept` is not looked at: a manifest has one form, and clients refuse what they cannot read.
pub(crate) async fn read(
    state: &Arc<State>,
    parts: &Parts,
    name: &RepositoryName,
    selector: Selector,
) -> Result<Response<Body>, ApiError> {
    let repository = state.repository(name)?;
    let store = state.store.clone();
    let head = parts.method == Method::HEAD;
    let (record, bytes) = blocking(move || {
        let record = find(&repository, &selector)?;
        if head {
            return Ok((record, Vec::new()));
        }
        let max = sampan_store::MAX_MANIFEST;
        match store.blobs().read_blob(&record.descriptor.digest, max) {
            Ok(bytes) => Ok((record, bytes)),
            Err(error) if error.is_not_found() => Err(ApiError::new(Code::ManifestUnknown)),
            Err(error) => Err(failed(error)),
        }
    })
    .await?;
    let descriptor = record.descriptor;
    let etag = format!("\"{}\"", descriptor.digest);
    let unchanged = not_modified(parts, &etag);
    let mut response = Response::new(if head || unchanged {
        reply::no_body()
    } else {
        reply::bytes_body(bytes)
    });
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let mut reply = Reply(response)
        .header(CONTENT_DIGEST, &descriptor.digest.to_string())
        .header(ETAG, &etag);
    if !unchanged {
        reply = reply
            .header(CONTENT_TYPE, &descriptor.media_type)
            .header(CONTENT_LENGTH, &descriptor.size.to_string());
    }
    Ok(reply.done())
}

/// Whether the client has this version already.
pub(crate) fn not_modified(parts: &Parts, etag: &str) -> bool {
    parts
        .headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .map(|tag| tag.trim().trim_start_matches("W/"))
                .any(|tag| tag == "*" || tag == etag)
        })
}

/// PUT.
pub(crate) async fn put(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    name: &RepositoryName,
    selector: Selector,
) -> Result<Response<Body>, ApiError> {
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    let tags = tags(&selector, &query)?;
    let content_type = parts
        .headers
        .get(http::header::CONTENT_TYPE)
        .map(|value| value.to_str().map(str::to_owned))
        .transpose()
        .map_err(|_| ApiError::new(Code::ManifestInvalid).detail("`Content-Type` is not text"))?;
    let _place = state.upload_permit()?;
    let bytes = collect(body, state.bounds.manifest.get(), state.bounds.idle).await?;
    let task = Arc::clone(state);
    let into = name.clone();
    let (record, tags) = blocking(move || {
        let digest = digest_of(&bytes, &selector)?;
        let accepted = manifest_doc::accept(&bytes, content_type.as_deref(), digest.clone())?;
        let repository = task.repository(&into)?;
        // The bytes come first: a record must never name a blob that is not there. The lease keeps the
        // collector away until the record does.
        let lease = task.store.lease().map_err(failed)?;
        lease.blobs().put(&bytes, Some(&digest)).map_err(failed)?;
        let _still = task.lock(&into);
        check_needs(&repository, &accepted.needs)?;
        repository
            .put_manifest(&accepted.record, tags.first().map(String::as_str))
            .map_err(failed)?;
        for tag in tags.iter().skip(1) {
            repository.set_tag(tag, &digest).map_err(failed)?;
        }
        Ok((accepted.record, tags))
    })
    .await?;
    let digest = record.descriptor.digest.to_string();
    let mut reply = reply::empty(StatusCode::CREATED)
        .location(&format!("/v2/{name}/manifests/{digest}"))
        .header(CONTENT_DIGEST, &digest);
    if let Some(subject) = &record.subject {
        reply = reply.header(OCI_SUBJECT, &subject.to_string());
    }
    if query.get("tag").is_some() {
        for tag in &tags {
            reply = reply.header(OCI_TAG, tag);
        }
    }
    Ok(reply.done())
}

/// DELETE of a tag, or of a manifest with every tag that points to it.
pub(crate) async fn delete(
    state: &Arc<State>,
    name: RepositoryName,
    selector: Selector,
) -> Result<Response<Body>, ApiError> {
    let state = Arc::clone(state);
    blocking(move || {
        let repository = state.repository(&name)?;
        let _still = state.lock(&name);
        let was_there = match &selector {
            Selector::Tag(tag) => repository.delete_tag(tag),
            Selector::Digest(digest) => repository.delete_manifest(digest),
        };
        if was_there.map_err(failed)? {
            Ok(())
        } else {
            Err(ApiError::new(Code::ManifestUnknown))
        }
    })
    .await?;
    Ok(reply::empty(StatusCode::ACCEPTED).done())
}

fn find(repository: &Repository, selector: &Selector) -> Result<ManifestRecord, ApiError> {
    let unknown = || ApiError::new(Code::ManifestUnknown);
    let digest = match selector {
        Selector::Digest(digest) => digest.clone(),
        Selector::Tag(tag) => repository.tag(tag).map_err(failed)?.ok_or_else(unknown)?,
    };
    repository.manifest(&digest).map_err(failed)?.ok_or_else(unknown)
}

/// The tags that a push sets: the one in the path, or those of the query for a push by digest (end-7b).
fn tags(selector: &Selector, query: &Query) -> Result<Vec<String>, ApiError> {
    match selector {
        Selector::Tag(tag) => Ok(vec![tag.clone()]),
        Selector::Digest(_) => query.all("tag").map(super::route::tag).collect(),
    }
}

/// The digest of the bytes, in the algorithm that the client chose; it must be the one it gave.
fn digest_of(bytes: &[u8], selector: &Selector) -> Result<Digest, ApiError> {
    let Selector::Digest(given) = selector else {
        return Ok(Digest::from_bytes(Algorithm::Sha256, &Sha256::digest(bytes)));
    };
    let found = match given.algorithm() {
        Algorithm::Sha256 => Digest::from_bytes(Algorithm::Sha256, &Sha256::digest(bytes)),
        Algorithm::Sha512 => Digest::from_bytes(Algorithm::Sha512, &Sha512::digest(bytes)),
    };
    if found == *given {
        Ok(found)
    } else {
        Err(ApiError::new(Code::DigestInvalid).detail(format!("the content is {found}")))
    }
}

/// Everything that a manifest refers to must be in the same repository, in the size that it says.
fn check_needs(repository: &Repository, needs: &[Needed]) -> Result<(), ApiError> {
    for needed in needs {
        let mut size = repository.blob_size(&needed.digest).map_err(failed)?;
        if size.is_none() && needed.in_index {
            let record = repository.manifest(&needed.digest).map_err(failed)?;
            size = record.map(|record| record.descriptor.size);
        }
        match size {
            None => return Err(ApiError::new(Code::ManifestBlobUnknown).detail(needed.digest.to_string())),
            Some(size) if size != needed.size => {
                return Err(ApiError::new(Code::ManifestInvalid)
                    .detail(format!("{} has {size} bytes, not {}", needed.digest, needed.size)));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
