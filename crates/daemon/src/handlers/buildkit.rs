//! Connections of BuildKit's clients: handed over whole to those who speak its protocol.

mod builder;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderValue, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use sampan_buildkit::Worker;
use sampan_types::Platform;

use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{Content, Reply};
use crate::state::State;
pub(in crate::handlers) use builder::EngineBuilder;

/// The client's own side: it answers, and the daemon asks.
pub(super) fn session(mut call: Call<'_>) -> Result<Reply> {
    let upgrade = upgrade(&mut call)?;
    let (state, owner) = (Arc::clone(call.state), call.peer.caller().domain);
    let headers = call.headers.clone();
    state
        .buildkit
        .admit(&headers, &owner)
        .map_err(|error| Problem::of(&error))?;
    handed(call.state, upgrade, async move |connection| {
        state.buildkit.session(connection, &headers, &owner).await
    });
    Ok(switching())
}

/// The daemon's side: it answers to clients that ask for builds.
pub(super) fn grpc(mut call: Call<'_>) -> Result<Reply> {
    let upgrade = upgrade(&mut call)?;
    let state = Arc::clone(call.state);
    let caller = call.peer.caller();
    let owner = caller.domain.clone();
    let builder = Arc::new(EngineBuilder::new(Arc::clone(&state.supervisor), caller));
    let worker = Worker {
        version: state.config.version.clone(),
        platforms: vec![
            Platform::new("linux", std::env::consts::ARCH),
            Platform::new("wasi", "wasm"),
        ],
    };
    handed(call.state, upgrade, async move |connection| {
        state.buildkit.serve(connection, builder, worker, &owner).await
    });
    Ok(switching())
}

fn upgrade(call: &mut Call<'_>) -> Result<OnUpgrade> {
    let asked = call.headers.get(UPGRADE).and_then(|value| value.to_str().ok());
    match asked {
        None => return Err(Problem::bad("no upgrade proto in request")),
        Some("h2c") => {}
        Some(other) => return Err(Problem::bad(format!("protocol {other} not supported"))),
    }
    call.upgrade
        .take()
        .ok_or_else(|| Problem::bad("no upgrade proto in request"))
}

/// Has `carry` use the connection once it is handed over, until the daemon leaves.
fn handed<F>(state: &Arc<State>, upgrade: OnUpgrade, carry: impl FnOnce(Upgraded) -> F + Send + 'static)
where
    F: Future<Output = std::result::Result<(), sampan_buildkit::BuildkitError>> + Send,
{
    let (metrics, left) = (Arc::clone(&state.metrics), state.left());
    tokio::spawn(async move {
        let connection = match upgrade.await {
            Ok(connection) => connection,
            Err(error) => {
                tracing::debug!(%error, "a connection could not be handed over");
                return;
            }
        };
        metrics.hijacked.fetch_add(1, Ordering::Relaxed);
        tokio::select! {
            outcome = carry(connection) => if let Err(error) = outcome {
                tracing::debug!(error = crate::problem::chain(&error), "a connection of a builder's client ended");
            },
            () = left => {}
        }
        metrics.hijacked.fetch_sub(1, Ordering::Relaxed);
    });
}

fn switching() -> Reply {
    let mut reply = Response::new(Content::empty());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = reply.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("h2c"));
    reply
}
