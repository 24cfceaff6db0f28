//! A registry that lies: about digests, sizes, ends and forms. Each lie is one clear error, costs bounded
//! work, and leaves nothing in the store that could be taken for content.

use sampan_distribution::client::{ClientError, PullOptions, Silent};
use sampan_store::Store;
use sampan_types::media::{OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{Classified, ErrorClass};
use serde_json::json;

use crate::fake::{Fake, Reply, Request, Sent};
use crate::fixture::{LAYER_SIZE, client, descriptor, has, noise, store};

async fn pull(fake: &Fake, store: &Store) -> ClientError {
    let options = PullOptions::default();
    let pulled = client()
        .pull(store, &fake.reference("app:1"), &options, &Silent)
        .await;
    assert!(store.images().list().unwrap().is_empty());
    pulled.unwrap_err()
}

fn is_layer(request: &Request, state: &crate::fake::State) -> bool {
    let name = request.path.rsplit('/').next().unwrap_or_default();
    request.is_blob() && state.blobs.get(name).is_some_and(|b| b.len() == LAYER_SIZE)
}

#[tokio::test]
async fn another_content_is_refused_after_one_more_attempt() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let layer = image.layers[0].clone();
    let (_folder, store) = store();
    fake.hook(|request, state| is_layer(request, state).then(|| Reply::new(200).body(noise(99, LAYER_SIZE))));
    let error = pull(&fake, &store).await;
    assert!(
        matches!(&error, ClientError::DigestMismatch { expected, .. } if *expected == layer),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Corrupt);
    assert!(!error.retryable());
    assert_eq!(fake.count(|r| r.path.ends_with(&layer.to_string())), 2);
    assert!(!has(&store, &layer));

    // Nothing of it is taken for the beginning of the right content.
    fake.behave();
    let reference = fake.reference("app:1");
    client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &layer));
    let last = fake.with(|s| {
        s.log
            .iter()
            .rev()
            .find(|r| r.path.ends_with(&layer.to_string()))
            .cloned()
    });
    assert_eq!(last.unwrap().header("range"), None);
}

#[tokio::test]
async fn damage_on_the_way_is_mended_by_the_second_attempt() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    fake.hook(|request, state| {
        let first = state.count(|r| r.path == request.path) == 1;
        (first && is_layer(request, state)).then(|| Reply::new(200).body(noise(99, LAYER_SIZE)))
    });
    let reference = fake.reference("app:1");
    client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &image.layers[0]));
}

