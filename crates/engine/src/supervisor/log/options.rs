//! `--log-driver` and `--log-opt`, parsed.

mod files;
mod values;

use std::collections::BTreeMap;

use super::attributes::{Attributes, LogFacts, short};
use crate::supervisor::error::{Result, SupervisorError};
pub(crate) use files::FilesPlan;
use values::{flag, lossy_buffer, option};

/// What every driver takes. Those of the cache concern drivers that cannot be read, and are kept by the others.
const COMMON: [&str; 11] = [
    "labels",
    "labels-regex",
    "env",
    "env-regex",
    "tag",
    "mode",
    "max-buffer-size",
    "cache-disabled",
    "cache-max-size",
    "cache-max-file",
    "cache-compress",
];
/// What drivers take that keep files.
const OF_FILES: [&str; 3] = ["max-size", "max-file", "compress"];
/// How a container's output is kept.
#[derive(Clone, Debug)]
pub(crate) struct LogPlan {
    pub(crate) driver: LogDriver,
    /// The files: the log itself, or the copy of a log that cannot be read back.
    pub(crate) files: Option<FilesPlan>,
    /// How many bytes may wait for a slow reader before lines are lost; where it is `None`, the guest waits.
    lossy_buffer: Option<u64>,
    attributes: Attributes,
}

/// Who keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogDriver {
    /// Files that people may read.
    JsonFile,
    /// Files that are nobody's business, bounded by default.
    Local,
    /// The machine's journal. What `logs` reads is a copy in files.
    Journald,
    /// Nobody.
    None,
}

impl LogPlan {
    /// Reads a driver and its options, as the create body has them after the daemon's defaults were put in.
    pub(crate) fn parse(driver: &str, options: &BTreeMap<String, String>) -> Result<Self> {
        let driver = match driver {
            "json-file" | "" => LogDriver::JsonFile,
            "local" => LogDriver::Local,
            "journald" => LogDriver::Journald,
            "none" => LogDriver::None,
            other => {
                return Err(SupervisorError::Invalid(format!(
                    "logger: no log driver named '{other}' is registered"
                )));
            }
        };
        if driver == LogDriver::None {
            // As in dockerd, nothing looks at what is never used.
            return Ok(Self {
                driver,
                files: None,
                lossy_buffer: None,
                attributes: Attributes::default(),
            });
        }
        let lossy_buffer = lossy_buffer(options)?;
        for key in options.keys().map(String::as_str) {
            let known = COMMON.contains(&key) || driver.is_files() && OF_FILES.contains(&key);
            if !known {
                return Err(SupervisorError::Invalid(format!(
                    "unknown log opt '{key}' for {} log driver",
                    driver.name()
                )));
            }
        }
        let files = match driver {
            LogDriver::JsonFile => Some(FilesPlan::parse(options, "", &FilesPlan::ENDLESS)?),
            LogDriver::Local => Some(FilesPlan::parse(options, "", &FilesPlan::BOUNDED)?),
            _ if flag(options, "cache-disabled")?.unwrap_or(false) => None,
            _ => Some(FilesPlan::parse(options, "cache-", &FilesPlan::BOUNDED)?),
        };
        Ok(Self {
            driver,
            files,
            lossy_buffer,
            attributes: Attributes::parse(|key| option(options, key).map(str::to_owned))?,
        })
    }

    /// Whether people may read the files themselves.
    pub(crate) fn is_public(&self) -> bool {
        self.driver == LogDriver::JsonFile
    }

    /// What is written with each line of a file.
    pub(crate) fn attrs(&self, facts: &LogFacts<'_>) -> Vec<(String, String)> {
        let mut attrs: Vec<_> = self.attributes.pairs(facts).into_iter().collect();
        if self.driver.is_files() {
            attrs.extend(self.attributes.tag(facts).map(|tag| ("tag".to_owned(), tag)));
        }
        attrs
    }

    /// What is written with each entry of a journal. The epoch tells the runs of a container from one another.
    pub(crate) fn fields(&self, facts: &LogFacts<'_>, epoch: String) -> Vec<(String, String)> {
        let tag = self.attributes.tag(facts).unwrap_or_else(|| short(facts.id));
        let mut fields: BTreeMap<String, String> = [
            ("CONTAINER_ID", short(facts.id)),
            ("CONTAINER_ID_FULL", facts.id.to_owned()),
            ("CONTAINER_NAME", facts.name.to_owned()),
            ("CONTAINER_TAG", tag.clone()),
            ("IMAGE_NAME", facts.image.to_owned()),
            ("SYSLOG_IDENTIFIER", tag),
            ("CONTAINER_LOG_EPOCH", epoch),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in self.attributes.pairs(facts) {
            let name = field_name(&name);
            if !name.is_empty() {
                fields.insert(name, value);
            }
        }
        fields.into_iter().collect()
    }

    /// How many bytes may wait before lines are lost.
    pub(crate) fn lossy_buffer(&self) -> Option<u64> {
        self.lossy_buffer
    }
}

impl LogDriver {
    /// As Docker writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::JsonFile => "json-file",
            Self::Local => "local",
            Self::Journald => "journald",
            Self::None => "none",
        }
    }

    const fn is_files(self) -> bool {
        matches!(self, Self::JsonFile | Self::Local)
    }
}

/// A name that the journal takes: upper case letters, digits and `_`, which is not the first.
fn field_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' => c.to_ascii_uppercase(),
            'A'..='Z' | '0'..='9' => c,
            _ => '_',
        })
        .collect();
    name.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests;
