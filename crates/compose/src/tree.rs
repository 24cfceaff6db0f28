//! Trees of values, and places in them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::yaml::{Ask, Kind, Node};

/// A place: `services.web.ports.0`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(Vec<String>);

impl Place {
    pub(crate) fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|&word| word.to_owned()).collect())
    }

    pub(crate) fn child(&self, word: impl Into<String>) -> Self {
        let mut words = self.0.clone();
        words.push(word.into());
        Self(words)
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.0
    }

    fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_last()?;
        Some(Self(rest.to_vec()))
    }

    /// Whether it is one of those that a pattern means: `*` is any one word.
    pub(crate) fn fits(&self, pattern: &str) -> bool {
        let mut words = self.0.iter();
        for want in pattern.split('.') {
            match words.next() {
                Some(word) if want == "*" || want == word => {}
                _ => return false,
            }
        }
        words.next().is_none()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the file");
        }
        f.write_str(&self.0.join("."))
    }
}

/// One document of a file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) value: Value,
    lines: BTreeMap<Place, usize>,
    /// What the tags ask for, and where.
    pub(crate) asks: Vec<(Place, Ask)>,
}

impl Document {
    pub(crate) fn of(node: Node) -> Self {
        let mut document = Self::default();
        document.value = document.take(node, &Place::default());
        document
    }

    fn take(&mut self, node: Node, place: &Place) -> Value {
        self.lines.insert(place.clone(), node.line);
        if let Some(ask) = node.ask {
            self.asks.push((place.clone(), ask));
        }
        match node.kind {
            Kind::Leaf(value) => value,
            Kind::List(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| self.take(item, &place.child(index.to_string())))
                .collect(),
            Kind::Map(members) => members
                .into_iter()
                .map(|(key, member)| {
                    let place = place.child(key.clone());
                    let value = self.take(member, &place);
                    (key, value)
                })
                .collect::<Map<_, _>>()
                .into(),
        }
    }

    /// The line of a place, or of what holds it.
    pub(crate) fn line(&self, place: &Place) -> usize {
        let mut place = Some(place.clone());
        while let Some(at) = place {
            if let Some(line) = self.lines.get(&at) {
                return *line;
            }
            place = at.parent();
        }
        1
    }
}

/// The members of a map, where a value is one.
pub(crate) fn map<'v>(value: &'v Value, key: &str) -> Option<&'v Map<String, Value>> {
    value.get(key)?.as_object()
}

/// Takes away what is at a place.
pub(crate) fn remove(value: &mut Value, place: &Place) {
    let Some((last, above)) = place.words().split_last() else {
        return;
    };
    let mut at = value;
    for word in above {
        let next = match at {
            Value::Object(members) => members.get_mut(word),
            Value::Array(items) => word.parse().ok().and_then(|index: usize| items.get_mut(index)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return,
        }
    }
    match at {
        Value::Object(members) => drop(members.remove(last)),
        Value::Array(items) => {
            if let Some(index) = last.parse().ok().filter(|index: &usize| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// A text, number or boolean as a text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_fit_their_patterns() {
        let place = Place::of(&["services", "a.b", "ports", "0"]);
        assert!(place.fits("services.*.ports.*"));
        assert!(!place.fits("services.*.ports") && !place.fits("services.*.ports.*.x"));
    }

    #[test]
    fn places_are_removed() {
        let mut value = json!({"a": {"b": 1, "c": [1, 2]}});
        remove(&mut value, &Place::of(&["a", "b"]));
        remove(&mut value, &Place::of(&["a", "c", "0"]));
        remove(&mut value, &Place::of(&["a", "x", "y"]));
        assert_eq!(value, json!({"a": {"c": [2]}}));
    }
}
