//! `POST /build?version=2`: BuildKit as docker 18.09 to 20.10 reaches it. The query says what the frontend is told, the
//! client answers in its session, and the progress goes into the answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use sampan_api::container::Ulimit;
use sampan_api::progress::Message;
use sampan_buildkit::{BuildRequest, Traced, Upload};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;

use super::super::progress::{Direction, Lines};
use super::super::told;
use super::{document, large};
use crate::body;
use crate::dispatch::Call;
use crate::handlers::buildkit::EngineBuilder;
use crate::handlers::images::parse;
use crate::problem::{Problem, Result};
use crate::query::Query;
use crate::reply::{self, Reply};

/// What the id of an archive's own request begins with, and where a build says that it is to have one.
const UPLOAD: &str = "upload-request";
/// How many things wait for a slow client.
const QUEUE: usize = 64;

/// Whether a request is for this builder.
pub(super) fn is_asked(query: Query<'_>) -> Result<bool> {
    match query.text("version").as_deref() {
        None | Some("1") => Ok(false),
        Some("2") => Ok(true),
        Some(other) => Err(Problem::bad(format!("invalid version {other:?}"))),
    }
}

pub(super) async fn build(call: Call<'_>) -> Result<Reply> {
    let (state, caller) = (Arc::clone(call.state), call.peer.caller());
    let pause = state.config.bounds.body_pause;
    let problem = |error: sampan_buildkit::BuildkitError| Problem::of(&error);
    let id = call.query.get("buildid").unwrap_or_default();
    if let Some(id) = id.strip_prefix(UPLOAD).and_then(|rest| rest.strip_prefix(':')) {
        let upload = state.buildkit.upload(id, &caller.domain).map_err(problem)?;
        pump(call.body, pause, upload).await;
        return Ok(reply::status(http::StatusCode::OK));
    }
    let mut asked = request(call.query)?;
    let upload = match call.query.text("remote").as_deref() {
        Some(UPLOAD) => {
            let uploaded = state.buildkit.uploaded(&id, &caller.domain).await;
            asked.context = Some(uploaded.map_err(problem)?);
            None
        }
        Some("client-session") => None,
        Some(address) => {
            asked.options.insert("context".to_owned(), address.to_owned());
            None
        }
        None => {
            let (upload, context) = state.buildkit.archive();
            asked.context = Some(context);
            Some(upload)
        }
    };
    let (lines, receiver) = Lines::new(Direction::In);
    let telling = lines.clone();
    let work = async move || {
        let builder = EngineBuilder::new(Arc::clone(&state.supervisor), caller.clone());
        let (tell, mut said) = mpsc::channel(QUEUE);
        let building = state.buildkit.build(asked, &builder, &caller.domain, tell);
        let showing = async {
            while let Some(one) = said.recv().await {
                telling.send(&shown(one)).await;
            }
        };
        let (built, ()) = tokio::join!(building, showing);
        built.map(|()| Vec::new()).map_err(Problem::bad)
    };
    let sending = async {
        if let Some(upload) = upload {
            pump(call.body, pause, upload).await;
        }
    };
    // The answer goes out when all of the request has come.
    let (told, ()) = tokio::join!(told("image.build", lines, receiver, work), sending);
    told
}

/// Sends a body on, until nobody wants more.
async fn pump(body: &mut Incoming, pause: Duration, upload: Upload) {
    loop {
        match body::next(body, pause).await {
            Ok(Some(part)) => {
                if !upload.send(part).await {
                    break;
                }
            }
            Ok(None) => break,
            Err(problem) => return upload.fail(problem.message).await,
        }
    }
    upload.finish().await;
}

fn shown(one: Traced) -> Message {
    let (id, aux) = match one {
        Traced::Status(bytes) => ("moby.buildkit.trace", json!(STANDARD.encode(bytes))),
        Traced::Image(id) => ("moby.image.id", json!({ "ID": id })),
    };
    Message {
        id: id.to_owned(),
        aux: Some(aux),
        ..Message::default()
    }
}

/// An output as the query has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    r#type: String,
    #[serde(default)]
    attrs: Option<BTreeMap<String, String>>,
}

