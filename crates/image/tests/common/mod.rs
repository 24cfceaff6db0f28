//! A store in a temporary folder, and builders for images of every form.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, OpenTreeFlags, fsconfig_create, fsconfig_set_string, fsmount,
    fsopen, open_tree,
};
use sampan_image::unpack::{Note, Stacking, UnpackOptions};
use sampan_image::{ImageError, LayerPlan, Request, RootfsPlan, Runnable};
use sampan_store::{Descriptor, Lease, Store, chain_id};
use sampan_types::{Algorithm, Digest, Reference, media};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The smallest Wasm module.
pub const MODULE: &[u8] = b"\0asm\x01\0\0\0";
/// The smallest component.
pub const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

pub fn sha256(bytes: &[u8]) -> Digest {
    Digest::from_bytes(Algorithm::Sha256, &Sha256::digest(bytes))
}

pub fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub lease: Lease,
}

impl Fixture {
    pub fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    /// In memory where the machine has a place for that: for tests that write a lot and lose no power.
    pub fn quick() -> Self {
        let memory = Path::new("/dev/shm");
        Self::on(if memory.is_dir() {
            tempfile::tempdir_in(memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        })
    }

    fn on(folder: tempfile::TempDir) -> Self {
        let store = Store::open(&folder.path().join("state")).unwrap();
        let lease = store.lease().unwrap();
        Self { folder, store, lease }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn blob(&self, media_type: &str, bytes: &[u8]) -> Descriptor {
        let blob = self.lease.blobs().put(bytes, None).unwrap();
        Descriptor::new(media_type, blob.digest, blob.size)
    }

    pub fn json(&self, media_type: &str, value: &Value) -> Descriptor {
        self.blob(media_type, &serde_json::to_vec(value).unwrap())
    }

    pub fn manifest(
        &self,
        config: &Descriptor,
        layers: &[Descriptor],
        annotations: &[(&str, &str)],
    ) -> Descriptor {
        let annotations: BTreeMap<_, _> = annotations.iter().copied().collect();
        self.json(
            media::OCI_MANIFEST,
            &json!({
                "schemaVersion": 2, "mediaType": media::OCI_MANIFEST,
                "config": config, "layers": layers, "annotations": annotations,
            }),
        )
    }

    /// An index over manifests with these platforms; an empty text leaves the platform away.
    pub fn index(&self, entries: &[(&Descriptor, &str)]) -> Descriptor {
        let manifests: Vec<Value> = entries
            .iter()
            .map(|(descriptor, platform)| {
                let mut value = serde_json::to_value(descriptor).unwrap();
                if let Some((os, architecture)) = platform.split_once('/') {
                    value["platform"] = json!({ "os": os, "architecture": architecture });
                }
                value
            })
            .collect();
        self.json(
            media::OCI_INDEX,
            &json!({ "schemaVersion": 2, "mediaType": media::OCI_INDEX, "manifests": manifests }),
        )
    }

    /// An image with these uncompressed layers, kept as `media_type` after `compress`.
    pub fn image(&self, spec: &ImageSpec<'_>) -> Descriptor {
        let diff_ids: Vec<Digest> = spec.layers.iter().map(|tar| sha256(tar)).collect();
        let (os, architecture) = spec.platform.split_once('/').unwrap();
        let config = self.json(
            spec.config_type,
            &json!({
                "os": os, "architecture": architecture,
                "config": spec.config,
                "rootfs": { "type": "layers", "diff_ids": diff_ids },
            }),
        );
        let layers: Vec<Descriptor> = spec
            .layers
            .iter()
            .map(|tar| self.blob(spec.layer_type, &(spec.compress)(tar)))
            .collect();
        self.manifest(&config, &layers, &spec.annotations)
    }

    pub fn tag(&self, name: &str, descriptor: &Descriptor) {
        self.lease.images().tag(&reference(name), descriptor).unwrap();
    }

    pub fn resolve(&self, top: &Descriptor, platform: Option<&str>) -> Result<Runnable, ImageError> {
        let request = match platform {
            Some(text) => Request::on(text.parse().unwrap()),
            None => Request::any(),
        };
        sampan_image::resolve(&self.lease, top, &request)
    }

    /// Unpacks raw layers into a folder of the fixture.
    pub fn unpack(
        &self,
        layers: &[Vec<u8>],
        options: &UnpackOptions,
    ) -> Result<(PathBuf, Vec<Note>), ImageError> {
        let plan = self.plan(layers);
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        sampan_image::unpack::into_folder(&self.lease, &plan, &folder, options).map(|notes| (folder, notes))
    }

    pub fn plan(&self, layers: &[Vec<u8>]) -> RootfsPlan {
        let layers: Vec<LayerPlan> = layers
            .iter()
            .map(|bytes| {
                let blob = self.blob(media::OCI_LAYER, bytes);
                LayerPlan {
                    digest: blob.digest,
                    size: blob.size,
                    media_type: blob.media_type,
                    diff_id: sha256(&plain(bytes)),
                }
            })
            .collect();
        let ids: Vec<Digest> = layers.iter().map(|l| l.diff_id.clone()).collect();
        RootfsPlan {
            chain_id: chain_id(&ids).unwrap_or_else(|| sha256(b"")),
            layers,
        }
    }
}

/// Lays folders over each other as the engine's runtime does. Needs root.
pub struct Kernel;

impl Stacking for Kernel {
    fn stack(&self, lower: &[PathBuf], own: Option<(&Path, &Path)>) -> std::io::Result<OwnedFd> {
        if let ([only], None) = (lower, own) {
            let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
            return Ok(open_tree(rustix::fs::CWD, only, flags)?);
        }
        let context = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC)?;
        for folder in lower {
            fsconfig_set_string(context.as_fd(), "lowerdir+", folder)?;
        }
        if let Some((upper, work)) = own {
            fsconfig_set_string(context.as_fd(), "upperdir", upper)?;
            fsconfig_set_string(context.as_fd(), "workdir", work)?;
        }
        fsconfig_create(context.as_fd())?;
        let flags = FsMountFlags::FSMOUNT_CLOEXEC;
        Ok(fsmount(context.as_fd(), flags, MountAttrFlags::empty())?)
    }
}

/// The path of a mount that is attached nowhere, for this process.
pub fn seen(mount: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", mount.as_raw_fd()))
}

/// What an image is made of.
pub struct ImageSpec<'a> {
    pub platform: &'a str,
    pub config: Value,
    pub layers: Vec<Vec<u8>>,
    pub config_type: &'a str,
    pub layer_type: &'a str,
    pub compress: fn(&[u8]) -> Vec<u8>,
    pub annotations: Vec<(&'a str, &'a str)>,
}

