//! Who we are: passwords and tokens reach who they are for, once, and nobody else.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sampan_distribution::client::{
    Client, ClientConfig, ClientError, Credential, Credentials, PullOptions, Silent,
};
use sampan_types::{Classified, ErrorClass, Secret};

use crate::fake::{Fake, Reply, Request, State};
use crate::fixture::{config, has, store};

pub(crate) fn with(fake: &Fake, credential: Credential) -> ClientConfig {
    ClientConfig {
        credentials: Credentials::Fixed(BTreeMap::from([(fake.name(), credential)])),
        ..config()
    }
}

pub(crate) fn alice() -> Credential {
    Credential::Basic {
        username: "alice".to_owned(),
        password: Secret::new("s3cret".to_owned()),
    }
}

pub(crate) fn basic() -> String {
    format!("Basic {}", STANDARD.encode("alice:s3cret"))
}

/// Asks for tokens at `/token` of the same address; takes `token-N` with the largest N that was given.
pub(crate) fn with_tokens(fake: &Fake, grant: impl Fn(&Request) -> bool + Send + Sync + 'static) {
    let address = fake.address;
    fake.hook(move |request, state: &mut State| {
        let given = state.count(|r| r.path == "/token");
        if request.path == "/token" {
            if !grant(request) {
                return Some(Reply::new(401).body(r#"{"details":"incorrect username or password"}"#));
            }
            return Some(Reply::new(200).body(format!(r#"{{"token":"token-{given}","expires_in":300}}"#)));
        }
        let wanted = format!("Bearer token-{given}");
        if given > 0 && request.header("authorization") == Some(&wanted) {
            return None;
        }
        let challenge = format!(
            "Bearer realm=\"http://{address}/token\",service=\"fake\",scope=\"repository:app:pull\",error=\"x\""
        );
        Some(Reply::new(401).header("www-authenticate", challenge))
    });
}

#[tokio::test]
async fn basic_goes_with_each_request_after_the_first_question() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 3);
    fake.hook(|request, _| {
        let good = request.header("authorization") == Some(&basic());
        (!good).then(|| Reply::new(401).header("www-authenticate", "Basic realm=\"r\""))
    });
    let (_folder, store) = store();
    Client::new(with(&fake, alice()))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(image.layers.iter().all(|l| has(&store, l)));
    assert_eq!(fake.count(|r| r.header("authorization").is_none()), 1);
}

#[tokio::test]
async fn one_token_serves_the_whole_pull() {
    let fake = Fake::start();
    fake.add_image("app", "1", 6);
    with_tokens(&fake, |r| r.header("authorization").is_none());
    let (_folder, store) = store();
    Client::new(config())
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(fake.count(|r| r.path == "/token"), 1);
    let asked = fake
        .with(|s| s.log.iter().find(|r| r.path == "/token").cloned())
        .unwrap();
    assert_eq!(asked.param("service").as_deref(), Some("fake"));
    assert_eq!(asked.param("scope").as_deref(), Some("repository:app:pull"));
}

#[tokio::test]
async fn the_password_goes_to_the_token_service_and_not_to_the_registry() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    with_tokens(&fake, |r| r.header("authorization") == Some(&basic()));
    let (_folder, store) = store();
    Client::new(with(&fake, alice()))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    let leaked =
        |r: &Request| r.path != "/token" && r.header("authorization").is_some_and(|a| a.starts_with("Basic"));
    assert_eq!(fake.count(leaked), 0);
    let asked = fake
        .with(|s| s.log.iter().find(|r| r.path == "/token").cloned())
        .unwrap();
    assert_eq!(asked.param("account").as_deref(), Some("alice"));
}

#[tokio::test]
async fn an_identity_token_is_posted() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    with_tokens(&fake, |r| {
        let body = String::from_utf8_lossy(&r.body).into_owned();
        r.method == "POST"
            && r.query.is_empty()
            && body.contains("grant_type=refresh_token")
            && body.contains("refresh_token=id%2Bt")
            && body.contains("scope=repository%3Aapp%3Apull")
    });
    let (_folder, store) = store();
    Client::new(with(&fake, Credential::Identity(Secret::new("id+t".to_owned()))))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_that_ends_in_between_is_replaced() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 4);
    let address = fake.address;
    // Each token is good for two requests.
    fake.hook(move |request, state| {
        let given = state.count(|r| r.path == "/token");
        if request.path == "/token" {
            return Some(Reply::new(200).body(format!(r#"{{"access_token":"token-{given}"}}"#)));
        }
        let header = format!("Bearer token-{given}");
        let used = state.count(|r| r.header("authorization") == Some(&header));
        let good = request.header("authorization") == Some(&header) && used <= 2;
        let challenge = format!("Bearer realm=\"http://{address}/token\",error=\"invalid_token\"");
        (!good).then(|| Reply::new(401).header("www-authenticate", challenge))
    });
    let (_folder, store) = store();
    let mut config = config();
    config.parallel_blobs = 1;
    Client::new(config)
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(image.layers.iter().all(|l| has(&store, l)));
    assert_eq!(fake.count(|r| r.path == "/token"), 3);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let fake = Fake::start();
    with_tokens(&fake, |_| false);
    let (_folder, store) = store();
    let reference = fake.reference("app:1");
    let pull = async |config| {
        let client = Client::new(config);
        client
            .pull(&store, &reference, &PullOptions::default(), &Silent)
            .await
            .unwrap_err()
    };
    let error = pull(config()).await;
    assert_eq!(
        error.to_string(),
        format!(
            "registry {} refused access to \"app\": incorrect username or password",
            fake.name()
        )
    );
    assert_eq!(error.class(), ErrorClass::Unauthenticated);
    let login = format!("`sampan login {}`", fake.name());
    assert!(error.hint().unwrap().contains(&login));
    assert_eq!(fake.count(|r| r.path == "/token"), 1);

    let error = pull(with(&fake, alice())).await;
    assert!(error.hint().unwrap().contains("the user you are logged in as"));
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_way_to_log_in_that_nobody_knows_is_shown() {
    let fake = Fake::start();
    fake.hook(|r, _| {
        r.is_manifest()
            .then(|| Reply::new(401).header("www-authenticate", "Negotiate\u{7f}x"))
    });
    let (_folder, store) = store();
    let error = Client::new(config())
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Challenge { .. } | ClientError::Connection { .. }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_token_service_that_must_not_be_asked_is_not() {
    for realm in [
        // Not encrypted, and elsewhere.
        "http://192.0.2.1/token",
        "file:///etc/passwd",
        "ftp://127.0.0.1/token",
        "not an address",
    ] {
        let fake = Fake::start();
        let challenge = format!("Bearer realm=\"{realm}\"");
        fake.hook(move |r, _| {
            r.is_manifest()
                .then(|| Reply::new(401).header("www-authenticate", &challenge))
        });
        let (_folder, store) = store();
        let error = Client::new(with(&fake, alice()))
            .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ClientError::Pointer { .. } | ClientError::Challenge { .. }),
            "{realm}: {error:?}"
        );
    }
}

#[tokio::test]
async fn answers_of_a_token_service_are_bounded_and_checked() {
    for reply in [
        Reply::new(200).body("{}"),
        Reply::new(200).body(r#"{"token":""}"#),
        Reply::new(200).body("<html>"),
        Reply::new(200)
            .body(vec![b' '; 8192])
            .sent(crate::fake::Sent::Endless),
        Reply::new(200).body("{\"token\":\"a\\nb: c\"}"),
    ] {
        let fake = Fake::start();
        let challenge = format!("Bearer realm=\"http://{}/token\"", fake.address);
        fake.hook(move |r, _| {
            if r.path == "/token" {
                return Some(reply.clone());
            }
            r.is_manifest()
                .then(|| Reply::new(401).header("www-authenticate", &challenge))
        });
        let (_folder, store) = store();
        let error = Client::new(config())
            .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
            .await
            .unwrap_err();
        assert_eq!(error.class(), ErrorClass::Corrupt, "{error:?}");
    }
}
