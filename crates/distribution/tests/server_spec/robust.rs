//! What the network and its clients do to a server: silence, disconnects, crowds, shutdown.

use std::time::Duration;

use futures::future::join_all;
use reqwest::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{
    INDEX, Registry, content, header, read_all, refused, sha256, start, start_in, start_with, until,
};

/// Begins a PATCH that announces `total` bytes and sends only the first.
async fn half_a_patch(registry: &Registry, location: &str, total: usize, sent: &[u8]) -> TcpStream {
    let mut stream = registry.raw().await;
    let head = format!("PATCH {location} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {total}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(sent).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

/// How far a session is, once nobody writes to it any more.
async fn settled(registry: &Registry, location: &str) -> usize {
    // An empty chunk is accepted by a session that is free.
    until("the session is free", || async {
        let response = registry.request("PATCH", location).body("").send().await.unwrap();
        response.status() == StatusCode::ACCEPTED
    })
    .await;
    let status = registry.send("GET", location).await;
    assert_eq!(status.status(), StatusCode::NO_CONTENT);
    let last: usize = header(&status, "range")
        .strip_prefix("0-")
        .unwrap()
        .parse()
        .unwrap();
    if last == 0 { 0 } else { last + 1 }
}

/// Sends the rest from where the session is, ends it and reads the blob.
async fn resume(registry: &Registry, repo: &str, location: &str, bytes: &[u8]) {
    let at = settled(registry, location).await;
    assert!(at <= bytes.len());
    if at < bytes.len() {
        let response = registry
            .request("PATCH", location)
            .header("content-range", format!("{at}-{}", bytes.len() - 1))
            .body(bytes[at..].to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }
    let sum = sha256(bytes);
    let response = registry.send("PUT", &format!("{location}?digest={sum}")).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let pulled = registry.send("GET", &format!("/v2/{repo}/blobs/{sum}")).await;
    assert_eq!(pulled.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn a_client_that_leaves_can_come_back() {
    let registry = start().await;
    let bytes = content(1, 6 * 1024 * 1024);
    let location = registry.session("a").await;
    let stream = half_a_patch(&registry, &location, bytes.len(), &bytes[..4 * 1024 * 1024]).await;
    until("something arrived", || async {
        header(&registry.send("GET", &location).await, "range") != "0-0"
    })
    .await;
    drop(stream);
    resume(&registry, "a", &location, &bytes).await;
}

#[tokio::test]
async fn a_client_that_falls_silent_is_cut_and_its_session_stays() {
    let registry = start_with(|config| config.bounds.idle = Duration::from_millis(100)).await;
    let bytes = content(2, 10_000);
    let location = registry.session("a").await;
    let mut stream = half_a_patch(&registry, &location, bytes.len(), &bytes[..5_000]).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(settled(&registry, &location).await, 5_000);
    resume(&registry, "a", &location, &bytes).await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut() {
    let registry = start_with(|config| config.bounds.head = Duration::from_millis(100)).await;
    for start in [
        "",
        "GET /v2/ HT",
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Slow:",
    ] {
        let mut stream = registry.raw().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let answer = read_all(&mut stream).await;
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    assert_eq!(registry.send("GET", "/v2/").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn one_writer_at_a_time() {
    let registry = start().await;
    let location = registry.session("a").await;
    let bytes = content(3, 1024 * 1024);
    let stream = half_a_patch(&registry, &location, bytes.len(), &bytes[..700_000]).await;
    until("the first one writes", || async {
        header(&registry.send("GET", &location).await, "range") != "0-0"
    })
    .await;
    let second = registry
        .request("PATCH", &location)
        .body("x")
        .send()
        .await
        .unwrap();
    assert!(second.headers().contains_key("retry-after"));
    refused(second, 429, "TOOMANYREQUESTS").await;
    drop(stream);
    resume(&registry, "a", &location, &bytes).await;
}

#[tokio::test]
async fn uploads_past_the_bound_are_told_to_come_back() {
    let registry = start_with(|config| config.bounds.uploads = 1).await;
    let (first, second) = (registry.session("a").await, registry.session("a").await);
    let stream = half_a_patch(&registry, &first, 2_000_000, &content(4, 1_000_000)).await;
    until("the first one has the place", || async {
        header(&registry.send("GET", &first).await, "range") != "0-0"
    })
    .await;
    let response = registry.request("PATCH", &second).body("x").send().await.unwrap();
    assert!(response.headers().contains_key("retry-after"));
    refused(response, 429, "TOOMANYREQUESTS").await;
    // Reading goes on.
    assert_eq!(registry.send("GET", "/v2/").await.status(), StatusCode::OK);
    drop(stream);
    until("the place is free again", || async {
        registry
            .request("PATCH", &second)
            .body("x")
            .send()
            .await
            .unwrap()
            .status()
            == StatusCode::ACCEPTED
    })
    .await;
}

#[tokio::test]
async fn a_hundred_push_the_same_blob() {
    let registry = start().await;
    let bytes = content(5, 300_000);
    let sum = sha256(&bytes);
    let push = async |n: usize| {
        let repo = format!("r{}", n % 7);
        registry.push_blob(&repo, &sum, &bytes).await;
        let pulled = registry.send("GET", &format!("/v2/{repo}/blobs/{sum}")).await;
        assert_eq!(pulled.bytes().await.unwrap(), bytes);
    };
    join_all((0..100).map(push)).await;
    let blobs = registry.store.blobs().list().unwrap();
    assert_eq!(blobs.len(), 1);
    assert_eq!(blobs[0].digest.to_string(), sum);
}

#[tokio::test]
async fn a_crowd_on_one_tag_leaves_one_of_its_manifests() {
    let registry = start().await;
    let documents: Vec<Vec<u8>> = (0..30)
        .map(|n| format!(r#"{{"schemaVersion":2,"manifests":[],"annotations":{{"n":"{n}"}}}}"#).into_bytes())
        .collect();
    let push = async |document: &Vec<u8>| {
        let response = registry.push_manifest("a", "x", INDEX, document).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let pulled = registry.send("GET", "/v2/a/manifests/x").await;
        assert_eq!(pulled.status(), StatusCode::OK);
        let digest = header(&pulled, "docker-content-digest");
        assert_eq!(sha256(&pulled.bytes().await.unwrap()), digest);
    };
    join_all(documents.iter().map(push)).await;
    let last = registry
        .send("GET", "/v2/a/manifests/x")
        .await
        .bytes()
        .await
        .unwrap();
    assert!(documents.iter().any(|document| *document == last));
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let registry = start().await;
    let (sum, bytes) = registry.push_image("a/b", "v1", "kept").await;
    let location = registry.session("a/b").await;
    let half = content(6, 5000);
    registry
        .request("PATCH", &location)
        .body(half[..2500].to_vec())
        .send()
        .await
        .unwrap();
    let registry = start_in(registry.stop().await, |_| {}).await;
    let pulled = registry.send("GET", "/v2/a/b/manifests/v1").await;
    assert_eq!(header(&pulled, "docker-content-digest"), sum);
    assert_eq!(pulled.bytes().await.unwrap(), bytes);
    resume(&registry, "a/b", &location, &half).await;
}

#[tokio::test]
async fn shutdown_lets_a_request_end_and_takes_no_new_one() {
    let mut registry = start_with(|config| config.bounds.drain = Duration::from_secs(600)).await;
    let location = registry.session("a").await;
    let bytes = content(7, 2_000_000);
    let mut stream = half_a_patch(&registry, &location, bytes.len(), &bytes[..1_000_000]).await;
    until("the upload runs", || async {
        header(&registry.send("GET", &location).await, "range") != "0-0"
    })
    .await;
    registry.begin_stop();
    until("the port is closed", || async {
        TcpStream::connect(registry.addr).await.is_err()
    })
    .await;
    stream.write_all(&bytes[1_000_000..]).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    registry.ended().await;
}

#[tokio::test]
async fn shutdown_cuts_what_does_not_end() {
    let mut registry = start_with(|config| config.bounds.drain = Duration::from_millis(50)).await;
    let location = registry.session("a").await;
    let bytes = content(8, 2_000_000);
    let mut stream = half_a_patch(&registry, &location, bytes.len(), &bytes[..1_000_000]).await;
    until("the upload runs", || async {
        header(&registry.send("GET", &location).await, "range") != "0-0"
    })
    .await;
    registry.begin_stop();
    registry.ended().await;
    assert_eq!(read_all(&mut stream).await, "");
    let registry = start_in(registry.dir, |_| {}).await;
    resume(&registry, "a", &location, &bytes).await;
}

#[tokio::test]
async fn old_sessions_expire() {
    let registry = start().await;
    let location = registry.session("a").await;
    let registry = start_in(registry.stop().await, |config| {
        config.bounds.upload_age = Duration::ZERO
    })
    .await;
    until("the session is gone", || async {
        registry.send("GET", &location).await.status() == StatusCode::NOT_FOUND
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_seen_by_a_client_that_is_still_sending() {
    let registry = start().await;
    let missing = "/v2/a/blobs/uploads/01234567-89ab-cdef-0123-456789abcdef";
    for _ in 0..5 {
        let response = registry
            .request("PATCH", missing)
            .body(vec![0; 800_000])
            .send()
            .await
            .unwrap();
        refused(response, 404, "BLOB_UPLOAD_UNKNOWN").await;
    }
}
