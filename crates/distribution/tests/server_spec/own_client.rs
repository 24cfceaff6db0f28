//! Sampan's own client against the server: what one sends the other takes, in every way to authenticate.

use std::collections::BTreeMap;
use std::path::Path;

use sampan_distribution::client::{
    Client, ClientConfig, Credential, Credentials, PullOptions, PushOptions, Silent, UploadPolicy,
};
use sampan_distribution::server::AuthScheme;
use sampan_store::{Blobs, Store};
use sampan_types::{ByteCount, Reference, Secret};
use serde_json::{Value, json};

use crate::auth::guarded_with_tls;
use crate::support::{CONFIG, INDEX, LAYER, MANIFEST, Registry, content, start};

fn put(blobs: &Blobs, kind: &str, bytes: &[u8]) -> Value {
    let blob = blobs.put(bytes, None).unwrap();
    json!({"mediaType": kind, "digest": blob.digest, "size": blob.size})
}

/// An index of two images with a large layer each, in a store of its own; the index' digest.
fn fill(root: &Path) -> (Store, sampan_types::Digest) {
    let store = Store::open(root).unwrap();
    let blobs = store.blobs();
    let mut children = Vec::new();
    for (seed, architecture) in [(1, "amd64"), (2, "arm64")] {
        let config = json!({"os": "linux", "architecture": architecture}).to_string();
        let config = put(&blobs, CONFIG, config.as_bytes());
        let layers = [
            put(&blobs, LAYER, &content(seed, 1_500_000)),
            put(&blobs, LAYER, b"shared by both"),
        ];
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        let mut child = put(&blobs, MANIFEST, manifest.to_string().as_bytes());
        child["platform"] = json!({"os": "linux", "architecture": architecture});
        children.push(child);
    }
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": children}).to_string();
    let blob = blobs.put(index.as_bytes(), None).unwrap();
    (store, blob.digest)
}

/// Pushes, looks, pulls elsewhere, mounts, deletes.
async fn round(registry: &Registry, config: ClientConfig, host: &str) {
    let client = Client::new(config);
    let dir = tempfile::tempdir().unwrap();
    let (from, index) = fill(&dir.path().join("from"));
    let name: Reference = format!("{host}/team/app:v1").parse().unwrap();
    let pushed = client
        .push(&from, &index, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!((pushed.descriptor.digest, pushed.uploaded), (index.clone(), 5));
    assert_eq!(client.resolve(&name).await.unwrap().digest, index);
    assert_eq!(client.tags(&name).await.unwrap(), ["v1"]);
    assert_eq!(client.catalog(host).await.unwrap(), ["team/app"]);

    let to = Store::open(&dir.path().join("to")).unwrap();
    let options = PullOptions {
        all_platforms: true,
        ..PullOptions::default()
    };
    let pulled = client.pull(&to, &name, &options, &Silent).await.unwrap();
    assert_eq!(pulled.descriptor.digest, index);
    assert_eq!(from.blobs().list().unwrap(), to.blobs().list().unwrap());

    let other: Reference = format!("{host}/other:v1").parse().unwrap();
    let mount = PushOptions {
        mount_from: vec!["team/app".to_owned()],
    };
    let pushed = client.push(&from, &index, &other, &mount, &Silent).await.unwrap();
    assert_eq!(pushed.uploaded, 0, "everything could be mounted");

    client.delete(&name).await.unwrap();
    client.resolve(&name).await.unwrap_err();
    assert_eq!(client.resolve(&other).await.unwrap().digest, index);
    // The server's namespace is not its store's list of images.
    assert!(registry.store.images().list().unwrap().is_empty());
}

#[tokio::test]
async fn over_plain_http() {
    let registry = start().await;
    let host = format!("localhost:{}", registry.addr.port());
    round(&registry, ClientConfig::default(), &host).await;
}

#[tokio::test]
async fn in_chunks() {
    let registry = start().await;
    let host = format!("localhost:{}", registry.addr.port());
    let config = ClientConfig {
        upload: UploadPolicy {
            monolithic_max: ByteCount::new(0),
            chunk: Some(ByteCount::kib(100)),
        },
        ..ClientConfig::default()
    };
    round(&registry, config, &host).await;
}

#[tokio::test]
async fn over_tls_with_passwords_and_with_tokens() {
    for scheme in [AuthScheme::Basic, AuthScheme::Token] {
        let (registry, cert) = guarded_with_tls(scheme).await;
        let host = format!("localhost:{}", registry.addr.port());
        let credential = Credential::Basic {
            username: "sam".to_owned(),
            password: Secret::new("secret".to_owned()),
        };
        let config = |credentials| ClientConfig {
            ca_files: vec![cert.clone()],
            credentials,
            ..ClientConfig::default()
        };
        let known = Credentials::Fixed(BTreeMap::from([(host.clone(), credential.clone())]));
        round(&registry, config(known), &host).await;
        let anonymous = Client::new(config(Credentials::Anonymous));
        anonymous.verify(&host, credential).await.unwrap();
        let wrong = Credential::Basic {
            username: "sam".to_owned(),
            password: Secret::new("wrong".to_owned()),
        };
        anonymous.verify(&host, wrong).await.unwrap_err();
        let name: Reference = format!("{host}/other:v1").parse().unwrap();
        anonymous.resolve(&name).await.unwrap_err();
    }
}
