//! `POST /build`: a context from the client, and lines that tell how the image comes to be.

mod head;
mod kit;

use std::collections::BTreeMap;
use std::sync::Arc;

use sampan_api::build::BuildHead;
use sampan_api::container::{HostConfig, Ulimit};
use sampan_api::progress::{ErrorDetail, Message};
use sampan_engine::supervisor::{
    BuildContext, BuildLine, BuildOptions, BuildOutput, GivenSecrets, SupervisorError,
};
use sampan_types::Reference;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::progress::{Direction, Lines};
use super::{failure, told};
use crate::body;
use crate::dispatch::Call;
use crate::handlers::blocking;
use crate::handlers::images::parse;
use crate::handlers::registry::several;
use crate::problem::{Problem, Result};
use crate::query::Query;
use crate::reply::Reply;

pub(in crate::handlers) async fn build(call: Call<'_>) -> Result<Reply> {
    if kit::is_asked(call.query)? {
        return kit::build(call).await;
    }
    refuse(&call)?;
    let mut options = options(&call)?;
    let headed = head::is_said(call.headers);
    let (quiet, aux) = (call.query.flag("q"), call.since(30));
    let dockerfile = call.query.get("dockerfile").unwrap_or_default().into_owned();
    let supervisor = Arc::clone(&call.state.supervisor);
    let caller = call.peer.caller();
    let receiving = Arc::clone(&supervisor);
    let remote = call.query.text("remote");
    let (context, secrets, images): (BuildContext, GivenSecrets, _) = match remote
        .filter(|text| text != "client-session")
    {
        Some(address) => {
            let found = supervisor.remote_context(&caller, &address, &dockerfile).await?;
            (found, GivenSecrets::default(), BTreeMap::new())
        }
        None => {
            body::read_by(
                call.body,
                call.state.config.bounds.body_pause,
                async |mut archive| {
                    let unpack = move || {
                        let head = match headed {
                            true => head::read(&mut archive)?,
                            false => BuildHead::default(),
                        };
                        let context = receiving.build_context(&mut archive, &dockerfile, &head.contexts)?;
                        Ok((context, GivenSecrets::new(head.secrets), head.images))
                    };
                    blocking(unpack).await
                },
            )
            .await?
        }
    };
    options.secrets = Some(Arc::new(secrets));
    options.images = images;
    let (lines, receiver) = Lines::new(Direction::In);
    let telling = lines.clone();
    let work = async move || {
        let (output, mut said) = BuildOutput::pair();
        let building = async {
            let built = supervisor.build(&caller, &context, &options, &output).await;
            // The lines end when nobody is left to tell one.
            drop(output);
            built
        };
        let showing = async {
            let mut kept = Vec::new();
            while let Some(line) = said.recv().await {
                match shown(line, aux) {
                    Some(message) if quiet => kept.push(message),
                    Some(message) => telling.send(&message).await,
                    None => {}
                }
            }
            kept
        };
        let (built, kept) = tokio::join!(building, showing);
        match built {
            Ok(built) if quiet => Ok(vec![text(format!("{}\n", built.id))]),
            Ok(_) => Ok(Vec::new()),
            Err(SupervisorError::StepFailed { command, code }) => {
                let error = SupervisorError::StepFailed { command, code };
                let mut last = kept;
                last.push(Message {
                    error_detail: Some(ErrorDetail {
                        code,
                        message: error.to_string(),
                    }),
                    error: error.to_string(),
                    ..Message::default()
                });
                Ok(last)
            }
            Err(error) => {
                let problem = Problem::from(error);
                if kept.is_empty() {
                    return Err(problem);
                }
                let mut last = kept;
                last.push(failure(&problem));
                Ok(last)
            }
        }
    };
    told("image.build", lines, receiver, work).await
}

fn text(stream: String) -> Message {
    Message {
        stream,
        ..Message::default()
    }
}

