//! The flags of an instruction: which there are is said by whoever reads them.

use super::error::Words;

/// What a flag may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, `true` or `false`.
    Switch,
    /// One value.
    One,
    /// A value each time.
    Many,
}

/// Flags that were given, in their order.
#[derive(Debug)]
pub(super) struct Flags(Vec<(String, String)>);

impl Flags {
    /// Reads them; any that is not known is refused.
    pub(super) fn read(given: &[String], known: &[(&str, Takes)]) -> Words<Self> {
        let mut found: Vec<(String, String)> = Vec::new();
        for word in given {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (word.as_str(), None),
            };
            let name = flag.trim_start_matches("--");
            let Some((_, takes)) = known.iter().find(|(known, _)| *known == name) else {
                let names = known.iter().map(|(name, _)| *name);
                return Err(format!("unknown flag: {flag}{}", meant(name, names)));
            };
            if *takes != Takes::Many && found.iter().any(|(found, _)| found == name) {
                return Err(format!("duplicate flag specified: {flag}"));
            }
            let value = match (takes, value) {
                (Takes::Switch, Some("")) | (Takes::One | Takes::Many, None) => {
                    return Err(format!("missing a value on flag: {flag}"));
                }
                (Takes::Switch, None) => "true".to_owned(),
                (Takes::Switch, Some(value)) => match value.to_ascii_lowercase().as_str() {
                    "true" => "true".to_owned(),
                    "false" => "false".to_owned(),
                    _ => return Err(format!("expecting boolean value for flag {flag}, not: {value}")),
                },
                (_, Some(value)) => value.to_owned(),
            };
            found.push((name.to_owned(), value));
        }
        Ok(Self(found))
    }

    pub(super) fn one(&self, name: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.clone())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.one(name).unwrap_or_default()
    }

    pub(super) fn many(&self, name: &str) -> Vec<String> {
        let fits = self.0.iter().filter(|(found, _)| found == name);
        fits.map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.one(name).map(|value| value == "true")
    }
}

/// The word that was meant, for people; empty where none is near.
pub(super) fn meant<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> String {
    let near = known
        .map(|word| (distance(&given.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(far, _)| *far <= 2)
        .min();
    near.map(|(_, word)| format!(" (did you mean {word}?)"))
        .unwrap_or_default()
}

/// How many letters must change (Levenshtein). Long words are like nothing.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 || one.len() > 32 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[other.len()]
}
