//! Finding containers: by id, by the beginning of an id, by name.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use sampan_types::{ContainerId, ContainerName};

use super::cell::Cell;
use super::error::{Result, SupervisorError};

/// All containers.
#[derive(Default)]
pub(crate) struct Index {
    by_id: BTreeMap<Box<str>, Arc<Cell>>,
    /// A name is taken before its container is there, and for as long as that is being removed.
    by_name: HashMap<ContainerName, ContainerId>,
}

impl Index {
    pub(crate) fn insert(&mut self, cell: Arc<Cell>) {
        self.by_id.insert(cell.id.as_str().into(), cell);
    }

    pub(crate) fn take_name(&mut self, name: &ContainerName, id: &ContainerId) -> Result<()> {
        match self.by_name.get(name) {
            Some(owner) => Err(SupervisorError::NameTaken {
                name: name.to_string(),
                owner: owner.to_string(),
            }),
            None => {
                self.by_name.insert(name.clone(), id.clone());
                Ok(())
            }
        }
    }

    pub(crate) fn free_name(&mut self, name: &ContainerName) {
        self.by_name.remove(name);
    }

    pub(crate) fn remove(&mut self, id: &ContainerId, name: &ContainerName) {
        self.by_id.remove(id.as_str());
        if self.by_name.get(name) == Some(id) {
            self.by_name.remove(name);
        }
    }

    /// By its whole id, its name, or the beginning of its id, in this order, as Docker has it.
    pub(crate) fn find(&self, text: &str) -> Result<Arc<Cell>> {
        if let Some(cell) = self.by_id.get(text) {
            return Ok(cell.clone());
        }
        let name = text.strip_prefix('/').unwrap_or(text);
        let by_name = name
            .parse::<ContainerName>()
            .ok()
            .and_then(|name| self.by_name.get(&name))
            .and_then(|id| self.by_id.get(id.as_str()));
        if let Some(cell) = by_name {
            return Ok(cell.clone());
        }
        let mut matches = self.with_prefix(text);
        match (matches.next(), matches.next()) {
            (Some(cell), None) => Ok(cell.clone()),
            (Some(_), Some(_)) => Err(SupervisorError::Ambiguous(text.to_owned())),
            (None, _) => Err(SupervisorError::NoContainer(text.to_owned())),
        }
    }

    fn with_prefix<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Arc<Cell>> {
        let range = (Bound::Included(text), Bound::Unbounded);
        self.by_id
            .range::<str, _>(range)
            .take_while(move |(id, _)| !text.is_empty() && id.starts_with(text))
            .map(|(_, cell)| cell)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Cell>> {
        self.by_id.values()
    }

    pub(crate) fn contains(&self, id: &ContainerId) -> bool {
        self.by_id.contains_key(id.as_str())
    }
}
