//! Request bodies: small ones into memory up to a limit, large ones to the disk in batches.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use sampan_store::UploadWriter;

use super::api_error::{ApiError, Code};
use super::state::blocking;

/// How much is gathered before one trip to a blocking thread. Bounds the memory of an upload, beside
/// hyper's own read buffer.
const BATCH: usize = 512 * 1024;

/// How much a body may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// Exactly so many bytes, because the client said so.
    Exactly(u64),
    /// Any number up to this one.
    AtMost(u64),
}

fn too_large(max: u64) -> ApiError {
    ApiError::new(Code::SizeInvalid)
        .status(StatusCode::PAYLOAD_TOO_LARGE)
        .detail(format!("more than {max} bytes"))
}

fn broken() -> ApiError {
    ApiError::new(Code::BlobUploadInvalid).detail("the connection broke within the content")
}

async fn next(body: &mut Incoming, idle: Duration) -> Result<Option<Bytes>, ApiError> {
    loop {
        match tokio::time::timeout(idle, body.frame()).await {
            Err(_) => {
                return Err(ApiError::new(Code::BlobUploadInvalid)
                    .status(StatusCode::REQUEST_TIMEOUT)
                    .detail("the content stopped coming"));
            }
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(broken()),
            // Trailers have no meaning here.
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads a body of at most `max` bytes into memory.
pub(crate) async fn collect(body: &mut Incoming, max: u64, idle: Duration) -> Result<Vec<u8>, ApiError> {
    if body.size_hint().lower() > max {
        return Err(too_large(max));
    }
    let mut all = Vec::new();
    while let Some(data) = next(body, idle).await? {
        if all.len() as u64 + data.len() as u64 > max {
            return Err(too_large(max));
        }
        all.extend_from_slice(&data);
    }
    Ok(all)
}

/// Reads on for a moment after a refusal, so that a client that is still sending gets to see the answer
/// instead of a reset connection.
pub(crate) async fn drain(body: &mut Incoming) {
    const MAX: usize = 64 * 1024 * 1024;
    let reading = async {
        let mut left = MAX;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            if length > left {
                return;
            }
            left -= length;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
}

/// Appends a body to an upload and tells the upload's size then.
///
/// What arrived before a failure stays in the session, so that the client can go on from there.
pub(crate) async fn append(
    mut writer: UploadWriter,
    body: &mut Incoming,
    length: Length,
    idle: Duration,
) -> Result<u64, ApiError> {
    let max = match length {
        Length::Exactly(n) | Length::AtMost(n) => n,
    };
    let mut total = 0;
    let mut batch = Vec::new();
    let mut held = 0;
    let outcome = loop {
        match next(body, idle).await {
            Ok(Some(data)) => {
                total += data.len() as u64;
                if total > max {
                    break Err(match length {
                        Length::Exactly(_) => ApiError::new(Code::SizeInvalid)
                            .detail("the content is longer than its `Content-Range`"),
                        Length::AtMost(_) => too_large(max),
                    });
                }
                held += data.len();
                batch.push(data);
                if held >= BATCH {
                    writer = write(writer, std::mem::take(&mut batch)).await?;
                    held = 0;
                }
            }
            Ok(None) if matches!(length, Length::Exactly(n) if n != total) => {
                break Err(ApiError::new(Code::SizeInvalid)
                    .detail("the content is shorter than its `Content-Range`"));
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let writer = write(writer, batch).await?;
    let size = blocking(move || writer.done().map_err(|error| ApiError::store(&error))).await?;
    outcome.map(|()| size)
}

async fn write(mut writer: UploadWriter, batch: Vec<Bytes>) -> Result<UploadWriter, ApiError> {
    blocking(move || {
        for data in &batch {
            writer.append(data).map_err(|error| ApiError::store(&error))?;
        }
        Ok(writer)
    })
    .await
}
