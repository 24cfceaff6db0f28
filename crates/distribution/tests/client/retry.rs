//! What is tried again, how often, and what is not.

use std::time::Duration;

use sampan_distribution::client::{Client, ClientError, PullOptions, Silent};
use sampan_types::{Classified, ErrorClass};

use crate::fake::{Fake, Reply, Sent};
use crate::fixture::{Recorder, client, config, store};

#[tokio::test]
async fn failures_of_the_moment_are_tried_again() {
    for status in [429, 500, 502, 503, 504, 408] {
        let fake = Fake::start();
        fake.add_image("app", "1", 2);
        let (_folder, store) = store();
        fake.hook(move |request, state| {
            let so_far = state.count(|r| r.path == request.path);
            (request.path != "/v2/" && so_far <= 2).then(|| Reply::new(status))
        });
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
        // The manifest, the configuration and two layers, each refused twice.
        assert_eq!(recorder.retries().len(), 8, "{status}");
    }
}

#[tokio::test]
async fn the_registry_says_how_long_to_wait() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    fake.hook(|request, state| {
        let first = state.count(|r| r.is_manifest()) == 1;
        (request.is_manifest() && first).then(|| Reply::new(429).header("retry-after", 1))
    });
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
    assert_eq!(recorder.retries(), [Duration::from_secs(1)]);
}

#[tokio::test]
async fn a_wait_of_an_hour_is_an_error_that_says_so() {
    let fake = Fake::start();
    let (_folder, store) = store();
    fake.hook(|request, _| {
        let body =
            r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit"}]}"#;
        let reply = Reply::new(429).header("retry-after", 3600).body(body);
        request.is_manifest().then_some(reply)
    });
    let error = client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "registry {} allows no more requests for now: You have reached your pull rate limit",
            fake.name()
        )
    );
    assert!(error.hint().unwrap().starts_with("try again in 3600 s"));
    assert_eq!(fake.count(|r| r.is_manifest()), 1);
}

#[tokio::test]
async fn attempts_are_counted() {
    let fake = Fake::start();
    let (_folder, store) = store();
    fake.hook(|request, _| {
        request
            .is_manifest()
            .then(|| Reply::new(500).body("<html>\u{1b}[31m"))
    });
    let error = client()
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("registry {} failed with status 500", fake.name())
    );
    assert_eq!(error.class(), ErrorClass::Unavailable);
    assert_eq!(fake.count(|r| r.is_manifest()), 4);
}

#[tokio::test]
async fn what_will_not_change_is_not_tried_again() {
    for status in [400, 401, 403, 404, 405, 501] {
        let fake = Fake::start();
        let (_folder, store) = store();
        fake.hook(move |request, _| request.is_manifest().then(|| Reply::new(status)));
        let recorder = Recorder::default();
        let error = client()
            .pull(
                &store,
                &fake.reference("app:1"),
                &PullOptions::default(),
                &recorder,
            )
            .await
            .unwrap_err();
        assert!(!error.retryable(), "{error:?}");
        assert_eq!(recorder.retries().len(), 0, "{status}");
        assert_eq!(fake.count(|r| r.is_manifest()), 1, "{status}");
    }
}

#[tokio::test]
async fn nobody_there() {
    let address = sampan_testkit::net::closed_address();
    let (_folder, store) = store();
    let reference = format!("{address}/app:1").parse().unwrap();
    let recorder = Recorder::default();
    let error = client()
        .pull(&store, &reference, &PullOptions::default(), &recorder)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("registry {address} cannot be reached"));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("refused"), "{cause}");
    assert_eq!(recorder.retries().len(), 0);
}

/// Names under `.invalid` are never known (RFC 6761 §6.4).
#[tokio::test]
async fn nobody_of_that_name() {
    let (_folder, store) = store();
    let reference = "registry.invalid/app:1".parse().unwrap();
    let recorder = Recorder::default();
    let error = client()
        .pull(&store, &reference, &PullOptions::default(), &recorder)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
    assert_eq!(recorder.retries().len(), 0);
}

#[tokio::test]
async fn silence_ends() {
    let mut config = config();
    config.retry.attempts = 2;
    config.timeouts.idle = Duration::from_millis(200);
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let (_folder, store) = store();
    let layer = image.layers[0].to_string();
    let stalled = layer.clone();
    fake.hook(move |request, state| {
        let blob = state.blobs.get(&stalled)?.clone();
        let ours = request.path.ends_with(&stalled);
        ours.then(|| crate::fake::ranged(request, &blob).sent(Sent::Stall(1000)))
    });
    let error = Client::new(config)
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Timeout { .. }), "{error:?}");
    // What came before the silence was kept.
    assert_eq!(fake.served(&layer), 2000);
    assert_eq!(fake.count(|r| r.header("range") == Some("bytes=1000-")), 1);
}
