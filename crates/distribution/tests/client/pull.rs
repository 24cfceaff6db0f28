//! What a pull brings and what it leaves alone.

use base64::Engine;
use sampan_distribution::client::{Client, ClientError, PullOptions, Silent};
use sampan_types::media::{OCI_EMPTY, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{Classified, ErrorClass};
use serde_json::json;

use crate::fake::Fake;
use crate::fixture::{Event, LAYER_SIZE, Recorder, client, config, descriptor, has, noise, store};

#[tokio::test]
async fn brings_everything_and_gives_it_its_name() {
    let fake = Fake::start();
    let image = fake.add_image("team/app", "1", 3);
    let (_folder, store) = store();
    let recorder = Recorder::default();
    let reference = fake.reference("team/app:1");
    let pulled = client()
        .pull(&store, &reference, &PullOptions::default(), &recorder)
        .await
        .unwrap();
    assert_eq!(pulled.descriptor.digest, image.digest);
    assert_eq!(pulled.manifest.digest, image.digest);
    assert!(!pulled.was_up_to_date);
    assert!(image.layers.iter().all(|layer| has(&store, layer)));
    assert_eq!(
        store.images().resolve(&reference).unwrap().descriptor.digest,
        image.digest
    );
    let events = recorder.events();
    for layer in &image.layers {
        assert!(events.contains(&Event::Start(layer.clone(), Some(LAYER_SIZE as u64))));
        assert!(events.contains(&Event::Position(layer.clone(), LAYER_SIZE as u64)));
        assert!(events.contains(&Event::Done(layer.clone())));
    }

    // Again: one HEAD tells that nothing changed.
    let before = fake.count(|_| true);
    let pulled = client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(pulled.was_up_to_date);
    assert_eq!(fake.count(|r| r.method == "HEAD"), 1);
    assert_eq!(fake.count(|_| true), before + 1);

    // The tag moves: only what is new travels.
    let moved = fake.add_image("team/app", "2", 1);
    fake.with(|s| {
        let new = s.manifests["/v2/team/app/manifests/2"].clone();
        s.manifests.insert("/v2/team/app/manifests/1".to_owned(), new);
    });
    let pulled = client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(pulled.descriptor.digest, moved.digest);
    assert!(!pulled.was_up_to_date);
    assert_eq!(
        store.images().resolve(&reference).unwrap().descriptor.digest,
        moved.digest
    );
}

#[tokio::test]
async fn by_digest_nothing_else_will_do() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let other = fake.add_image("app", "2", 1);
    let (_folder, store) = store();
    let reference = fake.reference(&format!("app@{}", image.digest));
    let pulled = client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(pulled.descriptor.digest, image.digest);

    // A registry that answers with another manifest.
    let reference = fake.reference(&format!("app@{}", other.digest));
    fake.with(|s| {
        let wrong = s.manifests["/v2/app/manifests/1"].clone();
        s.manifests
            .insert(format!("/v2/app/manifests/{}", other.digest), wrong);
    });
    let error = client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::DigestMismatch { .. }), "{error:?}");
    assert!(!has(&store, &other.digest));
}

#[tokio::test]
async fn chooses_the_platform() {
    let fake = Fake::start();
    let linux = fake.add_image("app", "linux", 1);
    let wasm = fake.add_image("app", "wasm", 1);
    let index = fake.add_index("app", "all", &[(&linux, "linux/amd64"), (&wasm, "wasi/wasm")]);
    let pull = |options: PullOptions| {
        let reference = fake.reference("app:all");
        async move {
            let (folder, store) = store();
            let pulled = client().pull(&store, &reference, &options, &Silent).await;
            (folder, store, pulled)
        }
    };
    let (_f, store, pulled) = pull(PullOptions::default()).await;
    let pulled = pulled.unwrap();
    assert_eq!(
        (&pulled.descriptor.digest, &pulled.manifest.digest),
        (&index, &wasm.digest)
    );
    assert!(!has(&store, &linux.layers[0]) && !has(&store, &linux.digest));

    let linux_only = PullOptions {
        platform: Some("linux/x86_64".parse().unwrap()),
        all_platforms: false,
    };
    let (_f, store, pulled) = pull(linux_only).await;
    assert_eq!(pulled.unwrap().manifest.digest, linux.digest);
    assert!(has(&store, &linux.layers[0]) && !has(&store, &wasm.layers[0]));

    let all = PullOptions {
        platform: None,
        all_platforms: true,
    };
    let (_f, store, pulled) = pull(all).await;
    pulled.unwrap();
    assert!(has(&store, &linux.layers[0]) && has(&store, &wasm.layers[0]));

    let none = PullOptions {
        platform: Some("linux/riscv64".parse().unwrap()),
        all_platforms: false,
    };
    let (_f, _store, pulled) = pull(none).await;
    let error = pulled.unwrap_err();
    assert_eq!(
        error.to_string(),
        "image \"app:all\" has nothing for platform linux/riscv64; it has linux/amd64, wasi/wasm"
    );
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert!(error.hint().unwrap().contains("--platform"));
}

