//! A project's types: what its tree says, as far as calls are made of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sampan_types::duration;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

mod extension;
mod resources;
mod service;

pub use extension::{Extension, Link};
pub use resources::{Content, Ipam, IpamConfig, NamedNetwork, NamedVolume};
pub use service::{
    Attachment, Build, Condition, Dependency, Deploy, Develop, Device, HealthCheck, Hook, Limits, Logging,
    Mounted, Port, Resources, RestartPolicy, Service, Ulimit, Volume, WatchAction, WatchRule,
};

/// What a project's files say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Services that take part, by name.
    pub services: BTreeMap<String, Service>,
    /// Networks that they use, by key.
    pub networks: BTreeMap<String, NamedNetwork>,
    /// Volumes that they use, by key.
    pub volumes: BTreeMap<String, NamedVolume>,
    /// Secrets that they use, by key.
    pub secrets: BTreeMap<String, Content>,
    /// Configurations that they use, by key.
    pub configs: BTreeMap<String, Content>,
    /// The files.
    #[serde(skip)]
    pub files: Vec<PathBuf>,
    /// Files of variables that were named.
    #[serde(skip)]
    pub env_files: Vec<PathBuf>,
    /// The folder that its paths are meant from.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Services whose profiles are off.
    #[serde(skip)]
    pub disabled: Vec<String>,
}

impl Project {
    /// Keeps each service's tree and name with it.
    pub(crate) fn take_trees(&mut self, tree: &Value) {
        for (name, service) in &mut self.services {
            service.name.clone_from(name);
            service.tree = tree["services"][name.as_str()].clone();
        }
    }

    /// Some services with those that they depend on, or all, in the order of their names.
    pub fn with_dependencies(&self, names: &[String]) -> Result<Vec<String>, crate::ComposeError> {
        if names.is_empty() {
            return Ok(self.services.keys().cloned().collect());
        }
        let mut chosen: Vec<String> = Vec::new();
        let mut open: Vec<String> = names.to_vec();
        while let Some(name) = open.pop() {
            if chosen.contains(&name) {
                continue;
            }
            let service = self.service(&name)?;
            open.extend(
                service
                    .depends_on
                    .keys()
                    .filter(|other| self.services.contains_key(*other))
                    .cloned(),
            );
            chosen.push(name);
        }
        chosen.sort();
        Ok(chosen)
    }

    /// A service by name.
    pub fn service(&self, name: &str) -> Result<&Service, crate::ComposeError> {
        self.services
            .get(name)
            .ok_or_else(|| crate::ComposeError::NoService(name.to_owned()))
    }
}

/// Hex of a digest over a tree. Its keys are sorted, so that the order in a file means nothing.
pub(crate) fn hash(tree: &Value) -> String {
    digest(tree.to_string().as_bytes())
}

/// Hex of a digest.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Texts by name; numbers and booleans are texts too.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let pairs = Option::<BTreeMap<String, Value>>::deserialize(from)?.unwrap_or_default();
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name, crate::tree::text(&value).unwrap_or_default()))
        .collect())
}

/// Nothing is the default.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A number of bytes, which the tree has as a text.
pub(crate) fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    match Option::<Value>::deserialize(from)? {
        None | Some(Value::Null) => Ok(None),
        Some(value) => crate::tree::text(&value)
            .and_then(|text| text.parse().ok())
            .map(Some)
            .ok_or_else(|| serde::de::Error::custom("not a number of bytes")),
    }
}

/// A whole number, which may be written as a text.
pub(crate) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    match Option::<Value>::deserialize(from)? {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_i64()
            .or_else(|| {
                crate::tree::text(&value)?
                    .parse::<f64>()
                    .ok()
                    .map(|number| number as i64)
            })
            .map(Some)
            .ok_or_else(|| serde::de::Error::custom("not a whole number")),
    }
}

/// A number, which may be written as a text.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::<Value>::deserialize(from)? {
        None | Some(Value::Null) => Ok(None),
        Some(value) => crate::tree::text(&value)
            .and_then(|text| text.parse().ok())
            .map(Some)
            .ok_or_else(|| serde::de::Error::custom("not a number")),
    }
}

/// A span of time, as the tree has it.
pub(crate) fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| duration::parse(&text).map_err(serde::de::Error::custom))
        .transpose()
}
