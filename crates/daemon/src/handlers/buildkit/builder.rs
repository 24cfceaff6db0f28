//! Builds of BuildKit's clients, done by the engine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use sampan_api::Time;
use sampan_api::container::{Filters, HostConfig, Ulimit};
use sampan_buildkit::{
    Builder, Built, ContextReader, Failure, Kept, Line, Lines, Order, Password, Pruned, Pruning,
};
use sampan_distribution::client::{Credential, Credentials};
use sampan_engine::supervisor::{
    BuildContext, BuildLine, BuildOptions, BuildOutput, BuildStep, Caller, Secrets, Supervisor,
    SupervisorError,
};
use sampan_types::{ByteCount, Classified, ErrorClass, SecretBytes};
use tokio::sync::{mpsc, oneshot};

use crate::problem::chain;

/// The engine for one client.
#[derive(Debug)]
pub(in crate::handlers) struct EngineBuilder {
    supervisor: Arc<Supervisor>,
    caller: Caller,
}

impl EngineBuilder {
    pub(in crate::handlers) fn new(supervisor: Arc<Supervisor>, caller: Caller) -> Self {
        Self { supervisor, caller }
    }
}

#[async_trait]
impl Builder for EngineBuilder {
    async fn build(&self, order: Order, context: ContextReader, lines: Lines) -> Result<Built, Failure> {
        let (supervisor, caller) = (Arc::clone(&self.supervisor), self.caller.clone());
        let driver = tokio::runtime::Handle::current();
        // Dropped with this future: whoever asked is gone.
        let (_asking, gone) = oneshot::channel::<()>();
        let work = move || {
            // Reading waits for the client, which no thread may that drives a future.
            let (mut order, mut archive) = (order, context);
            let context = match order.dockerfile.take() {
                Some(text) => supervisor.build_context_for(&mut archive, text, &order.contexts),
                None => supervisor.build_context(&mut archive, &order.filename, &[]),
            };
            let context = context.map_err(|error| failure(&error))?;
            drop(archive);
            driver.block_on(async move {
                tokio::select! {
                    built = Box::pin(build(&supervisor, &caller, order, context, lines)) => built,
                    _ = gone => Err(Failure {
                        message: "context canceled".to_owned(),
                        class: ErrorClass::Unavailable,
                    }),
                }
            })
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(built) => built,
            Err(lost) => Err(Failure {
                message: format!("the build broke off: {lost}"),
                class: ErrorClass::Internal,
            }),
        }
    }

    async fn prune(&self, pruning: Pruning) -> Result<Pruned, Failure> {
        let mut filters: Filters = pruning.filters;
        if let Some(unused) = pruning.unused_for {
            let before = format!("{}s", unused.as_secs());
            filters.insert("unused-for".to_owned(), vec![before]);
        }
        let pruned = self
            .supervisor
            .prune_builds(ByteCount::new(pruning.keep), filters);
        let pruned = pruned.await.map_err(|error| failure(&error))?;
        Ok(Pruned {
            images: pruned.ids,
            freed: pruned.freed,
        })
    }

    async fn kept(&self) -> Result<Vec<Kept>, Failure> {
        let usage = self.supervisor.build_usage().await;
        let moment = |time: Time| {
            let seconds = u64::try_from(time.unix()).unwrap_or(0);
            UNIX_EPOCH + Duration::from_secs(seconds)
        };
        let items = usage.map_err(|error| failure(&error))?.items.into_iter();
        let kept = items.map(|one| Kept {
            id: one.id,
            kind: one.kind,
            description: one.description,
            in_use: one.in_use,
            size: u64::try_from(one.size).unwrap_or(0),
            created: moment(one.created_at),
            used: one.last_used_at.map(moment),
            uses: u64::try_from(one.usage_count).unwrap_or(0),
        });
        Ok(kept.collect())
    }
}

/// The work of one build, whose future is driven by a thread of its own.
async fn build(
    supervisor: &Supervisor,
    caller: &Caller,
    order: Order,
    context: BuildContext,
    lines: Lines,
) -> Result<Built, Failure> {
    let options = options(order);
    let (output, said) = BuildOutput::pair();
    let building = async {
        let built = supervisor.build(caller, &context, &options, &output).await;
        // The lines end when nobody is left to tell one.
        drop(output);
        built
    };
    let (built, ()) = tokio::join!(building, tell(said, lines));
    let built = built.map_err(|error| failure(&error))?;
    Ok(Built {
        image: built.id,
        files: built.files,
    })
}

