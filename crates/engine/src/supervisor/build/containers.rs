//! The containers of a build, and what becomes of them.

use crate::supervisor::error::SupervisorError;
use crate::supervisor::{RemoveOptions, Supervisor};

/// The containers of a build. What is left of them goes when it is dropped, however it ended.
pub(super) struct Containers {
    supervisor: Supervisor,
    pub(super) ids: Vec<String>,
}

impl Containers {
    pub(super) fn new(supervisor: &Supervisor) -> Self {
        Self {
            supervisor: supervisor.clone(),
            ids: Vec::new(),
        }
    }

    pub(super) async fn remove(&mut self, id: &str) {
        self.ids.retain(|one| one != id);
        remove(&self.supervisor, id).await;
    }

    pub(super) async fn remove_all(&mut self) {
        while let Some(id) = self.ids.pop() {
            remove(&self.supervisor, &id).await;
        }
    }
}

async fn remove(supervisor: &Supervisor, id: &str) {
    let options = RemoveOptions {
        force: true,
        volumes: true,
        link: false,
    };
    match supervisor.remove(id, options).await {
        Ok(()) | Err(SupervisorError::NoContainer(_)) => {}
        Err(error) => tracing::warn!(%error, id, "a container of a build stays until the next start"),
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        let (supervisor, ids) = (self.supervisor.clone(), std::mem::take(&mut self.ids));
        if let (false, Ok(runtime)) = (ids.is_empty(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                for id in ids {
                    remove(&supervisor, &id).await;
                }
            });
        }
    }
}
