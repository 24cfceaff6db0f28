//! Manifests and configurations in the store: read back, verified, and written.

use sampan_store::{Blobs, Descriptor, Links, StoreError};
use sampan_types::media::is_index;
use sampan_types::{Digest, Platform};

use super::blob::blocking;
use super::choose;
use super::error::ClientError;
use super::manifest::{self, Fetched};

/// A manifest that the store has, verified; `None` where it does not have it, or it is damaged.
pub(crate) async fn stored(
    blobs: &Blobs,
    digest: &Digest,
    descriptor: Option<&Descriptor>,
) -> Result<Option<Fetched>, ClientError> {
    let (source, key) = (blobs.clone(), digest.clone());
    let read = blocking(move || {
        if !source.contains(&key)? {
            return Ok(None);
        }
        source.read_blob(&key, manifest::MAX_MANIFEST).map(Some)
    });
    let bytes = match read.await? {
        Ok(Some(bytes)) => bytes,
        // The store has taken a damaged blob away, so that it can come again.
        Ok(None) | Err(StoreError::Damaged { .. } | StoreError::NoBlob(_) | StoreError::TooLarge { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let Ok(links) = Links::parse(&bytes) else {
        return Ok(None);
    };
    let Some(media_type) = manifest::media_type(&links, descriptor) else {
        return Ok(None);
    };
    let mut known = Descriptor::new(media_type, digest.clone(), bytes.len() as u64);
    known.artifact_type.clone_from(&links.artifact_type);
    Ok(Some(Fetched {
        descriptor: known,
        bytes,
        links,
    }))
}

/// Writes a document that was fetched. Tells whether it was not there.
pub(crate) async fn put(blobs: &Blobs, document: Fetched) -> Result<bool, ClientError> {
    put_bytes(blobs, document.bytes, &document.descriptor.digest).await
}

/// Writes small content. Tells whether it was not there.
pub(crate) async fn put_bytes(blobs: &Blobs, bytes: Vec<u8>, digest: &Digest) -> Result<bool, ClientError> {
    let (blobs, digest) = (blobs.clone(), digest.clone());
    let written = blocking(move || {
        if blobs.contains(&digest)? {
            return Ok::<_, StoreError>(false);
        }
        blobs.put(&bytes, Some(&digest)).map(|_| true)
    });
    Ok(written.await??)
}

/// A single image that was asked for by platform must be of that platform, if it says of which it is.
pub(crate) async fn check_platform(
    wanted: Option<&Platform>,
    top: &Fetched,
    manifests: &[Fetched],
    blobs: &Blobs,
    image: &str,
) -> Result<(), ClientError> {
    let (Some(wanted), [single]) = (wanted, manifests) else {
        return Ok(());
    };
    let Some(config) = single.links.config.clone() else {
        return Ok(());
    };
    if is_index(&top.descriptor.media_type) {
        return Ok(());
    }
    let blobs = blobs.clone();
    let bytes = blocking(move || blobs.read_blob(&config.digest, super::pull::MAX_CONFIG)).await??;
    let mut says = Descriptor::new("", single.descriptor.digest.clone(), 0);
    says.platform = serde_json::from_slice(&bytes).ok();
    match choose::platform(&says) {
        Some(has) if !has.satisfies(&choose::plain(wanted.clone())) => Err(ClientError::NoPlatform {
            image: image.to_owned(),
            wanted: wanted.to_string(),
            available: has.to_string(),
        }),
        _ => Ok(()),
    }
}
