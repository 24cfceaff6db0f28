//! Versions of a container's program.

use sampan_api::deploy::DeployRequest;

use crate::body;
use crate::dispatch::Call;
use crate::problem::Result;
use crate::reply::{self, Reply};

pub(super) async fn deploy(call: Call<'_>) -> Result<Reply> {
    let bounds = &call.state.config.bounds;
    let body = body::document(call.headers, call.body, bounds).await?;
    let request: DeployRequest = serde_json::from_slice(&body).map_err(|error| body::invalid(&error))?;
    reply::ok(&call.state.supervisor.deploy(call.name, request).await?)
}

pub(super) async fn versions(call: Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.versions(call.name).await?)
}
