//! What was received is never fetched twice: proven by the bytes that the registry served.

use sampan_distribution::client::{Client, ClientError, PullOptions, Silent};

use crate::fake::{Fake, Reply, Sent, ranged};
use crate::fixture::{Event, LAYER_SIZE, Recorder, client, config, has, store};

/// The first `times` requests for a blob of a layer's size break off after `after` bytes.
fn cut(fake: &Fake, times: usize, after: usize) {
    fake.hook(move |request, state| {
        let blob = state.blobs.get(request.path.rsplit_once('/')?.1)?.clone();
        let so_far = state.count(|r| r.path == request.path);
        let cut = request.is_blob() && blob.len() == LAYER_SIZE && so_far <= times;
        cut.then(|| ranged(request, &blob).sent(Sent::Cut(after)))
    });
}

#[tokio::test]
async fn after_a_drop_only_the_rest_travels() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    cut(&fake, 2, 100_000);
    let recorder = Recorder::default();
    client()
        .pull(
            &store,
            &fake.reference("app:1"),
            &PullOptions::default(),
            &recorder,
        )
        .await
        .unwrap();
    let layer = &image.layers[0];
    assert!(has(&store, layer));
    assert_eq!(fake.served(&layer.to_string()), LAYER_SIZE as u64);
    let ranges: Vec<_> = fake.with(|s| {
        let blobs = s.log.iter().filter(|r| r.path.ends_with(&layer.to_string()));
        blobs.map(|r| r.header("range").map(str::to_owned)).collect()
    });
    assert_eq!(
        ranges,
        [
            None,
            Some("bytes=100000-".to_owned()),
            Some("bytes=200000-".to_owned())
        ]
    );
    assert_eq!(recorder.retries().len(), 2);
}

#[tokio::test]
async fn many_drops_are_fine_as_long_as_bytes_arrive() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    // More drops than attempts, but each brings more than 64 KiB.
    let mut config = config();
    config.retry.attempts = 2;
    cut(&fake, 4, 70_000);
    Client::new(config)
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &image.layers[0]));
}

#[tokio::test]
async fn a_later_client_goes_on_where_an_earlier_one_stopped() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (folder, first) = store();
    let layer = image.layers[0].to_string();
    cut(&fake, usize::MAX, 50_000);
    let mut once = config();
    once.retry.attempts = 1;
    let error = Client::new(once)
        .pull(&first, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(error.retryable(), "{error:?}");
    assert!(first.images().list().unwrap().is_empty());
    drop(first);
    assert_eq!(fake.served(&layer), 50_000);

    fake.behave();
    let again = sampan_store::Store::open(folder.path()).unwrap();
    let recorder = Recorder::default();
    client()
        .pull(
            &again,
            &fake.reference("app:1"),
            &PullOptions::default(),
            &recorder,
        )
        .await
        .unwrap();
    assert!(has(&again, &image.layers[0]));
    assert_eq!(fake.served(&layer), LAYER_SIZE as u64);
    let positions = recorder.events().into_iter().filter_map(|e| match e {
        Event::Position(item, at) if item == image.layers[0] => Some(at),
        _ => None,
    });
    assert!(positions.min().unwrap() > 50_000);
}

#[tokio::test]
async fn a_registry_without_ranges_sends_all_again() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    fake.hook(|request, state| {
        let blob = state.blobs.get(request.path.rsplit_once('/')?.1)?.clone();
        let first = state.count(|r| r.path == request.path) == 1;
        let sent = if first && blob.len() == LAYER_SIZE {
            Sent::Cut(90_000)
        } else {
            Sent::Whole
        };
        request.is_blob().then(|| Reply::new(200).body(blob).sent(sent))
    });
    client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &image.layers[0]));
}

#[tokio::test]
async fn a_wrong_range_is_not_believed() {
    for status in [206, 416] {
        let fake = Fake::start();
        let image = fake.add_image("app", "1", 1);
        let (_folder, store) = store();
        fake.hook(move |request, state| {
            let blob = state.blobs.get(request.path.rsplit_once('/')?.1)?.clone();
            if !request.is_blob() || blob.len() != LAYER_SIZE {
                return None;
            }
            match (request.header("range"), state.count(|r| r.path == request.path)) {
                // The right length, but from another place.
                (Some(_), _) => Some(
                    Reply::new(status)
                        .header("content-range", format!("bytes 0-199999/{}", blob.len()))
                        .body(&blob[..200_000]),
                ),
                (None, 1) => Some(Reply::new(200).body(blob).sent(Sent::Cut(100_000))),
                (None, _) => None,
            }
        });
        client()
            .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
            .await
            .unwrap();
        assert!(has(&store, &image.layers[0]));
    }
}

#[tokio::test]
async fn when_one_layer_fails_for_good_the_others_are_kept() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 3);
    let (_folder, store) = store();
    let missing = image.layers[2].clone();
    let bytes = fake.with(|s| s.blobs.remove(&missing.to_string()).unwrap());
    let mut config = config();
    config.parallel_blobs = 1;
    let error = Client::new(config)
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ClientError::NoBlob { digest, .. } if *digest == missing),
        "{error:?}"
    );
    assert!(store.images().list().unwrap().is_empty());

    fake.add_blob(&bytes);
    client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    for layer in &image.layers {
        assert_eq!(fake.served(&layer.to_string()), LAYER_SIZE as u64);
    }
}
