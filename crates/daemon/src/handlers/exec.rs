//! Further programs in running containers.

use std::os::unix::net::UnixStream;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_engine::supervisor::{Attached, InputOver};
use sampan_runtime::Attachment;

use super::streams::{framing, size};
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};
use crate::streams::{DetachKeys, Frames, hijack, whole};

pub(super) async fn create(mut call: Call<'_>) -> Result<Reply> {
    let mut request: ExecCreateRequest = call.json().await?;
    if request.cmd.as_ref().is_none_or(|words| words.is_empty()) {
        return Err(Problem::bad("No exec command specified"));
    }
    if !request.detach_keys.is_empty() {
        let keys = DetachKeys::parse(&request.detach_keys).map_err(|_| {
            let given = &request.detach_keys;
            Problem::bad(format!("Invalid escape keys ({given}) provided"))
        })?;
        request.detach_keys = BASE64_STANDARD.encode(keys.bytes());
    }
    if !call.since(42) {
        request.console_size = None;
    }
    let created = call.state.supervisor.exec_create(call.name, request).await?;
    reply::json(StatusCode::CREATED, &created)
}

pub(super) async fn start(mut call: Call<'_>) -> Result<Reply> {
    let mut request: ExecStartRequest = call.json().await?;
    if !call.since(42) || !request.tty {
        request.console_size = None;
    }
    // It is asked first, because afterwards the exec may be gone.
    let keys = detach_keys(&call.state.supervisor.exec_inspect(call.name)?.detach_keys)?;
    let (supervisor, exec) = (call.state.supervisor.clone(), call.name.to_owned());
    let (detach, tty) = (request.detach, request.tty);
    let starting = async move { supervisor.exec_start(&exec, &request).await };
    let attached = match whole(starting, Option::as_ref).await? {
        Ok(None) => return Ok(reply::status(StatusCode::OK)),
        Ok(Some(attached)) => attached,
        Err(error) => {
            let problem = Problem::from(error);
            // What cannot be run is told where its output would be, because clients show nothing else of an exec, and some
            // take another status for the end of all.
            let told = !matches!(problem.status, StatusCode::NOT_FOUND | StatusCode::CONFLICT);
            if detach || !told {
                return Err(problem);
            }
            last_words(&problem.message, tty).map_err(|error| Problem::internal(&error))?
        }
    };
    // What the bytes look like is said at the start, whatever was said at the creation.
    let frames = Frames::between(!attached.terminal, !tty);
    let framing = framing(&call, tty);
    Ok(hijack(
        &call.state.metrics,
        call.upgrade.take(),
        framing,
        attached,
        frames,
        keys,
    ))
}

/// Streams on which there is nothing but this message.
fn last_words(message: &str, terminal: bool) -> std::io::Result<Attached> {
    use std::io::Write as _;
    let (ours, mut its) = UnixStream::pair()?;
    let line = format!("{}\r\n", message.get(..4096).unwrap_or(message));
    if !terminal {
        let length = u32::try_from(line.len()).unwrap_or(u32::MAX);
        its.write_all(&[1, 0, 0, 0])?;
        its.write_all(&length.to_be_bytes())?;
    }
    // It fits into the socket's buffer, so nobody waits for a reader.
    its.write_all(line.as_bytes())?;
    Ok(Attached {
        settled: None,
        terminal,
        logs: None,
        stream: Some(Attachment { socket: ours.into() }),
        stdin: false,
        over: InputOver::default(),
    })
}

/// The keys of an exec, which are kept as dockerd shows them: the bytes in base64.
fn detach_keys(kept: &str) -> Result<DetachKeys> {
    match BASE64_STANDARD.decode(kept) {
        Ok(keys) if !keys.is_empty() => Ok(DetachKeys::of_bytes(keys)),
        _ => DetachKeys::parse(""),
    }
}

pub(super) async fn resize(call: Call<'_>) -> Result<Reply> {
    call.state.supervisor.exec_resize(call.name, size(&call)?).await?;
    Ok(reply::status(StatusCode::OK))
}

pub(super) fn inspect(call: &Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.exec_inspect(call.name)?)
}
