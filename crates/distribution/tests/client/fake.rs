//! A registry on a loopback port, one thread for each connection, whose every answer a test can replace.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

/// A request as it came, with its body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_blob(&self) -> bool {
        self.method == "GET" && self.path.contains("/blobs/sha256:")
    }

    pub(crate) fn is_manifest(&self) -> bool {
        self.path.contains("/manifests/")
    }

    /// A value of the query, decoded as far as these tests need.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|p| p.split_once('='));
        let found = pairs.filter(|(n, _)| *n == name).map(|(_, v)| v).next()?;
        Some(
            found
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace("%2C", ",")
                .replace("%2B", "+"),
        )
    }
}

/// How much of an answer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Whole,
    /// So many bytes of the body; then the connection closes.
    Cut(usize),
    /// So many bytes of the body; then nothing until the other side leaves.
    Stall(usize),
    /// The body again and again, without a length, until the other side leaves.
    Endless,
}

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) sent: Sent,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            sent: Sent::Whole,
        }
    }
    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
    pub(crate) fn sent(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }
}

/// What the registry holds and has seen.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) blobs: HashMap<String, Vec<u8>>,
    /// By path: `/v2/NAME/manifests/REFERENCE`.
    pub(crate) manifests: BTreeMap<String, (String, Vec<u8>)>,
    pub(crate) uploads: HashMap<String, Vec<u8>>,
    pub(crate) log: Vec<Request>,
    /// Bytes of blobs that left, by path.
    pub(crate) served: HashMap<String, u64>,
    /// The next upload's body is cut after so many bytes, with the connection.
    pub(crate) cut_upload: Option<usize>,
    /// Whether referrers are kept.
    pub(crate) referrers: bool,
}

impl State {
    /// How many requests so far (with the one at hand) this holds for.
    pub(crate) fn count(&self, test: impl Fn(&Request) -> bool) -> usize {
        self.log.iter().filter(|r| test(r)).count()
    }
}

type Hook = dyn Fn(&Request, &mut State) -> Option<Reply> + Send + Sync;

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    hook: Arc<Mutex<Arc<Hook>>>,
}

/// A certificate and key in PEM.
pub(crate) struct Pem {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Fake {
    pub(crate) fn start() -> Self {
        Self::serve(None)
    }

    pub(crate) fn start_tls(pem: &Pem) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = rustls_pki_types::CertificateDer::pem_slice_iter(pem.certificate.as_bytes());
        let key = rustls_pki_types::PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        Self::serve(Some(Arc::new(config)))
    }

