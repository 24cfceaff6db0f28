//! Volumes.

use http::StatusCode;
use sampan_api::routes::Later;
use sampan_api::volume::CreateRequest;

use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

pub(super) async fn list(call: Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.volume_list(&call.query.filters()?).await?)
}

pub(super) fn inspect(call: &Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.volume_inspect(call.name)?)
}

pub(super) async fn create(mut call: Call<'_>) -> Result<Reply> {
    let request: CreateRequest = call.json().await?;
    if request.cluster_volume_spec.is_some() && call.since(42) {
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, Later::Swarm.reason()));
    }
    let volume = call
        .state
        .supervisor
        .volume_create(&call.peer.caller(), request)
        .await?;
    reply::json(StatusCode::CREATED, &volume)
}

pub(super) async fn remove(call: Call<'_>) -> Result<Reply> {
    call.state
        .supervisor
        .volume_remove(call.name, call.query.flag("force"))
        .await?;
    Ok(reply::done(()))
}

pub(super) async fn prune(call: Call<'_>) -> Result<Reply> {
    let mut filters = call.query.filters()?;
    if !call.since(42) {
        // Before, volumes with names of their own were pruned too.
        filters
            .entry("all".to_owned())
            .or_insert_with(|| vec!["true".to_owned()]);
    }
    reply::ok(&call.state.supervisor.volume_prune(&filters).await?)
}
