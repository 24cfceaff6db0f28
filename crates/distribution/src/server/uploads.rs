//! Uploads: start, mount, chunks, finish, status, cancel (§Pushing blobs).

use std::sync::Arc;

use http::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderValue, LOCATION, RANGE};
use http::request::Parts;
use http::{Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use sampan_store::{StoreError, Upload};
use sampan_types::{Algorithm, Digest};

use super::api_error::{ApiError, Code};
use super::auth::{Action, Identity, Need};
use super::body::{self, Length};
use super::query::Query;
use super::range::{Chunk, received};
use super::reply::{self, Body, CONTENT_DIGEST, UPLOAD_UUID};
use super::route::{RepositoryName, digest as parse_digest};
use super::state::{State, blocking};

/// POST: mounts a blob, takes one whole, or opens a session.
pub(crate) async fn start(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    name: &RepositoryName,
    identity: &Identity,
) -> Result<Response<Body>, ApiError> {
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    if let Some(algorithm) = query.get("digest-algorithm")
        && !Algorithm::ALL.iter().any(|known| known.name() == algorithm)
    {
        return Err(ApiError::new(Code::DigestInvalid).detail("use sha256 or sha512"));
    }
    if let Some(digest) = query.get("mount") {
        let digest = parse_digest(digest)?;
        let from = query.get("from").map(RepositoryName::parse).transpose()?;
        if mount(state, name, &digest, from, identity).await? {
            return Ok(created(name, &digest));
        }
    }
    let whole = query.get("digest").map(parse_digest).transpose()?;
    let upload = open_session(state, name).await?;
    let Some(digest) = whole else {
        return Ok(progress(StatusCode::ACCEPTED, name, &upload, 0));
    };
    let id = upload.id().to_owned();
    let outcome = match write(state, parts, body, &upload, None).await {
        Ok(_) => finish(upload, digest.clone()).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(created(name, &digest)),
        Err(error) => {
            // The client never learned the session's name, so it could not go on with it.
            discard(state, name, id).await;
            Err(error)
        }
    }
}

/// PATCH: a chunk, or a stream without end mark.
pub(crate) async fn patch(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    name: &RepositoryName,
    id: String,
) -> Result<Response<Body>, ApiError> {
    let upload = find(state, name, id).await?;
    let size = receive(state, parts, body, name, &upload).await?;
    Ok(progress(StatusCode::ACCEPTED, name, &upload, size))
}

/// PUT: the last chunk, if there is one, and the end.
pub(crate) async fn put(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    name: &RepositoryName,
    id: String,
) -> Result<Response<Body>, ApiError> {
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    let digest = query
        .get("digest")
        .ok_or_else(|| ApiError::new(Code::DigestInvalid).detail("`digest` is missing"))?;
    let digest = parse_digest(digest)?;
    let upload = find(state, name, id).await?;
    if !body.is_end_stream() {
        receive(state, parts, body, name, &upload).await?;
    }
    finish(upload, digest.clone()).await?;
    Ok(created(name, &digest))
}

/// GET: how far a session is.
pub(crate) async fn status(
    state: &Arc<State>,
    name: &RepositoryName,
    id: String,
) -> Result<Response<Body>, ApiError> {
    let upload = find(state, name, id).await?;
    let size = size_of(&upload).await?;
    Ok(progress(StatusCode::NO_CONTENT, name, &upload, size))
}

/// DELETE: ends a session without a blob.
pub(crate) async fn cancel(
    state: &Arc<State>,
    name: &RepositoryName,
    id: String,
) -> Result<Response<Body>, ApiError> {
    let upload = find(state, name, id).await?;
    blocking(move || upload.cancel().map_err(|e| session_error(&e))).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT).done())
}

/// Links a blob that another repository holds. Without `from`, any repository will do; the bytes of local
/// images are never mounted, because their digest alone must not open them.
async fn mount(
    state: &Arc<State>,
    name: &RepositoryName,
    digest: &Digest,
    from: Option<RepositoryName>,
    identity: &Identity,
) -> Result<bool, ApiError> {
    let allowed = match &from {
        Some(from) => identity.may(&Need::Repository(from, Action::Pull)),
        // Who may push anywhere may also pull everywhere.
        None => true,
    };
    if !allowed {
        return Ok(false);
    }
    let (state, name, digest) = (Arc::clone(state), name.clone(), digest.clone());
    blocking(move || {
        let failed = |error: StoreError| ApiError::store(&error);
        let found = match &from {
            Some(from) => state
                .repository(from)?
                .blob_size(&digest)
                .map_err(failed)?
                .is_some(),
            None => state.store.registry().holds_blob(&digest).map_err(failed)?,
        };
        if !found {
            return Ok(false);
        }
        state.repository(&name)?.link_blob(&digest).map_err(failed)
    })
    .await
}

async fn open_session(state: &Arc<State>, name: &RepositoryName) -> Result<Upload, ApiError> {
    let repository = state.repository(name)?;
    blocking(move || repository.start_upload().map_err(|e| session_error(&e))).await
}

