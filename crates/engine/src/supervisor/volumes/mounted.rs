//! Which volumes with a file system of their own are mounted, and for whom.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use sampan_types::ContainerId;
use tokio::sync::{Mutex, MutexGuard};

use super::filesystem::{FileSystem, is_mounted, take_away};
use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::{MountKind, Record};

/// The running containers of each such volume. Held while something is mounted or taken away.
#[derive(Debug, Default)]
pub(crate) struct Mounted(Mutex<HashMap<String, HashSet<ContainerId>>>);

impl Supervisor {
    /// The volumes of a container that have a file system of their own, with their folders.
    fn own_file_systems(&self, record: &Record) -> Vec<(String, FileSystem, PathBuf)> {
        let volumes = self.shared.volumes();
        let named = record
            .mounts
            .iter()
            .filter(|mount| mount.kind == MountKind::Volume);
        named
            .filter_map(|mount| {
                let file_system = volumes.get(&mount.name)?.record.file_system()?;
                Some((mount.name.clone(), file_system, volumes.path(&mount.name)))
            })
            .collect()
    }

    /// Mounts what a container needs that starts, or in which something is to start.
    pub(crate) async fn mount_volumes(&self, record: &Record) -> Result<()> {
        for (name, file_system, folder) in self.own_file_systems(record) {
            let mut mounted = self.shared.mounted.0.lock().await;
            let users = mounted.entry(name.clone()).or_default();
            if !is_mounted(&folder) {
                // A daemon before this one has mounted it where this one cannot see it.
                let elsewhere = users.iter().any(|user| *user != record.id) || self.is_running(&record.id);
                if elsewhere && file_system.is_memory() {
                    return Err(SupervisorError::Conflict(format!(
                        "volume {name} is held in memory by containers that run since before the daemon was started, and \
                         which this daemon cannot share: stop them first"
                    )));
                }
                self.mount(&name, file_system, folder).await?;
            }
            users.insert(record.id.clone());
        }
        Ok(())
    }

    fn is_running(&self, id: &ContainerId) -> bool {
        let cell = self.shared.find(id.as_str());
        cell.is_ok_and(|cell| cell.live().hold.is_some())
    }

    async fn mount(&self, name: &str, file_system: FileSystem, folder: PathBuf) -> Result<()> {
        // A server may take its time to answer.
        let work = move || {
            file_system
                .mount(&folder)
                .map_err(|(what, source)| SupervisorError::Mount { folder, what, source })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|e| SupervisorError::io("mount", name)(std::io::Error::other(e)))?
    }

    /// Takes away what nobody uses any more when a container has ended.
    pub(crate) async fn unmount_volumes(&self, record: &Record) {
        for (name, _, folder) in self.own_file_systems(record) {
            let mut mounted = self.shared.mounted.0.lock().await;
            if let Some(users) = mounted.get_mut(&name) {
                users.remove(&record.id);
            }
            self.drop_unused(&mut mounted, &name, folder).await;
        }
    }

    /// Takes note of who runs, after a daemon before this one, and takes away what nobody uses.
    pub(crate) async fn settle_volumes(&self) {
        let mut all = HashMap::new();
        for cell in self.shared.cells() {
            let record = cell.record();
            let runs = cell.live().state.running;
            for (name, _, folder) in self.own_file_systems(&record) {
                let (_, users): &mut (PathBuf, HashSet<_>) =
                    all.entry(name).or_insert_with(|| (folder, HashSet::new()));
                users.extend(runs.then(|| record.id.clone()));
            }
        }
        let mut mounted = self.shared.mounted.0.lock().await;
        for (name, (folder, users)) in all {
            mounted.insert(name.clone(), users);
            self.drop_unused(&mut mounted, &name, folder).await;
        }
    }

    async fn drop_unused(
        &self,
        mounted: &mut MutexGuard<'_, HashMap<String, HashSet<ContainerId>>>,
        name: &str,
        folder: PathBuf,
    ) {
        if mounted.get(name).is_some_and(|users| !users.is_empty()) {
            return;
        }
        mounted.remove(name);
        let taken = tokio::task::spawn_blocking(move || take_away(&folder)).await;
        if let Ok(Err(error)) = taken {
            tracing::warn!(%error, name, "the file system of a volume could not be unmounted");
        }
    }

    /// Refuses what would look into a folder on which nothing is mounted at this moment.
    pub(crate) fn check_mounted(&self, name: &str, folder: &Path) -> Result<()> {
        let volumes = self.shared.volumes();
        let file_system = volumes.get(name).and_then(|held| held.record.file_system());
        match file_system {
            Some(_) if !is_mounted(folder) => Err(SupervisorError::Conflict(format!(
                "volume {name} is mounted only while a container that uses it runs"
            ))),
            _ => Ok(()),
        }
    }
}
