//! §Pushing blobs, §Pulling blobs, §Deleting blobs: the blob part of the conformance suite, test by test,
//! for both digest algorithms.

use reqwest::{Response, StatusCode};

use crate::support::{OCTETS, Registry, content, digest, header, refused, start};

const ALGORITHMS: [&str; 2] = ["sha256", "sha512"];
const REPO: &str = "conformance/repo1";
const OTHER: &str = "conformance/repo2";

/// HEAD and GET give what was pushed; then DELETE takes it away at once.
async fn verify_and_delete(registry: &Registry, repo: &str, digest: &str, bytes: &[u8]) {
    let path = format!("/v2/{repo}/blobs/{digest}");
    for method in ["HEAD", "GET"] {
        let response = registry.send(method, &path).await;
        assert_eq!(response.status(), StatusCode::OK, "{method}");
        assert_eq!(header(&response, "content-length"), bytes.len().to_string());
        assert_eq!(header(&response, "docker-content-digest"), digest);
        let body = response.bytes().await.unwrap();
        assert_eq!(body, if method == "GET" { bytes } else { b"" });
    }
    delete(registry, repo, digest).await;
}

async fn delete(registry: &Registry, repo: &str, digest: &str) {
    let path = format!("/v2/{repo}/blobs/{digest}");
    assert_eq!(registry.send("DELETE", &path).await.status(), StatusCode::ACCEPTED);
    assert_eq!(registry.send("HEAD", &path).await.status(), StatusCode::NOT_FOUND);
    refused(registry.send("DELETE", &path).await, 404, "BLOB_UNKNOWN").await;
}

/// 201 with a location from where the blob comes.
async fn created(registry: &Registry, response: Response, digest: &str, bytes: &[u8]) {
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(header(&response, "docker-content-digest"), digest);
    let location = header(&response, "location");
    let pulled = registry.send("GET", &location).await;
    assert_eq!(pulled.status(), StatusCode::OK);
    assert_eq!(pulled.bytes().await.unwrap(), bytes);
}

async fn patch(registry: &Registry, location: &str, range: Option<(usize, usize)>, bytes: &[u8]) -> Response {
    let mut request = registry.request("PATCH", location).header("content-type", OCTETS);
    if let Some((first, last)) = range {
        request = request.header("content-range", format!("{first}-{last}"));
    }
    request.body(bytes.to_vec()).send().await.unwrap()
}

async fn put(
    registry: &Registry,
    location: &str,
    digest: &str,
    range: Option<(usize, usize)>,
    bytes: &[u8],
) -> Response {
    let mut request = registry
        .request("PUT", &format!("{location}?digest={digest}"))
        .header("content-type", OCTETS);
    if let Some((first, last)) = range {
        request = request.header("content-range", format!("{first}-{last}"));
    }
    request.body(bytes.to_vec()).send().await.unwrap()
}

/// Pushes in three chunks; the last one in the PUT if asked; before each an out-of-order one if asked.
async fn chunked(
    registry: &Registry,
    digest: &str,
    bytes: &[u8],
    put_last: bool,
    disorder: bool,
) -> Response {
    let mut location = registry.session(REPO).await;
    let size = bytes.len() / 3 + 1;
    let mut first = 0;
    while first < bytes.len() {
        let last = (first + size).min(bytes.len()) - 1;
        if disorder {
            let bad = if first + size >= bytes.len() { 0 } else { first + size };
            let bad_last = (bad + size).min(bytes.len()) - 1;
            let chunk = &bytes[bad..=bad_last];
            // At the first chunk offset 0 is the right one, so there is nothing to get wrong at the end.
            let response = if put_last && bad_last == bytes.len() - 1 {
                put(registry, &location, digest, Some((bad, bad_last)), chunk).await
            } else {
                patch(registry, &location, Some((bad, bad_last)), chunk).await
            };
            assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
            assert_eq!(header(&response, "range"), format!("0-{}", first.saturating_sub(1)));
            let status = registry.send("GET", &location).await;
            assert_eq!(status.status(), StatusCode::NO_CONTENT);
            assert_eq!(header(&status, "range"), format!("0-{}", first.saturating_sub(1)));
            location = header(&status, "location");
        }
        if put_last && last == bytes.len() - 1 {
            return put(registry, &location, digest, Some((first, last)), &bytes[first..=last]).await;
        }
        let response = patch(registry, &location, Some((first, last)), &bytes[first..=last]).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(header(&response, "range"), format!("0-{last}"));
        assert!(response.headers().contains_key("docker-upload-uuid"));
        location = header(&response, "location");
        first = last + 1;
    }
    put(registry, &location, digest, None, b"").await
}

