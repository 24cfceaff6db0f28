//! `--log-driver` and `--log-opt`, parsed.

use std::collections::BTreeMap;

use sampan_types::ByteCount;

use crate::supervisor::error::{Result, SupervisorError};

/// What every driver that keeps files takes.
const COMMON: [&str; 10] = [
    "max-size",
    "max-file",
    "compress",
    "labels",
    "labels-regex",
    "env",
    "env-regex",
    "tag",
    "mode",
    "max-buffer-size",
];

/// How a container's output is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogPlan {
    pub(crate) driver: LogDriver,
    /// When a file is full.
    pub(crate) max_size: Option<ByteCount>,
    /// How many files there are at the most, the present one included.
    pub(crate) max_file: u32,
    /// Labels, variables and the tag that are written with each line.
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Extra {
    labels: Vec<String>,
    env: Vec<String>,
    tag: Option<String>,
}

/// Who keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogDriver {
    /// Files that people may read.
    JsonFile,
    /// Files that are nobody's business, bounded by default.
    Local,
    /// Nobody.
    None,
}

/// What a tag's template and the extra attributes speak of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogFacts<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) image: &'a str,
    pub(crate) image_id: &'a str,
    pub(crate) labels: &'a BTreeMap<String, String>,
    pub(crate) env: &'a [(String, String)],
}

impl LogPlan {
    /// Reads a driver and its options, as the create body has them after the daemon's defaults were put in.
    pub(crate) fn parse(driver: &str, options: &BTreeMap<String, String>) -> Result<Self> {
        let driver = match driver {
            "json-file" | "" => LogDriver::JsonFile,
            "local" => LogDriver::Local,
            "none" => LogDriver::None,
            other => {
                return Err(SupervisorError::Invalid(format!(
                    "logger: no log driver named '{other}' is registered"
                )));
            }
        };
        for key in options.keys().filter(|_| driver != LogDriver::None) {
            if !COMMON.contains(&key.as_str()) && !key.starts_with("cache-") {
                return Err(SupervisorError::Invalid(format!(
                    "unknown log opt '{key}' for {} log driver",
                    driver.name()
                )));
            }
        }
        let get = |key: &str| options.get(key).map(String::as_str).filter(|v| !v.is_empty());
        let (size, files) = match driver {
            LogDriver::JsonFile | LogDriver::None => (None, 1),
            LogDriver::Local => (Some(ByteCount::mib(20)), 5),
        };
        let max_size = match get("max-size") {
            None => size,
            Some("-1") => None,
            Some(text) => Some(size_of(text)?),
        };
        let max_file = match get("max-file") {
            None => files,
            Some(text) => text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| {
                SupervisorError::Invalid(format!("max-file cannot be less than 1: `{text}`"))
            })?,
        };
        let list = |key| -> Vec<String> {
            get(key)
                .map(|text| text.split(',').map(|word| word.trim().to_owned()).collect())
                .unwrap_or_default()
        };
        Ok(Self {
            driver,
            max_size,
            max_file,
            extra: Extra {
                labels: list("labels"),
                env: list("env"),
                tag: get("tag").map(str::to_owned),
            },
        })
    }

    /// Whether people may read the files themselves.
    pub(crate) fn is_public(&self) -> bool {
        self.driver == LogDriver::JsonFile
    }

    /// Whether nothing is kept at all.
    pub(crate) fn keeps_nothing(&self) -> bool {
        self.driver == LogDriver::None
    }

    /// What is written with each line.
    pub(crate) fn attrs(&self, facts: &LogFacts<'_>) -> Vec<(String, String)> {
        let mut attrs = Vec::new();
        for label in &self.extra.labels {
            if let Some(value) = facts.labels.get(label) {
                attrs.push((label.clone(), value.clone()));
            }
        }
        for name in &self.extra.env {
            if let Some((_, value)) = facts.env.iter().find(|(n, _)| n == name) {
                attrs.push((name.clone(), value.clone()));
            }
        }
        if let Some(tag) = &self.extra.tag {
            attrs.push(("tag".to_owned(), render(tag, facts)));
        }
        attrs
    }
}

impl LogDriver {
    /// As Docker writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::JsonFile => "json-file",
            Self::Local => "local",
            Self::None => "none",
        }
    }
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

/// Fills in what Docker's tag templates know.
fn render(template: &str, facts: &LogFacts<'_>) -> String {
    let short = |id: &str| -> String {
        let digits = id.strip_prefix("sha256:").unwrap_or(id);
        digits.chars().take(12).collect()
    };
    let values = [
        ("ID", short(facts.id)),
        ("FullID", facts.id.to_owned()),
        ("Name", facts.name.to_owned()),
        ("ImageID", short(facts.image_id)),
        ("ImageFullID", facts.image_id.to_owned()),
        ("ImageName", facts.image.to_owned()),
        ("DaemonName", "sampan".to_owned()),
    ];
    let mut out = template.to_owned();
    for (name, value) in values {
        for form in [format!("{{{{.{name}}}}}"), format!("{{{{ .{name} }}}}")] {
            out = out.replace(&form, &value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn sizes_and_counts_are_dockers() {
        let plan = LogPlan::parse("json-file", &options(&[("max-size", "10m"), ("max-file", "3")])).unwrap();
        assert_eq!(plan.max_size, Some(ByteCount::new(10_000_000)));
        assert_eq!(plan.max_file, 3);
        assert_eq!(LogPlan::parse("", &options(&[])).unwrap().max_size, None);
        let local = LogPlan::parse("local", &options(&[])).unwrap();
        assert_eq!((local.max_size, local.max_file), (Some(ByteCount::mib(20)), 5));
        for (driver, pair) in [
            ("json-file", ("max-size", "ten")),
            ("json-file", ("max-file", "0")),
            ("json-file", ("syslog-address", "x")),
            ("fluentd", ("tag", "x")),
        ] {
            assert!(LogPlan::parse(driver, &options(&[pair])).is_err(), "{pair:?}");
        }
    }

    #[test]
    fn lines_carry_labels_variables_and_the_tag() {
        let plan = LogPlan::parse(
            "json-file",
            &options(&[("labels", "a,none"), ("env", "E"), ("tag", "{{.Name}}/{{.ID}}")]),
        )
        .unwrap();
        let labels = options(&[("a", "1"), ("b", "2")]);
        let facts = LogFacts {
            id: "0123456789abcdef",
            name: "web",
            image: "i",
            image_id: "sha256:ff",
            labels: &labels,
            env: &[("E".to_owned(), "x".to_owned())],
        };
        let expected = [("a", "1"), ("E", "x"), ("tag", "web/0123456789ab")];
        let attrs = plan.attrs(&facts);
        assert_eq!(attrs.len(), 3);
        for ((k, v), (ek, ev)) in attrs.iter().zip(expected) {
            assert_eq!((k.as_str(), v.as_str()), (ek, ev));
        }
    }
}
