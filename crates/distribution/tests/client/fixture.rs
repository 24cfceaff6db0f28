//! Images at the fake registry, stores, clients, and a progress that remembers.

use std::sync::Mutex;
use std::time::Duration;

use sampan_distribution::client::{Client, ClientConfig, Progress, RetryPolicy, Timeouts};
use sampan_store::Store;
use sampan_types::media::{OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{Digest, Reference};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake::{Fake, digest};

pub(crate) const LAYER_SIZE: usize = 300_000;

/// An image that a registry holds.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) digest: Digest,
    pub(crate) layers: Vec<Digest>,
}

/// Bytes that do not repeat.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<u8> {
    sampan_testkit::files::Noise::new(seed).take(len)
}

pub(crate) fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

impl Fake {
    pub(crate) fn add_blob(&self, bytes: &[u8]) -> Digest {
        let name = digest(bytes);
        self.with(|s| s.blobs.insert(name.clone(), bytes.to_vec()));
        name.parse().unwrap()
    }

    /// Puts a document under its digest and under `tag`.
    pub(crate) fn add_manifest(
        &self,
        repository: &str,
        tag: &str,
        media_type: &str,
        document: &Value,
    ) -> Digest {
        let bytes = document.to_string().into_bytes();
        let own = digest(&bytes);
        self.with(|s| {
            for name in [own.as_str(), tag] {
                let path = format!("/v2/{repository}/manifests/{name}");
                s.manifests.insert(path, (media_type.to_owned(), bytes.clone()));
            }
        });
        own.parse().unwrap()
    }

    /// An image with this many layers of [`LAYER_SIZE`].
    pub(crate) fn add_image(&self, repository: &str, tag: &str, layers: usize) -> Image {
        let seed = tag.bytes().map(u64::from).sum::<u64>() * 1000;
        let layers: Vec<Vec<u8>> = (0..layers)
            .map(|n| noise(seed + n as u64 + 1, LAYER_SIZE))
            .collect();
        let config = json!({"os": "linux", "architecture": "amd64", "tag": tag})
            .to_string()
            .into_bytes();
        self.add_blob(&config);
        let digests = layers.iter().map(|layer| self.add_blob(layer)).collect();
        let document = json!({
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(OCI_CONFIG, &config),
            "layers": layers.iter().map(|l| descriptor(OCI_LAYER, l)).collect::<Vec<_>>(),
        });
        Image {
            digest: self.add_manifest(repository, tag, OCI_MANIFEST, &document),
            layers: digests,
        }
    }

    /// An index over images, each with its platform.
    pub(crate) fn add_index(&self, repository: &str, tag: &str, images: &[(&Image, &str)]) -> Digest {
        let entries: Vec<Value> = images
            .iter()
            .map(|(image, platform)| {
                let path = format!("/v2/{repository}/manifests/{}", image.digest);
                let size = self.with(|s| s.manifests[&path].1.len());
                let (os, architecture) = platform.split_once('/').unwrap();
                json!({"mediaType": OCI_MANIFEST, "digest": image.digest, "size": size,
                    "platform": {"os": os, "architecture": architecture}})
            })
            .collect();
        let document = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries});
        self.add_manifest(repository, tag, OCI_INDEX, &document)
    }

    pub(crate) fn reference(&self, rest: &str) -> Reference {
        format!("{}/{rest}", self.name()).parse().unwrap()
    }
}

pub(crate) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

/// Quick to try again, and to give up.
pub(crate) fn config() -> ClientConfig {
    ClientConfig {
        retry: RetryPolicy {
            attempts: 4,
            base: Duration::from_millis(1),
            max: Duration::from_millis(4),
            max_retry_after: Duration::from_secs(3),
        },
        timeouts: Timeouts {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            helper: Duration::from_secs(10),
        },
        system_ca_files: Vec::new(),
        ..ClientConfig::default()
    }
}

pub(crate) fn client() -> Client {
    Client::new(config())
}

/// Whether the store has a blob, verified.
pub(crate) fn has(store: &Store, digest: &Digest) -> bool {
    let max = sampan_types::ByteCount::mib(64);
    store.blobs().contains(digest).unwrap() && store.blobs().read_blob(digest, max).is_ok()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Start(Digest, Option<u64>),
    Position(Digest, u64),
    Done(Digest),
    Already(Digest),
    Retry(Option<Digest>, u32, Duration),
}

#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Recorder {
    fn push(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
    pub(crate) fn retries(&self) -> Vec<Duration> {
        let events = self.events();
        let waits = events.into_iter().filter_map(|e| match e {
            Event::Retry(_, _, wait) => Some(wait),
            _ => None,
        });
        waits.collect()
    }
}

impl Progress for Recorder {
    fn start(&self, item: &Digest, _what: &str, total: Option<u64>) {
        self.push(Event::Start(item.clone(), total));
    }
    fn advance(&self, item: &Digest, position: u64) {
        self.push(Event::Position(item.clone(), position));
    }
    fn done(&self, item: &Digest) {
        self.push(Event::Done(item.clone()));
    }
    fn already(&self, item: &Digest, _what: &str) {
        self.push(Event::Already(item.clone()));
    }
    fn retry(&self, item: Option<&Digest>, _cause: &str, attempt: u32, wait: Duration) {
        self.push(Event::Retry(item.cloned(), attempt, wait));
    }
}
