//! What is known of containers.

use futures::{StreamExt, stream};
use sampan_engine::supervisor::{ListQuery, StatsQuery};

use crate::dispatch::Call;
use crate::problem::Result;
use crate::reply::{self, Reply};

pub(super) async fn list(call: Call<'_>) -> Result<Reply> {
    let caller = call.peer.caller();
    let query = ListQuery {
        domain: (!caller.host).then_some(caller.domain),
        all: call.query.flag("all"),
        limit: call.query.number("limit")?.unwrap_or_default(),
        size: call.query.flag("size"),
        filters: call.query.filters()?,
    };
    let mut containers = call.state.supervisor.list(&query).await?;
    // What an older version of the API did not know is not told to its clients: some refuse it.
    for container in &mut containers {
        if !call.since(46) {
            container.host_config.annotations.clear();
        }
        if !call.since(48) {
            container.image_manifest_descriptor = None;
        }
        if !call.since(52) {
            container.health = None;
        }
    }
    reply::ok(&containers)
}

pub(super) async fn inspect(call: Call<'_>) -> Result<Reply> {
    let mut container = call
        .state
        .supervisor
        .inspect(call.name, call.query.flag("size"))
        .await?;
    if !call.since(48) {
        container.image_manifest_descriptor = None;
    }
    reply::ok(&container)
}

pub(super) async fn top(call: Call<'_>) -> Result<Reply> {
    let arguments = call.query.get("ps_args").unwrap_or_default();
    reply::ok(&call.state.supervisor.top(call.name, &arguments).await?)
}

pub(super) async fn changes(call: Call<'_>) -> Result<Reply> {
    reply::ok(&call.state.supervisor.changes(call.name).await?)
}

pub(super) async fn stats(call: Call<'_>) -> Result<Reply> {
    let query = StatsQuery {
        stream: call.query.flag_or("stream", true),
        one_shot: call.since(41) && call.query.flag("one-shot"),
    };
    let mut looks = call.state.supervisor.stats(call.name, query).await?;
    if !query.stream {
        let look = looks.next().await.unwrap_or_default();
        return reply::ok(&look);
    }
    let lines = stream::unfold(looks, async |mut looks| {
        let look = looks.next().await?;
        Some((reply::line(&look), looks))
    });
    Ok(reply::parts(
        "application/json",
        lines.take_until(Box::pin(call.state.left())),
    ))
}
