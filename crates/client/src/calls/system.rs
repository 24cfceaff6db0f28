//! The engine as a whole.

use bytes::Bytes;
use sampan_api::event::Message;
use sampan_api::system::{DiskUsage, Info, Version};

use crate::{Client, ClientError, Filters, JsonLines};

impl Client {
    /// Who the daemon is.
    pub async fn server_version(&self) -> Result<Version, ClientError> {
        self.get(&["version"]).document().await
    }

    /// What it has and can do.
    pub async fn info(&self) -> Result<Info, ClientError> {
        self.get(&["info"]).document().await
    }

    /// The same, as the daemon wrote it.
    pub async fn info_raw(&self) -> Result<Bytes, ClientError> {
        self.get(&["info"]).send().await?.bytes().await
    }

    /// What lies on the disk.
    pub async fn disk_usage(&self) -> Result<DiskUsage, ClientError> {
        self.get(&["system", "df"]).document().await
    }

    /// What happens, from a moment (seconds since 1970) and until another.
    pub async fn events(
        &self,
        since: Option<&str>,
        until: Option<&str>,
        filters: &Filters,
    ) -> Result<JsonLines<Message>, ClientError> {
        let answer = self
            .get(&["events"])
            .set_some("since", since)
            .set_some("until", until)
            .filters(filters)
            .send()
            .await?;
        Ok(answer.lines())
    }
}
