//! What a push sends, skips, mounts and takes up again.

use sampan_distribution::client::{Client, ClientError, PullOptions, PushOptions, Silent};
use sampan_store::{Descriptor, Store};
use sampan_types::media::{OCI_CONFIG, OCI_EMPTY, OCI_INDEX, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{ByteCount, Digest};
use serde_json::json;

use crate::fake::Fake;
use crate::fixture::{Event, Recorder, client, config, descriptor, has, noise, store};

/// An image in a store: its manifest's digest and its layer's.
fn local(store: &Store, seed: u64, layer: usize) -> (Digest, Digest) {
    let blobs = store.blobs();
    let (config, layer) = (json!({"seed": seed}).to_string().into_bytes(), noise(seed, layer));
    blobs.put(&config, None).unwrap();
    let layer_digest = blobs.put(&layer, None).unwrap().digest;
    let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, &config), "layers": [descriptor(OCI_LAYER, &layer)]});
    (
        blobs.put(document.to_string().as_bytes(), None).unwrap().digest,
        layer_digest,
    )
}

#[tokio::test]
async fn what_is_pushed_can_be_pulled() {
    let fake = Fake::start();
    let (_f1, from) = store();
    let (image, layer) = local(&from, 1, 100_000);
    let reference = fake.reference("team/app:1");
    let recorder = Recorder::default();
    let pushed = client()
        .push(&from, &image, &reference, &PushOptions::default(), &recorder)
        .await
        .unwrap();
    assert_eq!((pushed.uploaded, &pushed.descriptor.digest), (2, &image));
    assert!(recorder.events().contains(&Event::Done(layer.clone())));

    let (_f2, to) = store();
    let pulled = client()
        .pull(&to, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(pulled.descriptor.digest, image);
    assert!(has(&to, &layer));

    // Again: nothing is sent.
    let before = fake.count(|r| !matches!(r.method.as_str(), "HEAD" | "GET"));
    let pushed = client()
        .push(&from, &image, &reference, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(pushed.uploaded, 0);
    assert_eq!(
        fake.count(|r| !matches!(r.method.as_str(), "HEAD" | "GET")),
        before
    );
}

#[tokio::test]
async fn an_interrupted_upload_goes_on_where_it_ended() {
    let fake = Fake::start();
    let (_f, store) = store();
    let (image, layer) = local(&store, 2, 6_000_000);
    fake.with(|s| s.cut_upload = Some(2_000_000));
    let recorder = Recorder::default();
    let mut config = config();
    config.parallel_uploads = 1;
    config.upload.monolithic_max = ByteCount::kib(64);
    Client::new(config)
        .push(
            &store,
            &image,
            &fake.reference("app:1"),
            &PushOptions::default(),
            &recorder,
        )
        .await
        .unwrap();
    let ranges: Vec<String> = fake.with(|s| {
        assert_eq!(s.blobs[&layer.to_string()].len(), 6_000_000);
        let patches = s.log.iter().filter(|r| r.method == "PATCH");
        patches
            .map(|r| r.header("content-range").unwrap().to_owned())
            .collect()
    });
    assert_eq!(ranges.len(), 2, "{ranges:?}");
    // The second begins where the registry stood, and not at the start.
    let whole: u64 = fake.with(|s| {
        let patches = s.log.iter().filter(|r| r.method == "PATCH");
        patches.map(|r| r.body.len() as u64).sum()
    });
    assert!(whole <= 4_000_000, "{ranges:?}");
    assert_eq!(recorder.retries().len(), 1);
}

#[tokio::test]
async fn an_upload_that_the_registry_forgot_begins_anew() {
    let fake = Fake::start();
    let (_f, store) = store();
    let (image, layer) = local(&store, 3, 300_000);
    fake.with(|s| s.cut_upload = Some(1000));
    // Its state is not known, and once the upload is not known at its end either.
    let ended = std::sync::atomic::AtomicBool::new(false);
    fake.hook(move |r, _| {
        if !r.path.contains("/uploads/session") || !matches!(r.method.as_str(), "GET" | "PUT") {
            return None;
        }
        let lost = r.method == "GET" || !ended.swap(true, std::sync::atomic::Ordering::SeqCst);
        lost.then(|| crate::fake::Reply::new(404))
    });
    client()
        .push(
            &store,
            &image,
            &fake.reference("app:1"),
            &PushOptions::default(),
            &Silent,
        )
        .await
        .unwrap();
    fake.with(|s| assert_eq!(s.blobs[&layer.to_string()].len(), 300_000));
}

#[tokio::test]
async fn chunks_are_as_large_as_told() {
    let fake = Fake::start();
    let (_f, store) = store();
    let (image, layer) = local(&store, 4, 250_000);
    let mut config = config();
    config.upload.chunk = Some(ByteCount::new(100_000));
    Client::new(config)
        .push(
            &store,
            &image,
            &fake.reference("app:1"),
            &PushOptions::default(),
            &Silent,
        )
        .await
        .unwrap();
    fake.with(|s| {
        assert_eq!(s.blobs[&layer.to_string()].len(), 250_000);
        let mut sizes: Vec<usize> = s
            .log
            .iter()
            .filter(|r| r.method == "PATCH")
            .map(|r| r.body.len())
            .collect();
        sizes.sort_unstable();
        assert_eq!(sizes[1..], [50_000, 100_000, 100_000]);
    });
}

#[tokio::test]
async fn a_layer_of_a_neighbour_is_mounted() {
    let fake = Fake::start();
    let (_f, store) = store();
    let (image, layer) = local(&store, 5, 100_000);
    client()
        .push(
            &store,
            &image,
            &fake.reference("one:1"),
            &PushOptions::default(),
            &Silent,
        )
        .await
        .unwrap();
    // The fake keeps blobs for all repositories, so let it deny having it in the second.
    fake.hook(|r, _| {
        (r.method == "HEAD" && r.path.starts_with("/v2/two/blobs")).then(|| crate::fake::Reply::new(404))
    });
    let options = PushOptions {
        mount_from: vec!["one".to_owned(), "two".to_owned()],
    };
    let pushed = client()
        .push(&store, &image, &fake.reference("two:1"), &options, &Silent)
        .await
        .unwrap();
    assert_eq!(pushed.uploaded, 0);
    let mounted = |r: &crate::fake::Request| {
        r.param("mount").as_deref() == Some(&layer.to_string()) && r.param("from").as_deref() == Some("one")
    };
    assert_eq!(fake.count(mounted), 1);
    assert_eq!(
        fake.count(|r| r.path.starts_with("/v2/two/") && matches!(r.method.as_str(), "PATCH")),
        0
    );
}

#[tokio::test]
async fn children_go_before_their_index() {
    let fake = Fake::start();
    let (_f, store) = store();
    let (one, _) = local(&store, 6, 1000);
    let (two, _) = local(&store, 7, 1000);
    let size = |d: &Digest| store.blobs().size(d).unwrap().unwrap();
    let entry = |d: &Digest| json!({"mediaType": OCI_MANIFEST, "digest": d, "size": size(d)});
    let document =
        json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry(&one), entry(&two)]});
    let index = store
        .blobs()
        .put(document.to_string().as_bytes(), None)
        .unwrap()
        .digest;
    client()
        .push(
            &store,
            &index,
            &fake.reference("app:all"),
            &PushOptions::default(),
            &Silent,
        )
        .await
        .unwrap();
    let puts: Vec<String> = fake.with(|s| {
        let puts = s.log.iter().filter(|r| r.method == "PUT" && r.is_manifest());
        puts.map(|r| r.path.rsplit('/').next().unwrap().to_owned())
            .collect()
    });
    assert_eq!(puts.len(), 3);
    assert_eq!(puts[2], "all");
    assert!(puts.contains(&one.to_string()) && puts.contains(&two.to_string()));
}

