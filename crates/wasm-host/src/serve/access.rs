//! The access log: a line of JSON for each request, with the id that the program sees too.
//!
//! Lines are written by a thread of their own, and a request never waits for them: what a slow reader of the log leaves
//! no room for is counted, and told in a line.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version};
use serde::Serialize;
use serde_json::ser::Formatter;

use crate::spec::Output;

/// By which a request is known: kept where a proxy before this server gave one.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Lines that wait for the log's writer.
const WAITING: usize = 4096;
/// How long the writer waits for a container's log that has no room.
const PAUSE: Duration = Duration::from_millis(5);
/// The longest id that is kept.
const ID: usize = 128;

/// Where lines go.
pub(super) struct AccessLog {
    lines: SyncSender<Line>,
    lost: Arc<AtomicU64>,
}

/// One request, while it is under way.
pub(super) struct Entry {
    log: Arc<AccessLog>,
    id: HeaderValue,
    client: SocketAddr,
    method: Method,
    uri: Uri,
    version: Version,
    since: Instant,
}

#[derive(Serialize)]
struct Line {
    time: String,
    id: String,
    client: SocketAddr,
    host: String,
    method: String,
    path: String,
    version: String,
    status: u16,
    bytes: u64,
    microseconds: u64,
    /// Whether the client had all of the answer.
    complete: bool,
}

impl AccessLog {
    /// A log into a file, pipe or terminal, with its writer, which ends with the log.
    pub(super) fn new(output: Output) -> io::Result<Arc<Self>> {
        let (lines, written) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&lost);
        std::thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || write(Writer(output), &written, &told))?;
        Ok(Arc::new(Self { lines, lost }))
    }

    /// A request comes: it has its id from here on.
    pub(super) fn begin<B>(self: &Arc<Self>, request: &mut Request<B>, client: SocketAddr) -> Box<Entry> {
        let mut ids = request.headers().get_all(REQUEST_ID).iter();
        let id = match (ids.next(), ids.next()) {
            (Some(id), None) if is_plain(id) => id.clone(),
            _ => next_id(),
        };
        request.headers_mut().insert(REQUEST_ID, id.clone());
        Box::new(Entry {
            log: Arc::clone(self),
            id,
            client,
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            since: Instant::now(),
        })
    }
}

impl Entry {
    /// The address, once it is known whole.
    pub(super) fn has_address(&mut self, uri: &Uri) {
        self.uri = uri.clone();
    }

    /// The answer carries the id as well, unless the program gave it another.
    pub(super) fn sign(&self, headers: &mut HeaderMap) {
        headers.entry(REQUEST_ID).or_insert_with(|| self.id.clone());
    }

    /// The request is over.
    pub(super) fn end(&self, status: u16, bytes: u64, complete: bool) {
        let line = Line {
            time: sampan_types::time::rfc3339_nanos(SystemTime::now()),
            id: String::from_utf8_lossy(self.id.as_bytes()).into_owned(),
            client: self.client,
            host: self.uri.authority().map(ToString::to_string).unwrap_or_default(),
            method: self.method.to_string(),
            path: self
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            version: format!("{:?}", self.version),
            status,
            bytes,
            microseconds: u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX),
            complete,
        };
        if self.log.lines.try_send(line).is_err() {
            self.log.lost.fetch_add(1, Relaxed);
        }
    }
}

fn is_plain(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    !bytes.is_empty() && bytes.len() <= ID && bytes.iter().all(u8::is_ascii_graphic)
}

/// An id that no other request has: of this process, which draws its own, and in order.
fn next_id() -> HeaderValue {
    static OF_PROCESS: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let process = OF_PROCESS.get_or_init(|| RandomState::new().hash_one(SystemTime::now()));
    let text = format!("{process:016x}{:016x}", COUNT.fetch_add(1, Relaxed));
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("-"))
}

/// Where the writer's thread writes, which waits for whoever reads.
struct Writer(Output);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Output::Null => Ok(bytes.len()),
            Output::Fd(fd) => Ok(rustix::io::write(fd, bytes)?),
            Output::Pipe(pipe) => loop {
                match pipe.try_write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        std::thread::park_timeout(PAUSE)
                    }
                    written => return written,
                }
            },
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON in ASCII alone: what a client sends does not command the terminal of whoever reads.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, text: &str) -> io::Result<()> {
        for char in text.chars() {
            match char {
                ' '..='~' => to.write_all(&[char as u8])?,
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        write!(to, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn write(mut file: Writer, lines: &Receiver<Line>, lost: &AtomicU64) {
    let mut text = Vec::new();
    while let Ok(first) = lines.recv() {
        text.clear();
        for line in std::iter::once(first).chain(lines.try_iter().take(WAITING)) {
            // Numbers and strings always are JSON.
            let mut json = serde_json::Serializer::with_formatter(&mut text, Ascii);
            if line.serialize(&mut json).is_ok() {
                text.push(b'\n');
            }
        }
        let missing = lost.swap(0, Relaxed);
        if missing > 0 {
            text.extend_from_slice(format!("{{\"lost\":{missing}}}\n").as_bytes());
        }
        if let Err(error) = file.write_all(&text) {
            tracing::warn!(%error, "the access log cannot be written; it ends here");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_sends_is_written_in_ascii() {
        let mut text = Vec::new();
        let path = "/a\u{9b}31m\u{202e}\u{1f600}\"\n\u{7f}z";
        path.serialize(&mut serde_json::Serializer::with_formatter(&mut text, Ascii))
            .unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, r#""/a\u009b31m\u202e\ud83d\ude00\"\n\u007fz""#);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), path);
    }

    #[test]
    fn ids_are_kept_where_they_are_plain_and_made_where_not() {
        let log = AccessLog::new(Output::Fd(tempfile::tempfile().unwrap().into())).unwrap();
        let client: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let begin = |ids: &[&str]| {
            let mut request = Request::builder().uri("/");
            for id in ids {
                request = request.header(REQUEST_ID, *id);
            }
            let mut request = request.body(()).unwrap();
            log.begin(&mut request, client);
            let given: Vec<_> = request.headers().get_all(REQUEST_ID).iter().cloned().collect();
            assert_eq!(given.len(), 1, "the program sees one");
            given[0].to_str().unwrap().to_owned()
        };
        assert_eq!(begin(&["a-1"]), "a-1");
        let made: Vec<String> = [&[][..], &["a b"], &["a", "b"], &[""], &["x".repeat(200).as_str()]]
            .into_iter()
            .map(begin)
            .collect();
        for (i, id) in made.iter().enumerate() {
            assert_eq!(id.len(), 32, "{id}");
            assert!(!made[..i].contains(id), "{id} was given twice");
        }
    }
}
