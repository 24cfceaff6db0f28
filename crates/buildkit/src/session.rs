//! Connections on which a client answers: with its files, passwords and secrets.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Uri};
use tokio::sync::watch;

use crate::builder::Password;
use crate::error::BuildkitError;
use crate::proto::moby::filesync::v1::CredentialsRequest;
use crate::proto::moby::filesync::v1::auth_client::AuthClient;
use crate::transport::Channel;

const ID: &str = "x-docker-expose-session-uuid";
const METHOD: &str = "x-docker-expose-session-grpc-method";
/// How long a build waits for the connection of its client: both come at the same time.
const COMING: Duration = Duration::from_secs(20);
/// How many connections of one person are kept at a time.
const MOST: usize = 4096;

/// One such connection.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// Whose it is: nobody else's build reads from it.
    owner: String,
    methods: HashSet<String>,
    channel: Channel,
}

impl Session {
    pub(crate) fn new(id: String, owner: String, headers: &HeaderMap, channel: Channel) -> Self {
        let methods = headers.get_all(METHOD).iter();
        Self {
            id,
            owner,
            methods: methods
                .filter_map(|value| Some(value.to_str().ok()?.to_lowercase()))
                .collect(),
            channel,
        }
    }

    /// Whether the client said that it answers this.
    pub(crate) fn supports(&self, method: &str) -> bool {
        self.methods.contains(&method.to_lowercase())
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Under which name questions are asked; clients do not look at it.
    pub(crate) fn origin() -> Uri {
        Uri::from_static("http://localhost")
    }

    /// Who the client is at a registry; nothing where it is nobody, or does not say.
    pub(crate) async fn password(&self, registry: &str) -> Option<Password> {
        if !self.supports("/moby.filesync.v1.Auth/Credentials") {
            return None;
        }
        let host = match registry {
            "docker.io" => "registry-1.docker.io",
            other => other,
        };
        let mut client = AuthClient::with_origin(self.channel(), Self::origin());
        let request = CredentialsRequest {
            host: host.to_owned(),
        };
        match client.credentials(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                let secret = sampan_types::Secret::new(answer.secret);
                match (answer.username.is_empty(), secret.expose().is_empty()) {
                    (_, true) => None,
                    (true, false) => Some(Password::Identity(secret)),
                    (false, false) => Some(Password::Basic(answer.username, secret)),
                }
            }
            Err(status) => {
                tracing::debug!(%status, registry, "a client does not say who it is");
                None
            }
        }
    }
}

/// What headers say that a client is.
pub(crate) fn id(headers: &HeaderMap) -> Result<String, BuildkitError> {
    let id = headers.get(ID).and_then(|value| value.to_str().ok());
    match id {
        Some(id) if !id.is_empty() && id.len() <= 256 => Ok(id.to_owned()),
        _ => Err(BuildkitError::NoHeader("X-Docker-Expose-Session-Uuid")),
    }
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Sessions {
    all: Mutex<HashMap<String, Arc<Session>>>,
    changed: watch::Sender<()>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Sessions {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether another one of this id can come.
    pub(crate) fn admit(&self, id: &str, owner: &str) -> Result<(), BuildkitError> {
        let all = self.all();
        if all.contains_key(id) {
            return Err(BuildkitError::SessionTaken(id.to_owned()));
        }
        match all.values().filter(|one| one.owner == owner).count() >= MOST {
            true => Err(BuildkitError::Invalid(format!(
                "a client may have {MOST} sessions at a time"
            ))),
            false => Ok(()),
        }
    }

    pub(crate) fn enter(&self, session: Arc<Session>) -> Result<(), BuildkitError> {
        match self.all().entry(session.id.clone()) {
            Entry::Occupied(taken) => return Err(BuildkitError::SessionTaken(taken.key().clone())),
            Entry::Vacant(place) => place.insert(session),
        };
        self.changed.send_replace(());
        Ok(())
    }

    pub(crate) fn leave(&self, session: &Session) {
        self.all().remove(&session.id);
    }

    /// The one of this id, if it is the asker's; it may still be coming.
    pub(crate) async fn find(&self, id: &str, owner: &str) -> Result<Arc<Session>, BuildkitError> {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                let found = self.all().get(id).filter(|one| one.owner == owner).cloned();
                if let Some(found) = found {
                    return found;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(COMING, looking)
            .await
            .map_err(|_| BuildkitError::NoSession(id.to_owned()))
    }
}
