//! Names, digests, paths and heads that nobody honest sends. Each gets an error in the spec's form or a
//! closed connection; none gets a file, a crash or a hang.

use crate::support::{INDEX, read_all, refused, sha256, start, start_with};
use tokio::io::AsyncWriteExt;

const NAMES: &[&str] = &[
    "..",
    "../..",
    "a/../b",
    "a/./b",
    ".a",
    "a/",
    "/a",
    "a//b",
    "A",
    "a%2fb",
    "a%2Fb",
    "%2e%2e",
    "%2e%2e%2fetc%2fpasswd",
    "a%00b",
    "a%0ab",
    "a%0d%0aX: y",
    "a b",
    "a%20b",
    "a+b",
    "a\\b",
    "%ff",
    "%c3%a4",
    "%F0%9F%9A%A2",
    "a_-b",
    "a...b",
    "a___b",
    "_catalog",
    "~root",
    "a:b",
    "a@b",
    "%",
    "%zz",
];

/// A request with its path as it stands, which a client would tidy up.
fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn names_that_are_none() {
    let registry = start().await;
    let digest = sha256(b"x");
    let long = "a/".repeat(200) + "a";
    for name in NAMES.iter().copied().chain([long.as_str(), &"a".repeat(256)]) {
        for rest in [
            "tags/list",
            "manifests/x",
            &format!("blobs/{digest}"),
            "blobs/uploads/",
        ] {
            let answer = registry.exchange(&get(&format!("/v2/{name}/{rest}"))).await;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(["400", "404"].contains(&status), "{name}/{rest}: {answer}");
            assert!(
                answer.contains("NAME_INVALID") || answer.contains("Bad Request") || status == "400",
                "{name}/{rest}: {answer}"
            );
        }
        let body = format!(
            "POST /v2/{name}/blobs/uploads/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let answer = registry.exchange(&body).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{name}: {answer}");
    }
    assert!(registry.store.registry().repositories().unwrap().is_empty());
}

#[tokio::test]
async fn paths_that_are_no_endpoint() {
    let registry = start().await;
    for path in [
        "/",
        "/v1/",
        "/v2/a",
        "/v2/a/b/c",
        "/v3/",
        "/v2/a/tags",
        "/v2/a/tags/list/x",
        "/etc/passwd",
        "/v2//",
    ] {
        let response = registry.send("GET", path).await;
        assert_eq!(response.status().as_u16() / 100, 4, "{path}");
    }
    for target in ["*", "x", "//", "http://elsewhere/v2/../../x"] {
        let answer = registry.exchange(&get(target)).await;
        assert!(
            !answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"),
            "{target}: {answer}"
        );
    }
}

#[tokio::test]
async fn digests_that_are_none() {
    let registry = start().await;
    for bad in [
        "sha256:",
        "sha256:..%2f..%2fetc",
        &format!("sha256:{}", "A".repeat(64)),
        &format!("sha256:{}", "a".repeat(65)),
        &format!("sha512:{}", "a".repeat(64)),
        &format!("md5:{}", "a".repeat(32)),
        "x",
        "%00",
    ] {
        let answer = registry.exchange(&get(&format!("/v2/a/blobs/{bad}"))).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bad}: {answer}");
        let answer = registry.exchange(&get(&format!("/v2/a/referrers/{bad}"))).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bad}: {answer}");
    }
}

#[tokio::test]
async fn heads_that_are_too_much() {
    let registry = start().await;
    let huge = format!(
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "y".repeat(200_000)
    );
    let many = format!(
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "X: y\r\n".repeat(5_000)
    );
    let path = get(&format!("/v2/{}/tags/list", "a".repeat(5_000)));
    for request in [
        huge,
        many,
        path,
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
    ] {
        let answer = registry.exchange(&request).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let tags = (0..200)
        .map(|n| format!("tag=t{n}"))
        .collect::<Vec<_>>()
        .join("&");
    let empty = br#"{"schemaVersion":2,"manifests":[]}"#;
    let response = registry
        .push_manifest("a", &format!("{}?{tags}", sha256(empty)), INDEX, empty)
        .await;
    refused(response, 414, "UNSUPPORTED").await;
    assert_eq!(registry.send("GET", "/v2/").await.status(), 200);
}

#[tokio::test]
async fn lengths_that_contradict_each_other() {
    let registry = start().await;
    let location = registry.session("a").await;
    for head in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: gzip\r\n",
    ] {
        let request =
            format!("PATCH {location} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\nabc");
        let mut stream = registry.raw().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
        let answer = read_all(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{head}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_blob_larger_than_allowed() {
    let registry = start_with(|config| config.bounds.blob = sampan_types::ByteCount::kib(4)).await;
    let location = registry.session("a").await;
    let response = registry
        .request("PATCH", &location)
        .body(vec![0; 4097])
        .send()
        .await
        .unwrap();
    refused(response, 413, "SIZE_INVALID").await;
    let pieces = futures::stream::iter((0..5).map(|_| Ok::<_, std::io::Error>(vec![0u8; 1024])));
    let request = registry
        .request("PATCH", &location)
        .body(reqwest::Body::wrap_stream(pieces));
    refused(request.send().await.unwrap(), 413, "SIZE_INVALID").await;
    // In pieces neither.
    let location = registry.session("a").await;
    for (status, length) in [(202, 4000), (413, 97), (202, 96), (413, 1)] {
        let response = registry
            .request("PATCH", &location)
            .body(vec![0; length])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), status, "{length}");
    }
}

#[tokio::test]
async fn web_pages_are_turned_away_from_an_open_registry() {
    let registry = start().await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        for method in ["GET", "DELETE", "POST"] {
            let request = registry.request(method, "/v2/a/manifests/x").header(name, value);
            refused(request.send().await.unwrap(), 403, "DENIED").await;
        }
    }
}

/// A page under a name that was made to lead to loopback: to the browser it is the same origin, so no header tells.
#[tokio::test]
async fn an_open_registry_answers_to_loopback_names_alone() {
    let registry = start().await;
    for method in ["GET", "DELETE", "POST"] {
        for host in [
            "evil.example",
            "evil.example:5000",
            "localhost.evil.example",
            "192.0.2.1",
            "",
        ] {
            let request = format!(
                "{method} /v2/a/manifests/x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let answer = registry.exchange(&request).await;
            assert!(
                answer.starts_with("HTTP/1.1 403") && answer.contains("DENIED"),
                "{host}: {answer}"
            );
        }
    }
    for host in ["localhost", "localhost:5000", "127.0.0.1:1", "[::1]:5000"] {
        let request = format!("GET /v2/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = registry.exchange(&request).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
}
