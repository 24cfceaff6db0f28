//! Artifacts whose layers are files as they are (CNCF TAG Runtime, "Wasm OCI Artifact layout", and what was
//! in use before it).

use std::io::Read;

use sampan_store::{Descriptor, Lease};
use sampan_types::media;
use sampan_types::platform::Kind;

use super::{ArtifactFile, ProgramSource, Runnable, layers, unusable};
use crate::document::{Config, Manifest, read_config};
use crate::error::{ImageError, Result};
use crate::locate::FileForm;

const TITLE: &str = "org.opencontainers.image.title";

pub(super) fn resolve(lease: &Lease, manifest: &Manifest) -> Result<Runnable> {
    let image_config = matches!(
        manifest.config.media_type.as_str(),
        media::OCI_CONFIG | media::DOCKER_CONFIG
    );
    let Config {
        image: config,
        diff_ids,
    } = if image_config || manifest.config.media_type == media::WASM_CONFIG {
        read_config(lease, &manifest.config)?
    } else {
        // Older and foreign configurations say nothing that a container needs.
        Config::default()
    };
    let program = find(lease, manifest)?;
    let (archives, files): (Vec<&Descriptor>, Vec<&Descriptor>) = manifest
        .layers
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != program)
        .map(|(_, layer)| layer)
        .partition(|layer| image_config && layers::is_tar(&layer.media_type));
    let rootfs = if archives.is_empty() {
        None
    } else {
        // Builders disagree whether a Wasm layer has a diff id too.
        let diff_ids: Vec<_> = if diff_ids.len() == manifest.layers.len() {
            let all = manifest.layers.iter().zip(diff_ids);
            all.filter(|(layer, _)| layers::is_tar(&layer.media_type))
                .map(|(_, id)| id)
                .collect()
        } else {
            diff_ids
        };
        layers::plan(&archives, &diff_ids).map_err(|why| unusable(manifest, why))?
    };
    let chosen = &manifest.layers[program];
    Ok(Runnable {
        kind: Kind::Wasm,
        id: manifest.digest.clone(),
        manifest: manifest.digest.clone(),
        config_digest: manifest.config.digest.clone(),
        platform: layers::platform(&config.os, &config.architecture, config.variant.as_deref()),
        program: Some(ProgramSource::Blob {
            digest: chosen.digest.clone(),
            size: chosen.size,
        }),
        rootfs,
        files: files
            .into_iter()
            .map(|layer| ArtifactFile {
                title: layer.annotations.get(TITLE).cloned(),
                digest: layer.digest.clone(),
                size: layer.size,
                media_type: layer.media_type.clone(),
            })
            .collect(),
        annotations: manifest.annotations.clone(),
        must_be_wasm: true,
        config,
    })
}

/// The place of the layer that is the program: the first of a Wasm type, or else the first that begins as
/// Wasm does.
fn find(lease: &Lease, manifest: &Manifest) -> Result<usize> {
    if let Some(at) = manifest
        .layers
        .iter()
        .position(|l| media::is_wasm_layer(&l.media_type))
    {
        let layer = &manifest.layers[at];
        return match form(lease, layer)? {
            FileForm::Wasm => Ok(at),
            other => Err(ImageError::NotWasm {
                program: layer.digest.to_string(),
                found: other.to_string(),
            }),
        };
    }
    for (at, layer) in manifest.layers.iter().enumerate() {
        if !layers::is_tar(&layer.media_type) && form(lease, layer)? == FileForm::Wasm {
            return Ok(at);
        }
    }
    let mut found = format!("a configuration of type `{}`", manifest.config.media_type);
    if let Some(kind) = &manifest.artifact_type {
        found = format!("an artifact of type `{kind}`, {found}");
    }
    match manifest.layers.as_slice() {
        [] => found.push_str(" and no layers"),
        layers => {
            let mut types: Vec<&str> = layers.iter().map(|l| l.media_type.as_str()).collect();
            types.dedup();
            types.truncate(5);
            found.push_str(&format!(" and layers of type `{}`", types.join("`, `")));
        }
    }
    Err(ImageError::NothingRuns {
        digest: manifest.digest.clone(),
        found,
    })
}

fn form(lease: &Lease, layer: &Descriptor) -> Result<FileForm> {
    let mut head = Vec::with_capacity(FileForm::HEAD);
    lease
        .blobs()
        .open_blob(&layer.digest)?
        .take(FileForm::HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|source| ImageError::Io {
            action: "read",
            what: format!("blob {}", layer.digest),
            source,
        })?;
    Ok(FileForm::of(&head))
}
