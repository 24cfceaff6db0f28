//! The registry's namespace and the local images share bytes and nothing else.

use reqwest::StatusCode;
use sampan_store::{Descriptor, GcPolicy};
use sampan_types::Reference;

use crate::support::{MANIFEST, Registry, header, sha256, start};

/// Collects everything that nothing refers to, however young.
fn collect(registry: &Registry) {
    registry.store.gc(&GcPolicy::now()).unwrap();
}

fn tag_locally(registry: &Registry, reference: &str, manifest: &[u8]) {
    let blobs = registry.store.blobs();
    let blob = blobs.put(manifest, None).unwrap();
    let descriptor = Descriptor::new(MANIFEST, blob.digest, blob.size);
    let reference: Reference = reference.parse().unwrap();
    registry.store.images().tag(&reference, &descriptor).unwrap();
}

async fn pull_whole(registry: &Registry, repo: &str, selector: &str, seed: &str) -> bool {
    let manifest = registry
        .send("GET", &format!("/v2/{repo}/manifests/{selector}"))
        .await;
    let mut whole = manifest.status() == StatusCode::OK;
    for bytes in [format!("{{\"seed\":\"{seed}\"}}"), format!("layer of {seed}")] {
        let path = format!("/v2/{repo}/blobs/{}", sha256(bytes.as_bytes()));
        let blob = registry.send("GET", &path).await;
        whole &= blob.status() == StatusCode::OK && blob.bytes().await.unwrap() == bytes.as_bytes();
    }
    whole
}

#[tokio::test]
async fn a_tagged_image_outlives_every_collection() {
    let registry = start().await;
    registry.push_image("a/b", "v1", "tagged").await;
    for _ in 0..3 {
        collect(&registry);
        assert!(pull_whole(&registry, "a/b", "v1", "tagged").await);
    }
}

#[tokio::test]
async fn what_was_deleted_leaves_the_disk() {
    let registry = start().await;
    let (sum, _) = registry.push_image("a", "v1", "gone").await;
    let layer = sha256(b"layer of gone");
    for path in [format!("manifests/{sum}"), format!("blobs/{layer}")] {
        let response = registry.send("DELETE", &format!("/v2/a/{path}")).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }
    collect(&registry);
    let left = registry.store.blobs().list().unwrap();
    for gone in [&sum, &layer] {
        assert!(
            !left.iter().any(|blob| blob.digest.to_string() == **gone),
            "{gone}"
        );
    }
}

#[tokio::test]
async fn deletes_leave_local_images_whole() {
    let registry = start().await;
    let (sum, manifest) = registry.push_image("a", "v1", "shared").await;
    tag_locally(&registry, "example.com/app:v1", &manifest);
    let (config, layer) = (sha256(b"{\"seed\":\"shared\"}"), sha256(b"layer of shared"));
    for path in [
        format!("manifests/{sum}"),
        format!("blobs/{config}"),
        format!("blobs/{layer}"),
    ] {
        let response = registry.send("DELETE", &format!("/v2/a/{path}")).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }
    collect(&registry);
    for digest in [sum, config, layer] {
        assert!(
            registry.store.blobs().contains(&digest.parse().unwrap()).unwrap(),
            "{digest}"
        );
    }
}

#[tokio::test]
async fn a_push_does_not_change_what_a_local_name_runs() {
    let registry = start().await;
    let name = format!("{}/app:v1", registry.addr);
    let (_, local) = registry.push_image("other", "x", "local").await;
    tag_locally(&registry, &name, &local);
    registry.push_image("app", "v1", "pushed").await;
    let reference: Reference = name.parse().unwrap();
    let resolved = registry.store.images().resolve(&reference).unwrap();
    assert_eq!(resolved.descriptor.digest.to_string(), sha256(&local));
    // Nor does a local name show up in the registry.
    let response = registry.send("GET", "/v2/app/manifests/v1").await;
    assert_ne!(header(&response, "docker-content-digest"), sha256(&local));
}
