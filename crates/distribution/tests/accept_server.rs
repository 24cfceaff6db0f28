//! The server with clients that nobody here wrote: skopeo, and the conformance suite of the spec where its
//! program is found.
//!
//! These need Debian's `skopeo`; `cargo xtask accept` installs it.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Output;

use sampan_distribution::server::{AuthConfig, AuthScheme, Server, ServerConfig, TlsFiles};
use sampan_store::Store;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::process::Command;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

struct Served {
    dir: TempDir,
    host: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(secured: Option<AuthScheme>) -> Served {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("root")).unwrap();
    let mut config = ServerConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..ServerConfig::default()
    };
    if let Some(scheme) = secured {
        config.auth = Some(AuthConfig {
            htpasswd: htpasswd(dir.path()),
            scheme,
            anonymous_pull: false,
        });
        config.tls = Some(certificate(dir.path()));
    }
    let server = Server::bind(store, config).await.unwrap();
    let host = format!("localhost:{}", server.local_addr().port());
    let task = tokio::spawn(async move { server.serve(std::future::pending()).await.unwrap() });
    Served { dir, host, task }
}

fn htpasswd(dir: &Path) -> PathBuf {
    let hash = bcrypt::hash_with_result("secret", 4).unwrap();
    let path = dir.join("htpasswd");
    std::fs::write(
        &path,
        format!("sam:{}\n", hash.format_for_version(bcrypt::Version::TwoY)),
    )
    .unwrap();
    path
}

/// A certificate in the folder `certs`, as skopeo's `--cert-dir` wants it.
fn certificate(dir: &Path) -> TlsFiles {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certs = dir.join("certs");
    std::fs::create_dir(&certs).unwrap();
    let files = TlsFiles {
        cert: certs.join("ca.crt"),
        key: dir.join("key.pem"),
    };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    files
}

async fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output().await;
    output.unwrap_or_else(|error| panic!("{program}: {error}"))
}

/// Runs skopeo, which must succeed, and gives what it printed.
async fn skopeo(arguments: &[&str]) -> String {
    let mut all = vec!["--insecure-policy"];
    all.extend(arguments);
    let output = run("skopeo", &all).await;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "skopeo {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// An OCI layout with one index of two platforms under the name `v1`.
fn layout(dir: &Path) -> PathBuf {
    let root = dir.join("layout");
    let blobs = root.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    let put = |kind: &str, bytes: &[u8]| {
        let hex: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        std::fs::write(blobs.join(&hex), bytes).unwrap();
        json!({"mediaType": kind, "digest": format!("sha256:{hex}"), "size": bytes.len()})
    };
    let mut children = Vec::new();
    for architecture in ["amd64", "arm64"] {
        // An empty tar: two blocks of zeros, and some, so that the two differ.
        let tar = vec![0u8; if architecture == "amd64" { 1024 } else { 10_240 }];
        let hex: String = Sha256::digest(&tar)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let layer = put(LAYER, &tar);
        let config = json!({
            "architecture": architecture, "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{hex}")]},
        });
        let config = put(CONFIG, config.to_string().as_bytes());
        let manifest =
            json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]});
        let mut child = put(MANIFEST, manifest.to_string().as_bytes());
        child["platform"] = json!({"architecture": architecture, "os": "linux"});
        children.push(child);
    }
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": children});
    let mut entry = put(INDEX, index.to_string().as_bytes());
    entry["annotations"] = json!({"org.opencontainers.image.ref.name": "v1"});
    let top = json!({"schemaVersion": 2, "manifests": [entry]});
    std::fs::write(root.join("index.json"), top.to_string()).unwrap();
    std::fs::write(root.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    root
}