async fn tell(mut said: mpsc::Receiver<BuildLine>, lines: Lines) {
    while let Some(line) = said.recv().await {
        let line = match line {
            BuildLine::Platform(name) => Line::Platform(name),
            BuildLine::Step(step) => Line::Step {
                place: step.place,
                line: step.line,
                shown: shown(&step),
            },
            BuildLine::Cached => Line::Cached,
            BuildLine::Output { error, bytes } => Line::Output {
                error,
                bytes: bytes.into(),
            },
            BuildLine::Warning { text, .. } => Line::Warning(text),
            BuildLine::Status { id, text } => Line::Fetching(match id.is_empty() {
                true => text,
                false => format!("{id}: {text}"),
            }),
            // The classic builder's own talk.
            BuildLine::Text(_) | BuildLine::Image(_) => continue,
        };
        // Nobody listens any more: the build is ended by whoever runs it.
        let _ = lines.send(line).await;
    }
}

/// How a step is shown where nobody else read the Dockerfile; not at all where it changes no files.
fn shown(step: &BuildStep) -> String {
    let word = step.source.split_whitespace().next().unwrap_or_default();
    let changes = ["FROM", "RUN", "COPY", "ADD", "WORKDIR"];
    match changes.iter().any(|name| word.eq_ignore_ascii_case(name)) {
        true => format!("[{}/{}] {}", step.number, step.of, step.source),
        false => String::new(),
    }
}

fn options(order: Order) -> BuildOptions {
    let ulimits: Vec<Ulimit> = order
        .ulimits
        .into_iter()
        .map(|limit| Ulimit {
            name: limit.name,
            soft: limit.soft,
            hard: limit.hard,
        })
        .collect();
    let host = HostConfig {
        network_mode: order.network,
        extra_hosts: (!order.hosts.is_empty()).then_some(order.hosts),
        shm_size: order.shm_size,
        cgroup_parent: order.cgroup_parent,
        ulimits: (!ulimits.is_empty()).then_some(ulimits),
        ..HostConfig::default()
    };
    BuildOptions {
        tags: order.tags,
        needed_only: true,
        cache_only: order.cache_only,
        no_cache: order.no_cache,
        no_cache_stages: order.no_cache_stages,
        squash: false,
        files: order.files,
        images: order.images,
        annotations: order.annotations,
        index_annotations: order.index_annotations,
        cache_from: order.cache_from,
        pull: order.pull,
        keep_containers: false,
        arguments: order
            .arguments
            .into_iter()
            .map(|(name, value)| (name, Some(value)))
            .collect(),
        labels: order.labels,
        target: order.target,
        platforms: order.platforms,
        host,
        credentials: credentials(order.passwords),
        secrets: order
            .secrets
            .map(|client| Arc::new(Asked(client)) as Arc<dyn Secrets>),
    }
}

/// Secrets that a client is asked for when a step wants them.
#[derive(Debug)]
struct Asked(Arc<dyn sampan_buildkit::Secrets>);

#[async_trait]
impl Secrets for Asked {
    async fn secret(&self, id: &str) -> Result<Option<SecretBytes>, SupervisorError> {
        match self.0.secret(id).await {
            Ok(secret) => Ok(secret.map(|secret| SecretBytes::new(secret.expose().clone()))),
            Err(error) => Err(SupervisorError::Invalid(error.to_string())),
        }
    }
}

fn credentials(passwords: BTreeMap<String, Password>) -> Credentials {
    if passwords.is_empty() {
        return Credentials::Anonymous;
    }
    let all = passwords.into_iter().map(|(registry, password)| {
        let credential = match password {
            Password::Basic(username, password) => Credential::Basic { username, password },
            Password::Identity(token) => Credential::Identity(token),
        };
        (registry, credential)
    });
    Credentials::Fixed(all.collect())
}

/// In BuildKit's words, where it has some.
fn failure(error: &SupervisorError) -> Failure {
    let message = match error {
        SupervisorError::StepFailed { command, code } => {
            format!("process {command:?} did not complete successfully: exit code: {code}")
        }
        error => match error.hint() {
            Some(hint) => format!("{}; {hint}", chain(error)),
            None => chain(error),
        },
    };
    Failure {
        message,
        class: error.class(),
    }
}
