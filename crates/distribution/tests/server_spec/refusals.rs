//! §Pushing blobs: what is refused, and what is left of it, which is nothing.

use reqwest::StatusCode;

use crate::blobs::{ALGORITHMS, OTHER, REPO, chunked, created, patch, put};
use crate::support::{content, digest, header, refused, start};

#[tokio::test]
async fn unknown_digest_algorithm() {
    let registry = start().await;
    let path = format!("/v2/{REPO}/blobs/uploads/?digest-algorithm=md5");
    refused(registry.send("POST", &path).await, 400, "DIGEST_INVALID").await;
}

#[tokio::test]
async fn mount_does_not_reach_local_images() {
    let registry = start().await;
    let blob = registry.store.blobs().put(b"local secret", None).unwrap();
    for from in ["", "&from=local"] {
        let path = format!("/v2/{REPO}/blobs/uploads/?mount={}{from}", blob.digest);
        assert_eq!(registry.send("POST", &path).await.status(), StatusCode::ACCEPTED);
    }
    let path = format!("/v2/{REPO}/blobs/{}", blob.digest);
    refused(registry.send("GET", &path).await, 404, "BLOB_UNKNOWN").await;
}

#[tokio::test]
async fn cancelled_uploads_are_gone() {
    let registry = start().await;
    let location = registry.session(REPO).await;
    assert_eq!(
        patch(&registry, &location, None, b"abc").await.status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(
        registry.send("DELETE", &location).await.status(),
        StatusCode::NO_CONTENT
    );
    for method in ["GET", "DELETE", "PATCH"] {
        refused(registry.send(method, &location).await, 404, "BLOB_UPLOAD_UNKNOWN").await;
    }
    let response = put(&registry, &location, &digest("sha256", b"abc"), None, b"").await;
    refused(response, 404, "BLOB_UPLOAD_UNKNOWN").await;
}

#[tokio::test]
async fn an_upload_belongs_to_its_repository() {
    let registry = start().await;
    let location = registry.session(REPO).await.replace(REPO, OTHER);
    refused(registry.send("GET", &location).await, 404, "BLOB_UPLOAD_UNKNOWN").await;
}

#[tokio::test]
async fn bad_digests_are_noticed_in_every_way_to_push() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(11, 3000);
        let sum = digest(algorithm, b"something else");
        let post = registry
            .request("POST", &format!("/v2/{REPO}/blobs/uploads/?digest={sum}"))
            .body(bytes.clone());
        refused(post.send().await.unwrap(), 400, "DIGEST_INVALID").await;
        let location = registry.session(REPO).await;
        refused(
            put(&registry, &location, &sum, None, &bytes).await,
            400,
            "DIGEST_INVALID",
        )
        .await;
        for put_last in [false, true] {
            let response = chunked(&registry, &sum, &bytes, put_last, false).await;
            refused(response, 400, "DIGEST_INVALID").await;
        }
        let location = registry.session(REPO).await;
        patch(&registry, &location, None, &bytes).await;
        refused(
            put(&registry, &location, &sum, None, b"").await,
            400,
            "DIGEST_INVALID",
        )
        .await;
        // Nothing of it is there, under neither name.
        for sum in [sum, digest(algorithm, &bytes)] {
            let response = registry.send("HEAD", &format!("/v2/{REPO}/blobs/{sum}")).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
        }
    }
    assert!(registry.store.blobs().list().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_digest_is_400() {
    let registry = start().await;
    for bad in [
        "sha256:x",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "x",
        "",
        "sha256:",
    ] {
        let location = registry.session(REPO).await;
        refused(
            put(&registry, &location, bad, None, b"x").await,
            400,
            "DIGEST_INVALID",
        )
        .await;
        if !bad.is_empty() {
            let path = format!("/v2/{REPO}/blobs/uploads/?digest={bad}");
            refused(registry.send("POST", &path).await, 400, "DIGEST_INVALID").await;
            let path = format!("/v2/{REPO}/blobs/uploads/?mount={bad}");
            refused(registry.send("POST", &path).await, 400, "DIGEST_INVALID").await;
        }
    }
    let location = registry.session(REPO).await;
    refused(registry.send("PUT", &location).await, 400, "DIGEST_INVALID").await;
}

#[tokio::test]
async fn ranges_that_contradict_the_content() {
    let registry = start().await;
    let location = registry.session(REPO).await;
    refused(
        patch(&registry, &location, Some((0, 9)), b"abc").await,
        400,
        "SIZE_INVALID",
    )
    .await;
    let stream = |range: &'static str, bytes: &'static [u8]| {
        let body = futures::stream::iter([Ok::<_, std::io::Error>(bytes)]);
        registry
            .request("PATCH", &location)
            .header("content-range", range)
            .body(reqwest::Body::wrap_stream(body))
            .send()
    };
    refused(stream("0-1", b"abc").await.unwrap(), 400, "SIZE_INVALID").await;
    refused(
        stream("bytes 0-1/3", b"ab").await.unwrap(),
        400,
        "BLOB_UPLOAD_INVALID",
    )
    .await;
    // The session is still good from where it says that it is.
    let status = registry.send("GET", &location).await;
    assert_eq!(header(&status, "range"), "0-0");
    assert_eq!(
        patch(&registry, &location, Some((0, 2)), b"abc").await.status(),
        StatusCode::ACCEPTED
    );
    refused(stream("3-9", b"de").await.unwrap(), 400, "SIZE_INVALID").await;
    let status = registry.send("GET", &location).await;
    assert_eq!(header(&status, "range"), "0-4");
    let sum = digest("sha256", b"abcde");
    let response = put(&registry, &location, &sum, None, b"").await;
    created(&registry, response, &sum, b"abcde").await;
}

#[tokio::test]
async fn a_blob_that_a_manifest_needs_stays() {
    let registry = start().await;
    let (manifest, _) = registry.push_image(REPO, "v1", "needed").await;
    let path = format!("/v2/{REPO}/blobs/{}", digest("sha256", b"layer of needed"));
    refused(registry.send("DELETE", &path).await, 405, "UNSUPPORTED").await;
    let gone = registry
        .send("DELETE", &format!("/v2/{REPO}/manifests/{manifest}"))
        .await;
    assert_eq!(gone.status(), StatusCode::ACCEPTED);
    assert_eq!(
        registry.send("DELETE", &path).await.status(),
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn uploads_that_nobody_goes_on_with_are_bounded() {
    const MOST: usize = 256;
    let registry = start().await;
    let path = format!("/v2/{REPO}/blobs/uploads/");
    let mut last = String::new();
    for _ in 0..MOST {
        last = registry.session(REPO).await;
    }
    let response = registry.send("POST", &path).await;
    assert!(header(&response, "retry-after").parse::<u64>().is_ok());
    refused(response, 429, "TOOMANYREQUESTS").await;
    // Others are not held up, nor is who was there before, and what ends makes room.
    registry.session(OTHER).await;
    assert_eq!(
        patch(&registry, &last, None, b"abc").await.status(),
        StatusCode::ACCEPTED
    );
    refused(registry.send("POST", &path).await, 429, "TOOMANYREQUESTS").await;
    assert_eq!(
        registry.send("DELETE", &last).await.status(),
        StatusCode::NO_CONTENT
    );
    registry.session(REPO).await;
    refused(registry.send("POST", &path).await, 429, "TOOMANYREQUESTS").await;

    // One that was left empty for a while gives way.
    let uploads = registry.dir.path().join("root/v1/registry/uploads");
    let left = std::fs::read_dir(&uploads)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let before = std::time::SystemTime::now() - std::time::Duration::from_secs(120);
    let data = std::fs::File::options()
        .write(true)
        .open(left.join("data"))
        .unwrap();
    data.set_modified(before).unwrap();
    // It may be the other repository's, which then gives way only when all together are too many.
    let mine = std::fs::read_to_string(left.join("repository")).unwrap() == REPO;
    let status = registry.send("POST", &path).await.status();
    assert_eq!(status == StatusCode::ACCEPTED, mine);
    assert_eq!(left.exists(), !mine);
}
