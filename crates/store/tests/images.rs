//! Names of images.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{Fixture, put_image, put_index, reference};
use sampan_store::{Descriptor, StoreError};
use sampan_types::{Digest, media};

#[test]
fn a_name_is_found_until_it_is_taken_away() {
    let f = Fixture::new();
    let images = f.store.images();
    let a = put_image(&f.store.blobs(), "a", 2);
    let b = put_image(&f.store.blobs(), "b", 1);
    let name = reference("alpine");
    assert!(images.resolve(&name).unwrap_err().is_not_found());
    assert_eq!(images.tag(&name, &a.manifest).unwrap(), None);
    assert_eq!(images.resolve(&name).unwrap().descriptor, a.manifest);
    assert_eq!(images.tag(&name, &b.manifest).unwrap(), Some(a.manifest.clone()));
    assert_eq!(images.resolve(&name).unwrap().descriptor, b.manifest);
    images.tag(&reference("ghcr.io/o/app:1"), &a.manifest).unwrap();
    let names: Vec<String> = images
        .list()
        .unwrap()
        .iter()
        .map(|r| r.reference.familiar())
        .collect();
    assert_eq!(names, ["alpine:latest", "ghcr.io/o/app:1"]);
    assert_eq!(images.untag(&name).unwrap().descriptor, b.manifest);
    assert!(images.untag(&name).unwrap_err().is_not_found());
}

#[test]
fn a_digest_finds_an_image_of_its_repository_only() {
    let f = Fixture::new();
    let images = f.store.images();
    let a = put_image(&f.store.blobs(), "a", 1);
    let digest = &a.manifest.digest;
    images.tag(&reference("app:1"), &a.manifest).unwrap();
    for good in [format!("app@{digest}"), format!("app:1@{digest}")] {
        assert_eq!(
            images.resolve(&reference(&good)).unwrap().descriptor,
            a.manifest,
            "{good}"
        );
    }
    let other = format!("sha256:{}", "0".repeat(64));
    for bad in [
        format!("other@{digest}"),
        format!("app@{other}"),
        format!("app:1@{other}"),
    ] {
        assert!(images.resolve(&reference(&bad)).is_err(), "{bad}");
    }
    // A pull by digest alone has a name, too.
    images
        .tag(&reference(&format!("pinned@{digest}")), &a.manifest)
        .unwrap();
    images.untag(&reference("app:1")).unwrap();
    assert!(images.resolve(&reference(&format!("pinned@{digest}"))).is_ok());
}

#[test]
fn an_image_is_found_by_the_beginning_of_its_digest_or_its_configurations() {
    let f = Fixture::new();
    let images = f.store.images();
    let a = put_image(&f.store.blobs(), "a", 1);
    let b = put_image(&f.store.blobs(), "b", 1);
    let index = put_index(&f.store.blobs(), std::slice::from_ref(&b.manifest));
    images.tag(&reference("a:1"), &a.manifest).unwrap();
    images.tag(&reference("a:2"), &a.manifest).unwrap();
    images.tag(&reference("b"), &index).unwrap();
    for prefix in [a.manifest.digest.short(), a.config.short(), &a.config.to_string()] {
        let found = images.by_digest_prefix(prefix).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|r| r.descriptor == a.manifest));
    }
    assert_eq!(
        images.by_digest_prefix(b.config.short()).unwrap()[0].descriptor,
        index
    );
    for bad in ["", "sha256:", "xyz", "../../", &"0".repeat(64)] {
        assert!(images.by_digest_prefix(bad).unwrap_err().is_not_found(), "{bad}");
    }
    images.tag(&reference("c"), &b.manifest).unwrap();
    let error = images.by_digest_prefix(b.config.short()).unwrap_err();
    assert!(matches!(error, StoreError::Ambiguous { count: 2, .. }), "{error}");
}

