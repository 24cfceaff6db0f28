//! `docker import`: an archive of a root file system becomes an image of one layer.

use std::io::{BufReader, Read};

use sampan_image::ImageError;
use sampan_image::unpack::UnpackLimits;
use sampan_store::{Descriptor, Ingest, StoreError};
use sampan_types::{Digest, Platform, Reference, media};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::EngineError;

/// How much is read at a time.
const CHUNK: usize = 64 << 10;
/// A header of an archive (POSIX.1-1988 "ustar"), and where in it its mark stands.
const HEADER: usize = 512;
const MARK: std::ops::Range<usize> = 257..262;

/// What an imported image is to be.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Its name; without one it is kept under its digest.
    pub name: Option<Reference>,
    /// What it runs on.
    pub platform: Platform,
    /// What is said of its layer.
    pub comment: String,
    /// When it was made, as RFC 3339.
    pub created: String,
    /// How its containers start, under the names of the OCI image configuration.
    pub config: Value,
}

impl Engine {
    /// Makes an image of an archive, compressed or not, and tells its id. Nothing is kept of one that is none.
    pub fn import_rootfs(
        &self,
        archive: &mut dyn Read,
        options: &ImportOptions,
    ) -> Result<Digest, EngineError> {
        let lease = self.store.lease()?;
        let broken = |error: std::io::Error| ImageError::NotAnArchive(error.to_string());
        let mut archive = sampan_image::decompressed(archive, &UnpackLimits::default()).map_err(broken)?;
        let mut first = Vec::with_capacity(HEADER);
        archive
            .by_ref()
            .take(HEADER as u64)
            .read_to_end(&mut first)
            .map_err(broken)?;
        if first.get(MARK) != Some(b"ustar") {
            return Err(ImageError::NotAnArchive(
                "it is no tar archive, plain or in gzip or zstd".to_owned(),
            )
            .into());
        }
        let mut layer = lease.blobs().ingest(None, None)?;
        let mut whole = Copied {
            from: first.as_slice().chain(archive),
            to: &mut layer,
            failed: None,
        };
        let checked = check(&mut whole);
        if let Some(error) = whole.failed {
            return Err(error.into());
        }
        checked.map_err(broken)?;
        let layer = layer.commit()?;
        let mut config = json!({
            "created": options.created,
            "architecture": options.platform.architecture,
            "os": options.platform.os,
            "config": options.config,
            "rootfs": { "type": "layers", "diff_ids": [layer.digest] },
            "history": [{ "created": options.created, "comment": options.comment }],
        });
        if let Some(variant) = &options.platform.variant {
            config["variant"] = json!(variant);
        }
        let config = lease.blobs().put(&bytes(&config)?, None)?;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": media::OCI_MANIFEST,
            "config": Descriptor::new(media::OCI_CONFIG, config.digest, config.size),
            "layers": [Descriptor::new(media::OCI_LAYER, layer.digest, layer.size)],
        });
        let manifest = lease.blobs().put(&bytes(&manifest)?, None)?;
        let name = match &options.name {
            Some(name) => name.tagged(),
            None => sampan_store::unnamed(&manifest.digest)
                .map_err(|error| ImageError::NotAnArchive(error.to_string()))?,
        };
        let descriptor = Descriptor::new(media::OCI_MANIFEST, manifest.digest.clone(), manifest.size);
        lease.images().tag(&name, &descriptor)?;
        Ok(manifest.digest)
    }
}

/// Reads an archive to its end, entry for entry, so that a broken one is refused now and not by its first container.
fn check(whole: impl Read) -> std::io::Result<()> {
    let mut whole = BufReader::with_capacity(CHUNK, whole);
    let mut archive = tar::Archive::new(&mut whole);
    for entry in archive.entries()? {
        let mut entry = entry?;
        std::io::copy(&mut entry, &mut std::io::sink())?;
    }
    // What stands behind its end belongs to the layer's digest.
    std::io::copy(&mut whole, &mut std::io::sink()).map(drop)
}

/// Writes down all that is read.
struct Copied<'i, R> {
    from: R,
    to: &'i mut Ingest,
    failed: Option<StoreError>,
}

impl<R: Read> Read for Copied<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.from.read(buffer)?;
        if let Err(error) = self.to.append(&buffer[..length]) {
            self.failed = Some(error);
            return Err(std::io::Error::other("the layer cannot be written"));
        }
        Ok(length)
    }
}

fn bytes(value: &Value) -> Result<Vec<u8>, EngineError> {
    serde_json::to_vec(value).map_err(EngineError::Record)
}
