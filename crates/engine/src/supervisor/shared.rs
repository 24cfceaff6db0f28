//! What all requests share, and how it is reached.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use sampan_types::ContainerId;
use tokio::sync::{Notify, watch};

use super::SupervisorConfig;
use super::build::Caches;
use super::cell::Cell;
use super::error::{Result, SupervisorError};
use super::events::Events;
use super::execs::Execs;
use super::images::Images;
use super::index::Index;
use super::journal::Journal;
use super::log::{Spares, Watcher};
use super::networks::Networks;
use super::volumes::{Mounted, Volumes};
use crate::Engine;

/// How old what is written may be before it is made durable.
const SYNC: Duration = Duration::from_secs(1);

/// The owner of everything that lives longer than a request. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Supervisor {
    pub(crate) shared: Arc<Shared>,
}

/// What all clones share.
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) config: SupervisorConfig,
    pub(crate) journal: Journal,
    pub(crate) logs: PathBuf,
    pub(crate) spare_logs: Arc<Spares>,
    pub(crate) index: RwLock<Index>,
    pub(crate) execs: Execs,
    pub(crate) volumes: Mutex<Volumes>,
    pub(crate) mounted: Mounted,
    pub(crate) networks: Mutex<Networks>,
    pub(crate) events: Events,
    pub(crate) images: Images,
    pub(crate) caches: Caches,
    pub(crate) watcher: Arc<Watcher>,
    /// Wakes whoever makes the journal durable.
    pub(crate) written: Notify,
    /// Held by whoever has told an end and not yet had the runtime forget it.
    pub(crate) settling: watch::Sender<()>,
    /// This daemon's own id.
    pub(crate) id: String,
}

impl std::fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervisor").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn find(&self, text: &str) -> Result<Arc<Cell>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let found = index.find(text);
        // `PARENT/ALIAS` is who is linked.
        if found.is_err()
            && let Some((parent, alias)) = text.trim_start_matches('/').split_once('/')
            && let Ok(parent) = index.find(parent)
            && let Some(link) = parent.record().links.iter().find(|link| link.alias == alias)
        {
            return index.find(link.child.as_str());
        }
        found
    }

    pub(crate) fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// All containers, in the order of their ids.
    pub(crate) fn cells(&self) -> Vec<Arc<Cell>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.all().cloned().collect()
    }

    pub(crate) fn volumes(&self) -> MutexGuard<'_, Volumes> {
        self.volumes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn networks(&self) -> MutexGuard<'_, Networks> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that something was written, so that it is made durable soon.
    pub(crate) fn wrote(&self) {
        self.written.notify_one();
    }

    /// Makes everything durable before it is answered.
    pub(crate) async fn sync_now(self: &Arc<Self>) -> Result<()> {
        let shared = self.clone();
        tokio::task::spawn_blocking(move || shared.journal.sync())
            .await
            .map_err(|e| SupervisorError::io("sync", "the journal")(std::io::Error::other(e)))??;
        Ok(())
    }
}

/// Makes the journal durable a second after something was written, and writes it anew when it has grown. Ends with
/// its supervisor. While nothing happens, it sleeps.
pub(super) async fn keep_durable(shared: std::sync::Weak<Shared>) {
    loop {
        let Some(strong) = shared.upgrade() else { return };
        if !strong.journal.is_dirty() {
            tokio::select! {
                () = strong.written.notified() => {}
                // Looks now and then whether anybody is left.
                () = tokio::time::sleep(Duration::from_secs(600)) => {}
            }
        }
        drop(strong);
        tokio::time::sleep(SYNC).await;
        let Some(strong) = shared.upgrade() else { return };
        let work = move || {
            strong.journal.sync()?;
            match strong.journal.has_grown() {
                true => strong.journal.compact(),
                false => Ok(()),
            }
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the journal could not be made durable"),
            // The runtime is going down.
            Err(_) => return,
        }
    }
}

/// Random bytes, as everywhere in this crate.
pub(crate) fn random(buffer: &mut [u8]) -> Result<()> {
    Ok(sampan_store::random(buffer)?)
}

/// An id of a container or exec.
pub(crate) fn new_id() -> Result<ContainerId> {
    Ok(crate::random::new_id()?)
}

/// 64 random digits, as ids of networks and names of volumes are.
pub(crate) fn random_hex() -> Result<String> {
    Ok(new_id()?.to_string())
}

/// How many bytes the files beneath a folder have. What cannot be read counts for nothing.
pub(crate) fn tree_size(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return 0;
    };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let meta = entry.metadata().ok()?;
            Some(if meta.is_dir() {
                tree_size(&entry.path())
            } else {
                meta.len()
            })
        })
        .sum()
}