#[tokio::test]
async fn what_is_not_in_the_store_cannot_be_pushed() {
    let fake = Fake::start();
    let (_f, store) = store();
    let missing: Digest = crate::fake::digest(b"missing").parse().unwrap();
    let push = async |digest: &Digest| {
        let reference = fake.reference("app:1");
        client()
            .push(&store, digest, &reference, &PushOptions::default(), &Silent)
            .await
            .unwrap_err()
    };
    assert!(matches!(push(&missing).await, ClientError::NotInStore { digest } if digest == missing));
    let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX,
        "manifests": [{"mediaType": OCI_MANIFEST, "digest": missing, "size": 7}]});
    let index = store
        .blobs()
        .put(index.to_string().as_bytes(), None)
        .unwrap()
        .digest;
    assert!(matches!(push(&index).await, ClientError::NotInStore { digest } if digest == missing));
    let text = store.blobs().put(b"hello", None).unwrap().digest;
    assert!(matches!(push(&text).await, ClientError::NotAManifest { .. }));
    assert_eq!(fake.count(|_| true), 0);
}

#[tokio::test]
async fn a_signature_is_found_with_and_without_help_of_the_registry() {
    for helps in [true, false] {
        let fake = Fake::start();
        fake.with(|s| s.referrers = helps);
        let (_f, store) = store();
        let (image, _) = local(&store, 8, 1000);
        let reference = fake.reference("app:1");
        client()
            .push(&store, &image, &reference, &PushOptions::default(), &Silent)
            .await
            .unwrap();
        store.blobs().put(b"{}", None).unwrap();
        let size = store.blobs().size(&image).unwrap().unwrap();
        for n in 0..2 {
            let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
                "artifactType": format!("application/vnd.test.{n}"),
                "config": descriptor(OCI_EMPTY, b"{}"), "layers": [descriptor(OCI_EMPTY, b"{}")],
                "subject": Descriptor::new(OCI_MANIFEST, image.clone(), size)});
            let own = store
                .blobs()
                .put(document.to_string().as_bytes(), None)
                .unwrap()
                .digest;
            let place = reference.with_digest(own.clone());
            client()
                .push(&store, &own, &place, &PushOptions::default(), &Silent)
                .await
                .unwrap();
        }
        let all = client().referrers(&reference, None).await.unwrap();
        assert_eq!(all.len(), 2, "{helps}");
        let one = client()
            .referrers(&reference, Some("application/vnd.test.1"))
            .await
            .unwrap();
        assert_eq!(one.len(), 1, "{helps}");
        assert_eq!(one[0].artifact_type.as_deref(), Some("application/vnd.test.1"));
    }
}
