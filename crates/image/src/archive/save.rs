//! Images out of the store into one archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};

use sampan_store::{Descriptor, Lease, StoreError};
use sampan_types::{Digest, Reference, media};
use serde_json::json;
use tar::{EntryType, Header};

use super::docker::Entry;
use super::{ArchiveFormat, IMAGE_NAME, REF_NAME};
use crate::error::{ImageError, Result};
use crate::pack::{self, Artifact};
use crate::resolve::{Request, choose, is_tar};

/// What says that a folder is an OCI layout.
const LAYOUT: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// Writes images with their names into one archive, and tells its form: the docker form when it was asked for
/// or nothing was and all images fit it, else the OCI form. The same images give the same bytes.
///
/// `request` says which platform of an image `manifest.json` names; the archive holds all that are there.
pub fn save(
    lease: &Lease,
    images: &[(Descriptor, Vec<Reference>)],
    format: Option<ArchiveFormat>,
    request: &Request,
    out: impl Write,
) -> Result<ArchiveFormat> {
    let entries = match format {
        Some(ArchiveFormat::Oci) => None,
        Some(ArchiveFormat::Docker) => Some(docker_entries(lease, images, request)?),
        None => match docker_entries(lease, images, request) {
            Ok(entries) => Some(entries),
            Err(ImageError::NotForDocker { .. }) => None,
            Err(other) => return Err(other),
        },
    };
    let blobs = blobs(lease, images)?;
    let mut archive = Archive {
        out: tar::Builder::new(out),
    };
    archive.folder("blobs/")?;
    let mut folder = None;
    for digest in &blobs {
        let algorithm = digest.algorithm().name();
        if folder != Some(algorithm) {
            archive.folder(&format!("blobs/{algorithm}/"))?;
            folder = Some(algorithm);
        }
        let size = lease
            .blobs()
            .size(digest)?
            .ok_or_else(|| StoreError::NoBlob(digest.clone()))?;
        let file = lease.blobs().open_blob(digest)?;
        archive.file(&place(digest), size, file)?;
    }
    archive.bytes("index.json", &index(images)?)?;
    if let Some(entries) = &entries {
        archive.bytes("manifest.json", &pack::json(entries)?)?;
    }
    archive.bytes("oci-layout", LAYOUT)?;
    if entries.is_some() {
        archive.bytes("repositories", &repositories(images)?)?;
    }
    archive.end()?;
    Ok(if entries.is_some() {
        ArchiveFormat::Docker
    } else {
        ArchiveFormat::Oci
    })
}

/// Writes an artifact that is in no store, with a name, in the OCI form.
pub fn save_artifact(artifact: &Artifact<'_>, reference: &Reference, out: impl Write) -> Result<()> {
    let mut archive = Archive {
        out: tar::Builder::new(out),
    };
    for (descriptor, bytes) in artifact.parts() {
        archive.bytes(&place(&descriptor.digest), bytes)?;
    }
    let images = [(artifact.descriptor().clone(), vec![reference.clone()])];
    archive.bytes("index.json", &index(&images)?)?;
    archive.bytes("oci-layout", LAYOUT)?;
    archive.end()
}

/// Everything that the images consist of and that is there. A manifest without one of its parts is an error,
/// a platform of an index that was never pulled is not.
fn blobs(lease: &Lease, images: &[(Descriptor, Vec<Reference>)]) -> Result<BTreeSet<Digest>> {
    let mut blobs = BTreeSet::new();
    for (descriptor, _) in images {
        for reached in lease.images().walk(descriptor)? {
            let document = media::is_manifest(&reached.descriptor.media_type)
                || media::is_index(&reached.descriptor.media_type);
            match (reached.present, reached.parent) {
                (true, _) => {
                    blobs.insert(reached.descriptor.digest);
                }
                (false, Some(_)) if document => {}
                (false, Some(manifest)) => {
                    return Err(StoreError::Incomplete {
                        manifest,
                        missing: reached.descriptor.digest,
                    }
                    .into());
                }
                (false, None) => return Err(StoreError::NoBlob(reached.descriptor.digest).into()),
            }
        }
    }
    Ok(blobs)
}

