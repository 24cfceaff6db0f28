//! Paths and what stands behind their question mark.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Conditions of a list or of a removal: each name with the values of which one must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters(BTreeMap<String, BTreeMap<String, bool>>);

impl Filters {
    /// Adds a value of a condition.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0
            .entry(name.to_owned())
            .or_default()
            .insert(value.to_owned(), true);
    }

    /// Whether there is a condition of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// As the API wants them; nothing where there are none.
    pub(crate) fn json(&self) -> Option<String> {
        // Texts and `true` can always be written.
        (!self.0.is_empty()).then(|| serde_json::to_string(&self.0).unwrap_or_default())
    }
}

/// A path being written.
#[derive(Debug)]
pub(crate) struct PathText {
    text: String,
    asked: bool,
}

impl PathText {
    /// A path of segments: what stands between them is escaped.
    pub(crate) fn new(segments: &[&str]) -> Self {
        let mut text = String::new();
        for segment in segments {
            // Writing to a String cannot fail.
            let _ = write!(text, "/{}", utf8_percent_encode(segment, RESERVED));
        }
        Self { text, asked: false }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Display) {
        let sign = if self.asked { '&' } else { '?' };
        self.asked = true;
        let value = value.to_string();
        let _ = write!(
            self.text,
            "{sign}{name}={}",
            utf8_percent_encode(&value, RESERVED)
        );
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_place() {
        let mut path = PathText::new(&["containers", "../a?b#c/d", "json"]);
        path.set("size", true);
        path.set("x", "1&y=2 ü");
        assert_eq!(
            path.as_str(),
            "/containers/..%2Fa%3Fb%23c%2Fd/json?size=true&x=1%26y%3D2%20%C3%BC"
        );
    }

    #[test]
    fn conditions_are_sets() {
        let mut filters = Filters::default();
        assert_eq!(filters.json(), None);
        filters.add("label", "a=b");
        filters.add("label", "a=b");
        filters.add("name", "x");
        assert_eq!(
            filters.json().unwrap(),
            r#"{"label":{"a=b":true},"name":{"x":true}}"#
        );
    }
}