#[tokio::test]
async fn get_missing() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let path = format!("/v2/{REPO}/blobs/{}", digest(algorithm, b"missing"));
        refused(registry.send("GET", &path).await, 404, "BLOB_UNKNOWN").await;
        assert_eq!(registry.send("HEAD", &path).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn post_only() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(1, 512);
        let sum = digest(algorithm, &bytes);
        let request = registry.request("POST", &format!("/v2/{REPO}/blobs/uploads/?digest={sum}"));
        let response = request.body(bytes.clone()).send().await.unwrap();
        created(&registry, response, &sum, &bytes).await;
        verify_and_delete(&registry, REPO, &sum, &bytes).await;
    }
}

#[tokio::test]
async fn post_and_put() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(2, 512);
        let sum = digest(algorithm, &bytes);
        let path = format!("/v2/{REPO}/blobs/uploads/?digest-algorithm={algorithm}");
        let response = registry.send("POST", &path).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let location = header(&response, "location");
        let response = put(&registry, &location, &sum, None, &bytes).await;
        created(&registry, response, &sum, &bytes).await;
        verify_and_delete(&registry, REPO, &sum, &bytes).await;
    }
}

#[tokio::test]
async fn unknown_digest_algorithm() {
    let registry = start().await;
    let path = format!("/v2/{REPO}/blobs/uploads/?digest-algorithm=md5");
    refused(registry.send("POST", &path).await, 400, "DIGEST_INVALID").await;
}

#[tokio::test]
async fn chunked_in_every_way() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        for (seed, length) in [(3, 1), (4, 512), (5, 3 * 1024 * 1024 - 5)] {
            for (put_last, disorder) in [(false, false), (true, false), (false, true), (true, true)] {
                // A blob of one chunk has no wrong order.
                let disorder = disorder && length > 3;
                let bytes = content(seed, length);
                let sum = digest(algorithm, &bytes);
                let response = chunked(&registry, &sum, &bytes, put_last, disorder).await;
                created(&registry, response, &sum, &bytes).await;
                verify_and_delete(&registry, REPO, &sum, &bytes).await;
            }
        }
    }
}

#[tokio::test]
async fn stream_without_range_or_length() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(6, 2 * 1024 * 1024 + 7);
        let sum = digest(algorithm, &bytes);
        let location = registry.session(REPO).await;
        let pieces: Vec<_> = bytes.chunks(70_000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let response = registry
            .request("PATCH", &location)
            .body(reqwest::Body::wrap_stream(futures::stream::iter(pieces)))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(header(&response, "range"), format!("0-{}", bytes.len() - 1));
        let response = put(&registry, &header(&response, "location"), &sum, None, b"").await;
        created(&registry, response, &sum, &bytes).await;
        verify_and_delete(&registry, REPO, &sum, &bytes).await;
    }
}

#[tokio::test]
async fn mount_with_and_without_source() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        for from in [format!("&from={OTHER}"), String::new()] {
            let bytes = content(7, 512);
            let sum = digest(algorithm, &bytes);
            registry.push_blob(OTHER, &sum, &bytes).await;
            let path = format!("/v2/{REPO}/blobs/uploads/?mount={sum}{from}");
            let response = registry.send("POST", &path).await;
            created(&registry, response, &sum, &bytes).await;
            // Taking it from the source leaves the other alone.
            delete(&registry, OTHER, &sum).await;
            verify_and_delete(&registry, REPO, &sum, &bytes).await;
        }
    }
}

#[tokio::test]
async fn mount_of_what_is_missing_becomes_an_upload() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        for from in [format!("&from={OTHER}"), String::new()] {
            let bytes = content(8, 512);
            let sum = digest(algorithm, &bytes);
            let path = format!("/v2/{REPO}/blobs/uploads/?mount={sum}{from}");
            let response = registry.send("POST", &path).await;
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            let response = put(&registry, &header(&response, "location"), &sum, None, &bytes).await;
            created(&registry, response, &sum, &bytes).await;
            verify_and_delete(&registry, REPO, &sum, &bytes).await;
        }
    }
}

/// A digest alone must not open what only local images have.
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
    assert_eq!(patch(&registry, &location, None, b"abc").await.status(), StatusCode::ACCEPTED);
    assert_eq!(registry.send("DELETE", &location).await.status(), StatusCode::NO_CONTENT);
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
async fn range_requests() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(9, 2048);
        let sum = digest(algorithm, &bytes);
        registry.push_blob(REPO, &sum, &bytes).await;
        let path = format!("/v2/{REPO}/blobs/{sum}");
        let get = async |range: &str| registry.request("GET", &path).header("range", range).send().await.unwrap();
        for (range, first, last) in [
            ("bytes=500-1499", 500, 1499),
            ("bytes=500-", 500, 2047),
            ("bytes=-500", 1548, 2047),
            ("bytes=2000-5000", 2000, 2047),
        ] {
            let response = get(range).await;
            assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(header(&response, "content-range"), format!("bytes {first}-{last}/2048"));
            assert_eq!(header(&response, "content-length"), (last - first + 1).to_string());
            assert_eq!(response.bytes().await.unwrap(), bytes[first..=last], "{range}");
        }
        for range in ["bytes=500-0", "bytes=5000-10000", "bytes=2048-"] {
            let response = get(range).await;
            assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
            assert_eq!(header(&response, "content-range"), "bytes */2048");
        }
        for range in ["bytes=0-1,3-4", "pages=1-2", "bytes=x-y"] {
            let response = get(range).await;
            assert_eq!(response.status(), StatusCode::OK, "{range}");
            assert_eq!(response.bytes().await.unwrap(), bytes);
        }
        let stale = registry.request("GET", &path).header("range", "bytes=0-1").header("if-range", "\"x\"");
        assert_eq!(stale.send().await.unwrap().status(), StatusCode::OK);
        verify_and_delete(&registry, REPO, &sum, &bytes).await;
    }
}

