//! Containers from their creation to their removal.

use http::StatusCode;
use http::header::CONTENT_LENGTH;
use sampan_api::container::{CreateRequest, UpdateRequest, WaitResponse};
use sampan_engine::supervisor::{RemoveOptions, StopOptions, WaitCondition};

use crate::body;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

pub(super) async fn create(call: Call<'_>) -> Result<Reply> {
    let name = call.query.text("name");
    let platform = if call.since(41) {
        call.query.platform("platform")?
    } else {
        None
    };
    let body = body::document(call.headers, call.body, &call.state.config.bounds).await?;
    if body.is_empty() {
        return Err(Problem::bad("invalid JSON: got EOF while reading request body"));
    }
    let mut request = CreateRequest::from_json(&body).map_err(|error| body::invalid(&error))?;
    if request.config == Default::default() {
        return Err(Problem::bad(
            "config cannot be empty in order to create a container",
        ));
    }
    forget_newer(&call, &mut request);
    let created = call
        .state
        .supervisor
        .create(&call.peer.caller(), name.as_deref(), platform, request)
        .await?;
    reply::json(StatusCode::CREATED, &created)
}

/// What an older version of the API did not know is not read from its clients.
fn forget_newer(call: &Call<'_>, request: &mut CreateRequest) {
    let host = &mut request.host_config;
    if !call.since(42) {
        host.console_size = [0, 0];
    }
    if !call.since(43) {
        host.annotations.clear();
    }
    if !call.since(44)
        && let Some(health) = &mut request.config.healthcheck
    {
        health.start_interval = 0;
    }
    if host.pids_limit.is_some_and(|limit| limit <= 0) {
        // 0 and what is below both mean no limit.
        host.pids_limit = None;
    }
}

pub(super) async fn start(call: Call<'_>) -> Result<Reply> {
    // A body had a meaning once, and silently dropping it would start something else than was asked for.
    let length = call
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > 7) || call.headers.contains_key(http::header::TRANSFER_ENCODING) {
        return Err(Problem::bad(
            "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24",
        ));
    }
    if call.query.text("checkpoint").is_some() {
        return Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            sampan_api::routes::Later::Checkpoint.reason(),
        ));
    }
    call.state.supervisor.start(call.name).await?;
    Ok(reply::done(()))
}

pub(super) fn wait(call: Call<'_>) -> Result<Reply> {
    let condition = match call.query.text("condition").filter(|_| call.since(30)).as_deref() {
        None | Some("not-running") => WaitCondition::NotRunning,
        Some("next-exit") => WaitCondition::NextExit,
        Some("removed") => WaitCondition::Removed,
        Some(other) => return Err(Problem::bad(format!("invalid condition: {other:?}"))),
    };
    let waiting = call.state.supervisor.wait(call.name, condition)?;
    // The head goes out before the end: a client starts the container only when it knows that it is waited for.
    let left = call.state.left();
    Ok(reply::later(Box::pin(async move {
        let ended = tokio::select! {
            ended = waiting.done() => Some(ended),
            () = left => None,
        };
        ended
            .and_then(|ended: WaitResponse| reply::line(&ended).ok())
            .unwrap_or_default()
    })))
}

pub(super) async fn remove(call: Call<'_>) -> Result<Reply> {
    let options = RemoveOptions {
        force: call.query.flag("force"),
        volumes: call.query.flag("v"),
        link: call.query.flag("link"),
    };
    call.state.supervisor.remove(call.name, options).await?;
    Ok(reply::done(()))
}

fn stop_options(call: &Call<'_>) -> Result<StopOptions> {
    let signal = call
        .query
        .text("signal")
        .filter(|_| call.since(42))
        .map(Into::into);
    Ok(StopOptions {
        signal,
        timeout: call.query.number("t")?,
    })
}

pub(super) async fn stop(call: Call<'_>) -> Result<Reply> {
    call.state
        .supervisor
        .stop(call.name, &stop_options(&call)?)
        .await?;
    Ok(reply::done(()))
}

pub(super) async fn restart(call: Call<'_>) -> Result<Reply> {
    call.state
        .supervisor
        .restart(call.name, &stop_options(&call)?)
        .await?;
    Ok(reply::done(()))
}

pub(super) async fn kill(call: Call<'_>) -> Result<Reply> {
    let signal = call.query.text("signal");
    call.state
        .supervisor
        .kill(call.name, signal.as_deref())
        .await
        .map_err(|error| {
            let problem = Problem::from(error);
            let message = format!("cannot kill container: {}: {}", call.name, problem.message);
            Problem { message, ..problem }
        })?;
    Ok(reply::done(()))
}

pub(super) async fn pause(call: Call<'_>) -> Result<Reply> {
    call.state.supervisor.pause(call.name).await?;
    Ok(reply::done(()))
}

pub(super) async fn unpause(call: Call<'_>) -> Result<Reply> {
    call.state.supervisor.unpause(call.name).await?;
    Ok(reply::done(()))
}

pub(super) async fn rename(call: Call<'_>) -> Result<Reply> {
    let name = call.query.get("name").unwrap_or_default();
    call.state.supervisor.rename(call.name, &name).await?;
    Ok(reply::done(()))
}

pub(super) async fn update(mut call: Call<'_>) -> Result<Reply> {
    let mut request: UpdateRequest = call.json().await?;
    if !call.since(40) {
        request.pids_limit = None;
    }
    // What is below 0 means no limit, as 0 does.
    request.pids_limit = request.pids_limit.map(|limit| limit.max(0));
    reply::ok(&call.state.supervisor.update(call.name, request).await?)
}

pub(super) async fn prune(call: Call<'_>) -> Result<Reply> {
    reply::ok(
        &call
            .state
            .supervisor
            .prune_containers(&call.query.filters()?)
            .await?,
    )
}
