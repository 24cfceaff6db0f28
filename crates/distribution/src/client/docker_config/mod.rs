//! Docker's `config.json`: who the user is at which registry. Read, and changed by log-in and log-out.
//!
//! Only the keys about credentials are understood; all others stay as they are. Nothing is read before it
//! is asked for, and no secret is ever part of a message.

mod error;
mod file;
mod helper;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sampan_types::Secret;

pub use error::DockerConfigError;

use super::credentials::Credential;
use helper::Helper;

/// The key that Docker has used for Docker Hub since its beginning.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// A configuration file, and where its helpers are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerConfig {
    path: PathBuf,
    helper_dirs: Vec<PathBuf>,
}

/// Where a log-in was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the file itself, only encoded, not encrypted.
    File(PathBuf),
    /// With a credential helper of this name.
    Helper(String),
}

impl DockerConfig {
    /// The file at `path`, which need not exist; `docker-credential-NAME` programs are looked for in
    /// `helper_dirs` in this order (the caller's search path).
    pub fn new(path: impl Into<PathBuf>, helper_dirs: Vec<PathBuf>) -> Self {
        Self {
            path: path.into(),
            helper_dirs,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The credential for a registry, by its name in references.
    pub async fn find(
        &self,
        registry: &str,
        helper_timeout: Duration,
    ) -> Result<Option<Credential>, DockerConfigError> {
        let file = file::read(&self.path)?;
        if let Some(name) = file.helper_for(registry) {
            let helper = Helper::find(&name, &self.helper_dirs, helper_timeout)?;
            for key in keys(registry) {
                if let Some(found) = helper.get(&key).await? {
                    return Ok(Some(found));
                }
            }
        }
        file.credential(registry)
    }

    /// Keeps a credential that a registry has accepted.
    pub async fn store(
        &self,
        registry: &str,
        credential: &Credential,
        helper_timeout: Duration,
    ) -> Result<Kept, DockerConfigError> {
        let mut file = file::read(&self.path)?;
        let key = own_key(registry);
        if let Some(name) = file.helper_for(registry) {
            let helper = Helper::find(&name, &self.helper_dirs, helper_timeout)?;
            helper.store(&key, credential).await?;
            // As Docker does: an empty entry tells that the helper knows this registry.
            file.set(&key, None);
            file.write(&self.path)?;
            return Ok(Kept::Helper(name));
        }
        file.set(&key, Some(credential));
        file.write(&self.path)?;
        Ok(Kept::File(self.path.clone()))
    }

    /// Forgets what is kept for a registry. Tells whether there was anything.
    pub async fn logout(&self, registry: &str, helper_timeout: Duration) -> Result<bool, DockerConfigError> {
        let mut file = file::read(&self.path)?;
        let mut any = false;
        if let Some(name) = file.helper_for(registry) {
            let helper = Helper::find(&name, &self.helper_dirs, helper_timeout)?;
            for key in keys(registry) {
                if helper.get(&key).await?.is_some() {
                    helper.erase(&key).await?;
                    any = true;
                }
            }
        }
        if file.remove(registry) {
            file.write(&self.path)?;
            any = true;
        }
        Ok(any)
    }
}

/// The key under which a registry is written.
fn own_key(registry: &str) -> String {
    match registry {
        sampan_types::reference::DEFAULT_REGISTRY => HUB_KEY.to_owned(),
        other => other.to_owned(),
    }
}

/// Every key under which tools have written a registry, the usual one first.
fn keys(registry: &str) -> Vec<String> {
    if registry == sampan_types::reference::DEFAULT_REGISTRY {
        let others = ["docker.io", "index.docker.io", "registry-1.docker.io"];
        return std::iter::once(HUB_KEY)
            .chain(others)
            .map(str::to_owned)
            .collect();
    }
    vec![registry.to_owned(), format!("https://{registry}")]
}

/// The registry that a key means: without scheme and path, and all of Docker Hub's names as one.
fn registry_of(key: &str) -> &str {
    let rest = key
        .strip_prefix("https://")
        .or_else(|| key.strip_prefix("http://"))
        .unwrap_or(key);
    match rest.split('/').next().unwrap_or(rest) {
        "index.docker.io" | "registry-1.docker.io" => sampan_types::reference::DEFAULT_REGISTRY,
        host => host,
    }
}

/// Docker's mark for a user name that is none: the password is an identity token.
const TOKEN_USER: &str = "<token>";

/// A user name and password, or an identity token under its mark.
fn credential(username: String, password: String) -> Credential {
    if username == TOKEN_USER {
        Credential::Identity(Secret::new(password))
    } else {
        Credential::Basic {
            username,
            password: Secret::new(password),
        }
    }
}