impl Default for ImageSpec<'_> {
    fn default() -> Self {
        Self {
            platform: "wasi/wasm",
            config: json!({ "Entrypoint": ["/app.wasm"] }),
            layers: Vec::new(),
            config_type: media::OCI_CONFIG,
            layer_type: media::OCI_LAYER,
            compress: <[u8]>::to_vec,
            annotations: Vec::new(),
        }
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    sampan_testkit::layer::gzip(bytes)
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// The uncompressed bytes, or what there is of them.
pub fn plain(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    match bytes {
        [0x1f, 0x8b, ..] => {
            let _ = flate2::read::MultiGzDecoder::new(bytes)
                .take(1 << 30)
                .read_to_end(&mut out);
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            if let Ok(mut decoder) = zstd::Decoder::new(bytes) {
                let _ = decoder.read_to_end(&mut out);
            }
        }
        _ => out.extend_from_slice(bytes),
    }
    out
}

/// Everything below a folder as `path kind content`, sorted. Symlinks are not followed.
pub fn tree(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    walk(root, root, &mut lines);
    lines.sort();
    lines
}

fn walk(root: &Path, at: &Path, lines: &mut Vec<String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_symlink() {
            lines.push(format!(
                "{name} -> {}",
                std::fs::read_link(&path).unwrap().display()
            ));
        } else if kind.is_dir() {
            lines.push(format!("{name}/"));
            walk(root, &path, lines);
        } else {
            let content = std::fs::read(&path).unwrap();
            let content = if content.len() > 40 {
                format!("[{}]", content.len())
            } else {
                String::from_utf8_lossy(&content).into_owned()
            };
            lines.push(format!("{name}={content}"));
        }
    }
}

/// An error with its causes, as the printer joins them.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut at = error.source();
    while let Some(source) = at {
        text.push_str(": ");
        text.push_str(&source.to_string());
        at = source.source();
    }
    text
}
