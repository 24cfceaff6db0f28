//! Log-in: a registry says whether it takes a credential, and only then it is kept.

use http::{Method, StatusCode};
use sampan_types::Secret;

use super::auth::Auth;
use super::credentials::Credential;
use super::docker_config::{DockerConfig, Kept};
use super::endpoint;
use super::error::ClientError;
use super::progress::Silent;
use super::session::{Ask, Session};
use super::transport::Transport;
use super::{Client, Inner};

impl Client {
    /// Asks the registry whether it takes this credential.
    pub async fn verify(&self, registry: &str, credential: Credential) -> Result<(), ClientError> {
        let config = std::sync::Arc::clone(&self.inner.config);
        // Nothing that was learned with other credentials may answer for these.
        let inner = Inner {
            transport: Transport::new(std::sync::Arc::clone(&config)),
            auth: Auth::with(registry, credential),
            config,
        };
        let endpoint = endpoint::origin(&inner.config, registry)?;
        let mut session = Session::new(&inner, endpoint, "", "", &Silent);
        session.scopes.clear();
        session.repository = registry.to_owned();
        let ask = Ask::new(Method::GET, "/v2/".to_owned(), "answer a log-in");
        let answer = session.ask(&ask).await.map_err(|error| match error {
            ClientError::Unauthenticated { registry, detail, .. } => {
                ClientError::LoginRefused { registry, detail }
            }
            other => other,
        })?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            StatusCode::FORBIDDEN => Err(ClientError::LoginRefused {
                registry: registry.to_owned(),
                detail: String::new(),
            }),
            _ => Err(answer.refusal("answer a log-in").await),
        }
    }

    /// Verifies a user name and password and keeps them in Docker's configuration or with its helper.
    pub async fn login(
        &self,
        keep_in: &DockerConfig,
        registry: &str,
        username: &str,
        password: Secret<String>,
    ) -> Result<Kept, ClientError> {
        let credential = Credential::Basic {
            username: username.to_owned(),
            password,
        };
        self.verify(registry, credential.clone()).await?;
        let timeout = self.inner.config.timeouts.helper;
        Ok(keep_in.store(registry, &credential, timeout).await?)
    }
}
