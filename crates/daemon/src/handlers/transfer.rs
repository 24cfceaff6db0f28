//! Images on their way in and out, with lines that tell how far they are.

mod archives;
mod build;
mod changes;
mod import;
mod progress;

pub(super) use archives::{load, save, save_one};
pub(super) use build::build;
pub(super) use changes::changed;

use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use sampan_api::progress::{ErrorDetail, Message};
use sampan_distribution::client::{Client, ClientError, PullOptions, PushOptions};
use sampan_engine::Engine;
use sampan_engine::supervisor::Supervisor;
use sampan_types::{Classified, Digest, ErrorClass, Platform, Reference, TRACES};
use serde_json::json;
use tokio::sync::mpsc;
use tracing::Instrument;

use super::blocking;
use super::images::{named, parse};
use super::registry::credentials;
use crate::dispatch::Call;
use crate::problem::{Problem, Result, chain};
use crate::reply::{self, Reply};
use progress::{Direction, Lines};

/// A line of nothing but a status.
fn status(text: impl Into<String>) -> Message {
    Message {
        status: text.into(),
        ..Message::default()
    }
}

fn failure(problem: &Problem) -> Message {
    Message {
        error_detail: Some(ErrorDetail {
            code: 0,
            message: problem.message.clone(),
        }),
        error: problem.message.clone(),
        ..Message::default()
    }
}

/// Answers with the lines of `work`. What fails before the first line is an answer of its own with its status; what
/// fails later is the last line, because the head is out already.
///
/// The work is driven by a thread of its own: its future is not known to be `Send`.
async fn told(
    what: &'static str,
    lines: Lines,
    mut told: mpsc::Receiver<Bytes>,
    work: impl AsyncFnOnce() -> Result<Vec<Message>> + Send + 'static,
) -> Result<Reply> {
    let driver = tokio::runtime::Handle::current();
    let span = tracing::trace_span!(target: TRACES, "transfer", otel.name = what);
    let mut work = tokio::task::spawn_blocking(move || {
        driver.block_on(async move {
            tokio::select! {
                outcome = work().instrument(span) => outcome,
                // A client that goes away ends the transfer: what is here already is found the next time.
                () = lines.nobody_listens() => Ok(Vec::new()),
            }
        })
    });
    let first = tokio::select! {
        biased;
        // Without a line and with nobody left to tell one, the work is over.
        Some(line) = told.recv() => line,
        ended = &mut work => {
            let outcome = ended.map_err(|lost| Problem::internal(&lost))?;
            let mut all = Vec::new();
            // What was told in the same moment comes first.
            while let Ok(line) = told.try_recv() {
                all.extend_from_slice(&line);
            }
            for message in outcome? {
                all.extend_from_slice(&progress::line(&message));
            }
            return Ok(reply::parts("application/json", stream::once(async { Ok(Bytes::from(all)) })));
        }
    };
    let rest = stream::unfold(
        (Some(first), told, Some(work)),
        async |(first, mut told, mut work)| {
            if let Some(line) = first {
                return Some((Ok(line), (None, told, work)));
            }
            let running = work.as_mut()?;
            tokio::select! {
                biased;
                Some(line) = told.recv() => Some((Ok(line), (None, told, work))),
                ended = running => {
                    let mut last = Vec::new();
                    while let Ok(line) = told.try_recv() {
                        last.extend_from_slice(&line);
                    }
                    let messages = match ended {
                        Ok(Ok(messages)) => messages,
                        Ok(Err(problem)) => vec![failure(&problem)],
                        Err(lost) => vec![failure(&Problem::internal(&lost))],
                    };
                    for message in &messages {
                        last.extend_from_slice(&progress::line(message));
                    }
                    Some((Ok(Bytes::from(last)), (None, told, None)))
                }
            }
        },
    );
    Ok(reply::parts("application/json", rest))
}

pub(super) async fn create(call: Call<'_>) -> Result<Reply> {
    let platform = if call.since(32) {
        call.query.platform("platform")?
    } else {
        None
    };
    let Some(image) = call.query.text("fromImage") else {
        return import::import(call, platform).await;
    };
    let tag = call.query.get("tag").unwrap_or_default();
    // `pull --all-tags` of some clients leaves the colon there.
    let image = image.trim_end_matches(':');
    let all = tag.is_empty() && is_bare(image);
    let name: Reference = match tag.parse::<Digest>() {
        Ok(digest) => parse(image)?.with_digest(digest),
        Err(_) if tag.is_empty() => parse(image)?,
        Err(_) => {
            let repository = parse(image)?.name();
            parse(&format!("{repository}:{tag}"))?
        }
    };
    if name.familiar() == "scratch" || name.familiar().starts_with("scratch:") {
        return Err(Problem::forbidden("'scratch' is a reserved name"));
    }
    let supervisor = Arc::clone(&call.state.supervisor);
    let client = supervisor
        .engine()
        .registry_client(credentials(call.headers, name.registry()));
    let (lines, receiver) = Lines::new(Direction::In);
    let telling = lines.clone();
    let work = async move || {
        let pulling = Pulling {
            supervisor,
            client,
            platform,
            lines: telling,
        };
        match all {
            true => pulling.all(&name).await,
            false => pulling.one(&name).await,
        }
    };
    told("image.pull", lines, receiver, work).await
}

/// Whether a name says neither tag nor digest: then all tags of a repository are meant.
fn is_bare(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    !last.contains([':', '@'])
}

/// A repository as people write it.
fn repository(name: &Reference) -> String {
    let shown = name.tagged().familiar();
    match shown.rsplit_once(':') {
        Some((repository, _)) => repository.to_owned(),
        None => shown,
    }
}

