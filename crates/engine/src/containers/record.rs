//! What is kept of a named container: who it was, what it was given, how it ended and what it used.

use std::time::SystemTime;

use sampan_store::ContainerDir;
use sampan_types::{ByteCount, ContainerId, ContainerName, Ending, Grants, Limits, Usage, Used};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::EngineError;

/// The record's file in the container's folder.
const FILE: &str = "container.json";
/// More than any record has.
const RECORD_MAX: ByteCount = ByteCount::mib(16);

/// What is known of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerRecord {
    /// Its identity.
    pub id: ContainerId,
    /// Its name.
    pub name: ContainerName,
    /// What was run: a file or an image.
    pub target: String,
    /// Arguments, the program's own name first.
    pub args: Vec<String>,
    /// When it was created.
    pub created: SystemTime,
    /// What it was given.
    pub grants: Grants,
    /// What it might use.
    pub limits: Limits,
    /// How it ended; `None` while it runs, or when its process was killed.
    pub ending: Option<Ending>,
    /// What it used of its limits.
    pub usage: Usage,
    /// What it used of its grants.
    pub used: Used,
}

/// Where a container stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// A living process holds it.
    Running,
    /// It ended.
    Exited,
    /// The process that ran it was killed before it could say how it ended, or what it said is damaged.
    Dead,
}

impl ContainerRecord {
    /// Writes it into its folder, so that nobody sees half of it, also after a power cut.
    pub(crate) fn write(&self, dir: &ContainerDir) -> Result<(), EngineError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(EngineError::Record)?;
        Ok(dir.write(FILE, &bytes)?)
    }

    /// What stands for a record that cannot be read, so that its container can be seen and removed.
    fn damaged(id: ContainerId, created: SystemTime) -> Option<Self> {
        Some(Self {
            name: id.short().parse().ok()?,
            id,
            target: "(its record is damaged)".to_owned(),
            args: Vec::new(),
            created,
            grants: Grants::default(),
            limits: Limits::default(),
            ending: None,
            usage: Usage::default(),
            used: Used::default(),
        })
    }
}

impl Engine {
    /// All named containers, the newest first.
    pub fn containers(&self) -> Result<Vec<(ContainerRecord, ContainerState)>, EngineError> {
        let mut found = Vec::new();
        for (id, held) in self.store.containers().list()? {
            if let Some(record) = self.read_record(&id) {
                let state = match (&record.ending, held) {
                    (Some(_), _) => ContainerState::Exited,
                    (None, true) => ContainerState::Running,
                    (None, false) => ContainerState::Dead,
                };
                found.push((record, state));
            }
        }
        found.sort_by_key(|(record, _)| std::cmp::Reverse(record.created));
        Ok(found)
    }

    /// A named container by its name or the beginning of its id.
    pub fn container(&self, text: &str) -> Result<(ContainerRecord, ContainerState), EngineError> {
        let all = self.containers()?;
        if let Some(found) = all.iter().find(|(record, _)| record.name.as_str() == text) {
            return Ok(found.clone());
        }
        let mut by_id = all
            .into_iter()
            .filter(|(record, _)| text.len() >= 4 && record.id.as_str().starts_with(text));
        match (by_id.next(), by_id.count()) {
            (Some(found), 0) => Ok(found),
            (Some(_), more) => Err(EngineError::Ambiguous {
                text: text.to_owned(),
                count: more + 1,
            }),
            (None, _) => Err(EngineError::NoContainer(text.to_owned())),
        }
    }

    /// Removes what is kept of a container that does not run.
    pub fn remove_container(&self, text: &str) -> Result<ContainerId, EngineError> {
        let (record, _) = self.container(text)?;
        match self.store.containers().open(&record.id) {
            Ok(Some(dir)) => dir.remove()?,
            // Somebody else removed it just now.
            Ok(None) => return Err(EngineError::NoContainer(text.to_owned())),
            Err(sampan_store::StoreError::Busy { .. }) => return Err(EngineError::Running(text.to_owned())),
            Err(error) => return Err(error.into()),
        }
        Ok(record.id)
    }

    /// `None` for a container without a name, or one that is going away just now.
    fn read_record(&self, id: &ContainerId) -> Option<ContainerRecord> {
        let containers = self.store.containers();
        let why = match containers.read(id, FILE, RECORD_MAX) {
            Ok(None) => return None,
            Ok(Some(bytes)) => match serde_json::from_slice(&bytes) {
                Ok(record) => return Some(record),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        tracing::warn!(id = id.short(), why, "the record of a container is damaged");
        let created = containers.changed(id).unwrap_or(SystemTime::UNIX_EPOCH);
        ContainerRecord::damaged(id.clone(), created)
    }
}
