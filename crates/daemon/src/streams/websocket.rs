//! Attaching by websocket (RFC 6455): one stream in each direction, without Docker's frames.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use sampan_engine::supervisor::Attached;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::frames::Frames;
use super::keys::{DetachKeys, Typed};
use super::pump::socket;
use super::whole::upgraded;
use crate::metrics::Metrics;
use crate::problem::{Problem, Result};
use crate::reply::{Content, Reply};

/// The largest message that a client may send.
const MESSAGE: usize = 1 << 20;

type Client = WebSocketStream<TokioIo<Upgraded>>;

/// Answers with 101 and lets the connection carry the streams as messages from then on.
pub(crate) fn websocket(
    metrics: &Arc<Metrics>,
    upgrade: Option<OnUpgrade>,
    headers: &HeaderMap,
    attached: Attached,
    keys: DetachKeys,
    binary: bool,
) -> Result<Reply> {
    let key = headers
        .get(SEC_WEBSOCKET_KEY)
        .ok_or_else(|| Problem::bad("missing Sec-WebSocket-Key header"))?;
    let upgrade = upgrade
        .filter(|_| {
            headers
                .get(UPGRADE)
                .is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
        })
        .ok_or_else(|| Problem::bad("the request does not ask for a websocket"))?;
    let keys = attached.terminal.then_some(keys);
    upgraded(metrics, upgrade, attached, async move |client, attached| {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE))
            .max_frame_size(Some(MESSAGE));
        let client = WebSocketStream::from_raw_socket(TokioIo::new(client), Role::Server, Some(config)).await;
        carry(client, attached, keys, binary).await
    });
    let mut reply = Response::new(Content::empty());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let answer = reply.headers_mut();
    answer.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answer.insert(UPGRADE, HeaderValue::from_static("websocket"));
    answer.insert(SEC_WEBSOCKET_ACCEPT, accept(key));
    if let Some(protocol) = headers.get(SEC_WEBSOCKET_PROTOCOL) {
        answer.insert(SEC_WEBSOCKET_PROTOCOL, protocol.clone());
    }
    Ok(reply)
}

/// What proves that the other side speaks this protocol (RFC 6455 §4.2.2).
fn accept(key: &HeaderValue) -> HeaderValue {
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    digest.update(key.as_bytes());
    digest.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    HeaderValue::from_str(&BASE64_STANDARD.encode(digest.finish())).unwrap_or(HeaderValue::from_static(""))
}

async fn carry(client: Client, attached: Attached, keys: Option<DetachKeys>, binary: bool) -> io::Result<()> {
    let (mut to_client, from_client) = client.split();
    let mut plain = Frames::between(!attached.terminal, false);
    if let Some(mut before) = attached.logs {
        while let Some(part) = before.next().await {
            let part = part.map_err(io::Error::other)?;
            send(&mut to_client, &mut plain, &part, binary).await?;
        }
    }
    if let Some(stream) = attached.stream {
        let (from_guest, to_guest) = socket(stream.socket)?.into_split();
        let typing = input(from_client, attached.stdin.then_some(to_guest), keys);
        let showing = output(from_guest, &mut to_client, plain, binary);
        tokio::pin!(typing, showing);
        tokio::select! {
            shown = &mut showing => shown?,
            () = &mut typing => if attached.stdin {
                attached.over.tell();
            },
        }
    }
    let _ = to_client.send(Message::Close(None)).await;
    to_client.close().await.map_err(io::Error::other)
}

async fn send(
    to: &mut SplitSink<Client, Message>,
    plain: &mut Frames,
    part: &[u8],
    binary: bool,
) -> io::Result<()> {
    let bytes = plain.of(part);
    if bytes.is_empty() {
        return Ok(());
    }
    let message = if binary {
        Message::Binary(bytes)
    } else {
        Message::Text(String::from_utf8_lossy(&bytes).into_owned().into())
    };
    to.send(message).await.map_err(io::Error::other)
}

async fn output(
    mut from: OwnedReadHalf,
    to: &mut SplitSink<Client, Message>,
    mut plain: Frames,
    binary: bool,
) -> io::Result<()> {
    let mut part = vec![0; 32 << 10];
    loop {
        let length = from.read(&mut part).await?;
        if length == 0 {
            return Ok(());
        }
        send(to, &mut plain, &part[..length], binary).await?;
    }
}

/// Input, until the client closes the connection: a websocket has no half-closed state.
async fn input(mut from: SplitStream<Client>, mut to: Option<OwnedWriteHalf>, mut keys: Option<DetachKeys>) {
    while let Some(Ok(message)) = from.next().await {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(text) => text.into(),
            Message::Close(_) => break,
            _ => continue,
        };
        let Some(guest) = &mut to else {
            continue;
        };
        let outcome = match keys.as_mut().map(|keys| keys.feed(&bytes)) {
            None => guest.write_all(&bytes).await,
            Some(Typed::Bytes(bytes)) => guest.write_all(&bytes).await,
            Some(Typed::Left(bytes)) => {
                let _ = guest.write_all(&bytes).await;
                return;
            }
        };
        if outcome.is_err() {
            to = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_answered_as_the_standard_shows() {
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept(&key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
