//! A real registry in a folder of its own, skopeo, and images of our own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sampan_distribution::client::{ClientConfig, Progress, RetryPolicy};
use sampan_store::{Descriptor, Store};
use sampan_types::media::{OCI_CONFIG, OCI_LAYER, OCI_MANIFEST};
use sampan_types::{ByteCount, Digest};
use serde_json::json;
use tempfile::TempDir;

/// A running `docker-registry`; it ends with this value.
pub(crate) struct Registry {
    pub(crate) host: String,
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

/// A certificate and its key in PEM.
pub(crate) struct Pem {
    certificate: String,
    key: String,
}

impl Registry {
    /// With more of its configuration, and with TLS where there is a certificate.
    pub(crate) fn start(more: &str, tls: Option<&Pem>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut http = "http:\n  addr: 127.0.0.1:0\n".to_owned();
        if let Some(pem) = tls {
            std::fs::write(path("cert.pem"), &pem.certificate).unwrap();
            std::fs::write(path("key.pem"), &pem.key).unwrap();
            http.push_str(&format!(
                "  tls:\n    certificate: {}\n    key: {}\n",
                path("cert.pem").display(),
                path("key.pem").display()
            ));
        }
        let config = format!(
            "version: 0.1\nlog:\n  level: info\nstorage:\n  filesystem:\n    rootdirectory: {}\n  delete:\n    \
             enabled: true\n{http}{more}",
            path("data").display()
        );
        std::fs::write(path("config.yml"), config).unwrap();
        let log = File::create(path("log")).unwrap();
        let mut child = Command::new("docker-registry")
            .arg("serve")
            .arg(path("config.yml"))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("docker-registry is installed");
        let address = wait_for_address(&path("log"), &mut child);
        Self {
            host: format!("localhost:{}", address.port()),
            address,
            child,
            _folder: folder,
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for_address(log: &Path, child: &mut Child) -> SocketAddr {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let text = std::fs::read_to_string(log).unwrap();
        let found = text.split("listening on ").nth(1).and_then(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c)))?;
            rest[..end].parse().ok()
        });
        if let Some(address) = found {
            return address;
        }
        let ended = child.try_wait().unwrap();
        assert!(
            ended.is_none() && Instant::now() < deadline,
            "docker-registry did not start: {text}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs skopeo, which must succeed, and gives what it printed.
pub(crate) fn skopeo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("skopeo")
        .args(arguments)
        .output()
        .expect("skopeo is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "skopeo {arguments:?}: {said}");
    output.stdout
}

pub(crate) fn config() -> ClientConfig {
    ClientConfig {
        retry: RetryPolicy {
            attempts: 4,
            base: Duration::from_millis(20),
            ..RetryPolicy::default()
        },
        ..ClientConfig::default()
    }
}

pub(crate) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

/// An image in a store, under a name: its manifest's digest and its layer's.
pub(crate) fn image(store: &Store, seed: u64, size: usize) -> (Digest, Digest) {
    let blobs = store.blobs();
    let layer = sampan_testkit::files::Noise::new(seed).take(size);
    let layer = blobs.put(&layer, None).unwrap();
    let config = json!({"os": "linux", "architecture": "amd64", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer.digest]}});
    let config = blobs.put(config.to_string().as_bytes(), None).unwrap();
    let document = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": Descriptor::new(OCI_CONFIG, config.digest, config.size),
        "layers": [Descriptor::new(OCI_LAYER, layer.digest.clone(), layer.size)]});
    let manifest = blobs.put(document.to_string().as_bytes(), None).unwrap();
    let name = format!("local/image:{seed}").parse().unwrap();
    let descriptor = Descriptor::new(OCI_MANIFEST, manifest.digest.clone(), manifest.size);
    store.images().tag(&name, &descriptor).unwrap();
    (manifest.digest, layer.digest)
}

/// Everything that belongs to an image is there, and is what its digest says.
pub(crate) fn has_image(store: &Store, digest: &Digest) {
    let size = store.blobs().size(digest).unwrap().unwrap();
    let walk = store
        .images()
        .walk(&Descriptor::new(OCI_MANIFEST, digest.clone(), size))
        .unwrap();
    assert!(walk.len() >= 3);
    for reached in walk {
        assert!(reached.present, "{reached:?}");
        store
            .blobs()
            .read_blob(&reached.descriptor.digest, ByteCount::mib(64))
            .unwrap();
    }
}

/// An authority in PEM, and a certificate for this machine that it vouches for.
pub(crate) fn certificate() -> (String, Pem) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own_key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let pem = Pem {
        certificate: own.signed_by(&own_key, &issuer).unwrap().pem(),
        key: own_key.serialize_pem(),
    };
    (certificate.pem(), pem)
}

/// Counts repeated attempts.
#[derive(Default)]
pub(crate) struct Retries(AtomicUsize);

impl Retries {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Progress for Retries {
    fn start(&self, _item: &Digest, _what: &str, _total: Option<u64>) {}
    fn advance(&self, _item: &Digest, _position: u64) {}
    fn done(&self, _item: &Digest) {}
    fn already(&self, _item: &Digest, _what: &str) {}
    fn retry(&self, _item: Option<&Digest>, _cause: &str, _attempt: u32, _wait: Duration) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
