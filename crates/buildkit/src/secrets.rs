//! What a client keeps to itself until a step asks for it.

use async_trait::async_trait;
use sampan_types::Secret;

use crate::proto::moby::buildkit::secrets::v1::GetSecretRequest;
use crate::proto::moby::buildkit::secrets::v1::secrets_client::SecretsClient;
use crate::session::Session;

/// The most that a secret may be long, as in BuildKit.
const LARGEST: usize = 500 << 10;

/// Gives secrets by their id.
#[async_trait]
pub trait Secrets: std::fmt::Debug + Send + Sync {
    /// The bytes; nothing where the client has none of this id.
    async fn secret(&self, id: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError>;
}

/// Why a secret cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The client did not answer.
    #[error("the client does not give secret `{id}`: {why}")]
    Client {
        /// The secret's id.
        id: String,
        /// What it said.
        why: String,
    },
    /// It is longer than a secret may be.
    #[error("secret `{0}` is larger than 500 KiB")]
    TooLarge(String),
}

#[async_trait]
impl Secrets for Session {
    async fn secret(&self, id: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        if !self.supports("/moby.buildkit.secrets.v1.Secrets/GetSecret") {
            return Ok(None);
        }
        let mut client = SecretsClient::with_origin(self.channel(), Session::origin());
        let request = GetSecretRequest {
            id: id.to_owned(),
            ..GetSecretRequest::default()
        };
        match client.get_secret(request).await {
            Ok(answer) => {
                let data = answer.into_inner().data;
                match data.len() > LARGEST {
                    true => Err(SecretError::TooLarge(id.to_owned())),
                    false => Ok(Some(Secret::new(data))),
                }
            }
            Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
            Err(status) => Err(SecretError::Client {
                id: id.to_owned(),
                why: status.message().to_owned(),
            }),
        }
    }
}
