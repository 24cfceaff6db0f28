//! What stands behind the question mark, as Docker reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode;
use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_engine::supervisor::moment;
use sampan_types::Platform;
use serde::Deserialize;

use crate::problem::{Problem, Result};

/// The query of a request. It is looked through each time that something is asked for: queries are short.
#[derive(Clone, Copy)]
pub(crate) struct Query<'q>(&'q str);

impl<'q> Query<'q> {
    /// Checks that what is encoded can be decoded.
    pub(crate) fn new(text: &'q str) -> Result<Self> {
        let bytes = text.as_bytes();
        for (at, _) in text.match_indices('%') {
            let hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
            if !hex(bytes.get(at + 1)) || !hex(bytes.get(at + 2)) {
                let escape = String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 3)]);
                return Err(Problem::bad(format!("invalid URL escape {escape:?}")));
            }
        }
        Ok(Self(text))
    }

    fn pairs(self) -> impl Iterator<Item = (Cow<'q, str>, &'q str)> {
        self.0.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), value)
        })
    }

    /// The first value of a name.
    pub(crate) fn get(self, name: &str) -> Option<Cow<'q, str>> {
        self.pairs()
            .find(|(found, _)| found == name)
            .map(|(_, value)| decode(value))
    }

    /// The first value of a name, if there is something in it.
    pub(crate) fn text(self, name: &str) -> Option<Cow<'q, str>> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All values of a name.
    pub(crate) fn all(self, name: &str) -> Vec<String> {
        let fits = self.pairs().filter(|(found, _)| found == name);
        fits.map(|(_, value)| decode(value).into_owned()).collect()
    }

    /// True for anything but nothing and the words of no.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.flag_or(name, false)
    }

    /// The same, where the name may be missing.
    pub(crate) fn flag_or(self, name: &str, missing: bool) -> bool {
        self.get(name).map_or(missing, |value| {
            let value = value.trim().to_ascii_lowercase();
            !matches!(value.as_str(), "" | "0" | "no" | "false" | "none")
        })
    }

    /// A whole number.
    pub(crate) fn number(self, name: &str) -> Result<Option<i64>> {
        self.text(name)
            .map(|value| match value.parse::<i32>() {
                Ok(number) => Ok(number.into()),
                Err(_) => Err(Problem::bad(format!(
                    "invalid value for {name:?}: {value:?} is not a whole number"
                ))),
            })
            .transpose()
    }

    /// A moment in one of the forms that `since` and `until` take. 0 is none.
    pub(crate) fn moment(self, name: &str) -> Result<Option<Time>> {
        match self.text(name) {
            None => Ok(None),
            Some(value) if value == "0" => Ok(None),
            Some(value) => moment(&value, Time::now())
                .map(Some)
                .ok_or_else(|| Problem::bad(format!("invalid value for {name:?}: {value:?} is not a time"))),
        }
    }

    /// Filters: `{"name":["value"]}`, or `{"name":{"value":true}}` of old clients.
    pub(crate) fn filters(self) -> Result<Filters> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Values {
            List(Vec<String>),
            Set(BTreeMap<String, bool>),
        }
        let Some(text) = self.text("filters") else {
            return Ok(Filters::new());
        };
        let filters: BTreeMap<String, Values> =
            serde_json::from_str(&text).map_err(|error| Problem::bad(format!("invalid filter: {error}")))?;
        let values = |values| match values {
            Values::List(values) => values,
            Values::Set(values) => values
                .into_iter()
                .filter(|(_, on)| *on)
                .map(|(value, _)| value)
                .collect(),
        };
        Ok(filters
            .into_iter()
            .map(|(name, given)| (name, values(given)))
            .collect())
    }

    /// A platform as the command line writes it: `wasi/wasm`.
    pub(crate) fn platform(self, name: &str) -> Result<Option<Platform>> {
        self.text(name).map(|value| platform(&value)).transpose()
    }

    /// A platform as a JSON document, or as the command line writes it.
    pub(crate) fn platform_document(self, name: &str) -> Result<Option<Platform>> {
        let Some(value) = self.text(name) else {
            return Ok(None);
        };
        if !value.starts_with('{') {
            return platform(&value).map(Some);
        }
        let read: sampan_api::image::Platform = serde_json::from_str(&value)
            .map_err(|error| Problem::bad(format!("failed to parse platform: {error}")))?;
        if read.os.is_empty() || read.architecture.is_empty() {
            return Err(Problem::bad("both OS and Architecture must be provided"));
        }
        let variant = if read.variant.is_empty() {
            String::new()
        } else {
            format!("/{}", read.variant)
        };
        platform(&format!("{}/{}{variant}", read.os, read.architecture)).map(Some)
    }
}

fn platform(text: &str) -> Result<Platform> {
    text.parse()
        .map_err(|error| Problem::bad(format!("invalid platform {text:?}: {error}")))
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_docker_reads_them() {
        let query = Query::new("a=1&b=&c&d=No&e=%7B%22x%22%3A%5B%22y%22%5D%7D&f=a+b&f=c%26&t=-1").unwrap();
        assert!(query.flag("a") && !query.flag("b") && !query.flag("c") && !query.flag("d"));
        assert!(query.flag_or("missing", true) && !query.flag_or("b", true));
        assert_eq!(query.get("e").unwrap(), r#"{"x":["y"]}"#);
        assert_eq!(query.all("f"), ["a b", "c&"]);
        assert_eq!(query.number("t").unwrap(), Some(-1));
        assert!(query.number("f").is_err());
    }

    #[test]
    fn filters_have_two_forms() {
        for text in [
            r#"filters={"label":["a=b"]}"#,
            r#"filters={"label":{"a=b":true,"c":false}}"#,
        ] {
            let filters = Query::new(text).unwrap().filters().unwrap();
            assert_eq!(filters["label"], ["a=b"]);
        }
        for bad in ["filters=x", "filters=[]", r#"filters={"a":1}"#] {
            assert!(Query::new(bad).unwrap().filters().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        assert!(Query::new("a=%zz").is_err());
        assert!(Query::new("a=%4").is_err());
        assert!(Query::new("a=%e9").unwrap().get("a").is_some());
    }
}
