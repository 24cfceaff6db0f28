//! Whether a version can answer, found out before anybody else asks it.

use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt, Empty};
use sampan_types::HttpCheck;
use wasmtime_wasi_http::handler::InstantiationError;

use super::places;
use super::turn::Turn;
use super::versions::Version;
use crate::control::Control;
use crate::ticker::Need;
use crate::{HostError, outcome};

/// How much of the answer's body is read: its end shows that the program came so far.
const BODY: usize = 1 << 20;

/// Asks a version, and takes 200 to 399 for well.
pub(super) async fn ask(
    version: &Version,
    check: &HttpCheck,
    control: &Arc<Control>,
    need: &Need,
) -> Result<(), HostError> {
    let HttpCheck { path, host, .. } = check;
    let not_well = |why: String| HostError::NotWell {
        name: version.name.clone(),
        why,
    };
    let uri = Uri::builder()
        .scheme("http")
        .authority(host.as_str())
        .path_and_query(path.as_str())
        .build();
    let request = uri.and_then(|uri| {
        let empty = Empty::new().map_err(|never| match never {}).boxed_unsync();
        Request::get(uri)
            .header(HOST, host)
            .header(USER_AGENT, "sampan-check")
            .body(empty)
    });
    let request = request.map_err(|_| not_well(format!("cannot be asked for `{path}` at `{host}`")))?;
    // The places are those of clients.
    let Ok(place) = places(1).try_acquire_owned() else {
        return Ok(());
    };
    let held = (place, need.clone().busy());
    let turn = Turn::new(&request, control.clone(), Arc::default(), held);
    let answer = version.handler.handle(turn.clone(), request).await;
    let response = answer.map_err(|error| {
        // The reason of a trap is told to the log alone.
        turn.left();
        match error.downcast_ref::<InstantiationError<Arc<Turn>>>() {
            Some(failed) => not_instantiated(&version.name, &failed.error),
            None => not_well(format!("fails at `{path}`: {}", outcome::reason(&error))),
        }
    })?;
    turn.answered();
    let status = response.status();
    let mut body = response.into_body();
    let mut read = 0;
    while read < BODY
        && let Some(frame) = body.frame().await
    {
        match frame {
            Ok(frame) => read += frame.data_ref().map_or(0, bytes::Bytes::len),
            Err(_) => {
                turn.left();
                return Err(not_well(format!("breaks its answer to `{path}` off")));
            }
        }
    }
    turn.read();
    match status.as_u16() {
        200..400 => Ok(()),
        status => Err(not_well(format!("answers `{path}` with {status}"))),
    }
}

pub(super) fn not_instantiated(name: &str, error: &wasmtime::Error) -> HostError {
    HostError::NotWell {
        name: name.to_owned(),
        why: format!("cannot be instantiated: {}", outcome::reason(error)),
    }
}

pub(super) fn too_slow(name: &str, check: Option<&HttpCheck>, time: Duration) -> HostError {
    HostError::NotWell {
        name: name.to_owned(),
        why: match check {
            Some(HttpCheck { path, .. }) => format!("does not answer `{path}` within {time:?}"),
            None => format!("is not instantiated within {time:?}"),
        },
    }
}
