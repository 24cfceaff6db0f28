//! Any bytes as a layer are unpacked or refused, and nothing outside of the folder is touched.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sampan_image::resolve::{LayerPlan, RootfsPlan};
use sampan_image::unpack::{self, UnpackLimits, UnpackOptions};
use sampan_store::Store;
use sampan_types::{Algorithm, ByteCount, Digest};
use sha2::{Digest as _, Sha256};

static BASE: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let base = if shared.is_dir() {
        shared
    } else {
        std::env::temp_dir()
    };
    let base = base.join(format!("sampan-fuzz-layer-{}", std::process::id()));
    fs::create_dir_all(base.join("around/deep")).expect("a folder can be made");
    fs::write(base.join("around/canary"), "sings").expect("a file can be written");
    base
});

fuzz_target!(|layer: &[u8]| {
    let store = Store::open(&BASE.join("store")).expect("the store opens");
    let lease = store.lease().expect("a lease can be had");
    let blob = lease.blobs().put(layer, None).expect("the store takes it");
    let plan = RootfsPlan {
        layers: vec![LayerPlan {
            digest: blob.digest.clone(),
            size: blob.size,
            media_type: sampan_types::media::OCI_LAYER.to_owned(),
            diff_id: Digest::from_bytes(Algorithm::Sha256, &Sha256::digest(layer)),
        }],
        chain_id: blob.digest.clone(),
    };
    let limits = UnpackLimits {
        bytes: ByteCount::mib(8),
        entries: 200,
        ..UnpackLimits::default()
    };
    let folder = BASE.join("around/deep/root");
    fs::create_dir(&folder).expect("a folder can be made");
    let _ = unpack::into_folder(
        &lease,
        &plan,
        &folder,
        &UnpackOptions {
            limits,
            ..UnpackOptions::default()
        },
    );
    assert_eq!(names(&BASE), ["around", "store"]);
    assert_eq!(names(&BASE.join("around")), ["canary", "deep"]);
    assert_eq!(names(&BASE.join("around/deep")), ["root"]);
    assert_eq!(
        fs::read(BASE.join("around/canary")).expect("it is there"),
        b"sings"
    );
    fs::remove_dir_all(&folder).expect("what was unpacked can be removed");
    drop(lease);
    let _ = fs::remove_file(store.blobs().blob_path(&blob.digest));
});

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| {
            entry
                .expect("it can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
