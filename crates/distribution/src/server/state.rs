//! What all requests of a server share.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_store::{Repository, Store, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::api_error::{ApiError, Code};
use super::auth::Access;
use super::config::Bounds;
use super::route::RepositoryName;

const LOCKS: usize = 64;

pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) bounds: Bounds,
    uploads: Arc<Semaphore>,
    /// Serialises, per repository, "check what refers to what" with the change that relies on it.
    locks: [Mutex<()>; LOCKS],
}

impl State {
    pub(crate) fn new(store: Store, access: Access, bounds: Bounds) -> Self {
        Self {
            store,
            access,
            uploads: Arc::new(Semaphore::new(bounds.uploads)),
            bounds,
            locks: [const { Mutex::new(()) }; LOCKS],
        }
    }

    /// A place among the requests that carry content, or 429.
    pub(crate) fn upload_permit(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.uploads)
            .try_acquire_owned()
            .map_err(|_| ApiError::busy(std::time::Duration::from_secs(1)))
    }

    pub(crate) fn repository(&self, name: &RepositoryName) -> Result<Repository, ApiError> {
        self.store
            .registry()
            .repository(name.as_str())
            .map_err(|error| match error {
                StoreError::Name { .. } => ApiError::new(Code::NameInvalid),
                other => ApiError::store(&other),
            })
    }

    /// Holds a repository's references still. Blocking threads only.
    pub(crate) fn lock(&self, name: &RepositoryName) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let slot = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or(0);
        // The lock guards no data, so a panic under it leaves nothing broken.
        self.locks[slot].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs blocking work on its own thread. It goes on to its end when the client leaves.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|lost| Err(ApiError::internal(lost)))
}
