//! Redirects are followed without credentials, and not to everywhere.

use sampan_distribution::client::{Client, ClientError, PullOptions, Silent};

use crate::auth::{alice, basic, with};
use crate::fake::{Fake, Reply};
use crate::fixture::{Image, config, has, store};

/// A registry that asks for a password and sends blobs from elsewhere.
fn redirecting(status: u16, to: &str) -> (Fake, Image) {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 2);
    let to = to.to_owned();
    fake.hook(move |request, _| {
        if request.header("authorization") != Some(&basic()) {
            return Some(Reply::new(401).header("www-authenticate", "Basic"));
        }
        let target = format!("{to}{}?signature=secret", request.path);
        request
            .is_blob()
            .then(|| Reply::new(status).header("location", target))
    });
    (fake, image)
}

#[tokio::test]
async fn another_host_gets_no_authorization() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Fake::start();
        let (fake, image) = redirecting(status, &format!("http://{}", elsewhere.name()));
        elsewhere.with(|s| s.blobs = fake.with(|f| f.blobs.clone()));
        let (_folder, store) = store();
        Client::new(with(&fake, alice()))
            .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
            .await
            .unwrap();
        assert!(image.layers.iter().all(|l| has(&store, l)));
        assert_eq!(elsewhere.count(|_| true), 3);
        assert_eq!(elsewhere.count(|r| r.header("authorization").is_some()), 0);
        assert_eq!(elsewhere.count(|r| r.query == "signature=secret"), 3);
    }
}

#[tokio::test]
async fn a_401_of_another_host_is_not_answered_with_our_password() {
    let elsewhere = Fake::start();
    elsewhere.hook(|_, _| Some(Reply::new(401).header("www-authenticate", "Basic")));
    let (fake, _) = redirecting(307, &format!("http://{}", elsewhere.name()));
    let (_folder, store) = store();
    let error = Client::new(with(&fake, alice()))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unauthenticated { .. }), "{error:?}");
    assert_eq!(elsewhere.count(|r| r.header("authorization").is_some()), 0);
}

#[tokio::test]
async fn the_same_host_keeps_it() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    fake.hook(|request, _| {
        if request.header("authorization") != Some(&basic()) {
            return Some(Reply::new(401).header("www-authenticate", "Basic"));
        }
        let moved = request.path.replace("/v2/app/", "/v2/moved/");
        let move_it = request.is_blob() && moved != request.path;
        move_it.then(|| Reply::new(302).header("location", moved))
    });
    let (_folder, store) = store();
    Client::new(with(&fake, alice()))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &image.layers[0]));
}

#[tokio::test]
async fn places_that_must_not_be_asked_are_not() {
    for target in ["http://192.0.2.1", "file://", "ftp://127.0.0.1", "http://["] {
        let (fake, _) = redirecting(307, target);
        let (_folder, store) = store();
        let error = Client::new(with(&fake, alice()))
            .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ClientError::Pointer { .. }),
            "{target}: {error:?}"
        );
        // A signed query is a secret.
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_circle_ends() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    fake.hook(|r, _| r.is_blob().then(|| Reply::new(302).header("location", &r.path)));
    let (_folder, store) = store();
    let error = Client::new(config())
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Pointer { .. }), "{error:?}");
    assert!(fake.count(crate::fake::Request::is_blob) < 30);
}
