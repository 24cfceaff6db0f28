//! Which images of a list are wanted.

use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_engine::supervisor::moment;
use sampan_types::Reference;

use super::shape::Image;
use crate::problem::{Problem, Result};

/// Filters of a list of images or of a removal, read.
pub(super) struct ImageFilters {
    for_removal: bool,
    dangling: Option<bool>,
    labels: Vec<String>,
    not_labels: Vec<String>,
    references: Vec<String>,
    before: Vec<String>,
    since: Vec<String>,
    until: Option<Time>,
}

impl ImageFilters {
    /// Of a list.
    pub(super) fn of_list(filters: &Filters) -> Result<Self> {
        const KNOWN: [&str; 6] = ["dangling", "label", "reference", "before", "since", "until"];
        Self::new(filters, &KNOWN, None)
    }

    /// Of a removal, which without a word concerns images without a name alone.
    pub(super) fn of_removal(filters: &Filters) -> Result<Self> {
        const KNOWN: [&str; 4] = ["dangling", "label", "label!", "until"];
        if filters.get("until").is_some_and(|values| values.len() > 1) {
            return Err(Problem::bad("more than one until filter specified"));
        }
        let filters = Self::new(filters, &KNOWN, Some(true))?;
        Ok(Self {
            for_removal: true,
            // Else images with and without a name go.
            dangling: filters.dangling.filter(|dangling| *dangling),
            ..filters
        })
    }

    fn new(filters: &Filters, known: &[&str], dangling: Option<bool>) -> Result<Self> {
        if let Some(name) = filters.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Problem::bad(format!("invalid filter '{name}'")));
        }
        let all = |name: &str| filters.get(name).cloned().unwrap_or_default();
        let dangling = match filters.get("dangling") {
            None => dangling,
            Some(values) => {
                let said = |words: [&str; 2]| values.iter().any(|value| words.contains(&value.as_str()));
                match (said(["true", "1"]), said(["false", "0"])) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    _ => {
                        let values = values.join(" ");
                        return Err(Problem::bad(format!("invalid filter 'dangling=[{values}]'")));
                    }
                }
            }
        };
        let now = Time::now();
        let until = all("until").iter().try_fold(None, |least: Option<Time>, value| {
            let moment = moment(value, now)
                .ok_or_else(|| Problem::bad(format!("invalid value for 'until' filter: {value}")))?;
            Ok::<_, Problem>(Some(least.map_or(moment, |least| least.min(moment))))
        })?;
        Ok(Self {
            for_removal: false,
            dangling,
            labels: all("label"),
            not_labels: all("label!"),
            references: all("reference"),
            before: all("before"),
            since: all("since"),
            until,
        })
    }

    /// Those that are wanted.
    pub(super) fn choose(&self, all: Vec<Image>) -> Result<Vec<Image>> {
        let made = |text: &String| {
            all.iter()
                .find(|image| {
                    let id = image.row.id.to_string();
                    id.starts_with(text)
                        || id
                            .rsplit(':')
                            .next()
                            .is_some_and(|digits| digits.starts_with(text))
                        || text.parse().is_ok_and(|name: sampan_types::Reference| {
                            image.row.references.iter().any(|known| *known == name.tagged())
                        })
                })
                .map(|image| image.created)
                .ok_or_else(|| Problem::not_found(format!("No such image: {text}")))
        };
        let before = self
            .before
            .iter()
            .map(made)
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .min();
        let since = self
            .since
            .iter()
            .map(made)
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .max();
        let wanted = |image: &Image| {
            self.dangling.is_none_or(|dangling| image.dangling() == dangling)
                && self.labels.iter().all(|label| has(image, label))
                && (self.not_labels.is_empty() || !self.not_labels.iter().all(|label| has(image, label)))
                && (self.references.is_empty() || image.row.references.iter().any(|name| self.names(name)))
                && before.is_none_or(|before| image.created < before)
                && since.is_none_or(|since| image.created > since)
                && self.until.is_none_or(|until| match image.created.is_zero() {
                    true => false,
                    false => image.created < until || (self.for_removal && image.created == until),
                })
        };
        let mut chosen: Vec<Image> = all.into_iter().filter(wanted).collect();
        if !self.references.is_empty() {
            for image in &mut chosen {
                image.row.references.retain(|name| self.names(name));
            }
        }
        Ok(chosen)
    }

    /// Whether a name with a tag fits one of the patterns, as people write it or in full.
    fn names(&self, name: &Reference) -> bool {
        let tagged = name.tagged();
        let texts = [tagged.familiar(), tagged.to_string()];
        let mut patterns = self.references.iter();
        name.tag().is_some() && patterns.any(|pattern| texts.iter().any(|text| fits(pattern, text)))
    }
}

fn has(image: &Image, label: &str) -> bool {
    match label.split_once('=') {
        None => image.labels.contains_key(label),
        Some((name, value)) => image.labels.get(name).is_some_and(|found| found == value),
    }
}

/// Whether a pattern of a shell fits a name with its tag, or the name alone.
fn fits(pattern: &str, tag: &str) -> bool {
    let name = tag
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .map_or(tag, |(name, _)| name);
    glob(pattern.as_bytes(), tag.as_bytes()) || glob(pattern.as_bytes(), name.as_bytes())
}

/// A pattern of a shell, where `*` and `?` stop at slashes. It looks back to one star at a time, so that no pattern
/// takes longer than the product of both lengths.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            (Some(b'?'), Some(byte)) if *byte != b'/' => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            (Some(wanted), Some(byte)) if wanted == byte => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            _ => {}
        }
        match star {
            Some((after, at)) if text.get(at).is_some_and(|byte| *byte != b'/') => {
                star = Some((after, at + 1));
                (p, t) = (after, at + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_a_shell() {
        for (pattern, tag, fit) in [
            ("hello", "hello:latest", true),
            ("hel*", "hello:latest", true),
            ("*:latest", "hello:latest", true),
            ("*", "a/b:1", false),
            ("*/b", "a/b:1", true),
            ("a/?:1", "a/b:1", true),
            ("localhost:5000/x", "localhost:5000/x:1", true),
            ("b", "a/b:1", false),
            ("h*l*o", "hello:1", true),
        ] {
            assert_eq!(fits(pattern, tag), fit, "{pattern} {tag}");
        }
        assert!(!glob("*a".repeat(50).as_bytes(), "a".repeat(40).as_bytes()));
    }
}
