//! Builds that clients began: what each is to export, how it stands, and when it is over.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tonic::Status;

use crate::error::BuildkitError;
use crate::exports::Exports;
use crate::progress::Progress;

/// How long a question waits for the build that it is about: clients ask all at the same time.
const COMING: Duration = Duration::from_secs(20);
/// How long a build that is over can be asked about.
const KEPT: Duration = Duration::from_secs(10);
/// How many builds of one person are kept at a time, those that are just over too.
const MOST: usize = 4096;

/// One build.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) reference: String,
    owner: String,
    /// The session of its client.
    pub(crate) session: String,
    pub(crate) exports: Exports,
    pub(crate) progress: Arc<Progress>,
    /// What the client is told of its image.
    answer: Mutex<HashMap<String, String>>,
    /// What the client said at its end, where it leads the build itself.
    returned: watch::Sender<Option<Result<(), Status>>>,
    /// Whether whoever asked for it is gone.
    gone: watch::Sender<bool>,
}

impl Build {
    pub(crate) fn new(reference: &str, owner: &str, session: &str, exports: Exports) -> Arc<Self> {
        Arc::new(Self {
            reference: reference.to_owned(),
            owner: owner.to_owned(),
            session: session.to_owned(),
            exports,
            progress: Progress::new(reference),
            answer: Mutex::default(),
            returned: watch::Sender::new(None),
            gone: watch::Sender::new(false),
        })
    }

    fn answer(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn answer_with(&self, answer: HashMap<String, String>) {
        *self.answer() = answer;
    }

    /// What the client is told of its image.
    pub(crate) fn answered(&self) -> HashMap<String, String> {
        self.answer().clone()
    }

    /// The client says that it is done.
    pub(crate) fn return_with(&self, outcome: Result<(), Status>) {
        self.returned.send_replace(Some(outcome));
    }

    /// Resolves when the client has said that it is done.
    pub(crate) async fn returned(&self) -> Result<(), Status> {
        let mut returned = self.returned.subscribe();
        match returned.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
            Err(_) => Err(Status::cancelled("context canceled")),
        }
    }

    /// Resolves when whoever asked for it is gone.
    pub(crate) async fn gone(&self) {
        let mut gone = self.gone.subscribe();
        let _ = gone.wait_for(|gone| *gone).await;
    }
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Builds {
    all: Mutex<HashMap<String, Arc<Build>>>,
    changed: watch::Sender<()>,
}

impl Default for Builds {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Builds {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Build>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn is_there(&self, reference: &str) -> bool {
        self.all().contains_key(reference)
    }

    /// Begins one. It is over when the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>, build: Arc<Build>) -> Result<Running, BuildkitError> {
        if build.reference.is_empty() || build.reference.len() > 256 {
            return Err(BuildkitError::Invalid(
                "a build needs a proper reference".to_owned(),
            ));
        }
        {
            let mut all = self.all();
            if all.values().filter(|one| one.owner == build.owner).count() >= MOST {
                return Err(BuildkitError::Invalid(format!(
                    "a client may have {MOST} builds at a time"
                )));
            }
            match all.entry(build.reference.clone()) {
                Entry::Occupied(taken) => return Err(BuildkitError::BuildTaken(taken.key().clone())),
                Entry::Vacant(place) => place.insert(Arc::clone(&build)),
            };
        }
        self.changed.send_replace(());
        Ok(Running {
            builds: Arc::clone(self),
            build,
        })
    }

    /// The one of this reference, if it is the asker's; it may still be coming.
    pub(crate) async fn find(&self, reference: &str, owner: &str) -> Result<Arc<Build>, BuildkitError> {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                let found = self
                    .all()
                    .get(reference)
                    .filter(|one| one.owner == owner)
                    .cloned();
                if let Some(found) = found {
                    return found;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(COMING, looking)
            .await
            .map_err(|_| BuildkitError::NoBuild(reference.to_owned()))
    }
}

/// A build that runs as long as this is held.
#[derive(Debug)]
pub(crate) struct Running {
    builds: Arc<Builds>,
    pub(crate) build: Arc<Build>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.build.progress.close();
        self.build.gone.send_replace(true);
        let (builds, reference) = (Arc::clone(&self.builds), self.build.reference.clone());
        // A client may ask how it went only now.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(KEPT).await;
                builds.all().remove(&reference);
            });
        } else {
            builds.all().remove(&reference);
        }
    }
}
