//! Who may do what, with passwords and with tokens.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Response, StatusCode};
use sampan_distribution::server::{AuthConfig, AuthScheme, Server, ServerError};
use sampan_store::Store;
use sampan_types::{Classified, ErrorClass};
use serde_json::Value;

use crate::support::{INDEX, Registry, config, header, json, refused, sha256, start_in};

const EMPTY_INDEX: &[u8] = br#"{"schemaVersion":2,"manifests":[]}"#;

/// A file with the user `sam` and the password `secret`, as `htpasswd -B` writes it.
pub(crate) fn htpasswd(dir: &Path) -> PathBuf {
    let hash = bcrypt::hash_with_result("secret", 4)
        .unwrap()
        .format_for_version(bcrypt::Version::TwoY);
    let path = dir.join("htpasswd");
    std::fs::write(&path, format!("# users\nsam:{hash}\n")).unwrap();
    path
}

pub(crate) async fn guarded(scheme: AuthScheme, anonymous_pull: bool) -> Registry {
    guarded_for(scheme, anonymous_pull, Duration::from_secs(300)).await
}

/// The same over TLS, and the file of the certificate that vouches for it.
pub(crate) async fn guarded_with_tls(scheme: AuthScheme) -> (Registry, PathBuf) {
    let files = crate::exposure::files();
    let cert = files.tls.cert.clone();
    let (tls, auth) = (files.tls, files.auth);
    let registry = start_in(files.dir, |config| {
        config.tls = Some(tls);
        config.auth = Some(AuthConfig {
            scheme,
            anonymous_pull: false,
            ..auth
        });
    })
    .await;
    (registry, cert)
}

async fn guarded_for(scheme: AuthScheme, anonymous_pull: bool, token: Duration) -> Registry {
    let dir = tempfile::tempdir().unwrap();
    let htpasswd = htpasswd(dir.path());
    start_in(dir, |config| {
        config.bounds.token = token;
        config.auth = Some(AuthConfig {
            htpasswd,
            scheme,
            anonymous_pull,
        });
    })
    .await
}

async fn put(
    registry: &Registry,
    authorise: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
) -> Response {
    let request = registry
        .request("PUT", "/v2/a/manifests/x")
        .header("content-type", INDEX)
        .body(EMPTY_INDEX);
    authorise(request).send().await.unwrap()
}

async fn get(registry: &Registry, path: &str, token: &str) -> Response {
    registry
        .request("GET", path)
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
}

