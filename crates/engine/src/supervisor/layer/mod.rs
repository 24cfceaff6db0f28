//! The files of a container: its own copy of the image's, made when it is first needed, and folders for tmpfs.

mod archive;
mod changes;
mod commit;
mod entries;
mod extract;
pub(super) mod folder;
mod given;
mod pack;
mod view;

/// What stands before the name of something that a layer takes away.
pub(super) const WHITEOUT: &str = ".wh.";

pub(super) use changes::{Difference, Kind as Change, compare, compare_exactly};
pub(super) use entries::{Entries, Writing, whiteout, written};
pub(super) use given::check_files;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use sampan_types::ContainerId;
use sampan_types::platform::Kind;

use super::Supervisor;
use super::cell::Cell;
use super::create::command;
use super::error::{Result, SupervisorError, step};
use super::record::{MountKind, Record};

/// The copy of the image's files in a container's folder.
pub(super) const ROOT: &str = "root";
/// The same while it is being made.
const PART: &str = "root.part";

impl Supervisor {
    pub(super) fn folder(&self, id: &ContainerId) -> PathBuf {
        self.shared.engine.store().containers().path(id)
    }

    pub(crate) fn tmpfs_dir(&self, id: &ContainerId, number: usize) -> PathBuf {
        self.folder(id).join(format!("tmpfs-{number}"))
    }

    /// The folder of a container, made where it has none yet and written down.
    pub(super) async fn ensure_folder(&self, cell: &Arc<Cell>) -> Result<PathBuf> {
        let record = cell.record();
        let path = self.folder(&cell.id);
        if record.folder {
            return Ok(path);
        }
        step!("supervisor::folder::create");
        let containers = self.shared.engine.store().containers();
        let made = containers.create(&cell.id, std::slice::from_ref(&record.image.digest))?;
        // Not held by this process: its container outlives it.
        made.keep()?;
        drop(made);
        let mut record = Record::clone(&cell.record());
        record.folder = true;
        let noted: Result<()> = (|| {
            step!("supervisor::folder::journal");
            self.shared.journal.put(&Record::key(&cell.id), &record)?;
            Ok(())
        })();
        if let Err(error) = noted {
            // What is not written down would be taken for a leftover by the next daemon.
            self.drop_folder(&cell.id);
            return Err(error);
        }
        self.shared.wrote();
        cell.live().record = Arc::new(record);
        Ok(path)
    }

    /// The container's own copy of the image's files.
    pub(crate) async fn own_root(&self, cell: &Arc<Cell>) -> Result<PathBuf> {
        let _files = cell.files.lock().await;
        let folder = self.ensure_folder(cell).await?;
        let root = folder.join(ROOT);
        if root.is_dir() {
            return Ok(root);
        }
        let record = cell.record();
        let image = self.image_of_record(&record)?;
        let ready = self.program(&image, &command(&record.config)).await?;
        let Some(from) = ready.rootfs.as_ref().map(|rootfs| rootfs.path().to_owned()) else {
            return Err(SupervisorError::Conflict(format!(
                "container {} has no files of its own: its image is a single program",
                cell.id
            )));
        };
        let (part, to) = (folder.join(PART), root.clone());
        let copied = tokio::task::spawn_blocking(move || {
            // What a killed daemon began.
            let _ = fs::remove_dir_all(&part);
            crate::containers::copy_tree(&from, &part)?;
            fs::rename(&part, &to)
        });
        match copied.await {
            Ok(copied) => copied.map_err(SupervisorError::io("copy the image's files to", &root))?,
            Err(panicked) => {
                return Err(SupervisorError::io("copy the image's files to", &root)(
                    std::io::Error::other(panicked),
                ));
            }
        }
        Ok(root)
    }

    /// An empty folder for a tmpfs of the run that begins.
    pub(crate) async fn fresh_tmpfs(&self, cell: &Arc<Cell>, number: usize) -> Result<PathBuf> {
        let _files = cell.files.lock().await;
        self.ensure_folder(cell).await?;
        let path = self.tmpfs_dir(&cell.id, number);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(SupervisorError::io("empty", &path)(error));
            }
            _ => {}
        }
        fs::create_dir(&path).map_err(SupervisorError::io("create", &path))?;
        Ok(path)
    }

    /// What was in a tmpfs goes with the run.
    pub(crate) fn drop_tmpfs(&self, record: &Record) {
        // Those of Linux containers are memory, and gone with it.
        let count = record
            .mounts
            .iter()
            .filter(|m| m.kind == MountKind::Tmpfs && record.kind != Kind::Linux)
            .count();
        for number in 0..count {
            let path = self.tmpfs_dir(&record.id, number);
            if let Err(error) = fs::remove_dir_all(&path) {
                tracing::warn!(%error, id = record.id.short(), "a tmpfs could not be emptied");
            }
        }
    }

    /// Removes the folder of a container that is gone.
    pub(crate) fn drop_folder(&self, id: &ContainerId) {
        let gone = match self.shared.engine.store().containers().open(id) {
            Ok(Some(dir)) => dir.remove(),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = gone {
            tracing::warn!(%error, id = id.short(), "the files of a container could not be removed; the next start tries again");
        }
    }

    /// Removes folders that an earlier daemon made for containers that are not there.
    pub(crate) fn drop_folders_but(&self, owned: &[ContainerId]) {
        let containers = self.shared.engine.store().containers();
        let Ok(all) = containers.list() else { return };
        for (id, held) in all {
            // Those of the command line hold a record of their own, or are held by the process that runs them.
            let foreign = held || self.folder(&id).join("container.json").exists();
            if !foreign && !owned.contains(&id) {
                self.drop_folder(&id);
            }
        }
    }
}
