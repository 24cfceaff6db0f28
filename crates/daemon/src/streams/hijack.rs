//! Handing an HTTP connection over to the streams of a container.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::SinkExt as _;
use futures::channel::mpsc;
use http::header::{CONNECTION, CONTENT_TYPE, UPGRADE};
use http::{HeaderValue, Response, StatusCode, Version};
use hyper::ext::ReasonPhrase;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use sampan_api::{MULTIPLEXED_STREAM, RAW_STREAM};
use sampan_engine::supervisor::Attached;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt, Chain};
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::watch;

use super::drained::drained;
use super::frames::Frames;
use super::keys::DetachKeys;
use super::pump::{Input, input, logs, output, socket};
use super::whole::{said_all, upgraded};
use crate::conn::Hangup;
use crate::listen::Client;
use crate::metrics::Metrics;
use crate::reply::{Content, Reply};

/// How long the end of the streams may come before the exit code.
const SETTLING: Duration = Duration::from_secs(2);
/// How long a client beyond TCP is given to read the head of its answer.
const HEAD_OVER_TCP: Duration = Duration::from_millis(5);

/// What the media type says of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A terminal's bytes, or frames for a client that knows no other name for them.
    Raw,
    /// Frames, and said so.
    Multiplexed,
}

/// Answers with 101 and lets the connection carry the streams from then on.
///
/// A client that asked for no upgrade is answered with 200 and gets the output as a body without length, as an
/// HTTP/1.0 server sends it: that is what such clients read, frames or bytes until the end.
pub(crate) fn hijack(
    metrics: &Arc<Metrics>,
    upgrade: Option<OnUpgrade>,
    framing: Framing,
    attached: Attached,
    frames: Frames,
    keys: DetachKeys,
) -> Reply {
    let keys = attached.terminal.then_some(keys);
    let Some(upgrade) = upgrade else {
        return as_body(attached, frames);
    };
    upgraded(metrics, upgrade, attached, |client, attached| {
        hand_over(client, attached, frames, keys)
    });
    let mut reply = Response::new(Content::empty());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    reply
        .extensions_mut()
        .insert(ReasonPhrase::from_static(b"UPGRADED"));
    let headers = reply.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(match framing {
            Framing::Raw => RAW_STREAM,
            Framing::Multiplexed => MULTIPLEXED_STREAM,
        }),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
    reply
}

/// The streams and the client, by the sort of its connection.
async fn hand_over(
    client: Upgraded,
    attached: Attached,
    frames: Frames,
    keys: Option<DetachKeys>,
) -> io::Result<()> {
    match client.downcast::<TokioIo<Client>>() {
        Ok(parts) => {
            let client = parts.io.into_inner().into_stream()?;
            drained(&client).await;
            let (from_client, to_client) = client.into_split();
            // What the client said too early comes first.
            let from_client = std::io::Cursor::new(parts.read_buf).chain(from_client);
            let gone = async |from: Chain<_, OwnedReadHalf>| {
                let (_, socket) = from.into_inner();
                match Hangup::of(socket.as_ref()) {
                    Ok(hangup) => hangup.wait().await,
                    Err(_) => std::future::pending().await,
                }
            };
            carry(from_client, to_client, gone, attached, frames, keys).await
        }
        Err(client) => {
            // Over TCP nobody can tell what was read, and such clients lose what comes with the head (see `drained`).
            tokio::time::sleep(HEAD_OVER_TCP).await;
            let (from_client, to_client) = tokio::io::split(TokioIo::new(client));
            // Over TCP nobody can tell; it is seen when something is written.
            let never = async |_| std::future::pending().await;
            carry(from_client, to_client, never, attached, frames, keys).await
        }
    }
}

/// The streams and the client, until the output ends, the person leaves, or the client is gone.
async fn carry<R, W>(
    from_client: R,
    mut to_client: W,
    gone: impl AsyncFnOnce(R),
    attached: Attached,
    frames: Frames,
    keys: Option<DetachKeys>,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let over = attached.stdin.then_some(attached.over);
    if let Some(before) = attached.logs {
        logs(before, &mut to_client).await?;
    }
    if let Some(stream) = attached.stream {
        let (from_guest, to_guest) = socket(stream.socket)?.into_split();
        let guest = if attached.stdin {
            Some(to_guest)
        } else {
            // Dropping it would close an input that is another's.
            to_guest.forget();
            None
        };
        let typing = input(from_client, guest, keys, || {
            if let Some(over) = &over {
                over.tell();
            }
        });
        let showing = output(from_guest, &mut to_client, frames);
        tokio::pin!(typing, showing);
        let ended = tokio::select! {
            shown = &mut showing => shown.map(|()| true)?,
            why = &mut typing => match why {
                Input::Ended(from_client) => tokio::select! {
                    shown = &mut showing => shown.map(|()| true)?,
                    () = gone(from_client) => false,
                },
                // The person left; the container's input stays open.
                Input::Left(guest) => {
                    guest.forget();
                    false
                }
            },
        };
        if ended {
            settle(attached.settled).await;
        }
    }
    to_client.shutdown().await
}

/// Waits until what clients ask for behind the streams' end can be answered.
async fn settle(settled: Option<watch::Receiver<bool>>) {
    if let Some(mut settled) = settled {
        let _ = tokio::time::timeout(SETTLING, settled.wait_for(|settled| *settled)).await;
    }
}

/// The output alone, as the body of an answer.
fn as_body(attached: Attached, frames: Frames) -> Reply {
    let (mut sender, parts) = mpsc::channel::<io::Result<Bytes>>(4);
    tokio::spawn(async move {
        let outcome = send_output(attached, frames, &mut sender).await;
        if let Err(error) = outcome {
            let _ = sender.send(Err(error)).await;
        }
    });
    let mut reply = crate::reply::parts(RAW_STREAM, parts);
    *reply.version_mut() = Version::HTTP_10;
    reply
}

async fn send_output(
    attached: Attached,
    mut frames: Frames,
    to: &mut mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    // Nobody can type: a container that waits for input sees its end.
    said_all(&attached);
    let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
    if let Some(mut before) = attached.logs {
        while let Some(part) = before.next().await {
            to.send(part.map_err(io::Error::other)).await.map_err(gone)?;
        }
    }
    if let Some(stream) = attached.stream {
        let mut from = socket(stream.socket)?;
        if attached.stdin {
            from.shutdown().await?;
        }
        let mut part = vec![0; 32 << 10];
        loop {
            let length = from.read(&mut part).await?;
            if length == 0 {
                break;
            }
            to.send(Ok(frames.of(&part[..length]))).await.map_err(gone)?;
        }
    }
    settle(attached.settled).await;
    Ok(())
}
