//! Volumes: folders that outlive containers, at `<data-root>/volumes/<name>/_data`.

mod filesystem;
mod fill;
mod mounted;
mod options;
mod requests;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use sampan_api::volume::Volume;
use sampan_api::{Strings, Time};
use sampan_types::ContainerId;
use serde::{Deserialize, Serialize};

use super::error::{Result, SupervisorError};
use filesystem::FileSystem;
pub(crate) use fill::fill;
pub(crate) use mounted::Mounted;
use options::Backing;
pub(crate) use requests::unknown_driver;

/// The label by which Docker tells volumes that nobody named.
pub(crate) const ANONYMOUS: &str = "com.docker.volume.anonymous";

/// Begins the name of a folder that is being removed; no volume's name begins with a dot.
const GOING: &str = ".going-";

/// A folder among the volumes that no record speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stray {
    /// What a killed daemon left: to be removed.
    Leftover,
    /// Somebody's data, whose record was lost: a volume again.
    Volume,
    /// Not ours.
    Foreign,
}

/// What is written down of a volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct VolumeRecord {
    pub(crate) name: String,
    pub(crate) created: Time,
    #[serde(default)]
    pub(crate) labels: Strings,
    #[serde(default)]
    pub(crate) options: Strings,
    /// The container that an unnamed volume was made for, and which will take it along: one that was never written
    /// down, or was removed, leaves it to the next daemon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) made_for: Option<ContainerId>,
}

impl VolumeRecord {
    pub(crate) fn key(name: &str) -> String {
        format!("v/{name}")
    }

    /// The folder of the host that it stands for.
    pub(crate) fn device(&self) -> Option<PathBuf> {
        match options::backing(&self.name, &self.options) {
            Ok(Backing::Folder(folder)) => Some(folder),
            _ => None,
        }
    }

    /// What is mounted in its own folder while a container runs that uses it.
    pub(crate) fn file_system(&self) -> Option<FileSystem> {
        match options::backing(&self.name, &self.options) {
            Ok(Backing::FileSystem(file_system)) => Some(file_system),
            _ => None,
        }
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        self.labels.contains_key(ANONYMOUS)
    }
}

/// A volume with those that use it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) record: VolumeRecord,
    pub(crate) users: HashSet<ContainerId>,
}

/// All volumes.
#[derive(Debug)]
pub(crate) struct Volumes {
    root: PathBuf,
    by_name: BTreeMap<String, Held>,
}

impl Volumes {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            by_name: BTreeMap::new(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the files of a volume are that containers get: its own folder, or the one of the host that it stands for.
    pub(crate) fn source(&self, name: &str) -> PathBuf {
        let record = self.by_name.get(name).map(|held| &held.record);
        let device = record.and_then(VolumeRecord::device);
        device.unwrap_or_else(|| self.path(name))
    }

    /// The folder of a volume's own files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name).join("_data")
    }

    pub(crate) fn insert(&mut self, record: VolumeRecord) {
        let users = HashSet::new();
        self.by_name.insert(record.name.clone(), Held { record, users });
    }

    /// Another record for the volume, with the same users.
    pub(crate) fn replace(&mut self, record: VolumeRecord) {
        if let Some(held) = self.by_name.get_mut(&record.name) {
            held.record = record;
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Held> {
        self.by_name.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Held> {
        self.by_name.values()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    /// Volumes that were made for containers which are not there.
    pub(crate) fn orphans(&self, is_there: impl Fn(&ContainerId) -> bool) -> Vec<String> {
        let orphans = self.by_name.values().filter(|held| {
            let owner = held.record.made_for.as_ref();
            held.users.is_empty() && owner.is_some_and(|owner| !is_there(owner))
        });
        orphans.map(|held| held.record.name.clone()).collect()
    }

    pub(crate) fn use_by(&mut self, name: &str, container: &ContainerId) {
        if let Some(held) = self.by_name.get_mut(name) {
            held.users.insert(container.clone());
        }
    }

    pub(crate) fn leave(&mut self, name: &str, container: &ContainerId) {
        if let Some(held) = self.by_name.get_mut(name) {
            held.users.remove(container);
        }
    }

    pub(crate) fn shown(&self, record: &VolumeRecord) -> Volume {
        Volume {
            created_at: record.created,
            driver: "local".to_owned(),
            labels: (!record.labels.is_empty()).then(|| record.labels.clone()),
            mountpoint: self.path(&record.name).display().to_string(),
            name: record.name.clone(),
            options: (!record.options.is_empty()).then(|| record.options.clone()),
            scope: "local".to_owned(),
            ..Volume::default()
        }
    }

    /// Makes the folder of a volume.
    pub(crate) fn make_folder(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(&path)
            .map_err(SupervisorError::io("create", path))
    }

    /// Unmounts the file system of a volume that is to be removed: what is in it is not the volume's to remove.
    pub(crate) fn unmount(&self, record: &VolumeRecord) -> Result<()> {
        let own = self.path(&record.name);
        match record.file_system() {
            Some(_) => filesystem::take_away(&own).map_err(SupervisorError::io("unmount", own)),
            None => Ok(()),
        }
    }

    /// Removes the folder of a volume with what is in it. From its first step on it is marked as going, so that what
    /// a killed daemon leaves of it is told from a volume whose record was damaged.
    pub(crate) fn remove_folder(&self, name: &str) -> Result<()> {
        let going = self.root.join(format!("{GOING}{name}"));
        match fs::rename(self.root.join(name), &going) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(SupervisorError::io("remove", going)(error));
            }
            Err(_) => return Ok(()),
            Ok(()) => {}
        }
        fs::remove_dir_all(&going).map_err(SupervisorError::io("remove", going))
    }

    /// What a folder among the volumes is that no record speaks of.
    pub(crate) fn stray(&self, name: &str) -> Stray {
        let empty = |path: &Path| fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
        let folder = self.root.join(name);
        // A creation that was not answered leaves at most an empty folder.
        let unfinished = empty(&folder) || empty(&self.path(name));
        if name.starts_with(GOING) || unfinished {
            return Stray::Leftover;
        }
        match check_name(name) {
            Ok(()) if self.path(name).is_dir() => Stray::Volume,
            _ => Stray::Foreign,
        }
    }
}

/// Docker's rule for names of volumes, which are names of folders too.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric());
    let rest = bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if first && rest && (2..=255).contains(&name.len()) {
        return Ok(());
    }
    Err(SupervisorError::Invalid(format!(
        "create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    )))
}
