//! A Wasm file to a CNCF Wasm artifact (CNCF TAG Runtime, "Wasm OCI Artifact layout").

use std::collections::BTreeMap;

use sampan_store::{Descriptor, Lease};
use sampan_types::time::rfc3339;
use sampan_types::{Digest, Reference, media};
use serde::Serialize;

use crate::error::{ImageError, Result};
use crate::failpoint;
use crate::locate::FileForm;
use crate::wasm::{MAX_WASM, WasmForm, WasmSummary, summarise, validate};

/// What goes into the artifact beside the file. The same file and options give the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackOptions {
    /// When it was made, in seconds since 1970: now, or `SOURCE_DATE_EPOCH`.
    pub created: u64,
    /// By whom.
    pub author: Option<String>,
    /// Annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// The file's own name, kept as the layer's title.
    pub title: Option<String>,
    /// The WIT world that a component targets, where the caller knows it.
    pub target: Option<String>,
}

/// An artifact that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its manifest.
    pub descriptor: Descriptor,
    /// The file.
    pub summary: WasmSummary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WasmConfig<'a> {
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [&'a Digest; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<ComponentConfig<'a>>,
}

#[derive(Serialize)]
struct ComponentConfig<'a> {
    exports: &'a [String],
    imports: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
}

/// An image manifest, in the order in which the specification lists its fields.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManifestDocument<'a> {
    pub(crate) schema_version: u32,
    pub(crate) media_type: &'a str,
    pub(crate) config: &'a Descriptor,
    pub(crate) layers: &'a [Descriptor],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: &'a BTreeMap<String, String>,
}

/// Writes the artifact to the store and, with a reference, names it. `wasm` is a binary module or component;
/// one that is not valid is refused.
pub fn pack(
    lease: &Lease,
    wasm: &[u8],
    reference: Option<&Reference>,
    options: &PackOptions,
) -> Result<Packed> {
    let name = options.title.as_deref().unwrap_or("the file");
    if wasm.len() as u64 > MAX_WASM.get() {
        return Err(ImageError::TooLarge {
            what: name.to_owned(),
            max: MAX_WASM,
        });
    }
    let form = FileForm::of(&wasm[..wasm.len().min(FileForm::HEAD)]);
    if form != FileForm::Wasm {
        return Err(ImageError::NotWasm {
            program: name.to_owned(),
            found: form.to_string(),
        });
    }
    let summary = summarise(wasm, name)?;
    validate(wasm, name)?;
    let blobs = lease.blobs();
    let step = |point| failpoint(point).map_err(injected);

    let blob = blobs.put(wasm, None)?;
    step("image::pack::layer")?;
    let mut layer = Descriptor::new(media::WASM_LAYER, blob.digest, blob.size);
    if let Some(title) = &options.title {
        layer
            .annotations
            .insert("org.opencontainers.image.title".to_owned(), title.clone());
    }
    let component = summary.form == WasmForm::Component;
    let config = json(&WasmConfig {
        created: rfc3339(options.created),
        author: options.author.as_deref(),
        architecture: "wasm",
        os: if component { "wasip2" } else { "wasip1" },
        layer_digests: [&layer.digest],
        component: component.then(|| ComponentConfig {
            exports: &summary.exports,
            imports: &summary.imports,
            target: options.target.as_deref(),
        }),
    })?;
    let blob = blobs.put(&config, None)?;
    step("image::pack::config")?;
    let config = Descriptor::new(media::WASM_CONFIG, blob.digest, blob.size);
    let descriptor = put_manifest(lease, &config, &[layer], &options.annotations)?;
    step("image::pack::manifest")?;
    if let Some(reference) = reference {
        lease.images().tag(reference, &descriptor)?;
    }
    Ok(Packed { descriptor, summary })
}

/// Writes an OCI manifest.
pub(crate) fn put_manifest(
    lease: &Lease,
    config: &Descriptor,
    layers: &[Descriptor],
    annotations: &BTreeMap<String, String>,
) -> Result<Descriptor> {
    let bytes = json(&ManifestDocument {
        schema_version: 2,
        media_type: media::OCI_MANIFEST,
        config,
        layers,
        annotations,
    })?;
    let blob = lease.blobs().put(&bytes, None)?;
    Ok(Descriptor::new(media::OCI_MANIFEST, blob.digest, blob.size))
}

pub(crate) fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| ImageError::Io {
        action: "write",
        what: "a document".to_owned(),
        source: e.into(),
    })
}

pub(crate) fn injected(source: std::io::Error) -> ImageError {
    ImageError::Io {
        action: "go",
        what: "on".to_owned(),
        source,
    }
}