/// Fetches a token with or without the password.
async fn token(registry: &Registry, known: bool, scope: &str) -> String {
    let mut request = registry.request("GET", &format!("/token?service=x&scope={scope}"));
    if known {
        request = request.basic_auth("sam", Some("secret"));
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let issued = json(response).await;
    assert_eq!(issued["token"], issued["access_token"]);
    issued["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn basic_credentials() {
    let registry = guarded(AuthScheme::Basic, false).await;
    for path in ["/v2/", "/v2/_catalog", "/v2/a/tags/list", "/v2/a/manifests/x"] {
        let response = registry.send("GET", path).await;
        assert_eq!(
            header(&response, "www-authenticate"),
            "Basic realm=\"sampan-registry\""
        );
        refused(response, 401, "UNAUTHORIZED").await;
    }
    for (user, password) in [
        ("sam", "wrong"),
        ("nobody", "secret"),
        ("sam", ""),
        ("", "secret"),
        ("", ""),
    ] {
        let response = put(&registry, |r| r.basic_auth(user, Some(password))).await;
        refused(response, 401, "UNAUTHORIZED").await;
    }
    for header in ["Basic", "Basic !!!", "Basic c2Ft", "Bearer x", "Digest x", ""] {
        let response = put(&registry, |r| r.header("authorization", header)).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{header}");
    }
    let response = put(&registry, |r| r.basic_auth("sam", Some("secret"))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let response = registry
        .request("GET", "/v2/")
        .basic_auth("sam", Some("secret"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    refused(registry.send("GET", "/token").await, 404, "NAME_INVALID").await;
}

#[tokio::test]
async fn anonymous_pull_is_pull_alone() {
    let registry = guarded(AuthScheme::Basic, true).await;
    put(&registry, |r| r.basic_auth("sam", Some("secret"))).await;
    for path in ["/v2/a/manifests/x", "/v2/a/tags/list"] {
        assert_eq!(registry.send("GET", path).await.status(), StatusCode::OK);
    }
    // Empty credentials are what some clients send for none; wrong ones are wrong also where none are needed.
    let empty = registry
        .request("GET", "/v2/a/manifests/x")
        .basic_auth("", Some(""));
    assert_eq!(empty.send().await.unwrap().status(), StatusCode::OK);
    let wrong = registry
        .request("GET", "/v2/a/manifests/x")
        .basic_auth("sam", Some("wrong"));
    refused(wrong.send().await.unwrap(), 401, "UNAUTHORIZED").await;
    refused(put(&registry, |r| r).await, 401, "UNAUTHORIZED").await;
    // `/v2/` still asks, or clients would never learn that pushing needs a password.
    for (method, path) in [
        ("GET", "/v2/"),
        ("GET", "/v2/_catalog"),
        ("POST", "/v2/a/blobs/uploads/"),
        ("DELETE", "/v2/a/manifests/x"),
    ] {
        refused(registry.send(method, path).await, 401, "UNAUTHORIZED").await;
    }
}

#[tokio::test]
async fn the_token_dance() {
    let registry = guarded(AuthScheme::Token, false).await;
    let challenge = put(&registry, |r| r).await;
    let expected = format!(
        "Bearer realm=\"{}/token\",service=\"sampan-registry\",scope=\"repository:a:pull,push\"",
        registry.url
    );
    assert_eq!(header(&challenge, "www-authenticate"), expected);
    refused(challenge, 401, "UNAUTHORIZED").await;
    let token = token(&registry, true, "repository:a:pull,push").await;
    assert_eq!(
        put(&registry, |r| r.bearer_auth(&token)).await.status(),
        StatusCode::CREATED
    );
    assert_eq!(get(&registry, "/v2/", &token).await.status(), StatusCode::OK);
    assert_eq!(
        get(&registry, "/v2/a/manifests/x", &token).await.status(),
        StatusCode::OK
    );
    // The password itself is no token.
    let response = put(&registry, |r| r.basic_auth("sam", Some("secret"))).await;
    refused(response, 401, "UNAUTHORIZED").await;
}

#[tokio::test]
async fn a_token_is_good_for_its_scope_alone() {
    let registry = guarded(AuthScheme::Token, false).await;
    let pull = token(&registry, true, "repository:a:pull").await;
    let response = put(&registry, |r| r.bearer_auth(&pull)).await;
    assert!(header(&response, "www-authenticate").ends_with("error=\"insufficient_scope\""));
    let all = token(&registry, true, "repository:a:*").await;
    assert_eq!(
        put(&registry, |r| r.bearer_auth(&all)).await.status(),
        StatusCode::CREATED
    );
    for (method, path) in [
        ("GET", "/v2/b/manifests/x"),
        ("GET", "/v2/_catalog"),
        ("DELETE", "/v2/ab/manifests/x"),
    ] {
        let response = registry
            .request(method, path)
            .bearer_auth(&all)
            .send()
            .await
            .unwrap();
        refused(response, 401, "UNAUTHORIZED").await;
    }
    let delete = registry
        .request("DELETE", "/v2/a/manifests/x")
        .bearer_auth(&pull)
        .send()
        .await
        .unwrap();
    refused(delete, 401, "UNAUTHORIZED").await;
    let delete = registry
        .request("DELETE", "/v2/a/manifests/x")
        .bearer_auth(&all)
        .send()
        .await
        .unwrap();
    assert_eq!(delete.status(), StatusCode::ACCEPTED);
    let catalog = token(&registry, true, "registry:catalog:*").await;
    assert_eq!(
        get(&registry, "/v2/_catalog", &catalog).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_mount_needs_the_right_to_pull_from_the_source() {
    let registry = guarded(AuthScheme::Token, false).await;
    let sum = sha256(b"x");
    let push = async |path: String, token: &str| {
        registry
            .request("POST", &path)
            .bearer_auth(token)
            .body("x")
            .send()
            .await
            .unwrap()
            .status()
    };
    let other = token(&registry, true, "repository:b:pull,push").await;
    assert_eq!(
        push(format!("/v2/b/blobs/uploads/?digest={sum}"), &other).await,
        StatusCode::CREATED
    );
    let path = format!("/v2/a/blobs/uploads/?mount={sum}&from=b");
    let only = token(&registry, true, "repository:a:pull,push").await;
    assert_eq!(push(path.clone(), &only).await, StatusCode::ACCEPTED);
    let both = token(&registry, true, "repository:a:pull,push&scope=repository:b:pull").await;
    assert_eq!(push(path, &both).await, StatusCode::CREATED);
}

#[tokio::test]
async fn ended_and_forged_tokens() {
    let registry = guarded_for(AuthScheme::Token, false, Duration::ZERO).await;
    let ended = token(&registry, true, "repository:a:pull").await;
    for token in [ended.as_str(), "", "x", "x.y", "e30.e30"] {
        let response = get(&registry, "/v2/a/manifests/x", token).await;
        refused(response, 401, "UNAUTHORIZED").await;
    }
    let response = get(&registry, "/v2/a/manifests/x", &ended).await;
    assert!(header(&response, "www-authenticate").ends_with("error=\"invalid_token\""));
}

#[tokio::test]
async fn the_token_service_wants_the_password() {
    let registry = guarded(AuthScheme::Token, false).await;
    for request in [
        registry.request("GET", "/token?scope=repository:a:pull"),
        registry.request("GET", "/token").basic_auth("sam", Some("wrong")),
        registry
            .request("POST", "/token")
            .body("grant_type=password&username=sam&password=wrong"),
        registry.request("POST", "/token").body("grant_type=password"),
    ] {
        refused(request.send().await.unwrap(), 401, "UNAUTHORIZED").await;
    }
    let refresh = registry
        .request("POST", "/token")
        .body("grant_type=refresh_token&refresh_token=x");
    assert_eq!(refresh.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let long = registry.request("POST", "/token").body("x".repeat(20_000));
    assert_eq!(long.send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let form = "grant_type=password&username=sam&password=secret&scope=repository%3Aa%3Apush";
    let issued: Value = json(
        registry
            .request("POST", "/token")
            .body(form)
            .send()
            .await
            .unwrap(),
    )
    .await;
    let token = issued["access_token"].as_str().unwrap();
    assert_eq!(
        put(&registry, |r| r.bearer_auth(token)).await.status(),
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn anonymous_tokens_pull_alone() {
    let registry = guarded(AuthScheme::Token, true).await;
    let known = token(&registry, true, "repository:a:push").await;
    put(&registry, |r| r.bearer_auth(&known)).await;
    let anonymous = token(&registry, false, "repository:a:*").await;
    assert_eq!(
        get(&registry, "/v2/a/manifests/x", &anonymous).await.status(),
        StatusCode::OK
    );
    let response = put(&registry, |r| r.bearer_auth(&anonymous)).await;
    refused(response, 401, "UNAUTHORIZED").await;
}

#[tokio::test]
async fn a_host_header_cannot_break_out_of_the_challenge() {
    let registry = guarded(AuthScheme::Token, false).await;
    for host in ["x\",scope=\"y", "a b", "evil/path", "user@host"] {
        let request = format!("GET /v2/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = registry.exchange(&request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(!answer.to_lowercase().contains("www-authenticate"), "{answer}");
    }
}

#[tokio::test]
async fn a_password_file_that_cannot_be_used_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("root")).unwrap();
    let path = dir.path().join("htpasswd");
    let bind = async || {
        let mut config = config();
        config.auth = Some(AuthConfig {
            htpasswd: path.clone(),
            scheme: AuthScheme::Basic,
            anonymous_pull: false,
        });
        Server::bind(store.clone(), config).await.err().unwrap()
    };
    let error = bind().await;
    assert!(matches!(error, ServerError::Read { .. }) && error.class() == ErrorClass::NotFound);
    std::fs::write(&path, "sam:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n").unwrap();
    assert!(matches!(bind().await, ServerError::Htpasswd { line: 1, .. }));
    std::fs::write(&path, "\n").unwrap();
    assert!(matches!(bind().await, ServerError::HtpasswdEmpty { .. }));
}
