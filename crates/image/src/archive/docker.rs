//! What `docker save` wrote before version 25, and skopeo and others still do: a `manifest.json` that names
//! a configuration and layer archives for each image.

use std::collections::BTreeMap;
use std::io::Read;

use sampan_store::{Blob, Descriptor, Lease, MAX_MANIFEST};
use sampan_types::media;
use serde::{Deserialize, Serialize};

use super::spool::Spool;
use super::{Ready, reference};
use crate::config::{ImageConfig, null};
use crate::decompress::Compression;
use crate::error::{ImageError, Result, UnpackError};
use crate::pack::put_manifest;

/// One image of `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    pub(super) config: String,
    #[serde(default, deserialize_with = "null")]
    pub(super) repo_tags: Vec<String>,
    #[serde(default, deserialize_with = "null")]
    pub(super) layers: Vec<String>,
}

/// Builds a manifest for each image. Layers are kept as they came, compressed or not.
pub(super) fn images(lease: &Lease, spool: &Spool, manifest: &[u8]) -> Result<Vec<Ready>> {
    let entries: Vec<Entry> = serde_json::from_slice(manifest)
        .map_err(|e| ImageError::NotAnArchive(format!("its `manifest.json` cannot be read: {e}")))?;
    if entries.is_empty() {
        return Err(ImageError::NotAnArchive(
            "its `manifest.json` lists no image".to_owned(),
        ));
    }
    entries.iter().map(|entry| image(lease, spool, entry)).collect()
}

fn image(lease: &Lease, spool: &Spool, entry: &Entry) -> Result<Ready> {
    let config = spool.blob(&entry.config)?;
    let bytes = lease.blobs().read_blob(&config.digest, MAX_MANIFEST)?;
    let (_, diff_ids) = ImageConfig::parse(&bytes).map_err(|source| ImageError::Document {
        what: "configuration",
        digest: config.digest.clone(),
        source,
    })?;
    if diff_ids.len() != entry.layers.len() {
        return Err(ImageError::Unusable {
            what: "configuration",
            digest: config.digest.clone(),
            why: format!(
                "it promises {} layers, the archive's `manifest.json` has {}",
                diff_ids.len(),
                entry.layers.len()
            ),
        });
    }
    let mut layers = Vec::new();
    for (path, diff_id) in entry.layers.iter().zip(&diff_ids) {
        let blob = spool.blob(path)?;
        let compression = compression(lease, blob)?;
        let media_type = match compression {
            Compression::None => media::OCI_LAYER,
            Compression::Gzip => media::OCI_LAYER_GZIP,
            Compression::Zstd => media::OCI_LAYER_ZSTD,
            Compression::Bzip2 | Compression::Xz => {
                return Err(ImageError::LayerType {
                    digest: blob.digest.clone(),
                    found: "a layer in bzip2 or xz, which no image format knows".to_owned(),
                });
            }
        };
        // A compressed layer is checked when it is unpacked.
        if compression == Compression::None && blob.digest != *diff_id {
            return Err(ImageError::Unpack {
                layer: blob.digest.clone(),
                source: UnpackError::DiffId {
                    expected: diff_id.clone(),
                    found: blob.digest.clone(),
                },
            });
        }
        layers.push(Descriptor::new(media_type, blob.digest.clone(), blob.size));
    }
    let config = Descriptor::new(media::OCI_CONFIG, config.digest.clone(), config.size);
    let descriptor = put_manifest(lease, &config, &layers, &BTreeMap::new())?;
    let references = entry
        .repo_tags
        .iter()
        .map(|tag| reference(tag))
        .collect::<Result<_>>()?;
    Ok(Ready {
        descriptor,
        references,
    })
}

fn compression(lease: &Lease, blob: &Blob) -> Result<Compression> {
    let mut head = Vec::with_capacity(6);
    let file = lease.blobs().open_blob(&blob.digest)?;
    file.take(6)
        .read_to_end(&mut head)
        .map_err(|source| ImageError::Io {
            action: "read",
            what: format!("blob {}", blob.digest),
            source,
        })?;
    Ok(Compression::of(&head))
}
