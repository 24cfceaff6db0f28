//! From a manifest to everything that it refers to. Never recursive: a hostile index may be nested deeply.

use std::collections::{HashMap, HashSet};

use sampan_types::{Digest, media};

use crate::MAX_MANIFEST;
use crate::blobs::{Blobs, size_of};
use crate::descriptor::{Descriptor, Links};
use crate::error::{Result, StoreError};
use crate::store::Inner;

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

pub(crate) fn walk(blobs: &Blobs, start: &Descriptor) -> Result<Vec<Reached>> {
    let mut reached: Vec<Reached> = Vec::new();
    let mut seen = HashMap::new();
    // Apart from `seen`: a layer may have the digest of a manifest that is named elsewhere.
    let mut followed = HashSet::new();
    let mut stack = vec![(start.clone(), None)];
    while let Some((descriptor, parent)) = stack.pop() {
        let document = has_children(&descriptor.media_type);
        let known = seen.get(&descriptor.digest).copied();
        if known.is_some() && !(document && followed.insert(descriptor.digest.clone())) {
            continue;
        }
        let present = size_of(&blobs.inner, &descriptor.digest)?.is_some();
        if present && document {
            followed.insert(descriptor.digest.clone());
            let links = read_links(blobs, &descriptor.digest)?;
            // Reversed, because the stack gives the last one first.
            let children: Vec<_> = links.children().cloned().collect();
            let own = Some(descriptor.digest.clone());
            stack.extend(children.into_iter().rev().map(|child| (child, own.clone())));
        }
        let found = Reached {
            descriptor,
            parent,
            present,
        };
        match known.and_then(|index: usize| reached.get_mut(index)) {
            // As a manifest it says more than as a layer.
            Some(before) if present => *before = found,
            Some(_) => {}
            None => {
                seen.insert(found.descriptor.digest.clone(), reached.len());
                reached.push(found);
            }
        }
    }
    Ok(reached)
}

/// Whether a blob of this type refers to others.
pub(crate) fn has_children(media_type: &str) -> bool {
    media::is_index(media_type) || media::is_manifest(media_type)
}

/// Layers that no registry hands out (image-spec layer.md §non-distributable layers) may be missing.
fn may_be_missing(layer: &Descriptor) -> bool {
    layer.media_type.contains(".nondistributable.") || layer.media_type.contains(".foreign.")
}

fn read_links(blobs: &Blobs, digest: &Digest) -> Result<Links> {
    let bytes = blobs.read_blob(digest, MAX_MANIFEST)?;
    Links::parse(&bytes).map_err(|source| StoreError::Malformed {
        what: digest.to_string(),
        source,
    })
}

/// The links of a manifest or index that is in the store.
pub(crate) fn links_if_present(
    inner: &std::sync::Arc<Inner>,
    descriptor: &Descriptor,
) -> Result<Option<Links>> {
    if !has_children(&descriptor.media_type) || size_of(inner, &descriptor.digest)?.is_none() {
        return Ok(None);
    }
    read_links(&Blobs::new(inner, None), &descriptor.digest).map(Some)
}

/// That a manifest may get a name: it is there with its size, and so is what it needs to run.
pub(crate) fn require_complete(inner: &std::sync::Arc<Inner>, descriptor: &Descriptor) -> Result<()> {
    match size_of(inner, &descriptor.digest)? {
        None => return Err(StoreError::NoBlob(descriptor.digest.clone())),
        Some(size) if size != descriptor.size => {
            return Err(StoreError::SizeMismatch {
                what: descriptor.digest.to_string(),
                expected: descriptor.size,
                found: size,
            });
        }
        Some(_) => {}
    }
    let Some(links) = links_if_present(inner, descriptor)? else {
        return Ok(());
    };
    for child in links.config.iter().chain(&links.layers) {
        if size_of(inner, &child.digest)?.is_none() && !may_be_missing(child) {
            return Err(StoreError::Incomplete {
                manifest: descriptor.digest.clone(),
                missing: child.digest.clone(),
            });
        }
    }
    Ok(())
}
