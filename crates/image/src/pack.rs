//! A Wasm file to a CNCF Wasm artifact (CNCF TAG Runtime, "Wasm OCI Artifact layout").

use std::borrow::Cow;
use std::collections::BTreeMap;

use sampan_store::{Descriptor, Lease, digest_of};
use sampan_types::time::rfc3339;
use sampan_types::{Algorithm, Digest, Reference, media};
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

/// An artifact at hand, which is in no store.
#[derive(Debug)]
pub struct Artifact<'w> {
    summary: WasmSummary,
    layer: (Descriptor, Cow<'w, [u8]>),
    config: (Descriptor, Vec<u8>),
    manifest: (Descriptor, Vec<u8>),
}

impl<'w> Artifact<'w> {
    /// Of a binary module or component; one that is not valid is refused.
    pub fn of(wasm: impl Into<Cow<'w, [u8]>>, options: &PackOptions) -> Result<Self> {
        let wasm = wasm.into();
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
        let summary = summarise(&wasm, name)?;
        validate(&wasm, name)?;
        let mut layer = described(media::WASM_LAYER, &wasm);
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
        let config = (described(media::WASM_CONFIG, &config), config);
        let manifest = manifest(&config.0, std::slice::from_ref(&layer), &options.annotations)?;
        Ok(Self {
            summary,
            layer: (layer, wasm),
            config,
            manifest: (described(media::OCI_MANIFEST, &manifest), manifest),
        })
    }

    /// The file's digest.
    pub fn file(&self) -> &Digest {
        &self.layer.0.digest
    }

    /// Its manifest.
    pub fn descriptor(&self) -> &Descriptor {
        &self.manifest.0
    }

    /// Everything that it consists of, what leads to another behind it.
    pub(crate) fn parts(&self) -> [(&Descriptor, &[u8]); 3] {
        let (layer, config, manifest) = (&self.layer, &self.config, &self.manifest);
        [
            (&layer.0, &layer.1),
            (&config.0, &config.1),
            (&manifest.0, &manifest.1),
        ]
    }
}

/// Writes the artifact to the store and, with a reference, names it. `wasm` is a binary module or component;
/// one that is not valid is refused.
pub fn pack(
    lease: &Lease,
    wasm: &[u8],
    reference: Option<&Reference>,
    options: &PackOptions,
) -> Result<Packed> {
    let artifact = Artifact::of(wasm, options)?;
    let points = [
        "image::pack::layer",
        "image::pack::config",
        "image::pack::manifest",
    ];
    for ((descriptor, bytes), point) in artifact.parts().into_iter().zip(points) {
        lease.blobs().put(bytes, Some(&descriptor.digest))?;
        failpoint(point).map_err(injected)?;
    }
    let descriptor = artifact.manifest.0;
    if let Some(reference) = reference {
        lease.images().tag(reference, &descriptor)?;
    }
    Ok(Packed {
        descriptor,
        summary: artifact.summary,
    })
}

fn described(media_type: &str, bytes: &[u8]) -> Descriptor {
    let digest = digest_of(Algorithm::Sha256, bytes);
    Descriptor::new(media_type, digest, bytes.len() as u64)
}

/// Writes an OCI manifest.
pub(crate) fn put_manifest(
    lease: &Lease,
    config: &Descriptor,
    layers: &[Descriptor],
    annotations: &BTreeMap<String, String>,
) -> Result<Descriptor> {
    let bytes = manifest(config, layers, annotations)?;
    let blob = lease.blobs().put(&bytes, None)?;
    Ok(Descriptor::new(media::OCI_MANIFEST, blob.digest, blob.size))
}

fn manifest(
    config: &Descriptor,
    layers: &[Descriptor],
    annotations: &BTreeMap<String, String>,
) -> Result<Vec<u8>> {
    json(&ManifestDocument {
        schema_version: 2,
        media_type: media::OCI_MANIFEST,
        config,
        layers,
        annotations,
    })
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
