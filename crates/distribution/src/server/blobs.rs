//! Blobs: HEAD, GET with ranges, DELETE (§Pulling blobs, §Deleting blobs).

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use sampan_store::{Links, Repository, Store};
use sampan_types::Digest;

use super::api_error::{ApiError, Code};
use super::range::{Wanted, wanted};
use super::reply::{self, Body, CONTENT_DIGEST, Reply};
use super::route::RepositoryName;
use super::state::{State, blocking};

/// How much of a file is read at a time.
const PIECE: u64 = 256 * 1024;

/// GET and HEAD.
pub(crate) async fn read(
    state: &Arc<State>,
    parts: &Parts,
    name: &RepositoryName,
    digest: Digest,
) -> Result<Response<Body>, ApiError> {
    let etag = format!("\"{digest}\"");
    let repository = state.repository(name)?;
    let store = state.store.clone();
    let (file, size) = {
        let digest = digest.clone();
        let head = parts.method == Method::HEAD;
        blocking(move || open(&store, &repository, &digest, head)).await?
    };
    let base = |status| {
        let mut response = Response::new(reply::no_body());
        *response.status_mut() = status;
        Reply(response)
            .header(CONTENT_DIGEST, &digest.to_string())
            .header(ETAG, &etag)
            .header(ACCEPT_RANGES, "bytes")
    };
    if super::manifests::not_modified(parts, &etag) {
        return Ok(base(StatusCode::NOT_MODIFIED).done());
    }
    // A range of another version is of no use, so `If-Range` with another tag gets the whole.
    let same = parts
        .headers
        .get(IF_RANGE)
        .is_none_or(|tag| tag.as_bytes() == etag.as_bytes());
    let range = match parts.headers.get(RANGE).and_then(|value| value.to_str().ok()) {
        Some(header) if same && parts.method == Method::GET => wanted(header, size),
        _ => Wanted::Whole,
    };
    let (status, first, length) = match range {
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Unsatisfiable => {
            let size = http::HeaderValue::from_str(&format!("bytes */{size}")).map_err(ApiError::internal)?;
            return Err(ApiError::new(Code::SizeInvalid)
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(CONTENT_RANGE, size));
        }
    };
    let mut reply = base(status)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, &length.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = first + length - 1;
        reply = reply.header(CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"));
    }
    let mut response = reply.done();
    if let Some(file) = file {
        *response.body_mut() = stream(file, first, length);
    }
    Ok(response)
}

/// DELETE: takes the blob from the repository. The bytes go when nothing else needs them.
pub(crate) async fn delete(
    state: &Arc<State>,
    name: RepositoryName,
    digest: Digest,
) -> Result<Response<Body>, ApiError> {
    let state = Arc::clone(state);
    blocking(move || {
        let repository = state.repository(&name)?;
        let _still = state.lock(&name);
        if let Some(holder) = holder(&state.store, &repository, &digest)? {
            return Err(ApiError::new(Code::Unsupported)
                .detail(format!("manifest {holder} needs this blob: delete that first")));
        }
        if repository.unlink_blob(&digest).map_err(|e| ApiError::store(&e))? {
            Ok(())
        } else {
            Err(ApiError::new(Code::BlobUnknown))
        }
    })
    .await?;
    Ok(reply::empty(StatusCode::ACCEPTED).done())
}

fn open(
    store: &Store,
    repository: &Repository,
    digest: &Digest,
    head: bool,
) -> Result<(Option<File>, u64), ApiError> {
    let size = repository
        .blob_size(digest)
        .map_err(|e| ApiError::store(&e))?
        .ok_or_else(|| ApiError::new(Code::BlobUnknown).detail(digest.to_string()))?;
    if head {
        return Ok((None, size));
    }
    match store.blobs().open_blob(digest) {
        Ok(file) => Ok((Some(file), size)),
        Err(error) if error.is_not_found() => Err(ApiError::new(Code::BlobUnknown)),
        Err(error) => Err(ApiError::store(&error)),
    }
}

/// A manifest of the repository that could not be pulled whole without the blob.
fn holder(store: &Store, repository: &Repository, blob: &Digest) -> Result<Option<Digest>, ApiError> {
    let blobs = store.blobs();
    for record in repository.manifests().map_err(|e| ApiError::store(&e))? {
        let manifest = record.descriptor.digest;
        let bytes = match blobs.read_blob(&manifest, sampan_store::MAX_MANIFEST) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(ApiError::store(&error)),
        };
        let links = Links::parse(&bytes).map_err(ApiError::internal)?;
        if links.children().any(|child| child.digest == *blob) {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

/// A part of a file as a body, one piece in memory at a time.
fn stream(file: File, first: u64, length: u64) -> Body {
    let end = first + length;
    let pieces = stream::try_unfold((Arc::new(file), first), move |(file, at)| async move {
        if at >= end {
            return Ok(None);
        }
        let source = Arc::clone(&file);
        let piece = tokio::task::spawn_blocking(move || read_piece(&source, at, end.min(at + PIECE)))
            .await
            .unwrap_or_else(|lost| Err(io::Error::other(lost)))?;
        let next = at + piece.len() as u64;
        Ok::<_, io::Error>(Some((Frame::data(piece), (file, next))))
    });
    StreamBody::new(pieces).boxed_unsync()
}

fn read_piece(file: &File, from: u64, to: u64) -> io::Result<Bytes> {
    let length = usize::try_from(to - from).map_err(io::Error::other)?;
    let mut piece = vec![0; length];
    file.read_exact_at(&mut piece, from)?;
    Ok(piece.into())
}
