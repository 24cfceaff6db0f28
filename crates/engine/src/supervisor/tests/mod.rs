//! The supervisor over a runtime that only pretends.

mod fake;
mod files;
mod journal;
mod life;
mod many;
mod objects;
mod talk;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sampan_api::StrSlice;
use sampan_api::container::{Config, CreateRequest, HostConfig};
use sampan_image::PackOptions;
use sampan_store::{Descriptor, Store};
use sampan_testkit::layer::Layer;
use sampan_types::media;

use super::{Caller, Supervisor, SupervisorConfig, WaitCondition};
use crate::{Engine, EngineConfig};
use fake::{FakeRuntime, World};

/// The least module that is one.
const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// A data folder with two images, and what runs beside it.
struct House {
    dir: tempfile::TempDir,
    world: Arc<World>,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let lease = store.lease().unwrap();
        let name = "hello:latest".parse().unwrap();
        sampan_image::pack(&lease, WASM, Some(&name), &PackOptions::default()).unwrap();
        files_image(&store);
        Self {
            dir,
            world: Arc::default(),
        }
    }

    fn root(&self) -> &Path {
        self.dir.path()
    }

    async fn open(&self) -> Supervisor {
        self.open_with(SupervisorConfig::default()).await
    }

    async fn open_with(&self, config: SupervisorConfig) -> Supervisor {
        let store = Store::open(self.root()).unwrap();
        let engine = Engine::new(
            EngineConfig::default(),
            store,
            vec![Arc::new(FakeRuntime(self.world.clone()))],
        );
        Supervisor::open(Arc::new(engine), config).await.unwrap()
    }

    /// Waits until the old daemon has let go of the journal, and opens another.
    async fn reopen(&self, old: Supervisor) -> Supervisor {
        let gone = Arc::downgrade(&old.shared);
        drop(old);
        self.reopen_when(gone).await
    }

    async fn reopen_when(&self, gone: std::sync::Weak<super::shared::Shared>) -> Supervisor {
        // Tasks that hold it end with their containers or their sleep; a killed daemon's just stop. The lock alone
        // is in the way, so it is taken away.
        if gone.strong_count() > 0 {
            let _ = std::fs::remove_file(self.root().join("daemon/v1/lock"));
        }
        self.open().await
    }
}

/// `files:latest`: `/bin/app` and `/etc/motd`.
fn files_image(store: &Store) {
    let tar = Layer::new()
        .folder("bin")
        .entry("bin/app", sampan_testkit::layer::Kind::File, "", 0o755, WASM)
        .folder("etc")
        .file("etc/motd", "hello\n")
        .folder("data")
        .file("data/seed", "seed\n")
        .tar();
    let lease = store.lease().unwrap();
    let blob = lease.blobs().put(&tar, None).unwrap();
    let layer = Descriptor::new(media::OCI_LAYER, blob.digest.clone(), blob.size);
    let config = serde_json::json!({
        "architecture": "wasm", "os": "wasi",
        "config": {"Entrypoint": ["/bin/app"], "Env": ["FROM=image"], "Labels": {"made": "here"}},
        "rootfs": {"type": "layers", "diff_ids": [blob.digest]},
    });
    let blob = lease
        .blobs()
        .put(&serde_json::to_vec(&config).unwrap(), None)
        .unwrap();
    let config = Descriptor::new(media::OCI_CONFIG, blob.digest, blob.size);
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": media::OCI_MANIFEST, "config": config, "layers": [layer],
    });
    let blob = lease
        .blobs()
        .put(&serde_json::to_vec(&manifest).unwrap(), None)
        .unwrap();
    let descriptor = Descriptor::new(media::OCI_MANIFEST, blob.digest, blob.size);
    let name = "files:latest".parse().unwrap();
    lease.images().tag(&name, &descriptor).unwrap();
}

fn me() -> Caller {
    Caller {
        domain: "0".to_owned(),
        host: true,
    }
}

fn request(words: &[&str], change: impl FnOnce(&mut Config, &mut HostConfig)) -> CreateRequest {
    let mut request = CreateRequest {
        config: Config {
            image: "hello".to_owned(),
            cmd: Some(StrSlice(words.iter().map(|w| (*w).to_owned()).collect())),
            ..Config::default()
        },
        ..CreateRequest::default()
    };
    change(&mut request.config, &mut request.host_config);
    request
}

async fn create(s: &Supervisor, name: &str, words: &[&str]) -> String {
    create_with(s, name, words, |_, _| {}).await
}

async fn create_with(
    s: &Supervisor,
    name: &str,
    words: &[&str],
    change: impl FnOnce(&mut Config, &mut HostConfig),
) -> String {
    let made = s.create(&me(), Some(name), None, request(words, change)).await;
    made.unwrap().id
}

/// The exit code at the container's end.
async fn finish(s: &Supervisor, id: &str) -> i64 {
    let waiting = s.wait(id, WaitCondition::NotRunning).unwrap();
    waiting.done().await.status_code
}

/// Polls until it holds.
async fn until(what: &str, mut probe: impl AsyncFnMut() -> bool) {
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while !probe().await {
        assert!(std::time::Instant::now() < end, "waited too long for {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
