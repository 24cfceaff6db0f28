//! Containers: from one state to another.

use hyper::Method;
use sampan_api::container::{CommitResponse, Config, PruneReport, UpdateRequest, UpdateResponse};

use crate::call::Call;
use crate::{Client, ClientError, Filters, Stop};

impl Client {
    /// Asks a container to end, and kills it when it does not.
    pub async fn stop_container(&self, id: &str, stop: &Stop) -> Result<(), ClientError> {
        self.end(id, "stop", stop).await
    }

    /// The same, and starts it again.
    pub async fn restart_container(&self, id: &str, stop: &Stop) -> Result<(), ClientError> {
        self.end(id, "restart", stop).await
    }

    async fn end(&self, id: &str, verb: &str, stop: &Stop) -> Result<(), ClientError> {
        self.post(&["containers", id, verb])
            .set_some("signal", stop.signal.as_deref())
            .set_some("t", stop.timeout)
            .done()
            .await
    }

    /// Sends a signal.
    pub async fn kill_container(&self, id: &str, signal: Option<&str>) -> Result<(), ClientError> {
        self.post(&["containers", id, "kill"])
            .set_some("signal", signal)
            .done()
            .await
    }

    /// Holds a container up.
    pub async fn pause_container(&self, id: &str) -> Result<(), ClientError> {
        self.post(&["containers", id, "pause"]).done().await
    }

    /// Lets it go on.
    pub async fn unpause_container(&self, id: &str) -> Result<(), ClientError> {
        self.post(&["containers", id, "unpause"]).done().await
    }

    /// Gives a container another name.
    pub async fn rename_container(&self, id: &str, name: &str) -> Result<(), ClientError> {
        self.post(&["containers", id, "rename"])
            .set("name", name)
            .done()
            .await
    }

    /// Removes a container; with `force` also one that runs.
    pub async fn remove_container(
        &self,
        id: &str,
        volumes: bool,
        link: bool,
        force: bool,
    ) -> Result<(), ClientError> {
        Call::new(self, Method::DELETE, &["containers", id])
            .set_if("v", volumes)
            .set_if("link", link)
            .set_if("force", force)
            .done()
            .await
    }

    /// Changes a container's limits.
    pub async fn update_container(
        &self,
        id: &str,
        request: &UpdateRequest,
    ) -> Result<UpdateResponse, ClientError> {
        self.post(&["containers", id, "update"])
            .json(request)
            .document()
            .await
    }

    /// Removes containers that do not run.
    pub async fn prune_containers(&self, filters: &Filters) -> Result<PruneReport, ClientError> {
        self.post(&["containers", "prune"])
            .filters(filters)
            .document()
            .await
    }

    /// Makes an image of a container.
    pub async fn commit(&self, commit: &Commit<'_>) -> Result<CommitResponse, ClientError> {
        let mut call = self
            .post(&["commit"])
            .set("container", commit.container)
            .set_some("repo", commit.repository)
            .set_some("tag", commit.tag)
            .set_some("comment", commit.comment)
            .set_some("author", commit.author)
            .set("pause", u8::from(commit.pause));
        for change in commit.changes {
            call = call.set("changes", change);
        }
        call.json(&Config::default()).document().await
    }
}

/// What image is to be made of which container.
#[derive(Clone, Debug)]
pub struct Commit<'a> {
    /// The container.
    pub container: &'a str,
    /// The image's name.
    pub repository: Option<&'a str>,
    /// And tag.
    pub tag: Option<&'a str>,
    /// Why.
    pub comment: Option<&'a str>,
    /// Who.
    pub author: Option<&'a str>,
    /// Lines of a Dockerfile.
    pub changes: &'a [String],
    /// Whether the container is held up meanwhile.
    pub pause: bool,
}