#[tokio::test]
async fn a_large_blob_streams_through() {
    let registry = start().await;
    let bytes = content(10, 9 * 1024 * 1024 + 13);
    let sum = digest("sha256", &bytes);
    registry.push_blob(REPO, &sum, &bytes).await;
    verify_and_delete(&registry, REPO, &sum, &bytes).await;
}

#[tokio::test]
async fn well_known_contents() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        for bytes in [b"".as_slice(), b"{}"] {
            let sum = digest(algorithm, bytes);
            registry.push_blob(REPO, &sum, bytes).await;
            verify_and_delete(&registry, REPO, &sum, bytes).await;
            let response = chunked(&registry, &sum, bytes, false, false).await;
            created(&registry, response, &sum, bytes).await;
            delete(&registry, REPO, &sum).await;
        }
    }
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
        refused(put(&registry, &location, &sum, None, &bytes).await, 400, "DIGEST_INVALID").await;
        for put_last in [false, true] {
            let response = chunked(&registry, &sum, &bytes, put_last, false).await;
            refused(response, 400, "DIGEST_INVALID").await;
        }
        let location = registry.session(REPO).await;
        patch(&registry, &location, None, &bytes).await;
        refused(put(&registry, &location, &sum, None, b"").await, 400, "DIGEST_INVALID").await;
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
    for bad in ["sha256:x", "md5:d41d8cd98f00b204e9800998ecf8427e", "x", "", "sha256:"] {
        let location = registry.session(REPO).await;
        refused(put(&registry, &location, bad, None, b"x").await, 400, "DIGEST_INVALID").await;
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
    refused(patch(&registry, &location, Some((0, 9)), b"abc").await, 400, "SIZE_INVALID").await;
    let stream = |range: &'static str, bytes: &'static [u8]| {
        let body = futures::stream::iter([Ok::<_, std::io::Error>(bytes)]);
        registry
            .request("PATCH", &location)
            .header("content-range", range)
            .body(reqwest::Body::wrap_stream(body))
            .send()
    };
    refused(stream("0-1", b"abc").await.unwrap(), 400, "SIZE_INVALID").await;
    refused(stream("bytes 0-1/3", b"ab").await.unwrap(), 400, "BLOB_UPLOAD_INVALID").await;
    // The session is still good from where it says that it is.
    let status = registry.send("GET", &location).await;
    assert_eq!(header(&status, "range"), "0-0");
    assert_eq!(patch(&registry, &location, Some((0, 2)), b"abc").await.status(), StatusCode::ACCEPTED);
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
    let gone = registry.send("DELETE", &format!("/v2/{REPO}/manifests/{manifest}")).await;
    assert_eq!(gone.status(), StatusCode::ACCEPTED);
    assert_eq!(registry.send("DELETE", &path).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let registry = start().await;
    let bytes = content(12, 100);
    let sum = digest("sha256", &bytes);
    registry.push_blob(REPO, &sum, &bytes).await;
    let path = format!("/v2/{REPO}/blobs/{sum}");
    let etag = header(&registry.send("HEAD", &path).await, "etag");
    let again = registry.request("GET", &path).header("if-none-match", &etag);
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
}

mod any_chunking {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn gives_the_same_blob(cuts in proptest::collection::vec(1usize..40_000, 1..8), with_range in any::<bool>()) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let registry = start().await;
                let bytes = content(13, cuts.iter().sum());
                let sum = digest("sha256", &bytes);
                let location = registry.session(REPO).await;
                let mut first = 0;
                for cut in &cuts {
                    let last = first + cut - 1;
                    let range = with_range.then_some((first, last));
                    let response = patch(&registry, &location, range, &bytes[first..=last]).await;
                    assert_eq!(header(&response, "range"), format!("0-{last}"));
                    first = last + 1;
                }
                let response = put(&registry, &location, &sum, None, b"").await;
                created(&registry, response, &sum, &bytes).await;
            });
        }
    }
}
