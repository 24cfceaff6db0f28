//! Names of images: the `index.json` of the layout.

use std::sync::Arc;

use sampan_types::{Digest, Reference};

use crate::descriptor::Descriptor;
use crate::error::Result;
use crate::store::Inner;

/// An image that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// The name it is kept under: with a tag and no digest, or with a digest and no tag.
    pub reference: Reference,
    /// Its manifest or index.
    pub descriptor: Descriptor,
}

/// A blob that a walk over an image came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// What refers to it says this.
    pub descriptor: Descriptor,
    /// The manifest or index that refers to it; `None` for the start.
    pub parent: Option<Digest>,
    /// Whether the blob is in the store.
    pub present: bool,
}

/// The local names of images.
#[derive(Clone, Debug)]
pub struct Images {
    pub(crate) inner: Arc<Inner>,
}

impl Images {
    /// Gives an image a name, taking it from another image if need be, which is returned.
    ///
    /// The manifest must be in the store, and if it is not an index, so must its configuration and layers.
    /// A reference with tag and digest is kept under its tag alone.
    pub fn tag(&self, _reference: &Reference, _descriptor: &Descriptor) -> Result<Option<Descriptor>> {
        todo!()
    }
    /// Takes a name away. The blobs stay until they are collected.
    pub fn untag(&self, _reference: &Reference) -> Result<ImageRecord> {
        todo!()
    }
    /// The image of this name; with a digest, an image of this repository with that digest.
    pub fn resolve(&self, _reference: &Reference) -> Result<ImageRecord> {
        todo!()
    }
    /// Every name, sorted.
    pub fn list(&self) -> Result<Vec<ImageRecord>> {
        todo!()
    }
    /// The records of the one image whose digest, or whose configuration's digest, begins with these
    /// hexadecimal digits (with or without `sha256:`).
    pub fn by_digest_prefix(&self, _prefix: &str) -> Result<Vec<ImageRecord>> {
        todo!()
    }
    /// Everything that an image consists of: index, manifests, configurations, layers, each once, parents
    /// before children. What an index lists but was not pulled is there with `present: false`.
    pub fn walk(&self, _start: &Descriptor) -> Result<Vec<Reached>> {
        todo!()
    }
}
