//! OCI layouts (image-spec image-layout.md): what their index names, checked against the store.

use sampan_store::{Descriptor, Lease, Links};
use sampan_types::Reference;
use serde::Deserialize;

use super::{IMAGE_NAME, REF_NAME, Ready, reference};
use crate::document::{self, Document, Manifest};
use crate::error::{ImageError, Result};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layout {
    image_layout_version: String,
}

/// Refuses a layout of another version.
pub(super) fn check_layout(bytes: &[u8]) -> Result<()> {
    let layout: Layout = serde_json::from_slice(bytes)
        .map_err(|e| ImageError::NotAnArchive(format!("its `oci-layout` cannot be read: {e}")))?;
    match layout.image_layout_version.as_str() {
        "1.0.0" => Ok(()),
        other => Err(ImageError::NotAnArchive(format!(
            "its OCI layout is of version `{other}`, only 1.0.0 is known"
        ))),
    }
}

/// The manifests and indexes that an `index.json` lists.
pub(super) fn top_level(index: &[u8]) -> Result<Vec<Descriptor>> {
    let links = Links::parse(index)
        .map_err(|e| ImageError::NotAnArchive(format!("its `index.json` cannot be read: {e}")))?;
    if links.manifests.is_empty() {
        return Err(ImageError::NotAnArchive(
            "its `index.json` lists no image".to_owned(),
        ));
    }
    Ok(links.manifests)
}

/// The images that an `index.json` names, each complete in the store.
pub(super) fn images(lease: &Lease, index: &[u8]) -> Result<Vec<Ready>> {
    let mut images = Vec::new();
    for descriptor in top_level(index)? {
        if !lease.blobs().contains(&descriptor.digest)? {
            return Err(ImageError::ArchiveMember(descriptor.digest.to_string()));
        }
        check(lease, &descriptor)?;
        images.push(Ready {
            references: names(&descriptor)?,
            descriptor,
        });
    }
    Ok(images)
}

fn names(descriptor: &Descriptor) -> Result<Vec<Reference>> {
    if let Some(name) = descriptor.annotations.get(IMAGE_NAME) {
        return Ok(vec![reference(name)?]);
    }
    match descriptor.annotations.get(REF_NAME) {
        // A bare word is a tag of a repository that nobody named.
        Some(name) if name.contains([':', '/', '@']) => Ok(vec![reference(name)?]),
        _ => Ok(Vec::new()),
    }
}

/// A manifest must be complete; of an index, what is there must be, and something must.
fn check(lease: &Lease, top: &Descriptor) -> Result<()> {
    let entries = match document::read(lease, top)? {
        Document::Manifest(manifest) => return complete(lease, &manifest),
        Document::Index(entries) => entries,
    };
    let mut any = false;
    for entry in &entries {
        if !lease.blobs().contains(&entry.digest)? {
            continue;
        }
        if let Document::Manifest(manifest) = document::read(lease, entry)? {
            complete(lease, &manifest)?;
        }
        any = true;
    }
    match entries.first() {
        Some(first) if !any => Err(ImageError::ArchiveMember(first.digest.to_string())),
        _ => Ok(()),
    }
}

fn complete(lease: &Lease, manifest: &Manifest) -> Result<()> {
    for part in std::iter::once(&manifest.config).chain(&manifest.layers) {
        match lease.blobs().size(&part.digest)? {
            None => return Err(ImageError::ArchiveMember(part.digest.to_string())),
            Some(size) if size != part.size => {
                return Err(ImageError::Unusable {
                    what: "manifest",
                    digest: manifest.digest.clone(),
                    why: format!(
                        "it says {} has {} bytes, there are {size}",
                        part.digest, part.size
                    ),
                });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
