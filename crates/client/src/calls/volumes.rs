//! Volumes.

use bytes::Bytes;
use hyper::Method;
use sampan_api::volume::{CreateRequest, ListResponse, PruneReport, Volume};

use crate::call::Call;
use crate::{Client, ClientError, Filters};

impl Client {
    /// Makes a volume, or finds the one that is there.
    pub async fn create_volume(&self, request: &CreateRequest) -> Result<Volume, ClientError> {
        self.post(&["volumes", "create"]).json(request).document().await
    }

    /// Lists volumes.
    pub async fn volumes(&self, filters: &Filters) -> Result<ListResponse, ClientError> {
        self.get(&["volumes"]).filters(filters).document().await
    }

    /// Everything about a volume, as the daemon wrote it.
    pub async fn inspect_volume_raw(&self, name: &str) -> Result<Bytes, ClientError> {
        self.get(&["volumes", name]).send().await?.bytes().await
    }

    /// Removes a volume.
    pub async fn remove_volume(&self, name: &str, force: bool) -> Result<(), ClientError> {
        Call::new(self, Method::DELETE, &["volumes", name])
            .set_if("force", force)
            .done()
            .await
    }

    /// Removes volumes that no container uses.
    pub async fn prune_volumes(&self, filters: &Filters) -> Result<PruneReport, ClientError> {
        self.post(&["volumes", "prune"]).filters(filters).document().await
    }
}
