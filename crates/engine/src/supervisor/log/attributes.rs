//! What is written with each line of a log: labels, variables and the tag.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::supervisor::error::{Result, SupervisorError};

/// What a tag's template and the extra attributes speak of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogFacts<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) image: &'a str,
    pub(crate) image_id: &'a str,
    /// The first word of its command.
    pub(crate) path: &'a str,
    /// The others.
    pub(crate) args: &'a [String],
    pub(crate) labels: &'a BTreeMap<String, String>,
    pub(crate) env: &'a [(String, String)],
}

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    labels: Wanted,
    env: Wanted,
    tag: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Wanted {
    names: Vec<String>,
    like: Option<Regex>,
}

impl Attributes {
    pub(super) fn parse(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let wanted = |names: &str, like: &str| -> Result<Wanted> {
            Ok(Wanted {
                names: get(names)
                    .map(|text| text.split(',').map(|word| word.trim().to_owned()).collect())
                    .unwrap_or_default(),
                like: get(like)
                    .map(|text| {
                        Regex::new(&text)
                            .map_err(|error| SupervisorError::Invalid(format!("log opt '{like}': {error}")))
                    })
                    .transpose()?,
            })
        };
        let tag = get("tag");
        if let Some(tag) = &tag {
            let nothing = BTreeMap::new();
            let facts = LogFacts {
                id: "",
                name: "",
                image: "",
                image_id: "",
                path: "",
                args: &[],
                labels: &nothing,
                env: &[],
            };
            if render(tag, &facts).contains("{{") {
                return Err(SupervisorError::Invalid(format!(
                    "log opt 'tag': `{tag}` is more of a template than is understood; known are {{{{.ID}}}}, \
                     {{{{.FullID}}}}, {{{{.Name}}}}, {{{{.Command}}}}, {{{{.ImageID}}}}, {{{{.ImageFullID}}}}, \
                     {{{{.ImageName}}}}, {{{{.DaemonName}}}} and {{{{.Hostname}}}}"
                )));
            }
        }
        Ok(Self {
            labels: wanted("labels", "labels-regex")?,
            env: wanted("env", "env-regex")?,
            tag,
        })
    }

    /// Labels and variables, by name.
    pub(super) fn pairs(&self, facts: &LogFacts<'_>) -> BTreeMap<String, String> {
        let labels = facts.labels.iter().filter(|(name, _)| self.labels.has(name));
        let env = facts.env.iter().filter(|(name, _)| self.env.has(name));
        labels
            .chain(env.map(|(name, value)| (name, value)))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The tag, where one was asked for.
    pub(super) fn tag(&self, facts: &LogFacts<'_>) -> Option<String> {
        self.tag.as_ref().map(|tag| render(tag, facts))
    }
}

impl Wanted {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|wanted| wanted == name)
            || self.like.as_ref().is_some_and(|like| like.is_match(name))
    }
}

/// The first twelve digits of an id.
pub(super) fn short(id: &str) -> String {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    digits.chars().take(12).collect()
}

/// Fills in what Docker's tag templates know.
fn render(template: &str, facts: &LogFacts<'_>) -> String {
    let values = [
        ("ID", short(facts.id)),
        ("FullID", facts.id.to_owned()),
        ("Name", facts.name.to_owned()),
        (
            "Command",
            [&[facts.path.to_owned()], facts.args].concat().join(" "),
        ),
        ("ImageID", short(facts.image_id)),
        ("ImageFullID", facts.image_id.to_owned()),
        ("ImageName", facts.image.to_owned()),
        ("DaemonName", "sampan".to_owned()),
        (
            "Hostname",
            rustix::system::uname().nodename().to_string_lossy().into_owned(),
        ),
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

    fn attributes(options: &[(&str, &str)]) -> Result<Attributes> {
        Attributes::parse(|key| {
            let found = options.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn labels_variables_and_the_tag_are_found() {
        let wanted = attributes(&[
            ("labels", "a,none"),
            ("labels-regex", "^b"),
            ("env-regex", "^E"),
            ("tag", "{{.Name}}/{{.ID}}/{{ .Command }}"),
        ])
        .unwrap();
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let labels = [("a", "1"), ("bc", "2"), ("ab", "3")].map(pair).into();
        let facts = LogFacts {
            id: "0123456789abcdef",
            name: "web",
            image: "i",
            image_id: "sha256:ff",
            path: "a",
            args: &["b".to_owned()],
            labels: &labels,
            env: &[("E1", "x"), ("F", "y")].map(pair),
        };
        let pairs = wanted.pairs(&facts);
        assert_eq!(pairs, [("a", "1"), ("bc", "2"), ("E1", "x")].map(pair).into());
        assert_eq!(wanted.tag(&facts).as_deref(), Some("web/0123456789ab/a b"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for option in [
            ("tag", "{{with .Name}}x{{end}}"),
            ("labels-regex", "("),
            ("env-regex", "["),
        ] {
            let error = attributes(&[option]).unwrap_err().to_string();
            assert!(error.contains(option.0), "{error}");
        }
    }
}
