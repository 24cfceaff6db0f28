//! What steps are told in confidence.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sampan_types::SecretBytes;

use crate::supervisor::error::Result;

/// The most that one secret has, as in BuildKit.
pub const LARGEST_SECRET: usize = 500 << 10;

/// Tells secrets to the steps of a build that ask for them, when they ask.
#[async_trait]
pub trait Secrets: std::fmt::Debug + Send + Sync {
    /// What is known under an id, at most [`LARGEST_SECRET`] bytes; `None` where nobody has it.
    async fn secret(&self, id: &str) -> Result<Option<SecretBytes>>;
}

/// Secrets that came with the request.
#[derive(Debug, Default)]
pub struct GivenSecrets(BTreeMap<String, SecretBytes>);

impl GivenSecrets {
    /// All of them, by their ids.
    pub fn new(all: BTreeMap<String, SecretBytes>) -> Self {
        Self(all)
    }
}

#[async_trait]
impl Secrets for GivenSecrets {
    async fn secret(&self, id: &str) -> Result<Option<SecretBytes>> {
        Ok(self.0.get(id).cloned())
    }
}
