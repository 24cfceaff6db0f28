//! Networks.

use bytes::Bytes;
use hyper::Method;
use sampan_api::network::{
    ConnectRequest, CreateRequest, CreateResponse, DisconnectRequest, Network, PruneReport,
};

use crate::call::Call;
use crate::{Client, ClientError, Filters};

impl Client {
    /// Makes a network.
    pub async fn create_network(&self, request: &CreateRequest) -> Result<CreateResponse, ClientError> {
        self.post(&["networks", "create"]).json(request).document().await
    }

    /// Lists networks.
    pub async fn networks(&self, filters: &Filters) -> Result<Vec<Network>, ClientError> {
        self.get(&["networks"]).filters(filters).document().await
    }

    /// Everything about a network, as the daemon wrote it.
    pub async fn inspect_network_raw(&self, id: &str, verbose: bool) -> Result<Bytes, ClientError> {
        let call = self.get(&["networks", id]).set_if("verbose", verbose);
        call.send().await?.bytes().await
    }

    /// Removes a network.
    pub async fn remove_network(&self, id: &str) -> Result<(), ClientError> {
        Call::new(self, Method::DELETE, &["networks", id]).done().await
    }

    /// Puts a container into a network.
    pub async fn connect_network(&self, id: &str, request: &ConnectRequest) -> Result<(), ClientError> {
        self.post(&["networks", id, "connect"]).json(request).done().await
    }

    /// Takes it out again.
    pub async fn disconnect_network(&self, id: &str, request: &DisconnectRequest) -> Result<(), ClientError> {
        self.post(&["networks", id, "disconnect"])
            .json(request)
            .done()
            .await
    }

    /// Removes networks that no container is in.
    pub async fn prune_networks(&self, filters: &Filters) -> Result<PruneReport, ClientError> {
        self.post(&["networks", "prune"])
            .filters(filters)
            .document()
            .await
    }
}
