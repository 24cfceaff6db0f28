//! Networks.

use http::StatusCode;
use sampan_api::network::{ConnectRequest, CreateRequest, DisconnectRequest};

use crate::dispatch::Call;
use crate::problem::Result;
use crate::reply::{self, Reply};

pub(super) fn list(call: &Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.network_list(&call.query.filters()?)?)
}

pub(super) fn inspect(call: &Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.network_inspect(call.name)?)
}

pub(super) async fn create(mut call: Call<'_>) -> Result<Reply> {
    let mut request: CreateRequest = call.json().await?;
    if !call.since(48) {
        request.enable_ipv4 = None;
    }
    let created = call.state.supervisor.network_create(request).await?;
    reply::json(StatusCode::CREATED, &created)
}

pub(super) async fn connect(mut call: Call<'_>) -> Result<Reply> {
    let request: ConnectRequest = call.json().await?;
    call.state.supervisor.network_connect(call.name, request).await?;
    Ok(reply::status(StatusCode::OK))
}

pub(super) async fn disconnect(mut call: Call<'_>) -> Result<Reply> {
    let request: DisconnectRequest = call.json().await?;
    call.state
        .supervisor
        .network_disconnect(call.name, &request)
        .await?;
    Ok(reply::status(StatusCode::OK))
}

pub(super) async fn remove(call: Call<'_>) -> Result<Reply> {
    call.state.supervisor.network_remove(call.name).await?;
    Ok(reply::done(()))
}

pub(super) async fn prune(call: Call<'_>) -> Result<Reply> {
    reply::ok(
        &call
            .state
            .supervisor
            .network_prune(&call.query.filters()?)
            .await?,
    )
}