#[test]
fn an_image_whose_name_moves_stays_without_one_until_it_has_another() {
    let f = Fixture::new();
    let images = f.store.images();
    let [a, b] = ["a", "b"].map(|seed| put_image(&f.store.blobs(), seed, 1));
    let names = || -> Vec<(String, Digest)> {
        let all = images.list().unwrap().into_iter();
        all.map(|r| (r.reference.familiar(), r.descriptor.digest))
            .collect()
    };
    let (of_a, of_b) = (a.manifest.digest.clone(), b.manifest.digest.clone());
    images.tag(&reference("app"), &a.manifest).unwrap();
    images.tag(&reference("app"), &b.manifest).unwrap();
    let lost = sampan_store::unnamed(&of_a).unwrap();
    assert!(sampan_store::is_unnamed(&lost));
    assert_eq!(
        names(),
        [
            ("app:latest".to_owned(), of_b.clone()),
            (lost.familiar(), of_a.clone())
        ]
    );
    // It is found by its digest, as it was.
    let found = images.by_digest_prefix(of_a.short()).unwrap();
    assert_eq!(found[0].descriptor, a.manifest);
    // With a name it is no longer without one, and who has two names does not lose both with one.
    images.tag(&reference("back:1"), &a.manifest).unwrap();
    images.tag(&reference("app"), &a.manifest).unwrap();
    images.tag(&reference("app"), &b.manifest).unwrap();
    assert_eq!(
        names(),
        [
            ("app:latest".to_owned(), of_b.clone()),
            ("back:1".to_owned(), of_a.clone())
        ]
    );
    // Names that the engine gives for itself keep nothing, and what is not whole any more is not kept.
    let own = reference("sampan.local/build:1");
    images.tag(&own, &a.manifest).unwrap();
    images.tag(&own, &b.manifest).unwrap();
    std::fs::remove_file(f.store.blobs().blob_path(&a.layers[0])).unwrap();
    images.tag(&reference("back:1"), &b.manifest).unwrap();
    assert!(names().iter().all(|(_, digest)| *digest == of_b), "{:?}", names());
}

#[test]
fn what_is_not_whole_gets_no_name() {
    let f = Fixture::new();
    let (images, blobs) = (f.store.images(), f.store.blobs());
    let a = put_image(&blobs, "a", 2);
    let absent: Digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let error = images.tag(
        &reference("a"),
        &Descriptor::new(media::OCI_MANIFEST, absent.clone(), 1),
    );
    assert!(matches!(error, Err(StoreError::NoBlob(_))), "{error:?}");
    let mut wrong = a.manifest.clone();
    wrong.size += 1;
    assert!(matches!(
        images.tag(&reference("a"), &wrong),
        Err(StoreError::SizeMismatch { .. })
    ));
    // An index may list what was not pulled.
    let index = put_index(
        &blobs,
        &[
            a.manifest.clone(),
            Descriptor::new(media::OCI_MANIFEST, absent.clone(), 1),
        ],
    );
    images.tag(&reference("i"), &index).unwrap();
    let walk = images.walk(&index).unwrap();
    let seen: Vec<_> = walk
        .iter()
        .map(|r| (r.descriptor.digest.clone(), r.present))
        .collect();
    let mut expected: Vec<_> = [index.digest.clone()]
        .into_iter()
        .chain(a.digests())
        .map(|d| (d, true))
        .collect();
    expected.push((absent, false));
    assert_eq!(seen, expected);
    std::fs::remove_file(blobs.blob_path(&a.layers[1])).unwrap();
    let error = images.tag(&reference("a"), &a.manifest);
    assert!(matches!(error, Err(StoreError::Incomplete { .. })), "{error:?}");
    assert_eq!(images.list().unwrap().len(), 1);
}

#[test]
fn entries_of_other_tools_stay_as_they_are() {
    let f = Fixture::new();
    let a = put_image(&f.store.blobs(), "a", 1);
    let path = f.store.layout_path().join("index.json");
    let foreign = format!(
        r#"{{"schemaVersion":2,"x":1,"manifests":[{{"mediaType":"a/b","digest":"{}","size":{},"urls":["u"],"annotations":{{"org.opencontainers.image.ref.name":"Not A Name"}}}}]}}"#,
        a.manifest.digest, a.manifest.size
    );
    std::fs::write(&path, foreign).unwrap();
    assert_eq!(f.store.images().list().unwrap(), []);
    f.store.images().tag(&reference("a"), &a.manifest).unwrap();
    f.store.images().untag(&reference("a")).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for part in ["Not A Name", r#""urls":["u"]"#, r#""x":1"#] {
        assert!(text.contains(part), "{text}");
    }
    // They protect what they name.
    f.store.gc(&sampan_store::GcPolicy::now()).unwrap();
    assert!(f.store.blobs().contains(&a.layers[0]).unwrap());
}

#[test]
fn an_index_that_is_no_json_is_an_error_with_its_path() {
    let f = Fixture::new();
    let path = f.store.layout_path().join("index.json");
    std::fs::write(&path, "{").unwrap();
    let error = f.store.images().list().unwrap_err();
    assert!(error.to_string().contains("index.json"), "{error}");
    assert!(
        f.store.gc(&sampan_store::GcPolicy::now()).is_err(),
        "a collector must not take it for empty"
    );
}
