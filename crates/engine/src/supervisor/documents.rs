//! The JSON documents of an image that the engine makes itself: by a commit, or by a build.

use sampan_store::{Blob, Lease};
use sampan_types::{ByteCount, Digest};
use serde_json::Value;

use super::error::{Result, SupervisorError};

/// More than any manifest or configuration has.
const DOCUMENT: ByteCount = ByteCount::mib(16);

/// Reads one.
pub(super) fn document(lease: &Lease, digest: &Digest) -> Result<Value> {
    let bytes = lease.blobs().read_blob(digest, DOCUMENT)?;
    serde_json::from_slice(&bytes).map_err(|e| SupervisorError::io("read", "the image's documents")(e.into()))
}

/// Writes one.
pub(super) fn put(lease: &Lease, value: &Value) -> Result<Blob> {
    let bytes = serde_json::to_vec(value)
        .map_err(|e| SupervisorError::io("write", "the image's documents")(e.into()))?;
    Ok(lease.blobs().put(&bytes, None)?)
}

/// Adds to a list, which may not be there yet.
pub(super) fn push(list: &mut Value, value: Value) {
    match list {
        Value::Array(all) => all.push(value),
        other => *other = Value::Array(vec![value]),
    }
}
