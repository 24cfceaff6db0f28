//! A project and the daemon that it is at.

use futures::stream::{self, StreamExt};
use sampan_client::Client;

use crate::host::Kind;
use crate::{ComposeError, Container, Event, Host, Observed, Project};

/// How much is asked of the daemon at once.
pub(crate) const AT_ONCE: usize = 16;

/// A project at a daemon.
#[derive(Debug)]
pub struct Session<'s, H> {
    /// The daemon.
    pub client: &'s Client,
    /// Who does what this crate cannot.
    pub host: &'s H,
    /// What is wanted.
    pub project: &'s Project,
}

impl<'s, H: Host> Session<'s, H> {
    /// Joins the three.
    pub fn new(client: &'s Client, host: &'s H, project: &'s Project) -> Self {
        Self {
            client,
            host,
            project,
        }
    }

    /// What is there.
    pub async fn observed(&self) -> Result<Observed, ComposeError> {
        Observed::of(self.client, &self.project.name).await
    }

    pub(crate) fn done(&self, kind: Kind, name: &str, what: &'static str) {
        self.host.tell(Event::Done(kind, name, what));
    }

    pub(crate) fn warn(&self, text: impl Into<String>) {
        self.host.tell(Event::Warning(text.into()));
    }

    /// One error of several: each is told, and where there is but one it is the error itself.
    pub(crate) fn gathered(&self, mut errors: Vec<ComposeError>) -> Result<(), ComposeError> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            count => {
                for error in &errors {
                    self.host.tell(Event::Failed(error));
                }
                Err(ComposeError::Several { count })
            }
        }
    }

    /// Does the same with several containers, some at once.
    pub(crate) async fn with_each<'c>(
        &self,
        containers: impl IntoIterator<Item = &'c Container>,
        work: impl AsyncFn(&Container) -> Result<(), ComposeError>,
    ) -> Result<(), ComposeError> {
        let work = &work;
        let errors: Vec<ComposeError> = stream::iter(containers)
            .map(|container| async move { work(container).await.err() })
            .buffer_unordered(AT_ONCE)
            .filter_map(|error| async move { error })
            .collect()
            .await;
        self.gathered(errors)
    }
}
