//! §Pushing Manifests and §Deleting: what gets in, what does not, and what is left afterwards.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{
    CONFIG, INDEX, LAYER, MANIFEST, descriptor, header, image, json as body_of, refused, sha256, start,
    start_with,
};

const REPO: &str = "a/b";

#[tokio::test]
async fn missing_manifests() {
    let registry = start().await;
    for selector in [&sha256(b"missing"), "missing"] {
        let path = format!("/v2/{REPO}/manifests/{selector}");
        for method in ["GET", "DELETE"] {
            refused(registry.send(method, &path).await, 404, "MANIFEST_UNKNOWN").await;
        }
        assert_eq!(registry.send("HEAD", &path).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn invalid_digest_format() {
    let registry = start().await;
    let (_, bytes) = registry.push_image(REPO, "x", "x").await;
    let response = registry
        .push_manifest(REPO, "sha256:baddigeststring", MANIFEST, &bytes)
        .await;
    refused(response, 400, "DIGEST_INVALID").await;
    let path = format!("/v2/{REPO}/manifests/sha256:baddigeststring");
    refused(registry.send("GET", &path).await, 400, "DIGEST_INVALID").await;
}

#[tokio::test]
async fn bytes_that_do_not_have_the_digest() {
    let registry = start().await;
    let (sum, mut bytes) = registry.push_image(REPO, "x", "x").await;
    let deleted = registry
        .send("DELETE", &format!("/v2/{REPO}/manifests/{sum}"))
        .await;
    assert_eq!(deleted.status(), StatusCode::ACCEPTED);
    bytes.extend_from_slice(b"  ");
    refused(
        registry.push_manifest(REPO, &sum, MANIFEST, &bytes).await,
        400,
        "DIGEST_INVALID",
    )
    .await;
    let path = format!("/v2/{REPO}/manifests/{sum}");
    refused(registry.send("GET", &path).await, 404, "MANIFEST_UNKNOWN").await;
}

#[tokio::test]
async fn what_it_refers_to_must_be_there_and_in_its_size() {
    let registry = start().await;
    let bytes = image(&[(CONFIG, b"{}"), (LAYER, b"layer")]);
    refused(
        registry.push_manifest(REPO, "x", MANIFEST, &bytes).await,
        404,
        "MANIFEST_BLOB_UNKNOWN",
    )
    .await;
    registry.push_blob(REPO, &sha256(b"{}"), b"{}").await;
    // In another repository does not count.
    registry.push_blob("other", &sha256(b"layer"), b"layer").await;
    refused(
        registry.push_manifest(REPO, "x", MANIFEST, &bytes).await,
        404,
        "MANIFEST_BLOB_UNKNOWN",
    )
    .await;
    registry.push_blob(REPO, &sha256(b"layer"), b"layer").await;
    let mut layer = descriptor(LAYER, b"layer");
    layer["size"] = json!(6);
    let wrong = json!({"schemaVersion": 2, "config": descriptor(CONFIG, b"{}"), "layers": [layer]});
    let wrong = serde_json::to_vec(&wrong).unwrap();
    refused(
        registry.push_manifest(REPO, "x", MANIFEST, &wrong).await,
        400,
        "MANIFEST_INVALID",
    )
    .await;
    let child = json!({"schemaVersion": 2, "manifests": [descriptor(MANIFEST, &bytes)]});
    let child = serde_json::to_vec(&child).unwrap();
    refused(
        registry.push_manifest(REPO, "i", INDEX, &child).await,
        404,
        "MANIFEST_BLOB_UNKNOWN",
    )
    .await;
    // None of the refusals left a name behind.
    refused(
        registry.send("GET", &format!("/v2/{REPO}/manifests/x")).await,
        404,
        "MANIFEST_UNKNOWN",
    )
    .await;
    assert_eq!(
        registry.push_manifest(REPO, "x", MANIFEST, &bytes).await.status(),
        StatusCode::CREATED
    );
    assert_eq!(
        registry.push_manifest(REPO, "i", INDEX, &child).await.status(),
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn what_is_no_manifest() {
    let registry = start().await;
    let too_deep = "[".repeat(200_000);
    for (kind, bytes) in [
        (MANIFEST, ""),
        (MANIFEST, "not json"),
        (MANIFEST, "[]"),
        (MANIFEST, &too_deep),
        (
            MANIFEST,
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
        ),
        (INDEX, r#"{"schemaVersion":2,"manifests":[],"layers":[]}"#),
        ("text/html", r#"{"schemaVersion":2,"manifests":[]}"#),
        ("nonsense", r#"{"schemaVersion":2,"manifests":[]}"#),
        (
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            r#"{"schemaVersion":1,"fsLayers":[]}"#,
        ),
    ] {
        let response = registry.push_manifest(REPO, "x", kind, bytes.as_bytes()).await;
        refused(response, 400, "MANIFEST_INVALID").await;
    }
    for tag in [".x", "-x", "a%20b", "a%2Fb", &"x".repeat(129)] {
        let empty = br#"{"schemaVersion":2,"manifests":[]}"#;
        let response = registry.push_manifest(REPO, tag, INDEX, empty).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{tag}");
    }
}

#[tokio::test]
async fn a_manifest_that_is_too_large_is_413() {
    let registry = start_with(|config| config.bounds.manifest = sampan_types::ByteCount::kib(1)).await;
    let bytes = vec![b' '; 1025];
    refused(
        registry.push_manifest(REPO, "x", MANIFEST, &bytes).await,
        413,
        "SIZE_INVALID",
    )
    .await;
    let streamed = reqwest::Body::wrap_stream(futures::stream::iter([Ok::<_, std::io::Error>(bytes)]));
    let request = registry
        .request("PUT", &format!("/v2/{REPO}/manifests/x"))
        .body(streamed);
    refused(request.send().await.unwrap(), 413, "SIZE_INVALID").await;
}

#[tokio::test]
async fn the_type_may_come_from_the_document_and_parameters_are_ignored() {
    let registry = start().await;
    let empty = format!(r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[]}}"#);
    let request = registry
        .request("PUT", &format!("/v2/{REPO}/manifests/x"))
        .body(empty.clone());
    assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED);
    let kind = format!("{INDEX}; charset=utf-8");
    let response = registry.push_manifest(REPO, "x", &kind, empty.as_bytes()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let response = registry.send("GET", &format!("/v2/{REPO}/manifests/x")).await;
    assert_eq!(header(&response, "content-type"), INDEX);
}

#[tokio::test]
async fn deleting_a_tag_leaves_the_manifest_and_deleting_a_manifest_takes_its_tags() {
    let registry = start().await;
    let (sum, bytes) = registry.push_image(REPO, "one", "x").await;
    for tag in ["two", "three"] {
        registry.push_manifest(REPO, tag, MANIFEST, &bytes).await;
    }
    let path = |selector: &str| format!("/v2/{REPO}/manifests/{selector}");
    assert_eq!(
        registry.send("DELETE", &path("one")).await.status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(
        registry.send("HEAD", &path("one")).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(registry.send("HEAD", &path("two")).await.status(), StatusCode::OK);
    assert_eq!(registry.send("HEAD", &path(&sum)).await.status(), StatusCode::OK);
    assert_eq!(
        registry.send("DELETE", &path(&sum)).await.status(),
        StatusCode::ACCEPTED
    );
    for selector in ["two", "three", &sum] {
        assert_eq!(
            registry.send("HEAD", &path(selector)).await.status(),
            StatusCode::NOT_FOUND
        );
    }
    let tags = registry.send("GET", &format!("/v2/{REPO}/tags/list")).await;
    assert_eq!(body_of(tags).await["tags"], json!([]));
}

#[tokio::test]
async fn a_tag_moves_and_the_old_manifest_stays() {
    let registry = start().await;
    let (old, _) = registry.push_image(REPO, "x", "old").await;
    let (new, _) = registry.push_image(REPO, "x", "new").await;
    let response = registry.send("HEAD", &format!("/v2/{REPO}/manifests/x")).await;
    assert_eq!(header(&response, "docker-content-digest"), new);
    let response = registry
        .send("HEAD", &format!("/v2/{REPO}/manifests/{old}"))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
}
