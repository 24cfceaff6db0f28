//! Docker's filters.

use std::collections::BTreeMap;

use regex_lite::Regex;
use sampan_api::Time;
use sampan_api::container::Filters;

use super::clock;
use super::error::{Result, SupervisorError};

/// Filters whose keys are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'f>(&'f Filters);

impl<'f> Wanted<'f> {
    /// Refuses keys that are not known.
    pub(crate) fn of(filters: &'f Filters, known: &[&str]) -> Result<Self> {
        match filters.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(SupervisorError::Invalid(format!("invalid filter '{key}'"))),
            None => Ok(Self(filters)),
        }
    }

    /// The values of a key; none where it was not given.
    pub(crate) fn get(&self, key: &str) -> &'f [String] {
        self.0.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a key says nothing, or one of its values is this one.
    pub(crate) fn exact(&self, key: &str, value: &str) -> bool {
        let values = self.get(key);
        values.is_empty() || values.iter().any(|v| v == value)
    }

    /// Whether a key says nothing, or one of its values is this one or a pattern that is found in it.
    pub(crate) fn found(&self, key: &str, value: &str) -> bool {
        let values = self.get(key);
        values.is_empty()
            || values
                .iter()
                .any(|v| v == value || Regex::new(v).is_ok_and(|pattern| pattern.is_match(value)))
    }

    /// Whether a key says nothing, or one of its values begins this one.
    pub(crate) fn begins(&self, key: &str, value: &str) -> bool {
        let values = self.get(key);
        values.is_empty() || values.iter().any(|v| value.starts_with(v.as_str()))
    }

    /// Whether all labels that are asked for, as `NAME` or `NAME=VALUE`, are there.
    pub(crate) fn labels(&self, key: &str, labels: &BTreeMap<String, String>) -> bool {
        self.get(key).iter().all(|wanted| has(labels, wanted))
    }

    /// What prunes ask: all of `label`, none of `label!`.
    pub(crate) fn prunes(&self, labels: &BTreeMap<String, String>) -> bool {
        self.labels("label", labels) && !self.get("label!").iter().any(|unwanted| has(labels, unwanted))
    }

    /// The moment of `until`.
    pub(crate) fn until(&self) -> Result<Option<Time>> {
        self.moment("until")
    }

    /// A key that is a moment.
    pub(crate) fn moment(&self, key: &str) -> Result<Option<Time>> {
        match self.get(key) {
            [] => Ok(None),
            [text] => clock::moment(text, Time::now())
                .map(Some)
                .ok_or_else(|| SupervisorError::Invalid(format!("invalid filter '{key}={text}'"))),
            _ => Err(SupervisorError::Invalid(format!(
                "more than one {key} filter specified"
            ))),
        }
    }

    /// A key that is true or false.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>> {
        match self.get(key) {
            [] => Ok(None),
            [text] => match text.as_str() {
                "1" | "true" | "True" | "TRUE" | "t" | "T" => Ok(Some(true)),
                "0" | "false" | "False" | "FALSE" | "f" | "F" => Ok(Some(false)),
                _ => Err(SupervisorError::Invalid(format!("invalid filter '{key}={text}'"))),
            },
            many => Err(SupervisorError::Invalid(format!(
                "invalid filter '{key}={many:?}'"
            ))),
        }
    }
}

fn has(labels: &BTreeMap<String, String>, wanted: &str) -> bool {
    match wanted.split_once('=') {
        Some((name, value)) => labels.get(name).is_some_and(|v| v == value),
        None => labels.contains_key(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_in_docker() {
        let map = |pairs: &[(&str, &[&str])]| -> Filters {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), v.iter().map(|v| (*v).to_owned()).collect()))
                .collect()
        };
        let filters = map(&[
            ("name", &["^/?web"]),
            ("label", &["a", "b=1"]),
            ("dangling", &["true"]),
        ]);
        let wanted = Wanted::of(&filters, &["name", "label", "dangling"]).unwrap();
        assert!(wanted.found("name", "/web_1") && !wanted.found("name", "/db"));
        assert!(wanted.found("id", "anything"));
        let labels = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        assert!(wanted.labels("label", &labels(&[("a", ""), ("b", "1")])));
        assert!(!wanted.labels("label", &labels(&[("a", ""), ("b", "2")])));
        assert_eq!(wanted.flag("dangling").unwrap(), Some(true));
        assert!(Wanted::of(&filters, &["name"]).is_err());
    }
}
