//! §Content Discovery: tags, catalog, referrers of nothing, `/v2/`.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{INDEX, Registry, header, json as body_of, refused, sha256, start};

const EMPTY_INDEX: &[u8] = br#"{"schemaVersion":2,"manifests":[]}"#;

async fn tag(registry: &Registry, repo: &str, tags: &[&str]) {
    for tag in tags {
        let response = registry.push_manifest(repo, tag, INDEX, EMPTY_INDEX).await;
        assert_eq!(response.status(), StatusCode::CREATED);
    }
}

#[tokio::test]
async fn ping() {
    let registry = start().await;
    for path in ["/v2/", "/v2"] {
        let response = registry.send("GET", path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            header(&response, "docker-distribution-api-version"),
            "registry/2.0"
        );
    }
}

#[tokio::test]
async fn a_repository_that_is_not_there() {
    let registry = start().await;
    refused(
        registry.send("GET", "/v2/none/tags/list").await,
        404,
        "NAME_UNKNOWN",
    )
    .await;
    let response = registry
        .send("GET", &format!("/v2/none/referrers/{}", sha256(b"x")))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), INDEX);
    let empty = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []});
    assert_eq!(body_of(response).await, empty);
    refused(
        registry.send("GET", "/v2/none/referrers/sha256:x").await,
        400,
        "DIGEST_INVALID",
    )
    .await;
}

#[tokio::test]
async fn tags_are_sorted_and_come_in_pages() {
    let registry = start().await;
    tag(&registry, "r", &["b", "a10", "A", "_z", "a2", "0"]).await;
    let sorted = ["0", "A", "_z", "a10", "a2", "b"];
    let list = async |query: &str| {
        let response = registry.send("GET", &format!("/v2/r/tags/list{query}")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let link = response
            .headers()
            .get("link")
            .map(|value| value.to_str().unwrap().to_owned());
        (body_of(response).await["tags"].clone(), link)
    };
    assert_eq!(list("").await, (json!(sorted), None));
    assert_eq!(list("?n=100").await, (json!(sorted), None));
    assert_eq!(list("?n=6").await, (json!(sorted), None));
    assert_eq!(list("?n=0").await, (json!([]), None));
    assert_eq!(list("?last=A").await, (json!(sorted[2..]), None));
    assert_eq!(list("?last=zzz").await, (json!([]), None));
    // What `last` names need not exist.
    assert_eq!(list("?last=a1&n=1").await.0, json!(["a10"]));
    let mut seen = Vec::new();
    let mut path = "/v2/r/tags/list?n=4".to_owned();
    loop {
        let response = registry.send("GET", &path).await;
        let link = response
            .headers()
            .get("link")
            .map(|value| value.to_str().unwrap().to_owned());
        seen.extend(body_of(response).await["tags"].as_array().unwrap().clone());
        let Some(link) = link else { break };
        path = link
            .strip_prefix('<')
            .unwrap()
            .strip_suffix(">; rel=\"next\"")
            .unwrap()
            .to_owned();
    }
    assert_eq!(json!(seen), json!(sorted));
    refused(
        registry.send("GET", "/v2/r/tags/list?n=x").await,
        400,
        "UNSUPPORTED",
    )
    .await;
    refused(
        registry.send("GET", "/v2/r/tags/list?n=-1").await,
        400,
        "UNSUPPORTED",
    )
    .await;
}

#[tokio::test]
async fn the_catalog_has_what_was_pushed() {
    let registry = start().await;
    for repo in ["b", "a/c", "a"] {
        tag(&registry, repo, &["x"]).await;
    }
    let all = registry.send("GET", "/v2/_catalog").await;
    assert_eq!(body_of(all).await, json!({"repositories": ["a", "a/c", "b"]}));
    let first = registry.send("GET", "/v2/_catalog?n=2").await;
    assert_eq!(
        header(&first, "link"),
        "</v2/_catalog?n=2&last=a%2Fc>; rel=\"next\""
    );
    assert_eq!(body_of(first).await, json!({"repositories": ["a", "a/c"]}));
    let rest = registry.send("GET", "/v2/_catalog?n=2&last=a%2Fc").await;
    assert!(!rest.headers().contains_key("link"));
    assert_eq!(body_of(rest).await, json!({"repositories": ["b"]}));
}
