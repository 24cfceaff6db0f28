//! From a manifest or index in the store to something that runs. Reads documents, and of layers the first
//! bytes alone; unpacks nothing.

mod artifact;
mod layers;
mod platform;

use std::path::PathBuf;

use sampan_store::{Descriptor, Lease};
use sampan_types::platform::Kind;
use sampan_types::{Digest, Platform, media};

use crate::config::ImageConfig;
use crate::document::Manifest;
use crate::error::{ImageError, Result};
pub(crate) use layers::is_tar;
pub(crate) use platform::{choose, manifest_platform};

/// Which part of an image is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What the caller asked for with `--platform`. `None` prefers Wasm, then the host's own.
    pub platform: Option<Platform>,
    /// What this machine is: `linux/amd64`.
    pub host: Platform,
}

impl Request {
    /// No wish, on a Linux machine of the processor that this program was built for.
    pub fn any() -> Self {
        Self {
            platform: None,
            host: Platform::new("linux", std::env::consts::ARCH),
        }
    }

    /// The same with a wish.
    #[must_use]
    pub fn on(platform: Platform) -> Self {
        Self {
            platform: Some(platform),
            ..Self::any()
        }
    }
}

/// Something that runs, or could on another engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runnable {
    /// What sort of container it gives. A linux image is [`Kind::Linux`] here even when its program turns out to
    /// be a Wasm file: only [`crate::locate`] can tell, and says so in [`crate::Prepared::kind`].
    pub kind: Kind,
    /// The top-level descriptor's digest, which is the image's id.
    pub id: Digest,
    /// The manifest that was chosen; the same as `id` where there is no index.
    pub manifest: Digest,
    /// The digest of the configuration blob.
    pub config_digest: Digest,
    /// The platform that the image says it is for, where it says so.
    pub platform: Option<Platform>,
    /// How its containers start.
    pub config: ImageConfig,
    /// Where the program is; `None` where neither entrypoint nor command names one. For
    /// [`ProgramSource::InRootfs`] this is the name as the configuration has it, not yet found.
    pub program: Option<ProgramSource>,
    /// How to make the root filesystem; `None` for an artifact and for an image without layers.
    pub rootfs: Option<RootfsPlan>,
    /// The other layers of an artifact, which are not mounted.
    pub files: Vec<ArtifactFile>,
    /// The manifest's annotations.
    pub annotations: std::collections::BTreeMap<String, String>,
    /// Whether the image promises that its program is a Wasm file, so that any other is an error.
    pub must_be_wasm: bool,
}

/// Where a program is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramSource {
    /// A blob of the store is the Wasm file itself.
    Blob {
        /// Which one.
        digest: Digest,
        /// Its size in bytes.
        size: u64,
    },
    /// A file of the root filesystem.
    InRootfs {
        /// As the configuration names it; absolute, relative, or to be found on the image's `PATH`.
        path: PathBuf,
    },
}

/// How to make a root filesystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootfsPlan {
    /// From the bottom up.
    pub layers: Vec<LayerPlan>,
    /// Under which the result is kept: layers alike give one folder, whatever their compression.
    pub chain_id: Digest,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerPlan {
    /// The blob.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What the manifest says it is.
    pub media_type: String,
    /// The digest of the uncompressed archive.
    pub diff_id: Digest,
}

/// A layer of an artifact that is not its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactFile {
    /// `org.opencontainers.image.title`.
    pub title: Option<String>,
    /// The blob.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What the manifest says it is.
    pub media_type: String,
}

/// Resolves an image. `top` comes from [`sampan_store::Images::resolve`] through the same lease.
pub fn resolve(lease: &Lease, top: &Descriptor, request: &Request) -> Result<Runnable> {
    let manifest = choose(lease, top, request)?;
    let mut runnable = from_manifest(lease, &manifest)?;
    runnable.id = top.digest.clone();
    platform::check(&runnable, &manifest, request)?;
    Ok(runnable)
}

fn from_manifest(lease: &Lease, manifest: &Manifest) -> Result<Runnable> {
    if manifest
        .layers
        .iter()
        .any(|l| media::is_wasm_layer(&l.media_type))
    {
        return artifact::resolve(lease, manifest);
    }
    match manifest.config.media_type.as_str() {
        media::OCI_CONFIG | media::DOCKER_CONFIG => layers::resolve(lease, manifest),
        _ => artifact::resolve(lease, manifest),
    }
}

fn unusable(manifest: &Manifest, why: impl Into<String>) -> ImageError {
    ImageError::Unusable {
        what: "manifest",
        digest: manifest.digest.clone(),
        why: why.into(),
    }
}
