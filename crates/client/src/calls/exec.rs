//! Further programs in running containers.

use sampan_api::exec::{ExecCreateRequest, ExecCreateResponse, ExecInspect, ExecStartRequest};

use crate::{Client, ClientError, Hijacked};

impl Client {
    /// Prepares a further program, and gives its id.
    pub async fn create_exec(
        &self,
        container: &str,
        request: &ExecCreateRequest,
    ) -> Result<String, ClientError> {
        let made: ExecCreateResponse = self
            .post(&["containers", container, "exec"])
            .json(request)
            .document()
            .await?;
        Ok(made.id)
    }

    /// Starts it, and takes part in its streams.
    pub async fn start_exec(&self, id: &str, request: &ExecStartRequest) -> Result<Hijacked, ClientError> {
        self.post(&["exec", id, "start"])
            .json(request)
            .hijack(Some(request.tty))
            .await
    }

    /// Starts it, and lets it run.
    pub async fn start_exec_detached(&self, id: &str, request: &ExecStartRequest) -> Result<(), ClientError> {
        self.post(&["exec", id, "start"]).json(request).done().await
    }

    /// Everything about it.
    pub async fn inspect_exec(&self, id: &str) -> Result<ExecInspect, ClientError> {
        self.get(&["exec", id, "json"]).document().await
    }

    /// Sets the size of its terminal.
    pub async fn resize_exec(&self, id: &str, rows: u16, columns: u16) -> Result<(), ClientError> {
        self.post(&["exec", id, "resize"])
            .set("h", rows)
            .set("w", columns)
            .done()
            .await
    }
}
