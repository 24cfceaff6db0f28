//! Any bytes as `image load` gets them are loaded or refused, and leave no name behind when refused.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sampan_image::unpack::UnpackLimits;
use sampan_store::Store;
use sampan_types::ByteCount;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let base = if shared.is_dir() {
        shared
    } else {
        std::env::temp_dir()
    };
    base.join(format!("sampan-fuzz-load-{}", std::process::id()))
});

fuzz_target!(|archive: &[u8]| {
    let store = Store::open(&ROOT).expect("the store opens");
    let lease = store.lease().expect("a lease can be had");
    let limits = UnpackLimits {
        bytes: ByteCount::mib(8),
        entries: 200,
        ..UnpackLimits::default()
    };
    let loaded = sampan_image::load(&lease, archive, &limits);
    if loaded.is_err() {
        assert!(
            store.images().list().expect("the list can be read").is_empty(),
            "a refused archive left a name"
        );
    }
    drop(lease);
    for image in store.images().list().expect("the list can be read") {
        store.images().untag(&image.reference).expect("it was listed");
    }
    for blob in store.blobs().list().expect("the list can be read") {
        let _ = std::fs::remove_file(store.blobs().blob_path(&blob.digest));
    }
});
