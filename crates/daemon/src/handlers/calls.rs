//! Calls of functions, with values in JSON or in bytes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use sampan_api::call::{CallFault, CallProblem, CallRequest};
use sampan_types::{Call as FunctionCall, CallValues, CallWhat, Called, Ending, WrongCall};

use crate::body;
use crate::dispatch::Call;
use crate::problem::{Problem, Result, status};
use crate::reply::{self, JSON, Reply};

const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// How long a call may take that does not say it.
const USUAL: Duration = Duration::from_secs(60);

pub(super) async fn of_container(mut call: Call<'_>) -> Result<Reply> {
    let asked = asked(&mut call).await?;
    answered(call.state.supervisor.call(call.name, asked).await?)
}

pub(super) async fn of_image(mut call: Call<'_>) -> Result<Reply> {
    let asked = asked(&mut call).await?;
    let caller = call.peer.caller();
    answered(
        call.state
            .supervisor
            .call_image(&caller, call.name, asked)
            .await?,
    )
}

pub(super) async fn functions_of_container(call: Call<'_>) -> Result<Reply> {
    functions(call.state.supervisor.call(call.name, list()).await?)
}

pub(super) async fn functions_of_image(call: Call<'_>) -> Result<Reply> {
    let caller = call.peer.caller();
    functions(
        call.state
            .supervisor
            .call_image(&caller, call.name, list())
            .await?,
    )
}

fn list() -> FunctionCall {
    FunctionCall {
        what: CallWhat::Functions,
        session: None,
        time: USUAL,
    }
}

fn functions(called: Called) -> Result<Reply> {
    match called {
        Called::Value(document) => Ok(reply::whole(JSON, document + "\n")),
        other => answered(other),
    }
}

fn is_bytes(call: &Call<'_>, header: HeaderName) -> bool {
    call.headers
        .get(header)
        .is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(BYTES.as_bytes()))
}

/// What a request asks for.
async fn asked(call: &mut Call<'_>) -> Result<FunctionCall> {
    let bounds = &call.state.config.bounds;
    let bytes = is_bytes(call, ACCEPT);
    let time = |millis: u64| match millis {
        0 => USUAL,
        millis => Duration::from_millis(millis),
    };
    if is_bytes(call, CONTENT_TYPE) {
        let body = body::bytes(call.body, bounds).await?;
        let name = call.query.text("function");
        let name = name.ok_or_else(|| Problem::bad("the query does not name the `function` to call"))?;
        let millis = call.query.number("timeout")?.unwrap_or(0);
        return Ok(FunctionCall {
            what: CallWhat::Function {
                name: name.into(),
                values: CallValues::Bytes(BASE64.encode(&body)),
                bytes,
            },
            session: call.query.text("session").map(Into::into),
            time: time(u64::try_from(millis).unwrap_or(0)),
        });
    }
    let body = body::document(call.headers, call.body, bounds).await?;
    let request: CallRequest = serde_json::from_slice(&body).map_err(|error| body::invalid(&error))?;
    let session = Some(request.session).filter(|session| !session.is_empty());
    let what = match (request.end, request.function.is_empty()) {
        (true, true) if session.is_some() => CallWhat::EndSession,
        (true, _) => {
            return Err(Problem::bad(
                "`end` ends a session, which it names, and calls no function",
            ));
        }
        (false, true) => return Err(Problem::bad("the request does not name the `function` to call")),
        (false, false) => CallWhat::Function {
            name: request.function,
            values: CallValues::Json(request.arguments.to_string()),
            bytes,
        },
    };
    Ok(FunctionCall {
        what,
        session,
        time: time(request.timeout),
    })
}

fn answered(called: Called) -> Result<Reply> {
    let fault = |kind: &str| CallFault {
        kind: kind.to_owned(),
        ..CallFault::default()
    };
    let (code, message, error) = match called {
        Called::Value(value) => return Ok(reply::whole(JSON, format!("{{\"value\":{value}}}\n"))),
        Called::Bytes(text) => {
            // A worker made it, and what a worker says is doubted.
            let bytes = BASE64.decode(text).map_err(|error| Problem::internal(&error))?;
            return Ok(reply::whole(BYTES, bytes));
        }
        Called::Failed(value) => {
            let value = serde_json::from_str(&value).map_err(|error| Problem::internal(&error))?;
            let error = CallFault {
                value: Some(value),
                ..fault("failed")
            };
            let message = "the function answered with an error".to_owned();
            (StatusCode::UNPROCESSABLE_ENTITY, message, error)
        }
        Called::Wrong(wrong) => {
            let kind = serde_json::to_value(wrong.kind).ok();
            let WrongCall {
                message, hint, path, ..
            } = wrong;
            let error = CallFault {
                hint,
                path,
                ..fault(kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default())
            };
            (status(wrong.kind.class()), message, error)
        }
        Called::Ended(Ending::Limited(breach)) => {
            let error = CallFault {
                limit: Some(breach.limit.to_string()),
                hint: Some(breach.limit.how_to_raise()),
                ..fault("limit")
            };
            let message = Ending::Limited(breach).to_string();
            (StatusCode::INSUFFICIENT_STORAGE, message, error)
        }
        Called::Ended(ending) => {
            let kind = match ending {
                Ending::Trapped(_) => "trap",
                _ => "exited",
            };
            (StatusCode::INTERNAL_SERVER_ERROR, ending.to_string(), fault(kind))
        }
        Called::TimedOut => (
            StatusCode::GATEWAY_TIMEOUT,
            "the function did not return in time".to_owned(),
            CallFault {
                hint: Some("give it more with `timeout`, in milliseconds".to_owned()),
                ..fault("timeout")
            },
        ),
        Called::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "as many calls of this container are under way as may".to_owned(),
            fault("busy"),
        ),
        Called::Gone => (
            StatusCode::CONFLICT,
            "the container takes no calls: it has ended, or its program has a start of its own".to_owned(),
            fault("gone"),
        ),
    };
    reply::json(code, &CallProblem { message, error })
}
