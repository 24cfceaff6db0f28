//! Searching a registry, as the index of Docker Hub answers it.

use http::StatusCode;
use sampan_api::container::Filters;
use sampan_api::image::SearchResult;
use sampan_distribution::client::{ClientError, Found};
use sampan_types::reference::DEFAULT_REGISTRY;

use super::registry::credentials;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

/// How many results there are where nobody said.
const USUAL_LIMIT: u8 = 25;
/// The most that may be asked for.
const MOST: u8 = 100;

/// Which results are wanted.
struct Wanted {
    official: Option<bool>,
    /// Ratings of the public are the index's own, and nothing there is built by it any more.
    automated: bool,
    stars: i64,
}

pub(super) async fn search(call: Call<'_>) -> Result<Reply> {
    let wanted = Wanted::new(&call.query.filters()?)?;
    let term = call.query.get("term").unwrap_or_default();
    let limit = limit(call.query.get("limit").as_deref())?;
    if term.contains("://") {
        return Err(Problem::bad(format!(
            "invalid repository name: repository name ({term}) should not have a scheme"
        )));
    }
    if wanted.automated {
        return reply::ok(&Vec::<SearchResult>::new());
    }
    let (registry, term) = registry_and_term(&term);
    let client = call
        .state
        .supervisor
        .engine()
        .registry_client(credentials(call.headers, registry));
    let found = client
        .search(registry, term, limit)
        .await
        .map_err(|error| match error {
            ClientError::Refused { status, .. } | ClientError::Server { status, .. } => Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("unexpected status code {status}"),
            ),
            error => Problem::of(&error),
        })?;
    let results: Vec<SearchResult> = found
        .into_iter()
        .filter(|found| wanted.has(found))
        .map(|found| SearchResult {
            star_count: found.star_count,
            is_official: found.is_official,
            name: found.name,
            is_automated: false,
            description: found.description,
        })
        .collect();
    reply::ok(&results)
}

/// A registry before the first slash is told by a point, a colon or its being this machine, as in a reference.
fn registry_and_term(text: &str) -> (&str, &str) {
    let (registry, term) = match text.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
        _ => (DEFAULT_REGISTRY, text),
    };
    match registry {
        DEFAULT_REGISTRY | "index.docker.io" => {
            (DEFAULT_REGISTRY, term.strip_prefix("library/").unwrap_or(term))
        }
        registry => (registry, term),
    }
}

fn limit(text: Option<&str>) -> Result<u8> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(USUAL_LIMIT);
    };
    let number: i64 = text
        .parse()
        .ok()
        .filter(|number| *number >= 0)
        .ok_or_else(|| Problem::bad(format!("invalid limit specified: `{text}` is no number")))?;
    match u8::try_from(number) {
        Ok(0) => Ok(USUAL_LIMIT),
        Ok(limit) if limit <= MOST => Ok(limit),
        _ => Err(Problem::bad(format!(
            "limit {number} is outside the range of [1, {MOST}]"
        ))),
    }
}

impl Wanted {
    fn new(filters: &Filters) -> Result<Self> {
        const KNOWN: [&str; 3] = ["is-automated", "is-official", "stars"];
        if let Some(name) = filters.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Problem::bad(format!("invalid filter '{name}'")));
        }
        let truth = |name: &str| -> Result<Option<bool>> {
            let Some(values) = filters.get(name).filter(|values| !values.is_empty()) else {
                return Ok(None);
            };
            match values.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["true" | "1"] => Ok(Some(true)),
                ["false" | "0"] => Ok(Some(false)),
                _ => Err(Problem::bad(format!("invalid filter '{name}={values:?}'"))),
            }
        };
        let mut stars = 0;
        for value in filters.get("stars").into_iter().flatten() {
            let least: i64 = value
                .parse()
                .map_err(|_| Problem::bad(format!("invalid filter 'stars={value}'")))?;
            stars = stars.max(least);
        }
        Ok(Self {
            official: truth("is-official")?,
            automated: truth("is-automated")?.unwrap_or(false),
            stars,
        })
    }

    fn has(&self, found: &Found) -> bool {
        self.official.is_none_or(|official| official == found.is_official) && found.star_count >= self.stars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_may_name_its_registry() {
        for (text, expected) in [
            ("busybox", ("docker.io", "busybox")),
            ("library/busybox", ("docker.io", "busybox")),
            ("some/body", ("docker.io", "some/body")),
            ("docker.io/library/x", ("docker.io", "x")),
            ("localhost/x", ("localhost", "x")),
            ("r.example:5000/a/b", ("r.example:5000", "a/b")),
        ] {
            assert_eq!(registry_and_term(text), expected);
        }
    }

    #[test]
    fn limits_and_filters_are_dockers() {
        for (text, expected) in [(None, 25), (Some(""), 25), (Some("0"), 25), (Some("100"), 100)] {
            assert_eq!(limit(text).unwrap(), expected);
        }
        for bad in ["101", "-1", "x", "70000"] {
            assert!(limit(Some(bad)).is_err(), "{bad}");
        }
        let filters = |name: &str, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            Wanted::new(&[(name.to_owned(), values)].into())
        };
        let found = Found {
            star_count: 3,
            is_official: true,
            ..Found::default()
        };
        assert!(filters("stars", &["1", "3"]).unwrap().has(&found));
        assert!(!filters("stars", &["4"]).unwrap().has(&found));
        assert!(!filters("is-official", &["false"]).unwrap().has(&found));
        assert!(filters("is-automated", &["true"]).unwrap().automated);
        for (name, value) in [("stars", "x"), ("is-official", "perhaps"), ("other", "x")] {
            assert!(filters(name, &[value]).is_err(), "{name}");
        }
    }
}
