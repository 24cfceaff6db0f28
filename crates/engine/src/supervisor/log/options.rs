//! `--log-driver` and `--log-opt`, parsed.

use std::collections::BTreeMap;

use sampan_types::ByteCount;

use super::attributes::{Attributes, LogFacts, short};
use crate::supervisor::error::{Result, SupervisorError};

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
/// How much a driver that may lose lines holds back for a slow reader.
const BUFFER: u64 = 1 << 20;

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

/// How log files turn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FilesPlan {
    /// When a file is full.
    pub(crate) max_size: Option<ByteCount>,
    /// How many files there are at the most, the present one included.
    pub(crate) max_file: u32,
    /// Whether files that were put aside are compressed.
    pub(crate) compress: bool,
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

impl FilesPlan {
    const ENDLESS: Self = Self {
        max_size: None,
        max_file: 1,
        compress: false,
    };
    const BOUNDED: Self = Self {
        max_size: Some(ByteCount::new(20_000_000)),
        max_file: 5,
        compress: true,
    };

    fn parse(options: &BTreeMap<String, String>, prefix: &str, usual: &Self) -> Result<Self> {
        let get = |key: &str| option(options, &format!("{prefix}{key}"));
        let max_size = match get("max-size") {
            None => usual.max_size,
            Some("-1") => None,
            Some(text) => Some(size_of(text)?),
        };
        let max_file = match get("max-file") {
            None => usual.max_file,
            Some(text) => text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| {
                SupervisorError::Invalid(format!("max-file cannot be less than 1: `{text}`"))
            })?,
        };
        let turns = max_file > 1 && max_size.is_some();
        let compress = match flag(options, &format!("{prefix}compress"))? {
            Some(true) if !turns => {
                return Err(SupervisorError::Invalid(
                    "compress cannot be true when max-file is less than 2 or max-size is not set".to_owned(),
                ));
            }
            Some(compress) => compress,
            None => usual.compress && turns,
        };
        Ok(Self {
            max_size,
            max_file,
            compress,
        })
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

fn option<'a>(options: &'a BTreeMap<String, String>, key: &str) -> Option<&'a str> {
    options.get(key).map(String::as_str).filter(|v| !v.is_empty())
}

/// A truth value, in the words that Go takes.
fn flag(options: &BTreeMap<String, String>, key: &str) -> Result<Option<bool>> {
    match option(options, key) {
        None => Ok(None),
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(Some(true)),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(Some(false)),
        Some(other) => Err(SupervisorError::Invalid(format!(
            "invalid value for option {key}: {other}"
        ))),
    }
}