    fn serve(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            referrers: true,
            ..State::default()
        }));
        let hook: Arc<Mutex<Arc<Hook>>> = Arc::new(Mutex::new(Arc::new(|_, _| None)));
        let (seen, first) = (Arc::clone(&state), Arc::clone(&hook));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, hook, tls) = (Arc::clone(&seen), Arc::clone(&first), tls.clone());
                std::thread::spawn(move || connection(stream, tls, &state, &hook));
            }
        });
        Self { address, state, hook }
    }

    /// Answers that come before the registry's own.
    pub(crate) fn hook(&self, hook: impl Fn(&Request, &mut State) -> Option<Reply> + Send + Sync + 'static) {
        *self.hook.lock().unwrap() = Arc::new(hook);
    }

    pub(crate) fn behave(&self) {
        self.hook(|_, _| None);
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap())
    }

    /// The registry's name in references.
    pub(crate) fn name(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn count(&self, test: impl Fn(&Request) -> bool) -> usize {
        self.with(|s| s.count(test))
    }

    /// Bytes of a blob that left.
    pub(crate) fn served(&self, digest: &str) -> u64 {
        self.with(|s| {
            s.served
                .iter()
                .filter(|(path, _)| path.ends_with(digest))
                .map(|(_, n)| n)
                .sum()
        })
    }
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

fn connection(
    stream: TcpStream,
    tls: Option<Arc<rustls::ServerConfig>>,
    state: &Mutex<State>,
    hook: &Mutex<Arc<Hook>>,
) {
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    match tls {
        Some(config) => {
            let connection = rustls::ServerConnection::new(config).unwrap();
            let _ = exchange(rustls::StreamOwned::new(connection, stream), state, hook);
        }
        None => {
            let mut first = [0];
            // A TLS greeting at a plain port ends the connection, as servers do.
            if stream.peek(&mut first).is_ok_and(|n| n == 1 && first[0] != 0x16) {
                let _ = exchange(stream, state, hook);
            }
        }
    }
}

/// One request and its answer.
fn exchange<S: Read + Write>(
    stream: S,
    state: &Mutex<State>,
    hook: &Mutex<Arc<Hook>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => request.headers.push((name.to_owned(), value.trim().to_owned())),
            None => break,
        }
    }
    let length: usize = request.header("content-length").map_or(0, |l| l.parse().unwrap());
    if matches!(request.method.as_str(), "PATCH" | "PUT") && request.path.contains("/blobs/uploads/") {
        let cut = state.lock().unwrap().cut_upload.take_if(|cut| length > *cut);
        if let Some(cut) = cut {
            let mut part = vec![0; cut.min(length)];
            reader.read_exact(&mut part)?;
            let mut state = state.lock().unwrap();
            state
                .uploads
                .entry(request.path.clone())
                .or_default()
                .extend(&part);
            state.log.push(request);
            return Ok(());
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    let first = Arc::clone(&hook.lock().unwrap());
    let reply = {
        let mut state = state.lock().unwrap();
        state.log.push(request.clone());
        let own = first(&request, &mut state);
        own.unwrap_or_else(|| answer(&request, &mut state))
    };
    send(reader.into_inner(), &request, &reply, state)
}

fn send<S: Read + Write>(
    mut stream: S,
    request: &Request,
    reply: &Reply,
    state: &Mutex<State>,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let own_length = reply
        .headers
        .iter()
        .any(|(n, _)| n.eq_ignore_ascii_case("content-length"));
    if !own_length && reply.sent != Sent::Endless {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if request.method == "HEAD" {
        return stream.flush();
    }
    let count = |bytes: &[u8]| {
        if request.is_blob() {
            *state
                .lock()
                .unwrap()
                .served
                .entry(request.path.clone())
                .or_default() += bytes.len() as u64;
        }
    };
    match reply.sent {
        Sent::Whole => {
            count(&reply.body);
            stream.write_all(&reply.body)?;
            stream.flush()
        }
        Sent::Cut(n) | Sent::Stall(n) => {
            let part = &reply.body[..n.min(reply.body.len())];
            count(part);
            stream.write_all(part)?;
            stream.flush()?;
            if matches!(reply.sent, Sent::Stall(_)) {
                let _ = stream.read(&mut [0]);
            }
            Ok(())
        }
        Sent::Endless => loop {
            stream.write_all(&reply.body)?;
            count(&reply.body);
        },
    }
}

/// The well-behaved registry.
fn answer(request: &Request, state: &mut State) -> Reply {
    let path = request.path.as_str();
    let read = matches!(request.method.as_str(), "GET" | "HEAD");
    if path == "/v2/" {
        return Reply::new(200);
    }
    if request.is_manifest() {
        return manifest(request, state, read);
    }
    if path.contains("/blobs/uploads/") {
        return upload(request, state);
    }
    if let (true, Some((_, digest))) = (read, path.split_once("/blobs/")) {
        return match state.blobs.get(digest) {
            Some(blob) => ranged(request, blob),
            None => Reply::new(404),
        };
    }
    if let (true, Some((_, subject))) = (state.referrers, path.split_once("/referrers/")) {
        let all = state.manifests.values().filter_map(|(media_type, bytes)| {
            let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
            (value["subject"]["digest"] == subject).then(|| {
                serde_json::json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len(),
                    "artifactType": value["artifactType"]})
            })
        });
        let mut all: Vec<_> = all.collect();
        all.dedup();
        let index = serde_json::json!({"schemaVersion": 2, "manifests": all});
        return Reply::new(200).body(index.to_string());
    }
    Reply::new(404)
}

