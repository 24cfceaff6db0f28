//! §Pushing blobs, §Pulling blobs, §Deleting blobs: the blob part of the conformance suite, test by test,
//! for both digest algorithms.

use reqwest::{Response, StatusCode};

use crate::support::{OCTETS, Registry, content, digest, header, refused, start};

pub(crate) const ALGORITHMS: [&str; 2] = ["sha256", "sha512"];
pub(crate) const REPO: &str = "conformance/repo1";
pub(crate) const OTHER: &str = "conformance/repo2";

/// HEAD and GET give what was pushed; then DELETE takes it away at once.
pub(crate) async fn verify_and_delete(registry: &Registry, repo: &str, digest: &str, bytes: &[u8]) {
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

pub(crate) async fn delete(registry: &Registry, repo: &str, digest: &str) {
    let path = format!("/v2/{repo}/blobs/{digest}");
    assert_eq!(
        registry.send("DELETE", &path).await.status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(registry.send("HEAD", &path).await.status(), StatusCode::NOT_FOUND);
    refused(registry.send("DELETE", &path).await, 404, "BLOB_UNKNOWN").await;
}

/// 201 with a location from where the blob comes.
pub(crate) async fn created(registry: &Registry, response: Response, digest: &str, bytes: &[u8]) {
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(header(&response, "docker-content-digest"), digest);
    let location = header(&response, "location");
    let pulled = registry.send("GET", &location).await;
    assert_eq!(pulled.status(), StatusCode::OK);
    assert_eq!(pulled.bytes().await.unwrap(), bytes);
}

pub(crate) async fn patch(
    registry: &Registry,
    location: &str,
    range: Option<(usize, usize)>,
    bytes: &[u8],
) -> Response {
    let mut request = registry.request("PATCH", location).header("content-type", OCTETS);
    if let Some((first, last)) = range {
        request = request.header("content-range", format!("{first}-{last}"));
    }
    request.body(bytes.to_vec()).send().await.unwrap()
}

pub(crate) async fn put(
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
pub(crate) async fn chunked(
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
            let bad = if first + size >= bytes.len() {
                0
            } else {
                first + size
            };
            let bad_last = (bad + size).min(bytes.len()) - 1;
            let chunk = &bytes[bad..=bad_last];
            // At the first chunk offset 0 is the right one, so there is nothing to get wrong at the end.
            let response = if put_last && bad_last == bytes.len() - 1 {
                put(registry, &location, digest, Some((bad, bad_last)), chunk).await
            } else {
                patch(registry, &location, Some((bad, bad_last)), chunk).await
            };
            assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
            assert_eq!(
                header(&response, "range"),
                format!("0-{}", first.saturating_sub(1))
            );
            let status = registry.send("GET", &location).await;
            assert_eq!(status.status(), StatusCode::NO_CONTENT);
            assert_eq!(header(&status, "range"), format!("0-{}", first.saturating_sub(1)));
            location = header(&status, "location");
        }
        if put_last && last == bytes.len() - 1 {
            return put(
                registry,
                &location,
                digest,
                Some((first, last)),
                &bytes[first..=last],
            )
            .await;
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
        let pieces: Vec<_> = bytes
            .chunks(70_000)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect();
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
async fn range_requests() {
    let registry = start().await;
    for algorithm in ALGORITHMS {
        let bytes = content(9, 2048);
        let sum = digest(algorithm, &bytes);
        registry.push_blob(REPO, &sum, &bytes).await;
        let path = format!("/v2/{REPO}/blobs/{sum}");
        let get = async |range: &str| {
            registry
                .request("GET", &path)
                .header("range", range)
                .send()
                .await
                .unwrap()
        };
        for (range, first, last) in [
            ("bytes=500-1499", 500, 1499),
            ("bytes=500-", 500, 2047),
            ("bytes=-500", 1548, 2047),
            ("bytes=2000-5000", 2000, 2047),
        ] {
            let response = get(range).await;
            assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(
                header(&response, "content-range"),
                format!("bytes {first}-{last}/2048")
            );
            assert_eq!(
                header(&response, "content-length"),
                (last - first + 1).to_string()
            );
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
        let stale = registry
            .request("GET", &path)
            .header("range", "bytes=0-1")
            .header("if-range", "\"x\"");
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
