//! The image that a step gives: its documents, and how it is found again by the next build.

use sampan_api::Time;
use sampan_api::container::Config;
use sampan_api::image::ImageConfig;
use sampan_store::{Blob, Descriptor, Lease};
use sampan_types::platform::Kind;
use sampan_types::{Digest, Platform, Reference, media};
use serde_json::{Map, Value, json};

use super::sum::Sum;
use crate::supervisor::documents::{document, push, put};
use crate::supervisor::error::{Result, SupervisorError};

/// Another way of building gives other keys.
const FORMAT: &str = "1";

/// An image as a build sees it: what there is to put a step on.
#[derive(Clone, Debug)]
pub(super) struct Below {
    pub(super) descriptor: Descriptor,
    manifest: Value,
    config: Value,
}

/// What a step says of its image.
#[derive(Debug)]
pub(super) struct Made<'s> {
    pub(super) config: &'s Config,
    pub(super) platform: &'s Platform,
    pub(super) author: &'s str,
    /// As the history shows it.
    pub(super) created_by: String,
    /// Its layer, where files changed: the blob and the digest of its bytes.
    pub(super) layer: Option<Blob>,
    pub(super) epoch: Option<i64>,
}

impl Below {
    /// Reads the documents of an image that was resolved.
    pub(super) fn read(
        lease: &Lease,
        descriptor: Descriptor,
        manifest: &Digest,
        config: &Digest,
    ) -> Result<Self> {
        Ok(Self {
            descriptor,
            manifest: document(lease, manifest)?,
            config: document(lease, config)?,
        })
    }

    /// An image of before, by its own manifest.
    pub(super) fn again(lease: &Lease, descriptor: Descriptor) -> Result<Self> {
        let manifest = document(lease, &descriptor.digest)?;
        let config: Digest = serde_json::from_value(manifest["config"]["digest"].clone())
            .map_err(|e| SupervisorError::io("read", "the image's documents")(e.into()))?;
        Ok(Self {
            config: document(lease, &config)?,
            manifest,
            descriptor,
        })
    }

    pub(super) fn id(&self) -> String {
        self.descriptor.digest.to_string()
    }

    /// How its containers start.
    pub(super) fn run_config(&self) -> Config {
        serde_json::from_value(self.config["config"].clone()).unwrap_or_default()
    }

    pub(super) fn author(&self) -> String {
        self.config["author"].as_str().unwrap_or_default().to_owned()
    }

    /// What it is for, as lists of manifests say it.
    pub(super) fn platform(&self) -> Value {
        let fields = ["os", "architecture", "variant"].into_iter();
        let said = fields.filter_map(|name| Some((name.to_owned(), self.config.get(name)?.clone())));
        Value::Object(said.collect())
    }

    /// Whether a layer of files can be put on it: a single program has none beneath.
    pub(super) fn takes_files(&self) -> bool {
        let kind = self.manifest["config"]["mediaType"].as_str().unwrap_or_default();
        let wasm = self.manifest["layers"].as_array().is_some_and(|layers| {
            layers
                .iter()
                .any(|layer| layer["mediaType"].as_str().is_some_and(media::is_wasm_layer))
        });
        matches!(kind, media::OCI_CONFIG | media::DOCKER_CONFIG) && !wasm
    }
}

/// Writes the image of a step, on the one below it or on nothing.
pub(super) fn write(lease: &Lease, below: Option<&Below>, made: Made<'_>) -> Result<Below> {
    let empty = || json!({ "schemaVersion": 2, "mediaType": media::OCI_MANIFEST, "layers": [] });
    let mut manifest = below.map_or_else(empty, |below| below.manifest.clone());
    let mut config = below.map_or_else(|| json!({}), |below| below.config.clone());
    let docker = manifest["mediaType"] == media::DOCKER_MANIFEST;
    let kinds = match docker {
        true => (media::DOCKER_CONFIG, media::DOCKER_LAYER),
        false => (media::OCI_CONFIG, media::OCI_LAYER),
    };
    let created = match made.epoch {
        Some(epoch) => Time::from_unix(epoch, 0).to_string(),
        None => Time::now().to_string(),
    };
    if let Some(layer) = &made.layer {
        let descriptor = Descriptor::new(kinds.1, layer.digest.clone(), layer.size);
        push(&mut manifest["layers"], json!(descriptor));
        push(&mut config["rootfs"]["diff_ids"], json!(layer.digest));
    }
    if config["rootfs"]["diff_ids"].is_null() {
        config["rootfs"]["diff_ids"] = json!([]);
    }
    config["rootfs"]["type"] = json!("layers");
    let mut step = json!({ "created": created, "created_by": made.created_by });
    if !made.author.is_empty() {
        step["author"] = json!(made.author);
        config["author"] = json!(made.author);
    }
    if made.layer.is_none() {
        step["empty_layer"] = json!(true);
    }
    push(&mut config["history"], step);
    config["created"] = json!(created);
    config["os"] = json!(made.platform.os);
    config["architecture"] = json!(made.platform.architecture);
    if let Some(variant) = &made.platform.variant {
        config["variant"] = json!(variant);
    } else if let Some(fields) = config.as_object_mut() {
        fields.remove("variant");
    }
    config["config"] = image_config(made.config)?;
    if let Some(below) = below {
        // As in Docker's own configurations; others pass it over.
        config["parent"] = json!(below.descriptor.digest);
    }
    let blob = put(lease, &config)?;
    manifest["config"] = json!(Descriptor::new(kinds.0, blob.digest, blob.size));
    // What others said of the image below is not said of this one.
    if let Some(fields) = manifest.as_object_mut() {
        fields.remove("annotations");
    }
    let blob = put(lease, &manifest)?;
    let kind = if docker {
        media::DOCKER_MANIFEST
    } else {
        media::OCI_MANIFEST
    };
    Ok(Below {
        descriptor: Descriptor::new(kind, blob.digest, blob.size),
        manifest,
        config,
    })
}

