//! What containers write and read.

use futures::{StreamExt, stream};
use sampan_api::{MULTIPLEXED_STREAM, RAW_STREAM};
use sampan_engine::supervisor::{AttachQuery, Attached, LogQuery};
use sampan_runtime::TerminalSize;

use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};
use crate::streams::{DetachKeys, Frames, Framing, hijack, websocket, whole};

pub(super) async fn logs(call: Call<'_>) -> Result<Reply> {
    let query = LogQuery {
        stdout: call.query.flag("stdout"),
        stderr: call.query.flag("stderr"),
        follow: call.query.flag("follow"),
        // What is no number means all, as `all` does.
        tail: call.query.text("tail").and_then(|lines| lines.parse().ok()),
        since: call.query.moment("since")?,
        until: call.query.moment("until")?,
        timestamps: call.query.flag("timestamps"),
        details: call.query.flag("details"),
    };
    if !query.stdout && !query.stderr {
        return Err(Problem::bad("must specify at least one of 'stdout' or 'stderr'"));
    }
    let logs = call.state.supervisor.logs(call.name, &query).await?;
    let kind = match framing(&call, logs.terminal()) {
        Framing::Raw => RAW_STREAM,
        Framing::Multiplexed => MULTIPLEXED_STREAM,
    };
    let parts = stream::unfold(logs, async |mut logs| {
        let part = logs.next().await?;
        Some((part.map_err(std::io::Error::other), logs))
    });
    Ok(reply::parts(kind, parts.take_until(Box::pin(call.state.left()))))
}

/// What the client is told of the bytes. Versions before 1.42 had one name for both.
pub(super) fn framing(call: &Call<'_>, terminal: bool) -> Framing {
    if terminal || !call.since(42) {
        Framing::Raw
    } else {
        Framing::Multiplexed
    }
}

fn keys(call: &Call<'_>) -> Result<DetachKeys> {
    DetachKeys::parse(&call.query.get("detachKeys").unwrap_or_default())
}

pub(super) async fn attach(mut call: Call<'_>) -> Result<Reply> {
    let keys = keys(&call)?;
    let query = AttachQuery {
        stdin: call.query.flag("stdin"),
        stdout: call.query.flag("stdout"),
        stderr: call.query.flag("stderr"),
        logs: call.query.flag("logs"),
        stream: call.query.flag("stream"),
    };
    let attached = attached(&call, query).await?;
    let framing = framing(&call, attached.terminal);
    Ok(hijack(
        &call.state.metrics,
        call.upgrade.take(),
        framing,
        attached,
        Frames::Kept,
        keys,
    ))
}

pub(super) async fn attach_websocket(mut call: Call<'_>) -> Result<Reply> {
    let keys = keys(&call)?;
    let all = !call.since(42);
    let query = AttachQuery {
        stdin: all || call.query.flag("stdin"),
        stdout: all || call.query.flag("stdout"),
        stderr: all || call.query.flag("stderr"),
        logs: call.query.flag("logs"),
        stream: call.query.flag("stream"),
    };
    let attached = attached(&call, query).await?;
    let binary = call.since(28);
    websocket(
        &call.state.metrics,
        call.upgrade.take(),
        call.headers,
        attached,
        keys,
        binary,
    )
}

async fn attached(call: &Call<'_>, query: AttachQuery) -> Result<Attached> {
    let (supervisor, name) = (call.state.supervisor.clone(), call.name.to_owned());
    let attaching = async move { supervisor.attach(&name, query).await };
    Ok(whole(attaching, |attached| Some(attached)).await??)
}

/// The size of a terminal in the query.
pub(super) fn size(call: &Call<'_>) -> Result<TerminalSize> {
    let side = |name: &str, what: &str| -> Result<u16> {
        let text = call.query.get(name).unwrap_or_default();
        match text.parse::<u32>() {
            // Terminals count in 16 bits; what is more is cut, as the kernel does.
            Ok(number) if !text.starts_with('+') => Ok(u16::try_from(number).unwrap_or(u16::MAX)),
            _ => {
                let out_of_range = text
                    .strip_prefix('-')
                    .unwrap_or(&text)
                    .bytes()
                    .all(|b| b.is_ascii_digit());
                let why = if out_of_range && !text.is_empty() {
                    "value out of range"
                } else {
                    "invalid syntax"
                };
                Err(Problem::bad(format!("invalid resize {what} {text:?}: {why}")))
            }
        }
    };
    Ok(TerminalSize {
        rows: side("h", "height")?,
        columns: side("w", "width")?,
    })
}

pub(super) async fn resize(call: Call<'_>) -> Result<Reply> {
    call.state.supervisor.resize(call.name, size(&call)?).await?;
    Ok(reply::status(http::StatusCode::OK))
}
