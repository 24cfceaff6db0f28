//! The daemon as a whole.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use http::header::{CACHE_CONTROL, HeaderName, PRAGMA};
use http::{HeaderValue, StatusCode};
use sampan_api::build::PruneReport;
use sampan_api::event::Message;
use sampan_api::routes::ApiVersion;
use sampan_api::system::{ComponentVersion, PlatformInfo, Version};
use sampan_engine::supervisor::{DiskQuery, EventQuery};

use super::images;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

pub(super) fn ping() -> Reply {
    let mut reply = reply::text(StatusCode::OK, "OK");
    let headers = reply.headers_mut();
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store, must-revalidate"),
    );
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(
        HeaderName::from_static("builder-version"),
        HeaderValue::from_static("2"),
    );
    headers.insert(
        HeaderName::from_static("swarm"),
        HeaderValue::from_static("inactive"),
    );
    reply
}

pub(super) fn version(call: &Call<'_>) -> Result<Reply> {
    let config = &call.state.config;
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let details = [
        ("ApiVersion", ApiVersion::MAX.to_string()),
        ("MinAPIVersion", ApiVersion::MIN.to_string()),
        ("Arch", arch.to_owned()),
        ("Os", "linux".to_owned()),
        ("GitCommit", config.commit.clone()),
        ("KernelVersion", kernel.clone()),
        ("Experimental", config.experimental.to_string()),
    ];
    let details: BTreeMap<_, _> = details
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    reply::ok(&Version {
        platform: PlatformInfo {
            name: "Sampan".to_owned(),
        },
        version: config.version.clone(),
        api_version: ApiVersion::MAX.to_string(),
        min_api_version: ApiVersion::MIN.to_string(),
        os: "linux".to_owned(),
        arch: arch.to_owned(),
        components: vec![ComponentVersion {
            name: "Engine".to_owned(),
            version: config.version.clone(),
            details,
        }],
        git_commit: config.commit.clone(),
        kernel_version: kernel,
        experimental: config.experimental,
        ..Version::default()
    })
}

pub(super) async fn info(call: Call<'_>) -> Result<Reply> {
    let mut info = call.state.supervisor.info().await?;
    info.debug = call.state.config.debug;
    info.experimental_build = call.state.config.experimental;
    // Clients tell from it that there is no swarm.
    info.swarm.local_node_state = "inactive".to_owned();
    reply::ok(&info)
}

pub(super) fn events(call: &Call<'_>) -> Result<Reply> {
    let query = EventQuery {
        since: call.query.moment("since")?,
        until: call.query.moment("until")?,
        filters: call.query.filters()?,
    };
    if let (Some(since), Some(until)) = (query.since, query.until)
        && until < since
    {
        let text = |name| call.query.get(name).unwrap_or_default();
        return Err(Problem::bad(format!(
            "`since` time ({}) cannot be after `until` time ({})",
            text("since"),
            text("until")
        )));
    }
    // An image's creation is told from 1.46 on.
    let creations = call.since(46);
    let events = call.state.supervisor.events(query)?;
    let lines = stream::unfold((events, creations), async |(mut events, creations)| {
        loop {
            let event = events.next().await?;
            if creations || event.kind != "image" || event.action != "create" {
                return Some((reply::line(&with_old_fields(&event)), (events, creations)));
            }
        }
    });
    let kind = if call.since(52) {
        "application/jsonl"
    } else {
        "application/json"
    };
    Ok(reply::parts(kind, lines.take_until(Box::pin(call.state.left()))))
}

/// Many clients still read the fields of old, and some fall over without them, whatever version they name.
fn with_old_fields(event: &Message) -> Message {
    let mut event = event.clone();
    if matches!(event.kind.as_str(), "container" | "image") {
        event.status.clone_from(&event.action);
        event.id.clone_from(&event.actor.id);
    }
    if event.kind == "container" {
        event.from = event.actor.attributes.get("image").cloned().unwrap_or_default();
    }
    event
}

pub(super) async fn disk_usage(call: Call<'_>) -> Result<Reply> {
    let mut query = DiskQuery::default();
    for kind in call.query.all("type").iter().filter(|_| call.since(42)) {
        match kind.as_str() {
            "container" => query.containers = true,
            "image" => query.images = true,
            "volume" => query.volumes = true,
            "build-cache" => query.build_cache = true,
            other => return Err(Problem::bad(format!("unknown object type: {other}"))),
        }
    }
    let everything = query == DiskQuery::default();
    let mut usage = call.state.supervisor.disk_usage(query).await?;
    if everything || query.images {
        let images = images::usage(&call).await?;
        usage.layers_size = images.total_size;
        usage.images = Some(images.items.clone());
        usage.image_usage = Some(images);
    }
    if !call.since(52) {
        usage.image_usage = None;
        usage.container_usage = None;
        usage.volume_usage = None;
        usage.build_cache_usage = None;
    }
    reply::ok(&usage)
}

/// `docker builder prune`, and a part of `docker system prune`. What nobody uses may all go, so `all` chooses nothing.
pub(super) async fn build_prune(call: &Call<'_>) -> Result<Reply> {
    let keep = ["reserved-space", "keep-storage", "max-used-space"]
        .into_iter()
        .find_map(|name| call.query.text(name).filter(|value| value != "0"));
    let keep = match keep {
        None => 0,
        Some(value) => value.parse::<u64>().map_err(|_| {
            Problem::bad(format!(
                "keep-storage is in bytes and expects an integer, got {value}"
            ))
        })?,
    };
    let pruned = call
        .state
        .supervisor
        .prune_builds(sampan_types::ByteCount::new(keep), call.query.filters()?)
        .await?;
    reply::ok(&PruneReport {
        caches_deleted: (!pruned.ids.is_empty()).then_some(pruned.ids),
        space_reclaimed: pruned.freed,
    })
}

pub(super) async fn metrics(call: &Call<'_>) -> Reply {
    let mut page = call.state.metrics.page();
    page.push_str(&crate::metrics::services(
        &call.state.supervisor.all_versions().await,
    ));
    let mut reply = reply::text(StatusCode::OK, page);
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    reply.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    reply
}

pub(super) fn ready(call: &Call<'_>) -> Reply {
    if call.state.ready() {
        reply::text(StatusCode::OK, "ready\n")
    } else {
        reply::text(StatusCode::SERVICE_UNAVAILABLE, "leaving\n")
    }
}