/// The query in the words of BuildKit's frontend for Dockerfiles.
fn request(query: Query<'_>) -> Result<BuildRequest> {
    let text = |name: &str| query.get(name).unwrap_or_default().into_owned();
    let mut options = HashMap::new();
    let mut say = |name: &str, value: String| {
        if !value.is_empty() {
            options.insert(name.to_owned(), value);
        }
    };
    say("target", text("target"));
    say("platform", text("platform"));
    say(
        "filename",
        Some(text("dockerfile"))
            .filter(|name| name != ".")
            .unwrap_or_default(),
    );
    say("cgroup-parent", text("cgroupparent"));
    say(
        "cache-from",
        document::<Vec<String>>(query, "cachefrom", "cache-from")?.join(","),
    );
    say("add-hosts", hosts(&query.all("extrahosts"))?);
    say("ulimit", ulimits(query)?);
    say("force-network-mode", network(&text("networkmode"))?);
    let size = large(query, "shmsize")?;
    say(
        "shm-size",
        if size > 0 { size.to_string() } else { String::new() },
    );
    if query.flag("pull") {
        say("image-resolve-mode", "pull".to_owned());
    }
    if query.flag("nocache") {
        options.insert("no-cache".to_owned(), String::new());
    }
    let arguments: BTreeMap<String, Option<String>> = document(query, "buildargs", "build args")?;
    for (name, value) in arguments {
        if let Some(value) = value {
            options.insert(format!("build-arg:{name}"), value);
        }
    }
    let labels: BTreeMap<String, String> = document(query, "labels", "labels")?;
    options.extend(
        labels
            .into_iter()
            .map(|(name, value)| (format!("label:{name}"), value)),
    );
    Ok(BuildRequest {
        session: text("session"),
        options,
        output: output(query)?,
        context: None,
    })
}

/// What becomes of the image; an image with its names where nothing was said.
fn output(query: Query<'_>) -> Result<Option<(String, BTreeMap<String, String>)>> {
    let mut outputs: Vec<Output> = document(query, "outputs", "outputs")?;
    if outputs.len() > 1 {
        return Err(Problem::bad("multiple outputs not supported"));
    }
    let (kind, mut attrs) = match outputs.pop() {
        None => ("moby".to_owned(), BTreeMap::new()),
        Some(output) if output.r#type == "cacheonly" => return Ok(None),
        Some(output) => (output.r#type, output.attrs.unwrap_or_default()),
    };
    let tags = query.all("t").into_iter().filter(|tag| !tag.is_empty());
    let names = tags
        .map(|tag| Ok(parse(&tag)?.to_string()))
        .collect::<Result<Vec<_>>>()?;
    if !names.is_empty() {
        attrs.insert("name".to_owned(), names.join(","));
    }
    Ok(Some((kind, attrs)))
}

fn network(name: &str) -> Result<String> {
    match name {
        "host" | "none" => Ok(name.to_owned()),
        "" | "default" => Ok(String::new()),
        other => Err(Problem::bad(format!(
            "network mode {other:?} not supported by buildkit"
        ))),
    }
}

/// `NAME:ADDRESS` as the frontend has it.
fn hosts(all: &[String]) -> Result<String> {
    let pairs = all.iter().map(|host| match host.split_once(':') {
        Some((name, address)) => Ok(format!("{name}={address}")),
        None => Err(Problem::bad(format!("invalid host {host}"))),
    });
    Ok(pairs.collect::<Result<Vec<_>>>()?.join(","))
}

fn ulimits(query: Query<'_>) -> Result<String> {
    let all: Vec<Ulimit> = document(query, "ulimits", "ulimit settings")?;
    let words = all
        .iter()
        .map(|limit| format!("{}={}:{}", limit.name, limit.soft, limit.hard));
    Ok(words.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_said_in_the_words_of_the_frontend() {
        let query = "version=2&t=a&t=b:1&target=last&nocache=1&buildargs=%7B%22A%22%3A%221%22%2C%22B%22%3Anull%7D\
                     &extrahosts=db%3A%3A%3A1&networkmode=default&session=s&dockerfile=D&labels=%7B%22l%22%3A%22x%22%7D\
                     &ulimits=%5B%7B%22Name%22%3A%22nofile%22%2C%22Soft%22%3A1%2C%22Hard%22%3A2%7D%5D";
        let asked = request(Query::new(query).unwrap()).unwrap();
        assert_eq!(asked.session, "s");
        let mut said: Vec<String> = asked
            .options
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        said.sort();
        assert_eq!(
            said,
            [
                "add-hosts=db=::1",
                "build-arg:A=1",
                "filename=D",
                "label:l=x",
                "no-cache=",
                "target=last",
                "ulimit=nofile=1:2"
            ]
        );
        let (kind, attrs) = asked.output.unwrap();
        assert_eq!(kind, "moby");
        assert_eq!(attrs["name"], "docker.io/library/a:latest,docker.io/library/b:1");
    }

    #[test]
    fn outputs_are_one_at_most() {
        let output = |text: &str| output(Query::new(text).unwrap());
        let local = "outputs=%5B%7B%22Type%22%3A%22local%22%2C%22Attrs%22%3A%7B%7D%7D%5D";
        assert_eq!(output(local).unwrap().unwrap().0, "local");
        let none = "outputs=%5B%7B%22Type%22%3A%22cacheonly%22%7D%5D";
        assert!(output(none).unwrap().is_none());
        let two = "outputs=%5B%7B%22Type%22%3A%22a%22%7D%2C%7B%22Type%22%3A%22b%22%7D%5D";
        assert!(output(two).is_err());
    }
}
