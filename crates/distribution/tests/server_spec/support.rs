//! A server on a free port, a client, and content to push.

use std::net::SocketAddr;
use std::sync::Once;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use sampan_distribution::server::{Server, ServerConfig, ServerError};
use sampan_store::Store;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const OCTETS: &str = "application/octet-stream";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Everything waits at most so long for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Registry {
    pub(crate) url: String,
    pub(crate) addr: SocketAddr,
    pub(crate) store: Store,
    pub(crate) http: Client,
    pub(crate) dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<Result<(), ServerError>>>,
}

pub(crate) fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .unwrap()
}

pub(crate) fn config() -> ServerConfig {
    ServerConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..ServerConfig::default()
    }
}

pub(crate) async fn start() -> Registry {
    start_with(|_| {}).await
}

pub(crate) async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Registry {
    start_in(tempfile::tempdir().unwrap(), change).await
}

pub(crate) async fn start_in(dir: TempDir, change: impl FnOnce(&mut ServerConfig)) -> Registry {
    let store = Store::open(&dir.path().join("root")).unwrap();
    let mut config = config();
    change(&mut config);
    let server = Server::bind(store.clone(), config).await.unwrap();
    let (addr, url) = (server.local_addr(), server.url());
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.serve(async move {
        let _ = stopped.await;
    }));
    Registry {
        url,
        addr,
        store,
        http: client(),
        dir,
        stop: Some(stop),
        task: Some(task),
    }
}

impl Registry {
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        };
        self.http
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
    }

    pub(crate) async fn send(&self, method: &str, path: &str) -> Response {
        self.request(method, path).send().await.unwrap()
    }

    /// Begins the shutdown without waiting for its end.
    pub(crate) fn begin_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// The end of the server, which must come, and its folder.
    pub(crate) async fn stop(mut self) -> TempDir {
        self.begin_stop();
        self.ended().await;
        self.dir
    }

    pub(crate) async fn ended(&mut self) {
        let task = self.task.take().unwrap();
        tokio::time::timeout(PATIENCE, task)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }

    /// Opens a session and tells its location.
    pub(crate) async fn session(&self, repo: &str) -> String {
        let response = self.send("POST", &format!("/v2/{repo}/blobs/uploads/")).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        header(&response, "location")
    }

    /// POST and PUT.
    pub(crate) async fn push_blob(&self, repo: &str, digest: &str, bytes: &[u8]) {
        let location = self.session(repo).await;
        let response = self
            .request("PUT", &format!("{location}?digest={digest}"))
            .header("content-type", OCTETS)
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
    }

    pub(crate) async fn push_manifest(
        &self,
        repo: &str,
        selector: &str,
        kind: &str,
        bytes: &[u8],
    ) -> Response {
        self.request("PUT", &format!("/v2/{repo}/manifests/{selector}"))
            .header("content-type", kind)
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
    }

    /// A small image under a tag; its manifest's digest and bytes.
    pub(crate) async fn push_image(&self, repo: &str, tag: &str, seed: &str) -> (String, Vec<u8>) {
        let (config, layer) = (format!("{{\"seed\":\"{seed}\"}}"), format!("layer of {seed}"));
        for bytes in [&config, &layer] {
            self.push_blob(repo, &sha256(bytes.as_bytes()), bytes.as_bytes())
                .await;
        }
        let bytes = image(&[(CONFIG, config.as_bytes()), (LAYER, layer.as_bytes())]);
        let response = self.push_manifest(repo, tag, MANIFEST, &bytes).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        (sha256(&bytes), bytes)
    }

    /// A connection without a client's good manners.
    pub(crate) async fn raw(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    /// Sends bytes as they are and reads to the end of the connection.
    pub(crate) async fn exchange(&self, request: &str) -> String {
        let mut stream = self.raw().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read_all(&mut stream).await
    }
}

/// What comes until the peer ends the connection, which it must.
pub(crate) async fn read_all(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A reset after the answer is an end too.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all))
        .await
        .unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// A manifest whose first entry is the config.
pub(crate) fn image(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let descriptors: Vec<Value> = parts
        .iter()
        .map(|(kind, bytes)| descriptor(kind, bytes))
        .collect();
    let document = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptors[0],
        "layers": descriptors[1..],
    });
    serde_json::to_vec(&document).unwrap()
}

pub(crate) fn descriptor(kind: &str, bytes: &[u8]) -> Value {
    serde_json::json!({"mediaType": kind, "digest": sha256(bytes), "size": bytes.len()})
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    digest("sha256", bytes)
}

pub(crate) fn digest(algorithm: &str, bytes: &[u8]) -> String {
    let hash = match algorithm {
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        other => panic!("{other}"),
    };
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{algorithm}:{hex}")
}

/// Bytes that differ from seed to seed.
pub(crate) fn content(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15);
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .collect()
}

pub(crate) fn header(response: &Response, name: &str) -> String {
    match response.headers().get(name) {
        Some(value) => value.to_str().unwrap().to_owned(),
        None => panic!("no `{name}` in {response:?}"),
    }
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Asserts status and code of an error in the spec's form.
#[track_caller]
pub(crate) fn refused(response: Response, status: u16, code: &str) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    let code = code.to_owned();
    async move {
        let found = response.status().as_u16();
        let body = response.text().await.unwrap();
        let parsed: Value = serde_json::from_str(&body).unwrap_or_default();
        let entry = &parsed["errors"][0];
        assert!(
            found == status && entry["code"] == *code && entry["message"].is_string(),
            "{caller}: wanted {status} {code}, got {found} {body}"
        );
    }
}

/// Asks again until the answer is the one that must come.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let asking = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
