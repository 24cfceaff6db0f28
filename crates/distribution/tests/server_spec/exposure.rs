//! Beyond loopback only with both TLS and authentication; and TLS itself.

use std::path::PathBuf;

use reqwest::{Certificate, StatusCode};
use sampan_distribution::server::{AuthConfig, AuthScheme, Server, ServerConfig, ServerError, TlsFiles};
use sampan_store::Store;
use sampan_types::{Classified, ErrorClass};

use crate::auth::htpasswd;
use crate::support::{client, config, read_all, start_in};

pub(crate) struct Files {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) tls: TlsFiles,
    pub(crate) auth: AuthConfig,
    cert: String,
}

pub(crate) fn files() -> Files {
    let dir = tempfile::tempdir().unwrap();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let write = |name: &str, text: &str| {
        let path: PathBuf = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let tls = TlsFiles {
        cert: write("cert.pem", &cert.pem()),
        key: write("key.pem", &signing_key.serialize_pem()),
    };
    let auth = AuthConfig {
        htpasswd: htpasswd(dir.path()),
        scheme: AuthScheme::Basic,
        anonymous_pull: true,
    };
    Files {
        tls,
        auth,
        cert: cert.pem(),
        dir,
    }
}

#[tokio::test]
async fn beyond_loopback_needs_tls_and_authentication() {
    let files = files();
    let store = Store::open(&files.dir.path().join("root")).unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        for (auth, tls) in [(false, false), (true, false), (false, true)] {
            let config = ServerConfig {
                listen: listen.parse().unwrap(),
                auth: auth.then(|| files.auth.clone()),
                tls: tls.then(|| files.tls.clone()),
                ..ServerConfig::default()
            };
            let error = Server::bind(store.clone(), config).await.unwrap_err();
            assert!(matches!(error, ServerError::Exposed { .. }), "{listen} {error}");
            assert_eq!(error.class(), ErrorClass::Denied);
            assert!(error.hint().unwrap().contains("--tls-cert"));
        }
    }
    let config = ServerConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        auth: Some(files.auth.clone()),
        tls: Some(files.tls.clone()),
        ..ServerConfig::default()
    };
    let server = Server::bind(store, config).await.unwrap();
    assert_ne!(server.local_addr().port(), 0);
    assert!(server.url().starts_with("https://0.0.0.0:"));
}

#[tokio::test]
async fn tls_with_passwords() {
    let files = files();
    let (tls, auth) = (files.tls, files.auth);
    let mut registry = start_in(files.dir, |config| {
        config.tls = Some(tls);
        config.auth = Some(auth);
    })
    .await;
    registry.http = {
        client();
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([Certificate::from_pem(files.cert.as_bytes()).unwrap()])
            .build()
            .unwrap()
    };
    registry.url = format!("https://localhost:{}", registry.addr.port());
    let response = registry.send("GET", "/v2/").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let response = registry
        .request("GET", "/v2/")
        .basic_auth("sam", Some("secret"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    // Plain HTTP gets no answer that could be taken for one.
    let answer = registry
        .exchange("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    assert!(!answer.contains("HTTP/1.1 2"), "{answer:?}");
}

#[tokio::test]
async fn a_handshake_that_never_comes_is_cut() {
    let files = files();
    let (tls, auth) = (files.tls, files.auth);
    let registry = start_in(files.dir, |config| {
        config.tls = Some(tls);
        config.auth = Some(auth);
        config.bounds.head = std::time::Duration::from_millis(50);
    })
    .await;
    let mut silent = registry.raw().await;
    assert_eq!(read_all(&mut silent).await, "");
}

#[tokio::test]
async fn files_that_are_no_identity() {
    let files = files();
    let store = Store::open(&files.dir.path().join("root")).unwrap();
    let bind = async |cert: &PathBuf, key: &PathBuf| {
        let mut config = config();
        config.tls = Some(TlsFiles {
            cert: cert.clone(),
            key: key.clone(),
        });
        Server::bind(store.clone(), config).await.unwrap_err()
    };
    let (cert, key) = (&files.tls.cert, &files.tls.key);
    let junk = files.dir.path().join("junk");
    std::fs::write(&junk, "junk").unwrap();
    assert!(matches!(bind(&junk, key).await, ServerError::Pem { .. }));
    assert!(matches!(bind(cert, &junk).await, ServerError::Pem { .. }));
    assert!(matches!(bind(key, key).await, ServerError::Pem { .. }));
    assert!(matches!(
        bind(&junk.join("none"), key).await,
        ServerError::Read { .. }
    ));
    let other = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap();
    std::fs::write(&junk, other.signing_key.serialize_pem()).unwrap();
    assert!(matches!(bind(cert, &junk).await, ServerError::Tls { .. }));
}

#[tokio::test]
async fn a_port_that_is_taken() {
    let files = files();
    let store = Store::open(&files.dir.path().join("root")).unwrap();
    let first = Server::bind(store.clone(), config()).await.unwrap();
    let mut again = config();
    again.listen = first.local_addr();
    let error = Server::bind(store, again).await.unwrap_err();
    assert!(matches!(error, ServerError::Bind { .. }) && error.class() == ErrorClass::Conflict);
}