/// Images on their way from a registry.
struct Pulling {
    supervisor: Arc<Supervisor>,
    client: Client,
    platform: Option<Platform>,
    lines: Lines,
}

impl Pulling {
    async fn one(&self, name: &Reference) -> Result<Vec<Message>> {
        let (mut last, new) = self.fetched(name).await?;
        last.push(status(ended(new, &shown(name))));
        Ok(last)
    }

    /// Every tag of a repository, as dockerd does where none is named.
    async fn all(&self, repository: &Reference) -> Result<Vec<Message>> {
        let tags = self.client.tags(repository).await;
        let tags = tags.map_err(|error| refused(&error, repository))?;
        if tags.is_empty() {
            return Err(Problem::not_found(format!(
                "no tags of {} are in the registry",
                self::repository(repository)
            )));
        }
        let mut new = false;
        for tag in tags {
            let name = parse(&format!("{}:{tag}", Reference::name(repository)))?;
            let (last, fresh) = self.fetched(&name).await?;
            for message in last {
                self.lines.send(&message).await;
            }
            new |= fresh;
        }
        Ok(vec![status(ended(new, &self::repository(repository)))])
    }

    /// Fetches one image. The lines that are still to be said of it, and whether anything was new.
    async fn fetched(&self, name: &Reference) -> Result<(Vec<Message>, bool)> {
        self.lines.next(Message {
            id: name.selector(),
            ..status(format!("Pulling from {}", name.repository()))
        });
        let engine = self.supervisor.engine();
        let options = PullOptions {
            platform: self.platform.clone(),
            all_platforms: false,
        };
        let pulled = self
            .client
            .pull(engine.store(), name, &options, &self.lines)
            .await;
        let pulled = pulled.map_err(|error| refused(&error, name))?;
        engine.tidy();
        let shown = shown(name);
        self.supervisor.image_event("pull", &shown, &shown);
        let mut last = self.lines.unsaid();
        last.push(status(format!("Digest: {}", pulled.descriptor.digest)));
        Ok((last, !pulled.was_up_to_date))
    }
}

fn ended(new: bool, shown: &str) -> String {
    let how = match new {
        true => "Downloaded newer image",
        false => "Image is up to date",
    };
    format!("Status: {how} for {shown}")
}

/// A name with what selects the image.
fn shown(name: &Reference) -> String {
    match name.digest() {
        Some(_) => name.familiar(),
        None => name.tagged().familiar(),
    }
}

/// What a registry refuses. At 401 the docker command line would ask for a password, also where nobody sits before it.
fn refused(error: &ClientError, name: &Reference) -> Problem {
    match error.class() {
        ErrorClass::Denied | ErrorClass::Unauthenticated => Problem::not_found(format!(
            "pull access denied for {}, repository does not exist or may require 'docker login': {}",
            Reference::name(name),
            chain(error)
        )),
        _ => Problem::of(error),
    }
}

pub(super) async fn push(call: Call<'_>) -> Result<Reply> {
    let tag = call.query.get("tag").unwrap_or_default();
    let name = named(call.name, &tag)?;
    let supervisor = Arc::clone(&call.state.supervisor);
    let (engine, wanted) = (Arc::clone(supervisor.engine()), name.clone());
    let all = tag.is_empty() && is_bare(call.name);
    let images = blocking(move || match all {
        false => {
            let wanted = wanted.tagged();
            let text = wanted.to_string();
            let image = engine.image(&text, None);
            let image = image.map_err(|_| Problem::not_found(format!("tag does not exist: {text}")))?;
            Ok(vec![(wanted, image.id)])
        }
        // As dockerd does where no tag is named: all that are here.
        true => of_repository(&engine, &wanted),
    })
    .await?;
    let client = supervisor
        .engine()
        .registry_client(credentials(call.headers, name.registry()));
    let (lines, receiver) = Lines::new(Direction::Out);
    // As dockerd, before the registry is asked: at another status the docker command line asks for a password.
    let lines = lines.at_once(&status(format!(
        "The push refers to repository [{}]",
        name.name()
    )));
    let telling = lines.clone();
    let work = async move || {
        let engine = supervisor.engine();
        let mut last = Vec::new();
        for (name, id) in images {
            for message in last.drain(..) {
                telling.send(&message).await;
            }
            let pushed = client
                .push(engine.store(), &id, &name, &PushOptions::default(), &telling)
                .await
                .map_err(|error| Problem::of(&error))?;
            supervisor.image_event("push", &name.familiar(), &name.familiar());
            let (tag, digest, size) = (
                name.selector(),
                pushed.descriptor.digest.to_string(),
                pushed.descriptor.size,
            );
            last = telling.unsaid();
            last.push(status(format!("{tag}: digest: {digest} size: {size}")));
            last.push(Message {
                progress_detail: Some(Default::default()),
                aux: Some(json!({ "Tag": tag, "Digest": digest, "Size": size })),
                ..Message::default()
            });
        }
        Ok(last)
    };
    told("image.push", lines, receiver, work).await
}

/// All images of a repository that have a tag, by their names.
fn of_repository(engine: &Engine, repository: &Reference) -> Result<Vec<(Reference, Digest)>> {
    let rows = engine.images().map_err(|error| Problem::image(&error, None))?;
    let mut found: Vec<(Reference, Digest)> = rows
        .into_iter()
        .flat_map(|row| {
            let id = row.id;
            row.references.into_iter().map(move |name| (name, id.clone()))
        })
        .filter(|(name, _)| name.tag().is_some() && name.name() == repository.name())
        .collect();
    found.sort();
    match found.is_empty() {
        true => Err(Problem::not_found(format!(
            "An image does not exist locally with the tag: {}",
            self::repository(repository)
        ))),
        false => Ok(found),
    }
}
