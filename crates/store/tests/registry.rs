//! The registry's records and uploads.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::io::Write;

use common::{Fixture, files, put_image};
use sampan_store::{ManifestRecord, StoreError};
use sampan_types::{Classified, Digest, ErrorClass};

fn digest(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha256, &sha2::Sha256::digest(bytes))
}

#[test]
fn repositories_hold_manifests_and_tags() {
    let f = Fixture::new();
    let registry = f.store.registry();
    let repository = registry.repository("a/b").unwrap();
    assert!(!repository.exists().unwrap());
    assert_eq!(repository.tags().unwrap(), [""; 0]);
    let image = put_image(&f.store.blobs(), "a", 1);
    let record = ManifestRecord {
        descriptor: image.manifest.clone(),
        subject: Some(digest(b"absent")),
    };
    let manifest = &image.manifest.digest;
    for tag in ["v2", "v10", "Z", "_a"] {
        repository.put_manifest(&record, Some(tag)).unwrap();
    }
    assert_eq!(repository.tags().unwrap(), ["Z", "_a", "v10", "v2"]);
    assert_eq!(repository.tag("v2").unwrap().as_ref(), Some(manifest));
    assert_eq!(repository.tag("none").unwrap(), None);
    assert_eq!(repository.manifest(manifest).unwrap().as_ref(), Some(&record));
    assert_eq!(
        repository.referrers(&digest(b"absent")).unwrap(),
        std::slice::from_ref(&record)
    );
    assert_eq!(repository.blob_size(manifest).unwrap(), Some(image.manifest.size));
    // Blobs are held by repository, although the files are shared.
    assert_eq!(repository.blob_size(&image.config).unwrap(), None);
    assert!(repository.link_blob(&image.config).unwrap());
    assert!(repository.blob_size(&image.config).unwrap().is_some());
    assert!(!repository.link_blob(&digest(b"absent")).unwrap());
    assert!(repository.unlink_blob(&image.config).unwrap());
    // Neither parent nor child nor a name that reads alike shares anything.
    for other in ["a", "a/b/c", "a-b", "a/b-c"] {
        assert_eq!(
            registry.repository(other).unwrap().tags().unwrap(),
            [""; 0],
            "{other}"
        );
    }
    let deep = registry.repository("a/b/c").unwrap();
    deep.put_manifest(&record, None).unwrap();
    assert_eq!(registry.repositories().unwrap(), ["a/b", "a/b/c"]);
    assert!(deep.set_tag("t", &digest(b"absent")).is_err());
    deep.set_tag("t", manifest).unwrap();
    assert!(deep.delete_tag("t").unwrap() && !deep.delete_tag("t").unwrap());
    assert!(repository.delete_manifest(manifest).unwrap());
    assert!(!repository.delete_manifest(manifest).unwrap());
    assert_eq!(repository.tags().unwrap(), [""; 0]);
    assert_eq!(registry.repositories().unwrap(), ["a/b/c"]);
    // Local names know nothing of all this.
    assert_eq!(f.store.images().list().unwrap(), []);
}

#[test]
fn names_from_outside_stay_inside() {
    let f = Fixture::new();
    let registry = f.store.registry();
    for bad in [
        "",
        "..",
        "a/../b",
        "/a",
        "a//b",
        "A",
        "a+b",
        "a/_tags",
        &"a".repeat(256),
        "a\0",
    ] {
        let error = registry.repository(bad).unwrap_err();
        assert_eq!(error.class(), ErrorClass::InvalidInput, "{bad}");
    }
    let long = registry.repository(&format!("a/{}", "b".repeat(253))).unwrap();
    assert!(!long.link_blob(&digest(b"absent")).unwrap());
    assert!(long.exists().unwrap());
    for bad in ["", "..", "../x", "-a", "a/b", &"a".repeat(129)] {
        assert!(long.tag(bad).is_err(), "{bad}");
    }
    for bad in ["", "..", "../../images", "0".repeat(36).as_str()] {
        assert!(long.upload(bad).unwrap_err().is_not_found(), "{bad}");
    }
}

#[test]
fn an_upload_grows_by_chunks_and_ends_as_a_blob() {
    let f = Fixture::new();
    let repository = f.store.registry().repository("r").unwrap();
    let upload = repository.start_upload().unwrap();
    let id = upload.id().to_owned();
    let mut writer = upload.writer(Some(0)).unwrap();
    writer.write_all(b"hello ").unwrap();
    assert!(matches!(upload.writer(None), Err(StoreError::Busy { .. })));
    assert!(matches!(
        upload.clone().finish(&digest(b"hello ")),
        Err(StoreError::Busy { .. })
    ));
    assert_eq!(writer.done().unwrap(), 6);
    // The server was started again in between.
    let upload = repository.upload(&id).unwrap();
    assert_eq!(upload.size().unwrap(), 6);
    let error = upload.writer(Some(5)).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::UploadOffset {
                have: 6,
                asked: 5,
                ..
            }
        ),
        "{error}"
    );
    upload.writer(Some(6)).unwrap().append(b"world").unwrap();
    let other = f.store.registry().repository("other").unwrap();
    assert!(
        other.upload(&id).unwrap_err().is_not_found(),
        "a session belongs to its repository"
    );
    let blob = upload.finish(&digest(b"hello world")).unwrap();
    assert_eq!(blob.size, 11);
    assert_eq!(repository.blob_size(&blob.digest).unwrap(), Some(11));
    assert!(repository.upload(&id).unwrap_err().is_not_found());

    let upload = repository.start_upload().unwrap();
    upload.writer(None).unwrap().append(b"evil").unwrap();
    let id = upload.id().to_owned();
    assert_eq!(
        upload.finish(&digest(b"good")).unwrap_err().class(),
        ErrorClass::Corrupt
    );
    assert!(repository.upload(&id).is_err());
    let upload = repository.start_upload().unwrap();
    upload.cancel().unwrap();
    assert_eq!(files(&f.root().join("v1/registry/uploads")), [""; 0]);
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
    assert_eq!(f.store.blobs().list().unwrap().len(), 1);
}