fn manifest(request: &Request, state: &mut State, read: bool) -> Reply {
    if read {
        return match state.manifests.get(&request.path) {
            Some((media_type, bytes)) => Reply::new(200)
                .header("content-type", media_type)
                .header("docker-content-digest", digest(bytes))
                .body(bytes.clone()),
            None => Reply::new(404)
                .body(r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#),
        };
    }
    if request.method == "DELETE" {
        return match state.manifests.remove(&request.path) {
            Some((_, bytes)) => {
                state.manifests.retain(|_, (_, other)| *other != bytes);
                Reply::new(202)
            }
            None => Reply::new(404),
        };
    }
    let own = digest(&request.body);
    let media_type = request.header("content-type").unwrap().to_owned();
    let (base, _) = request.path.rsplit_once('/').unwrap();
    let entry = (media_type, request.body.clone());
    state.manifests.insert(format!("{base}/{own}"), entry.clone());
    state.manifests.insert(request.path.clone(), entry);
    let reply = Reply::new(201).header("docker-content-digest", &own);
    let subject = serde_json::from_slice::<serde_json::Value>(&request.body).ok();
    match subject.as_ref().and_then(|v| v["subject"]["digest"].as_str()) {
        Some(subject) if state.referrers => reply.header("oci-subject", subject),
        _ => reply,
    }
}

fn upload(request: &Request, state: &mut State) -> Reply {
    let path = request.path.clone();
    match request.method.as_str() {
        "POST" => {
            if let Some(mount) = request.param("mount")
                && state.blobs.contains_key(&mount)
            {
                return Reply::new(201);
            }
            let location = format!("{path}session-{}", state.log.len());
            state.uploads.insert(location.clone(), Vec::new());
            Reply::new(202).header("location", format!("{location}?_state=x"))
        }
        "GET" => match state.uploads.get(&path) {
            Some(bytes) => Reply::new(204)
                .header("location", format!("{path}?_state=y"))
                .header("range", format!("0-{}", bytes.len().saturating_sub(1))),
            None => Reply::new(404),
        },
        "PATCH" => {
            let Some(bytes) = state.uploads.get_mut(&path) else {
                return Reply::new(404);
            };
            let first = request
                .header("content-range")
                .and_then(|r| r.split('-').next()?.parse().ok());
            if first.is_some_and(|first: usize| first != bytes.len()) {
                return Reply::new(416);
            }
            bytes.extend(&request.body);
            Reply::new(202)
                .header("location", format!("{path}?_state=z"))
                .header("range", format!("0-{}", bytes.len() - 1))
        }
        "PUT" => {
            let Some(mut bytes) = state.uploads.remove(&path) else {
                return Reply::new(404);
            };
            bytes.extend(&request.body);
            let wanted = request.param("digest").unwrap();
            if digest(&bytes) != wanted {
                return Reply::new(400).body(r#"{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}"#);
            }
            state.blobs.insert(wanted, bytes);
            Reply::new(201)
        }
        _ => Reply::new(405),
    }
}

/// A blob, or the part of it that is asked for.
pub(crate) fn ranged(request: &Request, blob: &[u8]) -> Reply {
    let range = request.header("range").and_then(|r| r.strip_prefix("bytes="));
    let first = range
        .and_then(|r| r.strip_suffix('-'))
        .map(|r| r.parse::<usize>().unwrap());
    match first {
        Some(first) if first >= blob.len() => Reply::new(416),
        Some(first) => Reply::new(206)
            .header(
                "content-range",
                format!("bytes {first}-{}/{}", blob.len() - 1, blob.len()),
            )
            .body(&blob[first..]),
        None => Reply::new(200).body(blob),
    }
}
