//! Which manifest of an index, and whether a manifest is for the platform that was asked for.

use sampan_store::{Descriptor, Lease};
use sampan_types::platform::Kind;
use sampan_types::{Platform, media};
use serde::Deserialize;

use super::{Request, Runnable, layers};
use crate::document::{self, Document, Manifest};
use crate::error::{ImageError, Result};

/// An index in an index in an index is enough.
const MAX_NESTING: usize = 3;

#[derive(Debug, Deserialize)]
struct PlatformDocument {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
}

struct Candidate {
    descriptor: Descriptor,
    platform: Option<Platform>,
    present: bool,
}

impl Candidate {
    fn shown(&self) -> String {
        self.platform
            .as_ref()
            .map_or_else(|| "an unnamed platform".to_owned(), Platform::to_string)
    }
}

/// Follows indexes down to the manifest that is meant.
pub(crate) fn choose(lease: &Lease, top: &Descriptor, request: &Request) -> Result<Manifest> {
    let entries = match document::read(lease, top)? {
        Document::Manifest(manifest) => return Ok(*manifest),
        Document::Index(entries) => entries,
    };
    let mut candidates = Vec::new();
    collect(lease, entries, 1, &mut candidates)?;
    let first =
        |test: &dyn Fn(&Platform) -> bool| candidates.iter().find(|c| c.platform.as_ref().is_some_and(test));
    let chosen = match &request.platform {
        Some(wanted) => first(&|p| p.satisfies(wanted)),
        None => first(&|p| p.kind() == Some(Kind::Wasm))
            .or_else(|| first(&|p| p.satisfies(&request.host)))
            // One entry that does not say what it is for: what it is, its manifest tells.
            .or(match candidates.as_slice() {
                [only] if only.platform.is_none() => Some(only),
                _ => None,
            }),
    };
    let Some(chosen) = chosen else {
        let wanted = match &request.platform {
            Some(wanted) => wanted.to_string(),
            None => format!("wasi/wasm or {}", request.host),
        };
        let found = match candidates.as_slice() {
            [] => "nothing at all".to_owned(),
            all => all.iter().map(Candidate::shown).collect::<Vec<_>>().join(", "),
        };
        return Err(ImageError::Platform {
            digest: top.digest.clone(),
            wanted,
            found,
        });
    };
    if !chosen.present {
        return Err(ImageError::PlatformMissing {
            digest: top.digest.clone(),
            platform: chosen.shown(),
        });
    }
    match document::read(lease, &chosen.descriptor)? {
        Document::Manifest(manifest) => Ok(*manifest),
        Document::Index(_) => Err(too_deep(&chosen.descriptor)),
    }
}

fn too_deep(descriptor: &Descriptor) -> ImageError {
    ImageError::Unusable {
        what: "index",
        digest: descriptor.digest.clone(),
        why: "it lies in too many other indexes".to_owned(),
    }
}

/// The manifests that an index lists, those of inner indexes included, attestations left out.
fn collect(lease: &Lease, entries: Vec<Descriptor>, depth: usize, out: &mut Vec<Candidate>) -> Result<()> {
    for descriptor in entries {
        if descriptor.annotations.contains_key("vnd.docker.reference.type") {
            continue;
        }
        let present = lease.blobs().contains(&descriptor.digest)?;
        if media::is_index(&descriptor.media_type) {
            if depth >= MAX_NESTING {
                return Err(too_deep(&descriptor));
            }
            if present && let Document::Index(inner) = document::read(lease, &descriptor)? {
                collect(lease, inner, depth + 1, out)?;
            }
            continue;
        }
        if !media::is_manifest(&descriptor.media_type) {
            continue;
        }
        let stated = descriptor
            .platform
            .as_ref()
            .and_then(|value| PlatformDocument::deserialize(value).ok())
            .and_then(from_document);
        let platform = match stated {
            None if present => match document::read(lease, &descriptor)? {
                Document::Manifest(manifest) => manifest_platform(lease, &manifest)?,
                Document::Index(_) => None,
            },
            stated => stated,
        };
        if platform.as_ref().is_some_and(|p| p.os == "unknown") {
            continue;
        }
        out.push(Candidate {
            descriptor,
            platform,
            present,
        });
    }
    Ok(())
}

fn from_document(document: PlatformDocument) -> Option<Platform> {
    if document.os.is_empty() && document.architecture.is_empty() {
        return None;
    }
    Some(Platform {
        variant: document.variant.filter(|v| !v.is_empty()),
        ..Platform::new(&document.os, &document.architecture)
    })
}

/// What a manifest's own configuration says it is for; an artifact that holds Wasm is for `wasi/wasm`.
pub(crate) fn manifest_platform(lease: &Lease, manifest: &Manifest) -> Result<Option<Platform>> {
    let wasm = || {
        manifest
            .layers
            .iter()
            .any(|l| media::is_wasm_layer(&l.media_type))
            .then(|| Platform::new("wasi", "wasm"))
    };
    Ok(match manifest.config.media_type.as_str() {
        media::OCI_CONFIG | media::DOCKER_CONFIG | media::WASM_CONFIG => {
            let config = document::read_config(lease, &manifest.config)?.image;
            from_document(PlatformDocument {
                os: config.os,
                architecture: config.architecture,
                variant: config.variant,
            })
            .or_else(wasm)
        }
        _ => wasm(),
    })
}

/// Refuses an image that is not for the platform that was asked for.
pub(super) fn check(runnable: &Runnable, manifest: &Manifest, request: &Request) -> Result<()> {
    let Some(wanted) = &request.platform else {
        return Ok(());
    };
    let fits = match &runnable.platform {
        Some(platform) if platform.satisfies(wanted) => true,
        _ if wanted.kind() != Some(Kind::Wasm) => false,
        // A linux image that is marked as Wasm is both.
        Some(platform) if platform.kind() != Some(Kind::Wasm) => {
            layers::marked(&runnable.annotations, &runnable.config.labels).is_some()
        }
        Some(_) => false,
        None => runnable.kind == Kind::Wasm,
    };
    if fits {
        return Ok(());
    }
    Err(ImageError::Platform {
        digest: manifest.digest.clone(),
        wanted: wanted.to_string(),
        found: match &runnable.platform {
            Some(platform) => platform.to_string(),
            None => format!("{} without a platform of its own", runnable.kind),
        },
    })
}