/// Every blob of a layout, by name.
fn blobs(layout: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(layout.join("blobs/sha256"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Copies there and back, looks, lists, deletes.
async fn round(served: &Served, flags: &[&str], to: &[&str], from: &[&str]) {
    let source = layout(served.dir.path());
    let source_name = format!("oci:{}:v1", source.display());
    let remote = format!("docker://{}/team/app:v1", served.host);
    let back = served.dir.path().join("back");
    let with = |base: &[&'static str], extra: &[&str], rest: &[&str]| {
        base.iter()
            .copied()
            .chain(extra.iter().copied())
            .chain(rest.iter().copied())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let call = async |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        skopeo(&arguments).await
    };
    call(with(
        &["copy", "--all", "--preserve-digests"],
        to,
        &[&source_name, &remote],
    ))
    .await;
    let one = format!("docker://{}/team/app:one", served.host);
    call(with(&["copy", "--preserve-digests"], to, &[&source_name, &one])).await;
    call(with(
        &["copy", "--all", "--preserve-digests"],
        from,
        &[&remote, &format!("oci:{}:v1", back.display())],
    ))
    .await;
    assert_eq!(blobs(&source), blobs(&back), "what came back is not what went");
    let raw = call(with(&["inspect", "--raw"], flags, &[&remote])).await;
    assert_eq!(serde_json::from_str::<Value>(&raw).unwrap()["mediaType"], INDEX);
    let seen: Value = serde_json::from_str(&call(with(&["inspect"], flags, &[&remote])).await).unwrap();
    assert_eq!(seen["RepoTags"], json!(["one", "v1"]));
    let tags = async || {
        let repository = format!("docker://{}/team/app", served.host);
        let listed = call(with(&["list-tags"], flags, &[&repository])).await;
        serde_json::from_str::<Value>(&listed).unwrap()["Tags"].clone()
    };
    assert_eq!(tags().await, json!(["one", "v1"]));
    call(with(&["delete"], flags, &[&remote])).await;
    assert_eq!(tags().await, json!(["one"]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "accept: needs skopeo"]
async fn skopeo_over_plain_http() {
    let served = serve(None).await;
    round(
        &served,
        &["--tls-verify=false"],
        &["--dest-tls-verify=false"],
        &["--src-tls-verify=false"],
    )
    .await;
}

async fn over_tls(scheme: AuthScheme) {
    let served = serve(Some(scheme)).await;
    let certs = served.dir.path().join("certs");
    let certs = certs.to_str().unwrap();
    let pair = |prefix: &str| {
        vec![
            format!("--{prefix}creds=sam:secret"),
            format!("--{prefix}cert-dir={certs}"),
        ]
    };
    let (flags, to, from) = (pair(""), pair("dest-"), pair("src-"));
    let refs = |all: &[String]| {
        all.iter()
            .map(String::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (flags, to, from) = (refs(&flags), refs(&to), refs(&from));
    let borrow = |all: &'_ [String]| {
        all.iter()
            .map(|text| text.clone().leak() as &str)
            .collect::<Vec<_>>()
    };
    round(&served, &borrow(&flags), &borrow(&to), &borrow(&from)).await;
    let wrong = ["inspect", "--creds=sam:wrong", &format!("--cert-dir={certs}")];
    let name = format!("docker://{}/team/app:one", served.host);
    let output = run("skopeo", &[wrong.as_slice(), &[&name]].concat()).await;
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "accept: needs skopeo"]
async fn skopeo_over_tls_with_basic_credentials() {
    over_tls(AuthScheme::Basic).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "accept: needs skopeo"]
async fn skopeo_over_tls_with_tokens() {
    over_tls(AuthScheme::Token).await;
}

/// The suite of the distribution spec, run by its path: `OCI_CONFORMANCE` names the program that
/// `go build` makes of the folder `conformance` of opencontainers/distribution-spec.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "accept: needs the conformance suite of the distribution spec"]
async fn the_conformance_suite() {
    #[allow(clippy::disallowed_methods, reason = "a suite from elsewhere, by its path")]
    let Ok(program) = std::env::var("OCI_CONFORMANCE") else {
        println!("OCI_CONFORMANCE is not set: the suite did not run");
        return;
    };
    let served = serve(None).await;
    let results = served.dir.path().join("results");
    let output = Command::new(program)
        .current_dir(served.dir.path())
        .env("OCI_REGISTRY", &served.host)
        .env("OCI_TLS", "disabled")
        .env("OCI_RESULTS_DIR", &results)
        .env("OCI_VERSION", "dev")
        .env("OCI_API_BLOBS_DIGEST_HEADER", "true")
        .env("OCI_API_BLOBS_UPLOAD_CANCEL", "true")
        .env("OCI_API_MANIFESTS_DIGEST_HEADER", "true")
        .env("OCI_API_MANIFESTS_TAG_PARAM", "true")
        .output()
        .await
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{report}");
    assert!(output.status.success(), "{report}");
    for bad in ["FAIL", "Error"] {
        let count = report
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{bad}...")));
        assert!(count.is_none_or(|line| line.trim().ends_with(" 0")), "{report}");
    }
}
