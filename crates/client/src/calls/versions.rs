//! Versions of a container's program: routes of Sampan's own.

use hyper::Method;
use sampan_api::deploy::{DeployRequest, Versions};

use crate::call::Call;
use crate::{Client, ClientError};

impl Client {
    /// Has another image's program answer, or divides requests between the versions that are there.
    pub async fn deploy(&self, id: &str, request: &DeployRequest) -> Result<Versions, ClientError> {
        self.of_container(Method::POST, id, "deploy")
            .json(request)
            .document()
            .await
    }

    /// The versions that answer, and what each has answered.
    pub async fn container_versions(&self, id: &str) -> Result<Versions, ClientError> {
        self.of_container(Method::GET, id, "versions").document().await
    }

    fn of_container<'c>(&'c self, method: Method, id: &str, what: &str) -> Call<'c> {
        Call::unversioned(self, method, &["sampan", "v1", "containers", id, what])
    }
}
