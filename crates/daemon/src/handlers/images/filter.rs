//! Which images of a list are wanted.

use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_engine::supervisor::moment;

use super::shape::Image;
use crate::problem::{Problem, Result};

/// Filters of a list of images, read.
pub(super) struct ImageFilters {
    dangling: Option<bool>,
    labels: Vec<String>,
    not_labels: Vec<String>,
    references: Vec<String>,
    before: Vec<String>,
    since: Vec<String>,
    until: Option<Time>,
}

impl ImageFilters {
    pub(super) fn new(filters: &Filters) -> Result<Self> {
        const KNOWN: [&str; 8] = [
            "dangling",
            "label",
            "label!",
            "reference",
            "before",
            "since",
            "until",
            "containers",
        ];
        if let Some(name) = filters.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Problem::bad(format!("invalid filter '{name}'")));
        }
        let all = |name: &str| filters.get(name).cloned().unwrap_or_default();
        let dangling = all("dangling")
            .first()
            .map(|value| match value.to_ascii_lowercase().as_str() {
                "true" | "1" | "t" => Ok(true),
                "false" | "0" | "f" => Ok(false),
                _ => Err(Problem::bad(format!("invalid filter 'dangling={value}'"))),
            })
            .transpose()?;
        let until = all("until")
            .first()
            .map(|value| {
                moment(value, Time::now())
                    .ok_or_else(|| Problem::bad(format!("invalid filter 'until={value}'")))
            })
            .transpose()?;
        Ok(Self {
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
                && !self.not_labels.iter().any(|label| has(image, label))
                && (self.references.is_empty()
                    || image
                        .tags()
                        .any(|tag| self.references.iter().any(|pattern| fits(pattern, &tag))))
                && before.is_none_or(|before| image.created < before)
                && since.is_none_or(|since| image.created > since)
                && self.until.is_none_or(|until| image.created < until)
        };
        Ok(all.into_iter().filter(wanted).collect())
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
