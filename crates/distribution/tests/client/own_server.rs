//! The client with our own server: what only a registry that keeps interrupted uploads can show.

use std::net::SocketAddr;

use sampan_distribution::client::{Client, PullOptions, PushOptions, Silent};
use sampan_distribution::server::{Server, ServerConfig};
use sampan_store::{Descriptor, Store};
use sampan_types::media::{OCI_CONFIG, OCI_EMPTY, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{Digest, Reference};
use serde_json::json;
use tempfile::TempDir;

use crate::fixture::{Recorder, config, descriptor, has, noise, store};
use crate::relay::{Direction, Relay};

async fn serve() -> (TempDir, SocketAddr) {
    let (folder, store) = store();
    let config = ServerConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..ServerConfig::default()
    };
    let server = Server::bind(store, config).await.unwrap();
    let address = server.local_addr();
    tokio::spawn(async move { server.serve(std::future::pending()).await.unwrap() });
    (folder, address)
}

fn image(store: &Store, size: usize) -> (Digest, Digest) {
    let blobs = store.blobs();
    let layer = noise(1, size);
    let config = b"{\"a\":1}".to_vec();
    blobs.put(&config, None).unwrap();
    let own = blobs.put(&layer, None).unwrap().digest;
    let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, &config), "layers": [descriptor(OCI_LAYER, &layer)]});
    (
        blobs.put(document.to_string().as_bytes(), None).unwrap().digest,
        own,
    )
}

fn reference(host: &str, rest: &str) -> Reference {
    format!("{host}/{rest}").parse().unwrap()
}

#[tokio::test]
async fn broken_lines_cost_only_what_was_on_its_way() {
    const SIZE: usize = 20_000_000;
    let (_server, address) = serve().await;
    let (_f1, from) = store();
    let (digest, layer) = image(&from, SIZE);
    let client = Client::new(config());

    let up = Relay::start(address, Direction::Up, 8_000_000);
    let name = reference(&up.host(), "app:1");
    let recorder = Recorder::default();
    client
        .push(&from, &digest, &name, &PushOptions::default(), &recorder)
        .await
        .unwrap();
    assert!(!recorder.retries().is_empty());
    // What lay in buffers when the line broke is sent again; a registry that has not looked at any of it yet is sent
    // all of it once more.
    assert!(up.passed() < 2 * SIZE as u64, "{}", up.passed());

    let down = Relay::start(address, Direction::Down, 8_000_000);
    let name = reference(&down.host(), "app:1");
    let (_f2, to) = store();
    let recorder = Recorder::default();
    client
        .pull(&to, &name, &PullOptions::default(), &recorder)
        .await
        .unwrap();
    assert_eq!(recorder.retries().len(), 1);
    assert!(has(&to, &layer));
    assert!(down.passed() < SIZE as u64 + 1_000_000, "{}", down.passed());
}

#[tokio::test]
async fn the_whole_vocabulary() {
    let (_server, address) = serve().await;
    let (_f, store) = store();
    let (digest, _) = image(&store, 1000);
    let client = Client::new(config());
    let host = address.to_string();
    let name = reference(&host, "team/app:1");
    client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(client.resolve(&name).await.unwrap().digest, digest);
    assert_eq!(client.tags(&name).await.unwrap(), ["1"]);
    assert_eq!(client.catalog(&host).await.unwrap(), ["team/app"]);

    store.blobs().put(b"{}", None).unwrap();
    let size = store.blobs().size(&digest).unwrap().unwrap();
    let signature = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "application/vnd.sig",
        "config": descriptor(OCI_EMPTY, b"{}"), "layers": [descriptor(OCI_EMPTY, b"{}")],
        "subject": Descriptor::new(OCI_MANIFEST, digest.clone(), size)});
    let own = store
        .blobs()
        .put(signature.to_string().as_bytes(), None)
        .unwrap()
        .digest;
    let place = name.with_digest(own.clone());
    client
        .push(&store, &own, &place, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    let found = client
        .referrers(&name, Some("application/vnd.sig"))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].digest, own);
    assert!(
        client
            .referrers(&name, Some("application/vnd.other"))
            .await
            .unwrap()
            .is_empty()
    );

    let mounted = PushOptions {
        mount_from: vec!["team/app".to_owned()],
    };
    let other = reference(&host, "team/copy:1");
    let pushed = client
        .push(&store, &digest, &other, &mounted, &Silent)
        .await
        .unwrap();
    assert_eq!(pushed.uploaded, 0);
    client.delete(&name).await.unwrap();
    client.resolve(&name).await.unwrap_err();
    client.resolve(&other).await.unwrap();
}