async fn find(state: &Arc<State>, name: &RepositoryName, id: String) -> Result<Upload, ApiError> {
    let repository = state.repository(name)?;
    blocking(move || repository.upload(&id).map_err(|e| session_error(&e))).await
}

async fn size_of(upload: &Upload) -> Result<u64, ApiError> {
    let upload = upload.clone();
    blocking(move || upload.size().map_err(|e| session_error(&e))).await
}

/// Takes the content of a PATCH or PUT, and tells where the session is when it does not fit there.
async fn receive(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    name: &RepositoryName,
    upload: &Upload,
) -> Result<u64, ApiError> {
    let chunk = match parts.headers.get(CONTENT_RANGE) {
        None => None,
        Some(value) => Some(value.to_str().ok().and_then(Chunk::parse).ok_or_else(|| {
            ApiError::new(Code::BlobUploadInvalid).detail("`Content-Range` is not FIRST-LAST")
        })?),
    };
    match write(state, parts, body, upload, chunk).await {
        Err(error) if error.code == Code::StorageFull => {
            discard(state, name, upload.id().to_owned()).await;
            Err(error)
        }
        Err(error) if error.status == StatusCode::RANGE_NOT_SATISFIABLE => {
            let at = received(size_of(upload).await?);
            let place = place(name, upload);
            let header = |text: &str| HeaderValue::from_str(text).map_err(ApiError::internal);
            Err(error
                .header(RANGE, header(&at)?)
                .header(LOCATION, header(&place)?))
        }
        other => other,
    }
}

async fn write(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    upload: &Upload,
    chunk: Option<Chunk>,
) -> Result<u64, ApiError> {
    let announced = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let (Some(chunk), Some(announced)) = (chunk, announced)
        && chunk.length() != announced
    {
        return Err(ApiError::new(Code::SizeInvalid)
            .detail("`Content-Length` and `Content-Range` do not say the same"));
    }
    let _place = state.upload_permit()?;
    let offset = chunk.map(|chunk| chunk.first);
    let (writer, have) = {
        let upload = upload.clone();
        blocking(move || {
            let writer = upload.writer(offset).map_err(|e| session_error(&e))?;
            let have = upload.size().map_err(|e| session_error(&e))?;
            Ok((writer, have))
        })
        .await?
    };
    let room = state.bounds.blob.get().saturating_sub(have);
    let length = match chunk {
        Some(chunk) if chunk.length() <= room => Length::Exactly(chunk.length()),
        _ => Length::AtMost(room),
    };
    if announced.is_some_and(|announced| announced > room) {
        return Err(ApiError::new(Code::SizeInvalid)
            .status(StatusCode::PAYLOAD_TOO_LARGE)
            .detail(format!("a blob may have {} bytes", state.bounds.blob.get())));
    }
    body::append(writer, body, length, state.bounds.idle).await
}

async fn finish(upload: Upload, digest: Digest) -> Result<(), ApiError> {
    blocking(move || upload.finish(&digest).map(drop).map_err(|e| session_error(&e))).await
}

/// Throws a session away after a failure; that it may be gone already, or in use, is no further failure.
async fn discard(state: &Arc<State>, name: &RepositoryName, id: String) {
    let Ok(repository) = state.repository(name) else {
        return;
    };
    let gone = blocking(move || {
        if let Ok(upload) = repository.upload(&id)
            && let Err(error) = upload.cancel()
        {
            tracing::debug!(%id, %error, "an upload stays until it expires");
        }
        Ok(())
    });
    let _ = gone.await;
}

/// What a failure of a session means in the protocol.
fn session_error(error: &StoreError) -> ApiError {
    match error {
        StoreError::NotInRegistry { .. } => ApiError::new(Code::BlobUploadUnknown),
        StoreError::UploadOffset { have, .. } => ApiError::new(Code::BlobUploadInvalid)
            .status(StatusCode::RANGE_NOT_SATISFIABLE)
            .detail(format!("the next byte is {have}")),
        StoreError::Busy { .. } => ApiError::busy(std::time::Duration::from_secs(1))
            .detail("another request is writing to this upload"),
        StoreError::TooMany { .. } => ApiError::busy(std::time::Duration::from_secs(60))
            .detail("too many uploads are under way: finish or cancel some"),
        StoreError::DigestMismatch { found, .. } => {
            ApiError::new(Code::DigestInvalid).detail(format!("the content is {found}"))
        }
        other => ApiError::store(other),
    }
}

fn place(name: &RepositoryName, upload: &Upload) -> String {
    format!("/v2/{name}/blobs/uploads/{}", upload.id())
}

fn progress(status: StatusCode, name: &RepositoryName, upload: &Upload, size: u64) -> Response<Body> {
    reply::empty(status)
        .location(&place(name, upload))
        .header(RANGE, &received(size))
        .header(UPLOAD_UUID, upload.id())
        .done()
}

fn created(name: &RepositoryName, digest: &Digest) -> Response<Body> {
    reply::empty(StatusCode::CREATED)
        .location(&format!("/v2/{name}/blobs/{digest}"))
        .header(CONTENT_DIGEST, &digest.to_string())
        .done()
}
