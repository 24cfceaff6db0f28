//! The client against servers that say exactly what a test wants, byte for byte.

#![expect(
    clippy::unwrap_used,
    reason = "this is test code, of which clippy sees the marked functions alone"
)]

use std::time::Duration;

use sampan_client::{
    Address, AttachOptions, Client, ClientError, Filters, FrameError, LogOptions, OutputStream, Upload,
};
use sampan_types::{Classified, ErrorClass};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

const PING: &str = "HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Length: 2\r\n\r\nOK";

/// A server with a script: for each request, what it answers.
struct Fake {
    _dir: TempDir,
    address: Address,
    /// Heads and bodies as they came.
    seen: mpsc::UnboundedReceiver<String>,
}

/// Reads one request: its head, and the body that `Content-Length` tells of.
async fn request(stream: &mut UnixStream) -> Option<String> {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        text.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&text).to_lowercase();
    if let Some(length) = head.split("content-length: ").nth(1) {
        let length = length.split("\r\n").next()?.parse().ok()?;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        text.extend(body);
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

impl Fake {
    /// Each connection is given its requests' answers by `answer`; an empty one closes it.
    fn new(answer: impl Fn(&str) -> Vec<u8> + Clone + Send + 'static) -> Self {
        Self::with(move |mut stream, seen| {
            let answer = answer.clone();
            async move {
                while let Some(request) = request(&mut stream).await {
                    let bytes = if request.starts_with("GET /_ping ") {
                        PING.as_bytes().to_vec()
                    } else {
                        answer(&request)
                    };
                    drop(seen.send(request));
                    if bytes.is_empty() || stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
            }
        })
    }

    fn with<F>(serve: impl Fn(UnixStream, mpsc::UnboundedSender<String>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let (send, seen) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, send.clone()));
            }
        });
        Self {
            _dir: dir,
            address: Address::unix(path),
            seen,
        }
    }

    async fn client(&self) -> Client {
        Client::connect(self.address.clone()).await.unwrap()
    }

    async fn saw(&mut self) -> String {
        within(self.seen.recv()).await.unwrap()
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future)
        .await
        .unwrap()
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test]
async fn the_older_version_of_both_is_spoken() {
    let mut fake = Fake::new(|_| answer("200 OK", r#"{"Volumes":[],"Warnings":null}"#));
    let client = fake.client().await;
    assert_eq!(client.version().to_string(), "1.47");
    let mut filters = Filters::default();
    filters.add("label", "a=b");
    client.volumes(&filters).await.unwrap();
    assert!(fake.saw().await.starts_with("GET /_ping HTTP/1.1\r\n"));
    let request = fake.saw().await;
    let line = "GET /v1.47/volumes?filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D HTTP/1.1\r\n";
    assert!(request.starts_with(line), "{request}");
}

#[tokio::test]
async fn a_refusal_carries_the_daemons_words() {
    let fake = Fake::new(|_| answer("404 Not Found", r#"{"message":"No such container: x"}"#));
    let error = fake.client().await.inspect_container("x").await.unwrap_err();
    assert!(error.is_not_found() && error.class() == ErrorClass::NotFound);
    assert_eq!(error.to_string(), "No such container: x");

    // Bodies that are no documents, and none at all.
    let fake = Fake::new(|_| answer("500 Internal Server Error", "<b>oops</b>"));
    let error = fake.client().await.inspect_container("x").await.unwrap_err();
    assert_eq!(error.to_string(), "<b>oops</b>");
    let fake = Fake::new(|_| answer("503 Service Unavailable", ""));
    let error = fake.client().await.inspect_container("x").await.unwrap_err();
    assert!(error.to_string().contains("503") && error.class() == ErrorClass::Unavailable);
}

#[tokio::test]
async fn what_is_done_already_is_no_error() {
    let fake = Fake::new(|_| b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec());
    fake.client().await.start_container("x", None).await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_told_with_a_hint() {
    let dir = tempfile::tempdir().unwrap();
    let error = Client::connect(Address::unix(dir.path().join("none")))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::NoDaemon { .. }));
    assert_eq!(error.hint().unwrap(), "start one with `sampan daemon`");
}

#[tokio::test]
async fn a_connection_that_was_closed_is_opened_again() {
    let fake = Fake::with(|mut stream, seen| async move {
        // One answer for each connection, and no word of its end.
        if let Some(text) = request(&mut stream).await {
            let bytes = if text.starts_with("GET /_ping") {
                PING.as_bytes().to_vec()
            } else {
                answer("204 No Content", "")
            };
            drop(seen.send(text));
            drop(stream.write_all(&bytes).await);
        }
    });
    let client = fake.client().await;
    for _ in 0..20 {
        within(client.pause_container("x")).await.unwrap();
    }
}

#[tokio::test]
async fn an_attached_stream_goes_both_ways_and_half_closes() {
    let fake = Fake::with(|mut stream, seen| async move {
        while let Some(text) = request(&mut stream).await {
            if text.starts_with("GET /_ping") {
                stream.write_all(PING.as_bytes()).await.unwrap();
                continue;
            }
            seen.send(text).unwrap();
            // The head and the first frame in one piece: what came too early must not be lost.
            let head = "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n\
                Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
            let mut first = head.as_bytes().to_vec();
            first.extend(b"\x01\0\0\0\0\0\0\x05early");
            stream.write_all(&first).await.unwrap();
            let mut typed = Vec::new();
            stream.read_to_end(&mut typed).await.unwrap();
            let length = u8::try_from(typed.len()).unwrap();
            stream.write_all(&[2, 0, 0, 0, 0, 0, 0, length]).await.unwrap();
            stream.write_all(&typed).await.unwrap();
            return;
        }
    });
    let client = fake.client().await;
    let options = AttachOptions {
        stdin: true,
        stdout: true,
        stderr: true,
        ..AttachOptions::default()
    };
    let mut streams = within(client.attach_container("x", &options, false))
        .await
        .unwrap();
    let first = within(streams.output.next()).await.unwrap().unwrap();
    assert_eq!(
        (first.0, first.1.as_ref()),
        (OutputStream::Stdout, b"early".as_slice())
    );
    streams.input.write(b"one ").await.unwrap();
    streams.input.write(b"two").await.unwrap();
    streams.input.close().await.unwrap();
    let mut complaint = Vec::new();
    while let Some((stream, bytes)) = within(streams.output.next()).await.unwrap() {
        assert_eq!(stream, OutputStream::Stderr);
        complaint.extend(bytes);
    }
    assert_eq!(complaint, b"one two");
}

#[tokio::test]
async fn a_daemon_that_keeps_the_connection_is_named() {
    let fake = Fake::new(|_| answer("200 OK", "no"));
    let client = fake.client().await;
    let error = client
        .attach_container("x", &AttachOptions::default(), false)
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::NotUpgraded { status: 200, .. }),
        "{error}"
    );
}

async fn log(content_type: &str, body: &'static [u8], terminal: bool) -> Result<Vec<u8>, ClientError> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let fake = Fake::new(move |_| [head.as_bytes(), body].concat());
    let client = fake.client().await;
    let mut output = client
        .container_logs("x", &LogOptions::default(), terminal)
        .await?;
    let mut all = Vec::new();
    while let Some((_, bytes)) = within(output.next()).await? {
        all.extend(bytes);
    }
    Ok(all)
}

#[tokio::test]
async fn framing_is_told_by_type_and_else_by_the_terminal() {
    let framed = b"\x01\0\0\0\0\0\0\x02hi";
    let multiplexed = "application/vnd.docker.multiplexed-stream";
    assert_eq!(log(multiplexed, framed, false).await.unwrap(), b"hi");
    // Daemons before 1.42 call everything raw.
    assert_eq!(
        log("application/vnd.docker.raw-stream", framed, false)
            .await
            .unwrap(),
        b"hi"
    );
    assert_eq!(
        log("application/vnd.docker.raw-stream", b"hi", true)
            .await
            .unwrap(),
        b"hi"
    );
    for (body, expected) in [
        (b"\x07\0\0\0\0\0\0\x02hi".as_slice(), FrameError::Unknown(7)),
        (b"\x01\0\0\0\xff\xff\xff\xffhi", FrameError::Cut),
        (b"\x01\0", FrameError::Cut),
    ] {
        match log(multiplexed, body, false).await {
            Err(ClientError::Frame(error)) => assert_eq!(error, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn hostile_answers_are_errors() {
    let huge = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(10_000));
    for bytes in [
        huge.into_bytes(),
        many.into_bytes(),
        b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec(),
        Vec::new(),
    ] {
        let fake = Fake::new(move |_| bytes.clone());
        let error = within(fake.client().await.inspect_container("x"))
            .await
            .unwrap_err();
        assert!(matches!(error, ClientError::Http(_)), "{error:?}");
    }
    for body in ["", "{", "[]", r#"{"Id":1}"#, "null\0", &"[".repeat(100_000)] {
        let body = body.to_owned();
        let fake = Fake::new(move |_| answer("200 OK", &body));
        let error = within(fake.client().await.inspect_container("x"))
            .await
            .unwrap_err();
        assert!(matches!(error, ClientError::Answer { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn lines_come_one_by_one_and_broken_ones_are_named() {
    let fake = Fake::with(|mut stream, _| async move {
        while let Some(text) = request(&mut stream).await {
            if text.starts_with("GET /_ping") {
                stream.write_all(PING.as_bytes()).await.unwrap();
                continue;
            }
            let pieces = [
                "HTTP/1.1 200 OK\r\n\r\n{\"Action\":\"st",
                "art\"}\r\n\n\x1e{\"Action\":\"die\"}\n",
                "{\"Action\":\"half",
            ];
            for piece in pieces {
                stream.write_all(piece.as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
            }
            return;
        }
    });
    let client = fake.client().await;
    let mut events = client.events(None, None, &Filters::default()).await.unwrap();
    for action in ["start", "die"] {
        assert_eq!(within(events.next()).await.unwrap().unwrap().action, action);
    }
    let error = within(events.next()).await.unwrap_err();
    assert!(matches!(error, ClientError::Answer { .. }), "{error:?}");
}

#[tokio::test]
async fn waiting_is_known_to_the_daemon_before_it_ends() {
    let (send, ended) = tokio::sync::watch::channel(false);
    let fake = Fake::with(move |mut stream, _| {
        let mut ended = ended.clone();
        async move {
            while let Some(text) = request(&mut stream).await {
                if text.starts_with("GET /_ping") {
                    stream.write_all(PING.as_bytes()).await.unwrap();
                    continue;
                }
                assert!(text.contains("/containers/x/wait?condition=next-exit "), "{text}");
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                ended.wait_for(|ended| *ended).await.unwrap();
                stream.write_all(b"{\"StatusCode\":3}\n").await.unwrap();
                return;
            }
        }
    });
    let client = fake.client().await;
    let waiting = within(client.wait_container("x", "next-exit")).await.unwrap();
    send.send(true).unwrap();
    assert_eq!(within(waiting.end()).await.unwrap().status_code, 3);
}

#[tokio::test]
async fn an_archive_that_breaks_is_not_sent_as_a_whole() {
    let (send, mut body) = mpsc::channel(1);
    let mut fake = Fake::with(move |mut stream, seen| {
        let send = send.clone();
        async move {
            while let Some(text) = request(&mut stream).await {
                if text.starts_with("GET /_ping") {
                    stream.write_all(PING.as_bytes()).await.unwrap();
                    continue;
                }
                let mut rest = Vec::new();
                drop(seen.send(text));
                drop(stream.read_to_end(&mut rest).await);
                drop(send.send(rest).await);
                return;
            }
        }
    });
    let client = fake.client().await;
    let (pieces, upload) = Upload::new();
    pieces.send(Ok("part".into())).await.unwrap();
    let breaks = async {
        assert!(fake.saw().await.starts_with("PUT /v1.47/containers/x/archive?"));
        pieces.send(Err(std::io::ErrorKind::Other.into())).await.unwrap();
    };
    let (uploaded, ()) = tokio::join!(within(client.upload("x", "/", false, upload)), breaks);
    assert!(uploaded.is_err());
    let rest = within(body.recv()).await.unwrap();
    assert!(
        !rest.ends_with(b"0\r\n\r\n"),
        "the body was ended as if it were whole"
    );
}
