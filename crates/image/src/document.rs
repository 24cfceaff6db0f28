//! Reads manifests, indexes and configurations from the store.

use std::collections::BTreeMap;

use sampan_store::{Descriptor, Lease, Links, MAX_MANIFEST};
use sampan_types::{Digest, media};

use crate::config::ImageConfig;
use crate::error::{ImageError, Result};

/// More layers than this no image has (Docker stops at 127).
const MAX_LAYERS: usize = 1_000;
/// More entries than this no index has.
const MAX_ENTRIES: usize = 1_000;

/// An image manifest.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) digest: Digest,
    pub(crate) artifact_type: Option<String>,
    pub(crate) config: Descriptor,
    pub(crate) layers: Vec<Descriptor>,
    pub(crate) annotations: BTreeMap<String, String>,
}

/// A manifest or an index.
#[derive(Clone, Debug)]
pub(crate) enum Document {
    Manifest(Box<Manifest>),
    Index(Vec<Descriptor>),
}

/// A configuration: what it says, and the digests of the uncompressed layers.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) image: ImageConfig,
    pub(crate) diff_ids: Vec<Digest>,
}

/// Reads what a descriptor points to, and makes sure that it is what it says it is.
pub(crate) fn read(lease: &Lease, descriptor: &Descriptor) -> Result<Document> {
    let digest = &descriptor.digest;
    let bytes = lease.blobs().read_blob(digest, MAX_MANIFEST)?;
    let index = media::is_index(&descriptor.media_type);
    let what = if index { "index" } else { "manifest" };
    let links = Links::parse(&bytes).map_err(|source| ImageError::Document {
        what,
        digest: digest.clone(),
        source,
    })?;
    // The type inside must be the type outside: two readers must not see two images in one blob.
    let inside = links.media_type.as_deref().unwrap_or(&descriptor.media_type);
    let not_an_image = || ImageError::NotAnImage {
        digest: digest.clone(),
        found: inside.to_owned(),
    };
    let unusable = |why: &str| ImageError::Unusable {
        what,
        digest: digest.clone(),
        why: why.to_owned(),
    };
    let outside_known = index || media::is_manifest(&descriptor.media_type);
    if outside_known && inside != descriptor.media_type {
        return Err(unusable(&format!(
            "it says it is `{inside}`, what refers to it says `{}`",
            descriptor.media_type
        )));
    }
    if media::is_index(inside) {
        if links.config.is_some() || !links.layers.is_empty() {
            return Err(unusable("an index with a configuration or layers"));
        }
        if links.manifests.len() > MAX_ENTRIES {
            return Err(unusable("more entries than any index has"));
        }
        return Ok(Document::Index(links.manifests));
    }
    if !media::is_manifest(inside) {
        return Err(not_an_image());
    }
    if !links.manifests.is_empty() {
        return Err(unusable("a manifest that lists manifests"));
    }
    if links.layers.len() > MAX_LAYERS {
        return Err(unusable("more layers than any image has"));
    }
    Ok(Document::Manifest(Box::new(Manifest {
        digest: digest.clone(),
        config: links.config.ok_or_else(|| unusable("it has no configuration"))?,
        artifact_type: links.artifact_type,
        layers: links.layers,
        annotations: links.annotations.unwrap_or_default(),
    })))
}

/// Reads the configuration of an image; not to be asked of an artifact's.
pub(crate) fn read_config(lease: &Lease, descriptor: &Descriptor) -> Result<Config> {
    let bytes = lease.blobs().read_blob(&descriptor.digest, MAX_MANIFEST)?;
    let (image, diff_ids) = ImageConfig::parse(&bytes).map_err(|source| ImageError::Document {
        what: "configuration",
        digest: descriptor.digest.clone(),
        source,
    })?;
    Ok(Config { image, diff_ids })
}
