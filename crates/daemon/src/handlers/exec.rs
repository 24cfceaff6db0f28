//! Further programs in running containers.

use http::StatusCode;
use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};

use super::streams::{framing, size};
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};
use crate::streams::{DetachKeys, hijack};

pub(super) async fn create(mut call: Call<'_>) -> Result<Reply> {
    let mut request: ExecCreateRequest = call.json().await?;
    if request.cmd.as_ref().is_none_or(|words| words.is_empty()) {
        return Err(Problem::bad("No exec command specified"));
    }
    DetachKeys::parse(&request.detach_keys)?;
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
    match call.state.supervisor.exec_start(call.name, &request).await? {
        None => Ok(reply::status(StatusCode::OK)),
        Some(attached) => {
            let framing = framing(&call, attached.terminal);
            Ok(hijack(
                &call.state.metrics,
                call.upgrade.take(),
                framing,
                attached,
                keys,
            ))
        }
    }
}

/// The keys of an exec, which are kept as dockerd shows them: the bytes in base64.
fn detach_keys(kept: &str) -> Result<DetachKeys> {
    use base64::Engine as _;
    match base64::prelude::BASE64_STANDARD.decode(kept) {
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