/// A platform, as lists of manifests say it.
pub(super) fn platform_value(platform: &Platform) -> Value {
    let mut value = json!({ "os": platform.os, "architecture": platform.architecture });
    if let Some(variant) = &platform.variant {
        value["variant"] = json!(variant);
    }
    value
}

/// The same image with one layer on what it began with.
pub(super) fn squashed(
    lease: &Lease,
    below: &Below,
    base: Option<&Below>,
    layer: Option<Blob>,
    epoch: Option<i64>,
) -> Result<Below> {
    let (mut manifest, mut config) = (below.manifest.clone(), below.config.clone());
    let from = |pick: fn(&Below) -> &Value| {
        let list = base.and_then(|base| pick(base).as_array());
        list.cloned().unwrap_or_default()
    };
    let layers = from(|base| &base.manifest["layers"]);
    let diff_ids = from(|base| &base.config["rootfs"]["diff_ids"]);
    let kept = from(|base| &base.config["history"]).len();
    (manifest["layers"], config["rootfs"]["diff_ids"]) = (json!(layers), json!(diff_ids));
    if let Some(history) = config["history"].as_array_mut() {
        for step in history.iter_mut().skip(kept) {
            step["empty_layer"] = json!(true);
        }
    }
    let created = match epoch {
        Some(epoch) => Time::from_unix(epoch, 0).to_string(),
        None => Time::now().to_string(),
    };
    // In Docker's words.
    let to = base.map_or_else(|| "<empty>".to_owned(), Below::id);
    let mut step = json!({ "created": created, "comment": format!("merge {} to {to}", below.id()) });
    match &layer {
        Some(layer) => {
            let kind = match manifest["mediaType"] == media::DOCKER_MANIFEST {
                true => media::DOCKER_LAYER,
                false => media::OCI_LAYER,
            };
            let descriptor = Descriptor::new(kind, layer.digest.clone(), layer.size);
            push(&mut manifest["layers"], json!(descriptor));
            push(&mut config["rootfs"]["diff_ids"], json!(layer.digest));
        }
        None => step["empty_layer"] = json!(true),
    }
    push(&mut config["history"], step);
    config["created"] = json!(created);
    again(lease, below, manifest, Some(config))
}

/// The same image with a manifest that says this of it.
pub(super) fn annotated(
    lease: &Lease,
    below: &Below,
    annotations: &std::collections::BTreeMap<String, String>,
) -> Result<Below> {
    let mut manifest = below.manifest.clone();
    for (name, value) in annotations {
        manifest["annotations"][name] = json!(value);
    }
    again(lease, below, manifest, None)
}

/// Writes other documents of an image.
fn again(lease: &Lease, below: &Below, mut manifest: Value, config: Option<Value>) -> Result<Below> {
    let config = match config {
        None => below.config.clone(),
        Some(config) => {
            let blob = put(lease, &config)?;
            let kind = manifest["config"]["mediaType"]
                .as_str()
                .unwrap_or(media::OCI_CONFIG);
            manifest["config"] = json!(Descriptor::new(kind, blob.digest, blob.size));
            config
        }
    };
    let blob = put(lease, &manifest)?;
    Ok(Below {
        descriptor: Descriptor::new(&below.descriptor.media_type, blob.digest, blob.size),
        manifest,
        config,
    })
}

/// A container's configuration without what is of a container alone.
fn image_config(config: &Config) -> Result<Value> {
    let broken = |e: serde_json::Error| SupervisorError::io("write", "the image's documents")(e.into());
    let whole = serde_json::to_value(config).map_err(broken)?;
    let image: ImageConfig = serde_json::from_value(whole).map_err(broken)?;
    let mut value = serde_json::to_value(image).map_err(broken)?;
    // What says nothing is left out, as in images from elsewhere.
    if let Value::Object(fields) = &mut value {
        let said = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        };
        *fields = std::mem::take(fields)
            .into_iter()
            .filter(|(_, value)| said(value))
            .collect::<Map<_, _>>();
    }
    Ok(value)
}

/// The name under which the image of a step is found again: by what it was put on and what the step said.
pub(super) fn key(
    below: Option<&Below>,
    platform: &Platform,
    words: &[&str],
    epoch: Option<i64>,
) -> Result<Reference> {
    let mut sum = Sum::default();
    sum.add(FORMAT.as_bytes());
    sum.add(below.map_or_else(|| "scratch".to_owned(), Below::id).as_bytes());
    // The processor is the image's own but for those that begin with nothing.
    let kind = platform.kind().unwrap_or(Kind::Linux);
    sum.add(
        match below {
            Some(_) => String::new(),
            None => format!("{kind} {platform}"),
        }
        .as_bytes(),
    );
    sum.add(
        epoch
            .map(|epoch| epoch.to_string())
            .unwrap_or_default()
            .as_bytes(),
    );
    for word in words {
        sum.add(word.as_bytes());
    }
    sampan_image::build_cache_name(&sum.finish()).map_err(|e| SupervisorError::Invalid(e.to_string()))
}
