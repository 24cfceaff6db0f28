//! `docker commit`: the image's layers, one more with what the container changed, and its configuration.

use std::io;

use sampan_api::Time;
use sampan_api::container::{CommitResponse, Config};
use sampan_image::ProgramSource;
use sampan_runtime::RuntimeError;
use sampan_store::Descriptor;
use sampan_types::{Classified, ErrorClass, Reference, media};
use serde_json::{Value, json};

use super::ROOT;
use super::entries::written;
use crate::supervisor::build::Packing;
use crate::supervisor::documents::{document, push, put};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Image;
use crate::supervisor::record::Record;
use crate::supervisor::{CommitOptions, Supervisor};

impl Supervisor {
    /// Makes an image of a container.
    pub async fn commit(&self, options: &CommitOptions, config: Option<Config>) -> Result<CommitResponse> {
        let cell = self.shared.find(&options.container)?;
        let name = name(&options.repo, &options.tag)?;
        let record = cell.record();
        let image = self.image_of_record(&record)?;
        if single(&image) && entry_of(&record) != image.runnable.config.entrypoint.as_slice() {
            // What is an image's own entrypoint is an argument, see `words_for`.
            return Err(SupervisorError::Conflict(format!(
                "the entrypoint of container {} names an export of its program, which an image cannot say",
                cell.id
            )));
        }
        let held = {
            let live = cell.live();
            live.hold.clone().filter(|_| options.pause && !live.state.paused)
        };
        let held = match held {
            Some(hold) => match hold.pause(true).await {
                Ok(()) => Some(hold),
                // It ended by itself meanwhile, and holds still for good.
                Err(RuntimeError::Gone) => None,
                // It is said in the log, and is no reason to have no image: dockerd's clients ask for pauses unasked.
                Err(error) if error.class() == ErrorClass::Unsupported => {
                    tracing::warn!(%error, "a container goes on while it is committed");
                    None
                }
                Err(error) => return Err(error.into()),
            },
            None => None,
        };
        let made = self.commit_files(&record, options, config, name.as_ref()).await;
        if let Some(hold) = held {
            match hold.pause(false).await {
                // Somebody killed it.
                Ok(()) | Err(RuntimeError::Gone) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let id = made?;
        let attributes = [
            ("comment", options.comment.clone()),
            ("imageID", id.clone()),
            ("imageRef", name.map(|name| name.familiar()).unwrap_or_default()),
        ];
        self.container_event(&cell, "commit", &attributes);
        self.image_event("create", &id, "");
        Ok(CommitResponse { id })
    }

    async fn commit_files(
        &self,
        record: &Record,
        options: &CommitOptions,
        config: Option<Config>,
        name: Option<&Reference>,
    ) -> Result<String> {
        let differences = self.differences(record).await?;
        let own = self.folder(&record.id).join(match record.kind {
            // Whatever was changed is there whole.
            sampan_types::platform::Kind::Linux => crate::supervisor::linux::UPPER,
            _ => ROOT,
        });
        let lease = self.shared.engine.store().lease()?;
        let to = lease.blobs().ingest(None, None)?;
        let blob = tokio::task::spawn_blocking(move || {
            written(to, "the container's files", |to| {
                // As in the files: a Linux container's owners mean something, those of a Wasm container harm nobody.
                let mut packing = Packing::new(to, None, true);
                packing.differences(&own, &differences)?;
                packing.finish().map(|(_, entries)| entries)
            })
        });
        let failed = SupervisorError::io("pack", "the container's files");
        let blob = blob.await.unwrap_or_else(|e| Err(failed(io::Error::other(e))))?;
        let image = self.image_of_record(record)?;
        let mut manifest = document(&lease, &image.runnable.manifest)?;
        let mut whole = match single(&image) && !has_config(&manifest) {
            // What older artifacts say about themselves has no place for a container's configuration.
            true => {
                manifest["config"]["mediaType"] = json!(media::WASM_CONFIG);
                artifact(&image)
            }
            false => document(&lease, &image.runnable.config_digest)?,
        };
        // A layer that changes nothing is none.
        if let Some(blob) = &blob {
            // It is not compressed, so its digest is also that of what comes out.
            push(&mut whole["rootfs"]["diff_ids"], json!(blob.digest));
            push(
                &mut manifest["layers"],
                json!(Descriptor::new(media::OCI_LAYER, blob.digest.clone(), blob.size)),
            );
        }
        let empty = blob.is_none();
        let now = Time::now().to_string();
        push(
            &mut whole["history"],
            json!({
                "created": now, "author": options.author, "comment": options.comment,
                "created_by": record.path, "empty_layer": empty,
            }),
        );
        whole["created"] = json!(now);
        // As in Docker's own configurations; others pass it over.
        whole["parent"] = json!(record.image.digest);
        if !options.author.is_empty() {
            whole["author"] = json!(options.author);
        }
        whole["config"] = json!(config_of(record, config));
        let config = put(&lease, &whole)?;
        manifest["config"]["digest"] = json!(config.digest);
        manifest["config"]["size"] = json!(config.size);
        let media_type = manifest["mediaType"]
            .as_str()
            .unwrap_or(media::OCI_MANIFEST)
            .to_owned();
        // A Docker manifest lists layers of its own types.
        if media_type == media::DOCKER_MANIFEST
            && !empty
            && let Some(last) = manifest["layers"]
                .as_array_mut()
                .and_then(|layers| layers.last_mut())
        {
            last["mediaType"] = json!(media::DOCKER_LAYER);
        }
        let made = put(&lease, &manifest)?;
        let descriptor = Descriptor::new(media_type, made.digest.clone(), made.size);
        let unnamed;
        let name = match name {
            Some(name) => name,
            // Kept under its own digest, so that it is found by it and not collected.
            None => {
                unnamed = sampan_store::unnamed(&made.digest)
                    .map_err(|e| SupervisorError::Invalid(e.to_string()))?;
                &unnamed
            }
        };
        lease.images().tag(name, &descriptor)?;
        Ok(made.digest.to_string())
    }
}

/// Whether the image is a single program: nothing that its container wrote could be in it.
fn single(image: &Image) -> bool {
    matches!(image.runnable.program, Some(ProgramSource::Blob { .. }))
}

fn entry_of(record: &Record) -> &[String] {
    let entrypoint = record.config.entrypoint.as_ref();
    entrypoint.map(|words| words.0.as_slice()).unwrap_or_default()
}

/// Whether the manifest's configuration is of a kind that says how a container starts.
fn has_config(manifest: &Value) -> bool {
    let kind = manifest["config"]["mediaType"].as_str();
    kind.is_some_and(|kind| [media::OCI_CONFIG, media::DOCKER_CONFIG, media::WASM_CONFIG].contains(&kind))
}

/// A configuration for an artifact that had none of use.
fn artifact(image: &Image) -> Value {
    let program = match &image.runnable.program {
        Some(ProgramSource::Blob { digest, .. }) => vec![digest],
        _ => Vec::new(),
    };
    json!({ "architecture": "wasm", "os": "wasip1", "layerDigests": program })
}

/// The configuration of the image: what the container was told, and on top what was said now.
fn config_of(record: &Record, over: Option<Config>) -> Config {
    let mut config = record.config.clone();
    // Of the container alone.
    config.hostname = String::new();
    config.domainname = String::new();
    let Some(over) = over else { return config };
    if !over.user.is_empty() {
        config.user = over.user;
    }
    // The words of a container belong to its own entrypoint, not to another one.
    if over.cmd.is_some() || over.entrypoint.is_some() {
        config.cmd = over.cmd;
    }
    if let Some(entrypoint) = over.entrypoint {
        config.entrypoint = Some(entrypoint);
    }
    if let Some(volumes) = over.volumes {
        config.volumes.get_or_insert_default().extend(volumes);
    }
    if !over.stop_signal.is_empty() {
        config.stop_signal = over.stop_signal;
    }
    if over.healthcheck.is_some() {
        config.healthcheck = over.healthcheck;
    }
    if over.on_build.is_some() {
        config.on_build = over.on_build;
    }
    if !over.working_dir.is_empty() {
        config.working_dir = over.working_dir;
    }
    config.exposed_ports.extend(over.exposed_ports);
    config.labels.extend(over.labels);
    if let Some(env) = over.env {
        let own = config.env.get_or_insert_default();
        for pair in env {
            let name = pair.split('=').next().unwrap_or(&pair).to_owned();
            own.retain(|old| old.split('=').next() != Some(name.as_str()));
            own.push(pair);
        }
    }
    config
}

fn name(repo: &str, tag: &str) -> Result<Option<Reference>> {
    if repo.is_empty() {
        return Ok(None);
    }
    let text = if tag.is_empty() {
        repo.to_owned()
    } else {
        format!("{repo}:{tag}")
    };
    let reference: Reference = text
        .parse()
        .map_err(|e: sampan_types::reference::ReferenceError| SupervisorError::Invalid(e.to_string()))?;
    Ok(Some(reference.tagged()))
}