fn docker_entries(
    lease: &Lease,
    images: &[(Descriptor, Vec<Reference>)],
    request: &Request,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (descriptor, references) in images {
        let unfit = |why: String| ImageError::NotForDocker {
            digest: descriptor.digest.clone(),
            why,
        };
        let manifest = match choose(lease, descriptor, request) {
            Ok(manifest) => manifest,
            Err(error @ (ImageError::Platform { .. } | ImageError::PlatformMissing { .. })) => {
                return Err(unfit(error.to_string()));
            }
            Err(other) => return Err(other),
        };
        if !matches!(
            manifest.config.media_type.as_str(),
            media::OCI_CONFIG | media::DOCKER_CONFIG
        ) {
            return Err(unfit(format!(
                "its configuration is of type `{}`",
                manifest.config.media_type
            )));
        }
        if let Some(layer) = manifest.layers.iter().find(|layer| !is_tar(&layer.media_type)) {
            return Err(unfit(format!("a layer is of type `{}`", layer.media_type)));
        }
        entries.push(Entry {
            config: place(&manifest.config.digest),
            repo_tags: references
                .iter()
                .filter(|reference| reference.tag().is_some())
                .map(Reference::familiar)
                .collect(),
            layers: manifest.layers.iter().map(|layer| place(&layer.digest)).collect(),
        });
    }
    Ok(entries)
}

fn place(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().name(), digest.hex())
}

fn index(images: &[(Descriptor, Vec<Reference>)]) -> Result<Vec<u8>> {
    let mut manifests = Vec::new();
    for (descriptor, references) in images {
        let names: Vec<String> = references
            .iter()
            .filter(|r| r.tag().is_some())
            .map(|r| r.tagged().to_string())
            .collect();
        if names.is_empty() {
            manifests.push(descriptor.clone());
        }
        for name in names {
            let mut named = descriptor.clone();
            named.annotations.insert(IMAGE_NAME.to_owned(), name.clone());
            named.annotations.insert(REF_NAME.to_owned(), name);
            manifests.push(named);
        }
    }
    pack::json(&json!({ "schemaVersion": 2, "mediaType": media::OCI_INDEX, "manifests": manifests }))
}

/// The oldest form of names, `{"repository": {"tag": "id"}}`, which some tools still look for.
fn repositories(images: &[(Descriptor, Vec<Reference>)]) -> Result<Vec<u8>> {
    let mut map: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (descriptor, references) in images {
        for reference in references {
            if let Some(tag) = reference.tag() {
                let familiar = reference.tagged().familiar();
                let name = familiar
                    .rsplit_once(':')
                    .map_or(familiar.as_str(), |(name, _)| name);
                map.entry(name.to_owned())
                    .or_default()
                    .insert(tag.to_owned(), descriptor.digest.hex().to_owned());
            }
        }
    }
    pack::json(&map)
}

struct Archive<W: Write> {
    out: tar::Builder<W>,
}

fn write_error(source: io::Error) -> ImageError {
    ImageError::Io {
        action: "write",
        what: "the archive".to_owned(),
        source,
    }
}

impl<W: Write> Archive<W> {
    fn header(kind: EntryType, mode: u32, size: u64) -> Header {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header
    }

    fn folder(&mut self, name: &str) -> Result<()> {
        let mut header = Self::header(EntryType::Directory, 0o755, 0);
        self.out
            .append_data(&mut header, name, io::empty())
            .map_err(write_error)
    }

    fn file(&mut self, name: &str, size: u64, content: impl Read) -> Result<()> {
        let mut header = Self::header(EntryType::Regular, 0o644, size);
        // Exactly so much: a blob that changes its size meanwhile must not shift what follows.
        let mut exact = content.take(size);
        self.out
            .append_data(&mut header, name, &mut exact)
            .map_err(write_error)?;
        if exact.limit() > 0 {
            return Err(write_error(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.file(name, bytes.len() as u64, bytes)
    }

    fn end(self) -> Result<()> {
        let mut out = self.out.into_inner().map_err(write_error)?;
        out.flush().map_err(write_error)
    }
}
