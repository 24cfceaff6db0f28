//! Changing the program of a server while it answers. What is done when is in `docs/design/deployment.md`: a version is
//! made ready in the container's worker, then written down, and only then answers. Whoever dies between leaves a record
//! that says one or the other, and [`Supervisor::settle_versions`] brings the worker to what it says.

mod image;
mod settle;
mod shown;
mod version;

use std::sync::Arc;
use std::time::Duration;

use sampan_api::deploy::{DeployRequest, Versions};
use sampan_runtime::{Container, RuntimeError};
use sampan_types::platform::Kind;
use sampan_types::{HttpCheck, Split};

use super::Supervisor;
use super::cell::Cell;
use super::error::{Result, SupervisorError, step};
use super::health;
use super::record::{Record, Second};

/// How long a version may take to answer its check where nobody said it.
const CHECK: Duration = Duration::from_secs(30);

impl Supervisor {
    /// Makes another image's program answer, or divides requests between the versions that are there.
    pub async fn deploy(&self, container: &str, request: DeployRequest) -> Result<Versions> {
        let split = match request.split.as_str() {
            "" => None,
            text => Some(
                text.parse::<Split>()
                    .map_err(|e| SupervisorError::Invalid(e.to_string()))?,
            ),
        };
        let cell = self.shared.find(container)?;
        let _gate = cell.gate.lock().await;
        let hold = changeable(&cell)?;
        self.settle_versions(&cell, &hold).await?;
        let old = cell.record();
        let next = match (request.image.as_str(), split) {
            ("", None) => {
                return Err(SupervisorError::Invalid(
                    "the request names neither an `image` to take its place nor a `split`".to_owned(),
                ));
            }
            ("", Some(split)) => divided(&old, split)?,
            (_, Some(split @ Split { new: 0, .. })) => {
                return Err(SupervisorError::Invalid(format!(
                    "a split of `{split}` leaves the new image nothing to answer"
                )));
            }
            (image, split) => {
                let new = self.next_version(&old, image).await?;
                let check = check(&new, &request)?;
                let version = self.version_of(&cell, &new, check).await?;
                unless_ended(&hold, hold.prepare(version)).await?;
                match split {
                    None | Some(Split { old: 0, .. }) => new,
                    Some(split) => beside(&old, new, split),
                }
            }
        };
        self.take(&cell, &hold, &old, next).await?;
        self.told_versions(&cell, &hold).await
    }

    /// Writes down what is to answer, and has it answer.
    async fn take(
        &self,
        cell: &Arc<Cell>,
        hold: &Arc<dyn Container>,
        old: &Arc<Record>,
        next: Record,
    ) -> Result<()> {
        step!("supervisor::deploy::journal");
        self.shared.journal.put(&Record::key(&cell.id), &next)?;
        self.shared.wrote();
        let lineup = next.lineup();
        cell.live().record = next.into();
        let divided: Result<()> = async {
            step!("supervisor::deploy::divide");
            unless_ended(hold, hold.divide(lineup)).await
        }
        .await;
        if let Err(error) = divided {
            // What answers is as it was, or nothing is; so is what is written down.
            self.shared.journal.put(&Record::key(&cell.id), &**old)?;
            self.shared.wrote();
            cell.live().record = old.clone();
            return Err(error);
        }
        let record = cell.record();
        self.container_event(cell, "update", &[("version", record.newest().to_string())]);
        Ok(())
    }
}

/// The end of the container is the end of what is asked of it: whoever stops it waits for no check.
async fn unless_ended<T>(
    hold: &Arc<dyn Container>,
    asked: impl Future<Output = std::result::Result<T, RuntimeError>>,
) -> Result<T> {
    tokio::select! {
        done = asked => Ok(done?),
        _ = hold.wait() => Err(RuntimeError::Gone.into()),
    }
}

/// What runs, if its program could be another one.
fn changeable(cell: &Arc<Cell>) -> Result<Arc<dyn Container>> {
    let live = cell.live();
    if live.record.kind != Kind::Wasm {
        return Err(SupervisorError::Unsupported(
            "the program of a Linux container cannot be changed while it runs; remove the container and run the new image in \
             its place"
                .to_owned(),
        ));
    }
    if live.state.paused {
        return Err(SupervisorError::Conflict(
            "the container is paused: nothing could be checked, unpause it first".to_owned(),
        ));
    }
    let hold = live.hold.clone().filter(|_| live.state.running);
    hold.ok_or_else(|| {
        SupervisorError::Conflict(format!(
            "container {} is not running, so that no other version could be checked; start it first, or remove it and run the \
             new image in its place",
            cell.id
        ))
    })
}

/// What the new version has to answer.
fn check(new: &Record, request: &DeployRequest) -> Result<Option<HttpCheck>> {
    let (path, usual) = match (request.check.as_str(), health::http(&new.config)) {
        ("", None) => return Ok(None),
        ("", Some((path, time))) => (path, time),
        (path, _) if path.starts_with('/') => (path.to_owned(), CHECK),
        (path, _) => {
            return Err(SupervisorError::Invalid(format!(
                "`{path}` is no path to check: it begins with `/`"
            )));
        }
    };
    Ok(Some(HttpCheck {
        path,
        host: "localhost".to_owned(),
        time: match request.timeout {
            0 => usual,
            millis => Duration::from_millis(millis),
        },
    }))
}

/// The old version, with the new one beside it.
fn beside(old: &Record, new: Record, split: Split) -> Record {
    let mut record = old.clone();
    record.versions.last = new.versions.last;
    record.versions.second = Some(Box::new(Second {
        version: new.versions.now,
        split,
        image: new.image,
        config: new.config,
        path: new.path,
        args: new.args,
    }));
    record
}

/// Other parts for the two versions that are there; one alone, where the other gets nothing.
fn divided(old: &Record, split: Split) -> Result<Record> {
    let mut record = old.clone();
    let Some(second) = &mut record.versions.second else {
        return Err(SupervisorError::Conflict(
            "the container has one version, and nothing to divide; name an image as well".to_owned(),
        ));
    };
    match split {
        Split { new: 0, .. } => record.versions.second = None,
        Split { old: 0, .. } => return Ok(old.second().unwrap_or(record)),
        split => second.split = split,
    }
    Ok(record)
}