#[tokio::test]
async fn a_wrong_length_is_refused_before_the_first_byte() {
    for announced in [LAYER_SIZE - 1, LAYER_SIZE + 1, usize::MAX / 2] {
        let fake = Fake::start();
        fake.add_image("app", "1", 1);
        let (_folder, store) = store();
        fake.hook(move |request, state| {
            let reply = Reply::new(200)
                .header("content-length", announced)
                .body(noise(1, 10));
            is_layer(request, state).then_some(reply)
        });
        let error = pull(&fake, &store).await;
        assert!(matches!(error, ClientError::SizeMismatch { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_promised_size() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    fake.hook(|request, state| {
        let reply = Reply::new(200).body(noise(1, 8192)).sent(Sent::Endless);
        is_layer(request, state).then_some(reply)
    });
    let error = pull(&fake, &store).await;
    assert!(matches!(error, ClientError::SizeMismatch { .. }), "{error:?}");
    assert!(!has(&store, &image.layers[0]));
    // Two attempts, and what was on its way in buffers.
    let served = fake.served(&image.layers[0].to_string());
    assert!(served < 64 << 20, "{served}");
}

#[tokio::test]
async fn a_manifest_has_a_largest_size() {
    for reply in [
        Reply::new(200).header("content-length", 5 << 20),
        Reply::new(200).body(vec![b' '; 8192]).sent(Sent::Endless),
    ] {
        let fake = Fake::start();
        let (_folder, store) = store();
        fake.hook(move |request, _| request.is_manifest().then(|| reply.clone()));
        let error = pull(&fake, &store).await;
        assert_eq!(
            error.to_string(),
            format!("registry {} sent a manifest of more than 4MiB", fake.name())
        );
    }
}

#[tokio::test]
async fn documents_of_other_forms_are_refused() {
    let both = json!({"schemaVersion": 2, "manifests": [], "layers": []}).to_string();
    let signed = json!({"schemaVersion": 1, "name": "app", "fsLayers": []}).to_string();
    let fake = Fake::start();
    fake.add_image("app", "whole", 1);
    let whole = fake.with(|s| s.manifests["/v2/app/manifests/whole"].1.clone());
    let large = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": {"mediaType": OCI_CONFIG, "digest": crate::fake::digest(b"x"), "size": 1u64 << 40}, "layers": []});
    type Check = fn(&ClientError) -> bool;
    let cases: [(&str, Vec<u8>, Check); 7] = [
        (OCI_MANIFEST, whole[..whole.len() / 2].to_vec(), |e| {
            matches!(e, ClientError::Malformed { .. })
        }),
        (OCI_MANIFEST, b"<html>".to_vec(), |e| {
            matches!(e, ClientError::Malformed { .. })
        }),
        (OCI_MANIFEST, vec![b'['; 100_000], |e| {
            matches!(e, ClientError::Malformed { .. })
        }),
        (OCI_MANIFEST, both.into_bytes(), |e| {
            matches!(e, ClientError::Malformed { .. })
        }),
        (
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            signed.into_bytes(),
            |e| matches!(e, ClientError::Schema1 { .. }),
        ),
        ("text/html", b"{}".to_vec(), |e| {
            matches!(e, ClientError::NotAnImage { .. })
        }),
        (OCI_MANIFEST, large.to_string().into_bytes(), |e| {
            matches!(e, ClientError::TooLarge { .. })
        }),
    ];
    for (media_type, body, check) in cases {
        let (_folder, store) = store();
        fake.hook(move |request, _| {
            let reply = Reply::new(200)
                .header("content-type", media_type)
                .body(body.clone());
            request.is_manifest().then_some(reply)
        });
        let error = pull(&fake, &store).await;
        assert!(check(&error), "{error:?}");
    }
}

#[tokio::test]
async fn a_digest_header_that_does_not_fit_is_noticed() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    let other = fake.add_image("app", "2", 1);
    let (_folder, store) = store();
    fake.hook(move |request, state| {
        let (media_type, body) = state.manifests.get(&request.path)?.clone();
        let reply = Reply::new(200).header("content-type", media_type);
        Some(reply.header("docker-content-digest", &other.digest).body(body))
    });
    let error = pull(&fake, &store).await;
    assert!(matches!(error, ClientError::DigestMismatch { .. }), "{error:?}");
}

#[tokio::test]
async fn indexes_in_indexes_come_to_an_end() {
    let fake = Fake::start();
    let image = fake.add_image("app", "leaf", 1);
    let mut child = fake.add_index("app", "0", &[(&image, "wasi/wasm")]);
    for depth in 0..8 {
        let path = format!("/v2/app/manifests/{child}");
        let size = fake.with(|s| s.manifests[&path].1.len());
        let document = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "depth": depth,
            "manifests": [{"mediaType": OCI_INDEX, "digest": child, "size": size}]});
        child = fake.add_manifest("app", "1", OCI_INDEX, &document);
    }
    let (_folder, store) = store();
    let error = pull(&fake, &store).await;
    assert!(matches!(error, ClientError::TooDeep { .. }), "{error:?}");
}

#[tokio::test]
async fn a_size_that_lies_in_the_manifest_is_noticed() {
    let fake = Fake::start();
    let (config, layer) = (b"{}".to_vec(), noise(5, 1000));
    fake.add_blob(&config);
    fake.add_blob(&layer);
    for size in [0u64, 999, 1001, u64::MAX] {
        let mut lying = descriptor(OCI_LAYER, &layer);
        lying["size"] = size.into();
        let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
            "config": descriptor(OCI_CONFIG, &config), "layers": [lying]});
        fake.add_manifest("app", "1", OCI_MANIFEST, &document);
        let (_folder, store) = store();
        let error = pull(&fake, &store).await;
        assert_eq!(error.class(), ErrorClass::Corrupt, "{error:?}");
    }
}

#[tokio::test]
async fn a_manifest_that_the_disk_damaged_comes_again() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    let reference = fake.reference("app:1");
    let options = PullOptions::default();
    client()
        .pull(&store, &reference, &options, &Silent)
        .await
        .unwrap();
    let path = store.blobs().blob_path(&image.digest);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[20] ^= 1;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let pulled = client()
        .pull(&store, &reference, &options, &Silent)
        .await
        .unwrap();
    assert_eq!(pulled.manifest.digest, image.digest);
    assert!(!pulled.was_up_to_date);
    assert!(has(&store, &image.digest));
}
