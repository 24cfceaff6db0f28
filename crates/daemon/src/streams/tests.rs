//! Streams handed over, between a client and a container that are both made up here.

use std::convert::Infallible;
use std::os::unix::net::UnixStream as StdStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sampan_engine::supervisor::{Attached, InputOver};
use sampan_runtime::Attachment;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::{DetachKeys, Frames, Framing, hijack, websocket};
use crate::listen::Client;
use crate::metrics::Metrics;

const PATIENCE: Duration = Duration::from_secs(20);

/// A client's connection after the head of the answer, that head, and the container's end of the streams.
async fn attached(headers: &str, terminal: bool, stdin: bool) -> (UnixStream, String, UnixStream) {
    let (guest, ours) = StdStream::pair().unwrap();
    guest.set_nonblocking(true).unwrap();
    let ours = Mutex::new(Some(ours));
    let (client, server) = UnixStream::pair().unwrap();
    let metrics = Arc::new(Metrics::default());
    let service = service_fn(move |mut request: Request<Incoming>| {
        let stream = ours.lock().unwrap().take().map(|socket| Attachment {
            socket: socket.into(),
        });
        let attached = Attached {
            settled: None,
            terminal,
            logs: None,
            stream,
            stdin,
            over: InputOver::default(),
        };
        let upgrade = request.extensions_mut().remove::<OnUpgrade>();
        let keys = DetachKeys::parse("").unwrap();
        let reply = if request.uri().path() == "/ws" {
            websocket(&metrics, upgrade, request.headers(), attached, keys, true).unwrap()
        } else {
            let framing = if terminal {
                Framing::Raw
            } else {
                Framing::Multiplexed
            };
            hijack(&metrics, upgrade, framing, attached, Frames::Kept, keys)
        };
        async move { Ok::<_, Infallible>(reply) }
    });
    tokio::spawn(
        http1::Builder::new()
            .half_close(true)
            .serve_connection(TokioIo::new(Client::new(server).unwrap()), service)
            .with_upgrades(),
    );
    let mut client = client;
    client.write_all(headers.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    (
        client,
        String::from_utf8(head).unwrap(),
        UnixStream::from_std(guest).unwrap(),
    )
}

const UPGRADE: &str = "POST /attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("it ends in time")
}

#[tokio::test]
async fn both_directions_end_on_their_own() {
    let (mut client, head, mut guest) = attached(UPGRADE, false, true).await;
    assert!(head.starts_with("HTTP/1.1 101 UPGRADED\r\n"), "{head}");
    assert!(
        head.contains("application/vnd.docker.multiplexed-stream"),
        "{head}"
    );
    client.write_all(b"hello").await.unwrap();
    client.shutdown().await.unwrap();
    let mut typed = Vec::new();
    within(guest.read_to_end(&mut typed)).await.unwrap();
    assert_eq!(typed, b"hello");
    guest.write_all(b"\x01\0\0\0\0\0\0\x03bye").await.unwrap();
    drop(guest);
    let mut shown = Vec::new();
    within(client.read_to_end(&mut shown)).await.unwrap();
    assert_eq!(shown, b"\x01\0\0\0\0\0\0\x03bye");
}

#[tokio::test]
async fn what_is_said_with_the_head_is_not_lost() {
    let (_client, _, mut guest) = attached(&format!("{UPGRADE}early"), true, true).await;
    let mut typed = [0; 5];
    within(guest.read_exact(&mut typed)).await.unwrap();
    assert_eq!(&typed, b"early");
}

#[tokio::test]
async fn keys_leave_a_terminal_and_only_that() {
    let (mut client, head, mut guest) = attached(UPGRADE, true, true).await;
    assert!(head.contains("application/vnd.docker.raw-stream"), "{head}");
    client.write_all(b"a\x10\x11b").await.unwrap();
    let mut shown = Vec::new();
    within(client.read_to_end(&mut shown)).await.unwrap();
    let mut typed = Vec::new();
    within(guest.read_to_end(&mut typed)).await.unwrap();
    assert_eq!(typed, b"a");

    let (mut client, _, mut guest) = attached(UPGRADE, false, true).await;
    client.write_all(b"\x10\x11").await.unwrap();
    let mut typed = [0; 2];
    within(guest.read_exact(&mut typed)).await.unwrap();
    assert_eq!(typed, [16, 17]);
}

#[tokio::test]
async fn a_client_that_is_gone_is_noticed_while_the_container_is_silent() {
    let (client, _, mut guest) = attached(UPGRADE, false, false).await;
    drop(client);
    let mut nothing = Vec::new();
    within(guest.read_to_end(&mut nothing)).await.unwrap();
    // The other direction is closed too: whoever attached is gone for good.
    assert!(within(guest.write_all(b"x")).await.is_err());
}

#[tokio::test]
async fn without_an_upgrade_the_output_is_a_body_to_the_end() {
    let request = "POST /attach HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    let (mut client, head, mut guest) = attached(request, false, true).await;
    assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    guest.write_all(b"bye").await.unwrap();
    drop(guest);
    let mut shown = Vec::new();
    within(client.read_to_end(&mut shown)).await.unwrap();
    assert_eq!(shown, b"bye");
}

#[tokio::test]
async fn a_websocket_carries_plain_bytes() {
    let request = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (client, head, mut guest) = attached(request, false, true).await;
    assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    let mut client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
    client.send(Message::Text("hello".into())).await.unwrap();
    let mut typed = [0; 5];
    within(guest.read_exact(&mut typed)).await.unwrap();
    assert_eq!(&typed, b"hello");
    guest.write_all(b"\x01\0\0\0\0\0\0\x03bye").await.unwrap();
    let message = within(client.next()).await.unwrap().unwrap();
    assert_eq!(message, Message::Binary("bye".into()));
    drop(guest);
    assert!(matches!(
        within(client.next()).await,
        Some(Ok(Message::Close(_))) | None
    ));
}