#[tokio::test]
async fn a_single_image_must_be_of_the_platform_that_was_asked_for() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    let arm = PullOptions {
        platform: Some("linux/arm64".parse().unwrap()),
        all_platforms: false,
    };
    let error = client()
        .pull(&store, &fake.reference("app:1"), &arm, &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::NoPlatform { .. }), "{error:?}");
    assert!(store.images().list().unwrap().is_empty());
}

#[tokio::test]
async fn a_missing_image_is_named() {
    let fake = Fake::start();
    let (_folder, store) = store();
    let error = client()
        .pull(&store, &fake.reference("app:2"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("registry {} has no image \"app:2\"", fake.name())
    );
    assert_eq!(error.hint().as_deref(), Some("check the name and the tag"));
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert_eq!(fake.count(|r| r.is_manifest()), 1);
}

#[tokio::test]
async fn several_layers_travel_at_once_but_not_more_than_allowed() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 8);
    let (_folder, store) = store();
    let mut config = config();
    config.parallel_blobs = 3;
    let recorder = Recorder::default();
    Client::new(config)
        .pull(
            &store,
            &fake.reference("app:1"),
            &PullOptions::default(),
            &recorder,
        )
        .await
        .unwrap();
    assert!(image.layers.iter().all(|layer| has(&store, layer)));
    let (mut now, mut peak) = (0, 0);
    for event in recorder.events() {
        match event {
            Event::Start(..) => now += 1,
            Event::Done(_) => now -= 1,
            _ => {}
        }
        peak = peak.max(now);
    }
    assert_eq!(peak, 3);
}

#[tokio::test]
async fn content_in_the_manifest_is_not_fetched() {
    let fake = Fake::start();
    let layer = noise(7, 1000);
    fake.add_blob(&layer);
    let empty = base64::engine::general_purpose::STANDARD.encode("{}");
    let mut config = descriptor(OCI_EMPTY, b"{}");
    config["data"] = empty.into();
    let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config,
        "artifactType": "application/vnd.test", "layers": [descriptor(OCI_LAYER, &layer)]});
    fake.add_manifest("app", "1", OCI_MANIFEST, &document);
    let (_folder, store) = store();
    let pulled = client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(
        pulled.descriptor.artifact_type.as_deref(),
        Some("application/vnd.test")
    );
    assert_eq!(fake.count(crate::fake::Request::is_blob), 1);
}

#[tokio::test]
async fn a_foreign_layer_comes_from_its_address_and_is_checked() {
    let fake = Fake::start();
    let elsewhere = Fake::start();
    let layer = noise(9, 5000);
    let config = b"{}".to_vec();
    fake.add_blob(&config);
    let digest = elsewhere.add_blob(&layer);
    let mut foreign = descriptor(
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        &layer,
    );
    foreign["urls"] = json!([
        "ftp://example.org/x",
        format!("http://{}/v2/x/blobs/{digest}", elsewhere.name())
    ]);
    let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_EMPTY, &config), "layers": [foreign]});
    fake.add_manifest("app", "1", OCI_MANIFEST, &document);
    let (_folder, store) = store();
    client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &digest));
    assert_eq!(elsewhere.count(|r| r.header("authorization").is_some()), 0);
}
