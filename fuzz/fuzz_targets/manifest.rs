//! Any manifest, index and configuration ends in something that runs or in an error.
//!
//! The input is up to three documents between lines of `---`. Each goes into a store; in a later one,
//! `$0` and `$1` stand for the digest of an earlier one, and `#0` and `#1` for its size.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sampan_image::resolve::{Request, resolve};
use sampan_store::{Descriptor, Store};
use sampan_types::media;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let base = if shared.is_dir() {
        shared
    } else {
        std::env::temp_dir()
    };
    base.join(format!("sampan-fuzz-manifest-{}", std::process::id()))
});

fuzz_target!(|text: &str| {
    let store = Store::open(&ROOT).expect("the store opens");
    let lease = store.lease().expect("a lease can be had");
    let mut put: Vec<(String, u64)> = Vec::new();
    for document in text.splitn(3, "\n---\n") {
        let mut document = document.to_owned();
        for (n, (digest, size)) in put.iter().enumerate() {
            document = document
                .replace(&format!("${n}"), digest)
                .replace(&format!("#{n}"), &size.to_string());
        }
        let blob = lease
            .blobs()
            .put(document.as_bytes(), None)
            .expect("the store takes it");
        put.push((blob.digest.to_string(), blob.size));
    }
    if let Some((digest, size)) = put.last() {
        let digest: sampan_types::Digest = digest.parse().expect("it was written here");
        for kind in [media::OCI_MANIFEST, media::OCI_INDEX, media::DOCKER_MANIFEST] {
            let top = Descriptor::new(kind, digest.clone(), *size);
            let _ = resolve(&lease, &top, &Request::any());
            let _ = sampan_image::history(&lease, &top, &Request::any());
            let _ = sampan_image::inspect(&lease, &top, &Request::any());
        }
    }
    drop(lease);
    for (digest, _) in put {
        let digest = digest.parse().expect("it was written here");
        let _ = std::fs::remove_file(store.blobs().blob_path(&digest));
    }
});
