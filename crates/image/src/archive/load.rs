//! Archives into the store.

use std::io::Read;

use sampan_store::Lease;

use super::{ArchiveFormat, Loaded, docker, name, oci, spool::Spool};
use crate::error::{ImageError, Result};
use crate::unpack::UnpackLimits;

/// Loads all images of an archive: from a file or a pipe, itself gzip, zstd or plain. Which format it is, is
/// told from what is in it. Names are given only when everything is there and checked.
pub fn load(lease: &Lease, source: impl Read, limits: &UnpackLimits) -> Result<Loaded> {
    let spool = Spool::read(lease, source, limits)?;
    let documents = &spool.documents;
    let (format, images) = match (
        documents.get("oci-layout"),
        documents.get("index.json"),
        documents.get("manifest.json"),
    ) {
        (Some(layout), Some(index), manifest) => {
            oci::check_layout(layout)?;
            let format = if manifest.is_some() {
                ArchiveFormat::Docker
            } else {
                ArchiveFormat::Oci
            };
            (format, oci::images(lease, index)?)
        }
        (_, _, Some(manifest)) => (ArchiveFormat::Docker, docker::images(lease, &spool, manifest)?),
        _ => return Err(ImageError::NotAnArchive(spool.found())),
    };
    Ok(Loaded {
        format,
        images: name(lease, images)?,
    })
}
