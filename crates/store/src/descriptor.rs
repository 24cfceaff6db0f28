//! Descriptors and the links between blobs (image-spec descriptor.md, manifest.md, image-index.md).
//!
//! Only what the store needs to find children is understood; everything else is kept as it came, so that a
//! descriptor that is read and written back is the same.

use std::collections::BTreeMap;

use sampan_types::Digest;
use serde::{Deserialize, Serialize};

/// Where a blob is to be found and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The media type of the blob.
    #[serde(default)]
    pub media_type: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What kind of artifact a manifest is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Free annotations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// For which machine a manifest in an index is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<serde_json::Value>,
    /// Fields that this store does not interpret (`urls`, `data`, …).
    #[serde(flatten)]
    pub other: BTreeMap<String, serde_json::Value>,
}

impl Descriptor {
    /// One with nothing but the three fields that every descriptor has.
    pub fn new(media_type: impl Into<String>, digest: Digest, size: u64) -> Self {
        Self {
            media_type: media_type.into(),
            digest,
            size,
            artifact_type: None,
            annotations: BTreeMap::new(),
            platform: None,
            other: BTreeMap::new(),
        }
    }
}

/// The part of a manifest or index that refers to other blobs. One form reads both.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Links {
    /// What the document says it is.
    #[serde(default)]
    pub media_type: Option<String>,
    /// What kind of artifact it is.
    #[serde(default)]
    pub artifact_type: Option<String>,
    /// The configuration, of a manifest.
    #[serde(default)]
    pub config: Option<Descriptor>,
    /// The layers, of a manifest.
    #[serde(default)]
    pub layers: Vec<Descriptor>,
    /// The manifests, of an index.
    #[serde(default)]
    pub manifests: Vec<Descriptor>,
    /// The manifest that this one is about (a signature, an attestation). It does not keep that one alive.
    #[serde(default)]
    pub subject: Option<Descriptor>,
    /// Free annotations.
    #[serde(default)]
    pub annotations: Option<BTreeMap<String, String>>,
}

impl Links {
    /// Reads a manifest or an index.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Everything that must stay while this document stays.
    pub fn children(&self) -> impl Iterator<Item = &Descriptor> {
        self.config.iter().chain(&self.layers).chain(&self.manifests)
    }
}
