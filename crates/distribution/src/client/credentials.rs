//! Who the client is at a registry, and where that is found.

use std::collections::BTreeMap;
use std::time::Duration;

use sampan_types::Secret;

use super::docker_config::{DockerConfig, DockerConfigError};

/// What proves who we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A user name and a password or access token.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: Secret<String>,
    },
    /// An OAuth2 refresh token, which Docker calls identity token.
    Identity(Secret<String>),
    /// A token to send as it is, which Docker calls registry token.
    Bearer(Secret<String>),
}

/// Where credentials come from.
#[derive(Clone, Debug, Default)]
pub enum Credentials {
    /// There are none.
    #[default]
    Anonymous,
    /// These, by the registry's name in references (`docker.io`, `localhost:5000`).
    Fixed(BTreeMap<String, Credential>),
    /// Docker's configuration file and the helpers that it names.
    Docker(DockerConfig),
}

impl Credentials {
    /// What there is for this registry.
    pub async fn find(
        &self,
        registry: &str,
        helper_timeout: Duration,
    ) -> Result<Option<Credential>, DockerConfigError> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed(all) => Ok(all.get(registry).cloned()),
            Self::Docker(config) => config.find(registry, helper_timeout).await,
        }
    }
}
