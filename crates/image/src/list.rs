//! All images at a glance.

use std::collections::BTreeMap;

use sampan_store::{Descriptor, ImageRecord, Lease, Reached};
use sampan_types::{Digest, Reference, media};

use crate::document::{self, Document, read_config};
use crate::error::Result;
use crate::names::is_build_cache;
use crate::resolve::manifest_platform;

/// What an image takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageSize {
    /// Bytes of all its blobs that are in the store, each once; other images may share them.
    pub bytes: u64,
    /// How many blobs it lists that are not in the store: platforms that were not pulled.
    pub missing: usize,
}

/// What an image takes in the store.
pub fn image_size(lease: &Lease, top: &Descriptor) -> Result<ImageSize> {
    Ok(ImageSize::of(&lease.images().walk(top)?))
}

impl ImageSize {
    fn of(reached: &[Reached]) -> Self {
        let mut size = Self::default();
        for reached in reached {
            if reached.present {
                size.bytes = size.bytes.saturating_add(reached.descriptor.size);
            } else {
                size.missing += 1;
            }
        }
        size
    }
}

/// One image of a list, with all its names.
#[derive(Clone, Debug)]
pub struct ImageRow {
    /// The digest of its top-level manifest or index.
    pub id: Digest,
    /// Its names, sorted.
    pub references: Vec<Reference>,
    /// What they point to.
    pub descriptor: Descriptor,
    /// What it takes.
    pub size: ImageSize,
    /// Those of its blobs that are in the store, with their sizes in bytes.
    pub blobs: Vec<(Digest, u64)>,
    /// When it was made, as RFC 3339.
    pub created: Option<String>,
    /// The platforms that are in the store, as text.
    pub platforms: Vec<String>,
    /// Why it cannot be read, where it cannot; the rest is then empty.
    pub problem: Option<String>,
}

/// Every named image once. A damaged image is a row with its problem, not the end of the list.
pub fn list(lease: &Lease) -> Result<Vec<ImageRow>> {
    let mut rows: BTreeMap<Digest, ImageRow> = BTreeMap::new();
    for ImageRecord {
        reference,
        descriptor,
    } in lease.images().list()?
    {
        if is_build_cache(&reference) {
            continue;
        }
        let row = rows.entry(descriptor.digest.clone()).or_insert_with(|| ImageRow {
            id: descriptor.digest.clone(),
            references: Vec::new(),
            descriptor,
            size: ImageSize::default(),
            blobs: Vec::new(),
            created: None,
            platforms: Vec::new(),
            problem: None,
        });
        row.references.push(reference);
    }
    let mut rows: Vec<ImageRow> = rows.into_values().collect();
    for row in &mut rows {
        if let Err(error) = fill(lease, row) {
            row.problem = Some(error.to_string());
        }
    }
    rows.sort_by(|a, b| a.references.cmp(&b.references));
    Ok(rows)
}

fn fill(lease: &Lease, row: &mut ImageRow) -> Result<()> {
    let reached = lease.images().walk(&row.descriptor)?;
    row.size = ImageSize::of(&reached);
    let present = reached.iter().filter(|reached| reached.present);
    row.blobs = present
        .map(|reached| (reached.descriptor.digest.clone(), reached.descriptor.size))
        .collect();
    for reached in reached {
        let plain = reached.present && media::is_manifest(&reached.descriptor.media_type);
        if !plain
            || reached
                .descriptor
                .annotations
                .contains_key("vnd.docker.reference.type")
        {
            continue;
        }
        let Document::Manifest(manifest) = document::read(lease, &reached.descriptor)? else {
            continue;
        };
        if let Some(platform) = manifest_platform(lease, &manifest)? {
            row.platforms.push(platform.to_string());
        }
        if matches!(
            manifest.config.media_type.as_str(),
            media::OCI_CONFIG | media::DOCKER_CONFIG | media::WASM_CONFIG
        ) {
            row.created = row
                .created
                .take()
                .or(read_config(lease, &manifest.config)?.image.created);
        }
    }
    Ok(())
}