/// What `mode` and `max-buffer-size` come to. Files are never slow, so that neither changes anything for them.
fn lossy_buffer(options: &BTreeMap<String, String>) -> Result<Option<u64>> {
    let size = options.get("max-buffer-size");
    match options.get("mode").map_or("", String::as_str) {
        "non-blocking" => match size {
            Some(text) => match text.parse::<ByteCount>() {
                Ok(size) => Ok(Some(size.get())),
                Err(error) => Err(SupervisorError::Invalid(format!(
                    "error parsing option max-buffer-size: {error}"
                ))),
            },
            None => Ok(Some(BUFFER)),
        },
        "" | "blocking" if size.is_some() => Err(SupervisorError::Invalid(
            "logger: max-buffer-size option is only supported with 'mode=non-blocking'".to_owned(),
        )),
        "" | "blocking" => Ok(None),
        other => Err(SupervisorError::Invalid(format!(
            "logger: logging mode not supported: {other}"
        ))),
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

/// Sizes of logs are in powers of 1000 in Docker, written with one letter.
fn size_of(text: &str) -> Result<ByteCount> {
    let error = || SupervisorError::Invalid(format!("invalid size: '{text}'"));
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_end_matches('b').trim_end_matches('i');
    let (digits, scale) = match number.strip_suffix(['k', 'm', 'g', 't']) {
        Some(digits) => (
            digits,
            match number.as_bytes().last() {
                Some(b'k') => 1_000,
                Some(b'm') => 1_000_000,
                Some(b'g') => 1_000_000_000,
                _ => 1_000_000_000_000_u64,
            },
        ),
        None => (number, 1),
    };
    let bytes: f64 = digits.trim().parse().map_err(|_| error())?;
    let bytes = bytes * scale as f64;
    if !(bytes.is_finite() && bytes >= 1.0) {
        return Err(error());
    }
    Ok(ByteCount::new(bytes as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(driver: &str, pairs: &[(&str, &str)]) -> Result<LogPlan> {
        let options = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        LogPlan::parse(driver, &options.collect())
    }

    fn files(driver: &str, pairs: &[(&str, &str)]) -> Option<FilesPlan> {
        plan(driver, pairs).unwrap().files
    }

    #[test]
    fn sizes_and_counts_are_dockers() {
        let plan = files("json-file", &[("max-size", "10m"), ("max-file", "3")]).unwrap();
        assert_eq!(plan.max_size, Some(ByteCount::new(10_000_000)));
        assert_eq!((plan.max_file, plan.compress), (3, false));
        assert_eq!(files("", &[]).unwrap(), FilesPlan::ENDLESS);
        assert_eq!(files("local", &[]).unwrap(), FilesPlan::BOUNDED);
        assert!(!files("local", &[("max-file", "1")]).unwrap().compress);
        assert!(
            files(
                "json-file",
                &[("max-size", "1m"), ("max-file", "2"), ("compress", "true")]
            )
            .unwrap()
            .compress
        );
        assert_eq!(files("none", &[("max-size", "ten")]), None);
    }

    #[test]
    fn a_journal_has_a_copy_to_read_unless_it_is_switched_off() {
        assert_eq!(files("journald", &[]).unwrap(), FilesPlan::BOUNDED);
        let small = files(
            "journald",
            &[("cache-max-size", "1k"), ("cache-compress", "false")],
        )
        .unwrap();
        assert_eq!(
            (small.max_size, small.compress),
            (Some(ByteCount::new(1000)), false)
        );
        assert_eq!(files("journald", &[("cache-disabled", "true")]), None);
    }

    #[test]
    fn a_mode_says_whether_lines_may_be_lost() {
        let buffer = |pairs| plan("journald", pairs).unwrap().lossy_buffer();
        assert_eq!(buffer(&[]), None);
        assert_eq!(buffer(&[("mode", "blocking")]), None);
        assert_eq!(buffer(&[("mode", "non-blocking")]), Some(1 << 20));
        assert_eq!(
            buffer(&[("mode", "non-blocking"), ("max-buffer-size", "4k")]),
            Some(4096)
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_as_in_dockerd() {
        let turning = [("max-size", "1m"), ("max-file", "1"), ("compress", "true")];
        for (driver, pairs, words) in [
            ("json-file", &[("max-size", "ten")][..], "invalid size"),
            ("json-file", &[("max-file", "0")], "max-file"),
            (
                "json-file",
                &[("syslog-address", "x")],
                "unknown log opt 'syslog-address' for json-file log driver",
            ),
            ("json-file", &turning, "compress cannot be true"),
            (
                "json-file",
                &[("compress", "perhaps")],
                "invalid value for option compress",
            ),
            (
                "json-file",
                &[("mode", "quick")],
                "logging mode not supported: quick",
            ),
            (
                "local",
                &[("max-buffer-size", "1m")],
                "only supported with 'mode=non-blocking'",
            ),
            (
                "journald",
                &[("max-size", "1m")],
                "unknown log opt 'max-size' for journald log driver",
            ),
            (
                "journald",
                &[("cache-disabled", "perhaps")],
                "invalid value for option cache-disabled",
            ),
            ("fluentd", &[("tag", "x")], "no log driver named 'fluentd'"),
        ] {
            let error = plan(driver, pairs).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn lines_and_entries_carry_labels_and_the_tag() {
        let labels = [("com.x/y", "1"), ("_z", "2")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        let facts = LogFacts {
            id: "0123456789abcdef",
            name: "web",
            image: "i",
            image_id: "sha256:ff",
            path: "i",
            args: &[],
            labels: &labels,
            env: &[],
        };
        let options = [("labels", "com.x/y,_z"), ("tag", "{{.Name}}")];
        let attrs = plan("json-file", &options).unwrap().attrs(&facts);
        let pairs = [("_z", "2"), ("com.x/y", "1"), ("tag", "web")];
        assert_eq!(attrs, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        let of = |options| -> BTreeMap<String, String> {
            plan("journald", options)
                .unwrap()
                .fields(&facts, "e".into())
                .into_iter()
                .collect()
        };
        let fields = of(&options);
        for (name, value) in [
            ("COM_X_Y", "1"),
            ("Z", "2"),
            ("CONTAINER_ID", "0123456789ab"),
            ("CONTAINER_ID_FULL", "0123456789abcdef"),
            ("CONTAINER_NAME", "web"),
            ("CONTAINER_TAG", "web"),
            ("SYSLOG_IDENTIFIER", "web"),
            ("IMAGE_NAME", "i"),
            ("CONTAINER_LOG_EPOCH", "e"),
        ] {
            assert_eq!(fields[name], value);
        }
        assert_eq!(fields.len(), 9);
        assert_eq!(of(&[])["CONTAINER_TAG"], "0123456789ab");
    }
}
