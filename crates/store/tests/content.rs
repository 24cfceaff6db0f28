//! Blobs come in whole or not at all.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use common::{Fixture, files};
use sampan_store::{Fetch, Store, StoreError};
use sampan_types::{ByteCount, Classified, Digest, ErrorClass};

fn sha512(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha512, &sha2::Sha512::digest(bytes))
}
fn sha256(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha256, &sha2::Sha256::digest(bytes))
}

#[test]
fn a_blob_comes_back_under_its_digest() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    for digest in [sha256(b"hello"), sha512(b"hello")] {
        assert!(!blobs.contains(&digest).unwrap());
        let mut ingest = blobs.ingest(Some(&digest), Some(5)).unwrap();
        ingest.write_all(b"hel").unwrap();
        assert!(!blobs.contains(&digest).unwrap(), "half a blob is seen");
        ingest.write_all(b"lo").unwrap();
        let blob = ingest.commit().unwrap();
        assert_eq!((&blob.digest, blob.size), (&digest, 5));
        assert_eq!(blobs.read_blob(&digest, ByteCount::new(5)).unwrap(), b"hello");
        assert_eq!(blobs.size(&digest).unwrap(), Some(5));
        assert!(blobs.blob_path(&digest).ends_with(format!(
            "{}/{}",
            digest.algorithm().name(),
            digest.hex()
        )));
    }
    assert_eq!(blobs.list().unwrap().len(), 2);
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
}

#[test]
fn other_bytes_than_promised_leave_nothing() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let promised = sha256(b"good");
    let mut ingest = blobs.ingest(Some(&promised), None).unwrap();
    ingest.write_all(b"evil").unwrap();
    let error = ingest.commit().unwrap_err();
    assert_eq!(error.class(), ErrorClass::Corrupt);
    let text = error.to_string();
    assert!(
        text.contains(&promised.to_string()) && text.contains(&sha256(b"evil").to_string()),
        "{text}"
    );

    // A sender that does not stop is cut off at the promised size, not at the end of the disk.
    let mut ingest = blobs.ingest(None, Some(3)).unwrap();
    let error = ingest.append(b"evil").unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::SizeMismatch {
                expected: 3,
                found: 4,
                ..
            }
        ),
        "{error}"
    );
    drop(ingest);
    let mut ingest = blobs.ingest(None, Some(5)).unwrap();
    ingest.append(b"evil").unwrap();
    assert!(matches!(
        ingest.commit().unwrap_err(),
        StoreError::SizeMismatch { .. }
    ));
    assert!(blobs.put(b"evil", Some(&promised)).is_err());
    assert_eq!(blobs.list().unwrap(), []);
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
}

#[test]
fn a_download_goes_on_where_it_stopped() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let digest = sha256(b"hello world");
    let Fetch::Write(mut ingest) = blobs.fetch(&digest, Some(11)).unwrap() else {
        panic!("there is nothing yet")
    };
    ingest.append(b"hello ").unwrap();
    // Nobody else downloads it meanwhile.
    assert!(blobs.try_fetch(&digest, Some(11)).unwrap().is_none());
    drop(ingest);
    let Fetch::Write(mut ingest) = blobs.fetch(&digest, Some(11)).unwrap() else {
        panic!("it is not whole")
    };
    assert_eq!(ingest.offset(), 6);
    ingest.append(b"world").unwrap();
    ingest.commit().unwrap();
    assert!(matches!(blobs.fetch(&digest, Some(11)).unwrap(), Fetch::Present(blob) if blob.size == 11));
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
}

#[test]
fn a_damaged_partial_download_is_thrown_away() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let digest = sha256(b"hello world");
    let start = |offset| match blobs.fetch(&digest, Some(11)).unwrap() {
        Fetch::Write(ingest) if ingest.offset() == offset => ingest,
        other => panic!("{other:?}"),
    };
    start(0).append(b"hexxo ").unwrap();
    let mut ingest = start(6);
    ingest.append(b"world").unwrap();
    assert!(matches!(
        ingest.commit().unwrap_err(),
        StoreError::DigestMismatch { .. }
    ));
    // The next attempt starts from nothing, and a server that ignores the offset can be followed.
    start(0).append(b"xx").unwrap();
    let mut ingest = start(2);
    ingest.restart().unwrap();
    ingest.append(b"hello world").unwrap();
    ingest.commit().unwrap();
}

#[test]
fn the_second_downloader_waits_and_finds_it() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let digest = sha256(b"hello");
    let Fetch::Write(mut ingest) = blobs.fetch(&digest, None).unwrap() else {
        panic!("there is nothing yet")
    };
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| blobs.fetch(&digest, None).unwrap()))
            .collect();
        ingest.append(b"hello").unwrap();
        ingest.commit().unwrap();
        for thread in waiting {
            assert!(matches!(thread.join().unwrap(), Fetch::Present(_)));
        }
    });
}

#[test]
fn a_flipped_bit_on_the_disk_is_noticed() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let blob = blobs.put(b"hello", None).unwrap();
    let damage = || std::fs::write(blobs.blob_path(&blob.digest), b"hellp").unwrap();
    damage();
    let error = blobs.read_blob(&blob.digest, ByteCount::kib(1)).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    // It is gone, so that a pull brings it anew.
    assert!(!blobs.contains(&blob.digest).unwrap());
    blobs.put(b"hello", None).unwrap();
    damage();
    assert!(blobs.verify(&blob.digest).is_err());
    assert!(!blobs.contains(&blob.digest).unwrap());
}

#[test]
fn a_read_has_a_bound() {
    let f = Fixture::new();
    let blob = f.store.blobs().put(&[0; 100], None).unwrap();
    let error = f
        .store
        .blobs()
        .read_blob(&blob.digest, ByteCount::new(99))
        .unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { size: 100, .. }), "{error}");
    assert!(
        f.store
            .blobs()
            .open_blob(&sha256(b"no"))
            .unwrap_err()
            .is_not_found()
    );
}

#[test]
fn only_its_owner_may_write_to_a_store() {
    let f = Fixture::new();
    let mode = |path: &std::path::Path| path.metadata().unwrap().mode() & 0o777;
    assert_eq!(mode(&f.root()), 0o700);
    assert_eq!(mode(&f.root().join("v1")), 0o700);
    let open = |mode: u32, path: &str| {
        let path = f.root().join(path);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let result = Store::open(&f.root()).map(|_| ());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        result
    };
    let refused = [(0o777, ""), (0o702, ""), (0o770, ""), (0o720, ""), (0o770, "v1")];
    for error in refused.map(|(mode, path)| open(mode, path).unwrap_err()) {
        assert!(matches!(error, StoreError::Mode { .. }), "{error}");
        assert_eq!(error.class(), ErrorClass::Denied);
        assert!(error.hint().unwrap().contains("chmod"));
    }
    assert!(open(0o755, "").is_ok());
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(f.root(), Some(12345), None).unwrap();
        let error = Store::open(&f.root()).unwrap_err();
        assert!(matches!(error, StoreError::Owner { owner: 12345, .. }), "{error}");
    }
}

#[test]
fn many_open_a_new_store_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a/b");
    std::thread::scope(|scope| {
        for i in 0..8 {
            let root = &root;
            scope.spawn(move || {
                let store = Store::open(root).unwrap();
                store.blobs().put(format!("{i}").as_bytes(), None).unwrap();
            });
        }
    });
    assert_eq!(Store::open(&root).unwrap().blobs().list().unwrap().len(), 8);
    assert_eq!(
        std::fs::read_dir(&root).unwrap().count(),
        1,
        "unfinished stores stay"
    );
}
