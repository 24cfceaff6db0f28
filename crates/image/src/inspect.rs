//! What an image is, under the names that `docker image inspect` uses, and its Wasm side beside them.

use std::collections::{BTreeMap, BTreeSet};

use sampan_store::{Descriptor, Lease, is_unnamed};
use sampan_types::platform::Kind;
use sampan_types::{Digest, media};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::ImageConfig;
use crate::document::{Config, read_config};
use crate::error::Result;
use crate::list::image_size;
use crate::resolve::{ArtifactFile, ProgramSource, Request, choose, resolve};
use crate::wasm::{MAX_WASM, WasmSummary, summarise};

/// Everything about one image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageInspect {
    /// The digest of its top-level manifest or index.
    pub id: Digest,
    /// Its names with a tag.
    pub repo_tags: Vec<String>,
    /// Its names with a digest.
    pub repo_digests: Vec<String>,
    /// The image that it was made from by a commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
    /// The comment of its last step.
    pub comment: String,
    /// When it was made, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// By whom.
    pub author: String,
    /// The processor it is for.
    pub architecture: String,
    /// The processor's variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The operating system it is for.
    pub os: String,
    /// What it takes in the store, in bytes, parts shared with other images included.
    pub size: u64,
    /// How its containers start.
    pub config: ConfigInspect,
    /// Its layers.
    #[serde(rename = "RootFS")]
    pub root_fs: RootFsInspect,
    /// What its name points to.
    pub descriptor: Descriptor,
    /// The manifest that was chosen from an index, or the same as `Id`.
    pub manifest: Digest,
    /// Sampan's own part.
    pub wasm: WasmInspect,
}

/// [`ImageConfig`] under Docker's names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs)]
pub struct ConfigInspect {
    pub user: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub exposed_ports: Map<String, Value>,
    pub env: Vec<String>,
    pub entrypoint: Option<Vec<String>>,
    pub cmd: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub volumes: Map<String, Value>,
    pub working_dir: String,
    pub labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_build: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<Vec<String>>,
}

/// The layers, by the digests of their uncompressed content.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RootFsInspect {
    /// `layers`.
    pub r#type: &'static str,
    /// From the bottom up.
    pub layers: Vec<Digest>,
}

/// What Sampan makes of the image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WasmInspect {
    /// What sort of container it gives; absent where it holds nothing that runs. An image of platform linux whose
    /// entrypoint is a Wasm file counts as linux here, because that is known only once it is unpacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Why nothing runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The digest of the program, or its name in the root filesystem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What the program imports and exports, where it is a blob of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<WasmSummary>,
    /// The other layers of an artifact.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileInspect>,
    /// The type of the configuration.
    pub config_type: String,
    /// The manifest's annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// A layer of an artifact that is not its program.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FileInspect {
    /// Its title, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The blob.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What the manifest says it is.
    pub media_type: String,
}

impl From<ArtifactFile> for FileInspect {
    fn from(file: ArtifactFile) -> Self {
        Self {
            title: file.title,
            digest: file.digest,
            size: file.size,
            media_type: file.media_type,
        }
    }
}

impl From<&ImageConfig> for ConfigInspect {
    fn from(config: &ImageConfig) -> Self {
        let set = |names: &BTreeSet<String>| {
            names
                .iter()
                .map(|name| (name.clone(), Value::Object(Map::new())))
                .collect()
        };
        let words = |words: &[String]| (!words.is_empty()).then(|| words.to_vec());
        Self {
            user: config.user.clone(),
            exposed_ports: set(&config.exposed_ports),
            env: config.env.clone(),
            entrypoint: words(&config.entrypoint),
            cmd: words(&config.cmd),
            volumes: set(&config.volumes),
            working_dir: config.working_dir.clone(),
            labels: config.labels.clone(),
            stop_signal: config.stop_signal.clone(),
            healthcheck: config.healthcheck.clone(),
            on_build: words(&config.on_build),
            shell: words(&config.shell),
        }
    }
}

/// Everything about one image. An image that holds nothing that runs is no error here.
pub fn inspect(lease: &Lease, top: &Descriptor, request: &Request) -> Result<ImageInspect> {
    let manifest = choose(lease, top, request)?;
    let Config { image, diff_ids } = match manifest.config.media_type.as_str() {
        media::OCI_CONFIG | media::DOCKER_CONFIG | media::WASM_CONFIG => {
            read_config(lease, &manifest.config)?
        }
        _ => Config::default(),
    };
    let mut wasm = WasmInspect {
        kind: None,
        problem: None,
        program: None,
        outside: None,
        files: Vec::new(),
        config_type: manifest.config.media_type.clone(),
        annotations: manifest.annotations.clone(),
    };
    match resolve(lease, top, request) {
        Err(error) => wasm.problem = Some(error.to_string()),
        Ok(runnable) => {
            wasm.kind = Some(runnable.kind);
            wasm.files = runnable.files.into_iter().map(FileInspect::from).collect();
            match runnable.program {
                Some(ProgramSource::Blob { digest, .. }) => {
                    let bytes = lease.blobs().read_blob(&digest, MAX_WASM)?;
                    match summarise(&bytes, &digest.to_string()) {
                        Ok(summary) => wasm.outside = Some(summary),
                        Err(error) => wasm.problem = Some(error.to_string()),
                    }
                    wasm.program = Some(digest.to_string());
                }
                Some(ProgramSource::InRootfs { path }) => wasm.program = Some(path.display().to_string()),
                None => {}
            }
        }
    }
    let (mut repo_tags, mut repo_digests) = (Vec::new(), Vec::new());
    for record in lease.images().list()? {
        let own = crate::names::is_build_cache(&record.reference) || is_unnamed(&record.reference);
        if record.descriptor.digest != top.digest || own {
            continue;
        }
        if record.reference.tag().is_some() {
            repo_tags.push(record.reference.familiar());
        }
        let pinned = record.reference.with_digest(top.digest.clone()).familiar();
        if !repo_digests.contains(&pinned) {
            repo_digests.push(pinned);
        }
    }
    Ok(ImageInspect {
        id: top.digest.clone(),
        repo_tags,
        repo_digests,
        parent: image.parent.clone(),
        comment: image
            .history
            .last()
            .and_then(|step| step.comment.clone())
            .unwrap_or_default(),
        created: image.created.clone(),
        author: image.author.clone().unwrap_or_default(),
        architecture: image.architecture.clone(),
        variant: image.variant.clone(),
        os: image.os.clone(),
        size: image_size(lease, top)?.bytes,
        config: ConfigInspect::from(&image),
        root_fs: RootFsInspect {
            r#type: "layers",
            layers: diff_ids,
        },
        descriptor: top.clone(),
        manifest: manifest.digest,
        wasm,
    })
}
