//! Images with a root filesystem.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sampan_store::{Descriptor, Lease, chain_id};
use sampan_types::Platform;
use sampan_types::platform::Kind;

use super::{LayerPlan, ProgramSource, RootfsPlan, Runnable, unusable};
use crate::document::{Config, Manifest, read_config};
use crate::error::{ImageError, Result};

/// How an image is marked as holding Wasm (crun's and the compat variant's annotations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The program is a Wasm file.
    Always,
    /// It is when it looks like one.
    Smart,
}

/// Annotations of the manifest, and labels of the configuration, for tools that can only set those.
pub(super) fn marked(
    annotations: &BTreeMap<String, String>,
    labels: &BTreeMap<String, String>,
) -> Option<Mark> {
    [annotations, labels].into_iter().find_map(|map| {
        let value = |key| map.get(key).map(String::as_str);
        match (value("module.wasm.image/variant"), value("run.oci.handler")) {
            (Some("compat"), _) | (_, Some("wasm")) => Some(Mark::Always),
            (Some("compat-smart"), _) | (_, Some("wasm-smart")) => Some(Mark::Smart),
            _ => None,
        }
    })
}

/// Whether a layer is a tar archive, whatever its compression.
pub(crate) fn is_tar(media_type: &str) -> bool {
    let docker = media_type.strip_prefix("application/vnd.docker.image.rootfs.");
    let oci = media_type.strip_prefix("application/vnd.oci.image.layer.");
    let rest = docker
        .map(|rest| rest.strip_prefix("foreign.").unwrap_or(rest))
        .and_then(|rest| rest.strip_prefix("diff.tar"))
        .or_else(|| {
            oci.map(|rest| rest.strip_prefix("nondistributable.").unwrap_or(rest))
                .and_then(|rest| rest.strip_prefix("v1.tar"))
        });
    matches!(rest, Some("" | "+gzip" | "+zstd" | ".gzip" | ".zstd"))
}

pub(super) fn resolve(lease: &Lease, manifest: &Manifest) -> Result<Runnable> {
    let Config {
        image: config,
        diff_ids,
    } = read_config(lease, &manifest.config)?;
    for layer in &manifest.layers {
        if !is_tar(&layer.media_type) {
            return Err(ImageError::LayerType {
                digest: layer.digest.clone(),
                found: layer.media_type.clone(),
            });
        }
    }
    let platform = platform(&config.os, &config.architecture, config.variant.as_deref());
    let mark = marked(&manifest.annotations, &config.labels);
    let stated = match &platform {
        Some(platform) => platform.kind().ok_or_else(|| ImageError::NothingRuns {
            digest: manifest.digest.clone(),
            found: format!("an image for {platform}"),
        })?,
        // Docker's first images did not say.
        None => Kind::Linux,
    };
    let kind = if mark == Some(Mark::Always) {
        Kind::Wasm
    } else {
        stated
    };
    let named = config.entrypoint.first().or(config.cmd.first());
    let program = match named {
        Some(word) => Some(word.as_str()),
        // The compat variant's fixed name, for images that name no program.
        None => mark.map(|_| "plugin.wasm"),
    };
    let layers: Vec<&Descriptor> = manifest.layers.iter().collect();
    Ok(Runnable {
        kind,
        id: manifest.digest.clone(),
        manifest: manifest.digest.clone(),
        config_digest: manifest.config.digest.clone(),
        platform,
        program: program.map(|word| ProgramSource::InRootfs {
            path: PathBuf::from(word),
        }),
        rootfs: plan(&layers, &diff_ids).map_err(|why| unusable(manifest, why))?,
        files: Vec::new(),
        annotations: manifest.annotations.clone(),
        must_be_wasm: kind == Kind::Wasm,
        config,
    })
}

pub(super) fn platform(os: &str, architecture: &str, variant: Option<&str>) -> Option<Platform> {
    if os.is_empty() && architecture.is_empty() {
        return None;
    }
    Some(Platform {
        variant: variant.map(str::to_owned),
        ..Platform::new(os, architecture)
    })
}

/// Pairs layers with the digests of their uncompressed content.
pub(super) fn plan(
    layers: &[&Descriptor],
    diff_ids: &[sampan_types::Digest],
) -> Result<Option<RootfsPlan>, String> {
    if layers.len() != diff_ids.len() {
        return Err(format!(
            "it has {} layers, its configuration promises {}",
            layers.len(),
            diff_ids.len()
        ));
    }
    let Some(chain_id) = chain_id(diff_ids) else {
        return Ok(None);
    };
    let layers = layers
        .iter()
        .zip(diff_ids)
        .map(|(layer, diff_id)| LayerPlan {
            digest: layer.digest.clone(),
            size: layer.size,
            media_type: layer.media_type.clone(),
            diff_id: diff_id.clone(),
        })
        .collect();
    Ok(Some(RootfsPlan { layers, chain_id }))
}

#[cfg(test)]
mod tests {
    use sampan_types::media;

    use super::*;

    #[test]
    fn knows_tar_layers() {
        for good in [
            media::OCI_LAYER,
            media::OCI_LAYER_GZIP,
            media::OCI_LAYER_ZSTD,
            media::DOCKER_LAYER,
            media::DOCKER_LAYER_GZIP,
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        ] {
            assert!(is_tar(good), "{good}");
        }
        for bad in [
            "",
            "application/wasm",
            "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
            "application/vnd.oci.image.layer.v1.erofs",
        ] {
            assert!(!is_tar(bad), "{bad}");
        }
    }
}