fn shown(line: BuildLine, aux: bool) -> Option<Message> {
    match line {
        BuildLine::Text(stream) => Some(text(stream)),
        BuildLine::Step(step) => Some(text(format!(
            "Step {}/{} : {}\n",
            step.number, step.of, step.source
        ))),
        BuildLine::Platform(name) => Some(text(format!("For {name}\n"))),
        BuildLine::Cached => Some(text(" ---> Using cache\n".to_owned())),
        BuildLine::Output { error, bytes } => {
            let shown = String::from_utf8_lossy(&bytes);
            Some(text(match error {
                // As dockerd shows errors to people.
                true => format!("\u{1b}[91m{shown}\u{1b}[0m"),
                false => shown.into_owned(),
            }))
        }
        BuildLine::Warning { before, text: what } => Some(text(format!("{before}{what}\n"))),
        BuildLine::Image(id) => aux.then(|| Message {
            aux: Some(json!({ "ID": id })),
            ..Message::default()
        }),
        BuildLine::Status { id, text } => Some(Message {
            id,
            status: text,
            ..Message::default()
        }),
    }
}

/// What another builder has, or nobody.
fn refuse(call: &Call<'_>) -> Result<()> {
    let query = call.query;
    if query.flag("squash") && !call.state.config.experimental {
        return Err(Problem::bad("squash is only supported with experimental mode"));
    }
    if query.text("securityopt").is_some() {
        return Err(Problem::bad("security options are not supported on linux"));
    }
    if query
        .text("outputs")
        .is_some_and(|text| !matches!(text.trim(), "[]" | "null"))
    {
        return Err(Problem::bad(
            "outputs of another kind than an image need BuildKit",
        ));
    }
    Ok(())
}

fn document<T: DeserializeOwned + Default>(query: Query<'_>, name: &str, what: &str) -> Result<T> {
    match query.text(name) {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str::<Option<T>>(&text)
            .map(Option::unwrap_or_default)
            .map_err(|error| Problem::bad(format!("error reading {what}: {error}"))),
    }
}

fn large(query: Query<'_>, name: &str) -> Result<i64> {
    let Some(text) = query.text(name) else {
        return Ok(0);
    };
    text.parse().map_err(|_| {
        Problem::bad(format!(
            "invalid value for {name:?}: {text:?} is not a whole number"
        ))
    })
}

fn options(call: &Call<'_>) -> Result<BuildOptions> {
    let query = call.query;
    let tags = query.all("t").into_iter().filter(|tag| !tag.is_empty());
    let tags = tags.map(|tag| name(&tag)).collect::<Result<Vec<_>>>()?;
    let ulimits: Vec<Ulimit> = document(query, "ulimits", "ulimit settings")?;
    let text = |name| query.get(name).unwrap_or_default().into_owned();
    let hosts = query.all("extrahosts");
    let host = HostConfig {
        network_mode: text("networkmode"),
        extra_hosts: (!hosts.is_empty()).then_some(hosts),
        shm_size: large(query, "shmsize")?,
        memory: large(query, "memory")?,
        memory_swap: large(query, "memswap")?,
        cpu_shares: large(query, "cpushares")?,
        cpu_period: large(query, "cpuperiod")?,
        cpu_quota: large(query, "cpuquota")?,
        cpuset_cpus: text("cpusetcpus"),
        cpuset_mems: text("cpusetmems"),
        cgroup_parent: text("cgroupparent"),
        isolation: text("isolation"),
        ulimits: (!ulimits.is_empty()).then_some(ulimits),
        ..HostConfig::default()
    };
    Ok(BuildOptions {
        tags,
        needed_only: false,
        cache_only: false,
        no_cache: query.flag("nocache"),
        squash: query.flag("squash"),
        cache_from: document(query, "cachefrom", "cache-from")?,
        pull: query.flag("pull"),
        keep_containers: !query.flag("forcerm") && !query.flag_or("rm", true),
        arguments: document::<BTreeMap<String, Option<String>>>(query, "buildargs", "build args")?,
        labels: document(query, "labels", "labels")?,
        target: text("target"),
        platforms: if call.since(32) {
            query.platform("platform")?.into_iter().collect()
        } else {
            Vec::new()
        },
        host,
        credentials: several(call.headers),
        ..BuildOptions::default()
    })
}

fn name(text: &str) -> Result<Reference> {
    let name = parse(text)?;
    if name.digest().is_some() {
        return Err(Problem::bad("build tag cannot contain a digest"));
    }
    Ok(name.tagged())
}
