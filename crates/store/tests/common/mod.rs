//! A store in a folder of its own, and images to put into it.
#![allow(dead_code, unreachable_pub, missing_docs)]

pub mod child;

use std::path::{Path, PathBuf};

use sampan_store::{Blobs, Descriptor, Store};
use sampan_types::{Digest, Reference, media};
use serde_json::json;

pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub store: Store,
}

impl Fixture {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("root")).unwrap();
        Self { folder, store }
    }
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }
}

pub fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

/// What a small image consists of.
#[derive(Clone, Debug)]
pub struct Image {
    pub manifest: Descriptor,
    pub config: Digest,
    pub layers: Vec<Digest>,
}

impl Image {
    pub fn digests(&self) -> Vec<Digest> {
        let mut all = vec![self.manifest.digest.clone(), self.config.clone()];
        all.extend(self.layers.iter().cloned());
        all
    }
}

/// Puts an image into the store whose content follows from `seed`.
pub fn put_image(blobs: &Blobs, seed: &str, layers: usize) -> Image {
    let put = |bytes: &[u8]| blobs.put(bytes, None).unwrap();
    let mut descriptors = Vec::new();
    for i in 0..layers {
        let blob = put(format!("layer {i} of {seed} ").repeat(500).as_bytes());
        descriptors.push(Descriptor::new(media::OCI_LAYER, blob.digest, blob.size));
    }
    let diff_ids: Vec<_> = descriptors.iter().map(|d| d.digest.clone()).collect();
    let config = json!({"os": "wasi", "architecture": "wasm", "seed": seed,
        "rootfs": {"type": "layers", "diff_ids": diff_ids}});
    let config = put(config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": media::OCI_MANIFEST,
        "config": Descriptor::new(media::OCI_CONFIG, config.digest.clone(), config.size),
        "layers": descriptors,
    });
    let manifest = put(manifest.to_string().as_bytes());
    Image {
        manifest: Descriptor::new(media::OCI_MANIFEST, manifest.digest, manifest.size),
        config: config.digest,
        layers: diff_ids,
    }
}

/// An image that lists another one's manifest as its layer: the standard forbids no digest there.
pub fn put_image_over(blobs: &Blobs, inner: &Image) -> Image {
    let config = blobs.put(b"{}", None).unwrap();
    let layer = Descriptor::new(
        media::OCI_LAYER,
        inner.manifest.digest.clone(),
        inner.manifest.size,
    );
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": media::OCI_MANIFEST,
        "config": Descriptor::new("application/vnd.oci.empty.v1+json", config.digest.clone(), config.size),
        "layers": [layer],
    });
    let manifest = blobs.put(manifest.to_string().as_bytes(), None).unwrap();
    Image {
        manifest: Descriptor::new(media::OCI_MANIFEST, manifest.digest, manifest.size),
        config: config.digest,
        layers: vec![inner.manifest.digest.clone()],
    }
}

/// An index over these manifests.
pub fn put_index(blobs: &Blobs, manifests: &[Descriptor]) -> Descriptor {
    let index = json!({"schemaVersion": 2, "mediaType": media::OCI_INDEX, "manifests": manifests});
    let blob = blobs.put(index.to_string().as_bytes(), None).unwrap();
    Descriptor::new(media::OCI_INDEX, blob.digest, blob.size)
}

/// Every file below, relative.
pub fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut stack = vec![folder.to_owned()];
    while let Some(path) = stack.pop() {
        for entry in std::fs::read_dir(&path).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                stack.push(entry.path());
            } else {
                let path = entry.path();
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// What `du` says the folder takes.
pub fn du(folder: &Path) -> u64 {
    let output = std::process::Command::new("du")
        .args(["-s", "--block-size=1"])
        .arg(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}
