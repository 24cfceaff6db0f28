//! Lists in pages: tags (§Listing Tags) and, as Docker has it, the catalog of repositories.

use std::sync::Arc;

use http::request::Parts;
use http::{Response, StatusCode};
use serde::Serialize;

use super::api_error::{ApiError, Code};
use super::query::{Query, encode};
use super::reply::{Body, Reply, json};
use super::route::RepositoryName;
use super::state::{State, blocking};

/// The longest page; past it the `Link` header leads on.
const MAX_PAGE: usize = 10_000;

/// GET of `tags/list`.
pub(crate) async fn tags(
    state: &Arc<State>,
    parts: &Parts,
    name: &RepositoryName,
) -> Result<Response<Body>, ApiError> {
    #[derive(Serialize)]
    struct Tags<'a> {
        name: &'a str,
        tags: &'a [String],
    }
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    let repository = state.repository(name)?;
    let all = blocking(move || {
        let failed = |error| ApiError::store(&error);
        if !repository.exists().map_err(failed)? {
            return Err(ApiError::new(Code::NameUnknown));
        }
        repository.tags().map_err(failed)
    })
    .await?;
    let page = Page::of(&all, &query)?;
    let body = Tags {
        name: name.as_str(),
        tags: page.items,
    };
    Ok(page.linked(json(StatusCode::OK, &body), &format!("/v2/{name}/tags/list")))
}

/// GET of `_catalog`.
pub(crate) async fn catalog(state: &Arc<State>, parts: &Parts) -> Result<Response<Body>, ApiError> {
    #[derive(Serialize)]
    struct Catalog<'a> {
        repositories: &'a [String],
    }
    let query = Query::parse(parts.uri.query().unwrap_or_default())?;
    let registry = state.store.registry();
    let all = blocking(move || registry.repositories().map_err(|error| ApiError::store(&error))).await?;
    let page = Page::of(&all, &query)?;
    let body = Catalog {
        repositories: page.items,
    };
    Ok(page.linked(json(StatusCode::OK, &body), "/v2/_catalog"))
}

/// A page of a sorted list.
struct Page<'a> {
    items: &'a [String],
    /// How long the next page is to be, where there is one.
    next: Option<usize>,
}

impl<'a> Page<'a> {
    /// Cuts the page that `n` and `last` ask for. `last` need not be an item itself.
    fn of(all: &'a [String], query: &Query) -> Result<Self, ApiError> {
        let asked = query.page_length()?;
        let length = asked.unwrap_or(MAX_PAGE).min(MAX_PAGE);
        let start = match query.get("last") {
            Some(last) => all.partition_point(|item| item.as_str() <= last),
            None => 0,
        };
        let rest = &all[start..];
        let items = &rest[..length.min(rest.len())];
        let next = (!items.is_empty() && items.len() < rest.len()).then_some(length);
        Ok(Self { items, next })
    }

    fn linked(&self, response: Response<Body>, path: &str) -> Response<Body> {
        match (self.next, self.items.last()) {
            (Some(length), Some(last)) => Reply(response)
                .next_page(&format!("{path}?n={length}&last={}", encode(last)))
                .done(),
            _ => response,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page<'a>(all: &'a [String], query: &str) -> Page<'a> {
        Page::of(all, &Query::parse(query).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_list(mut all in proptest::collection::vec("[a-zA-Z0-9_.-]{1,8}", 0..40), n in 1usize..50) {
            all.sort();
            all.dedup();
            let mut got = Vec::new();
            let mut query = format!("n={n}");
            loop {
                let page = page(&all, &query);
                prop_assert!(page.items.len() <= n);
                got.extend_from_slice(page.items);
                match (page.next, page.items.last()) {
                    (Some(next), Some(last)) => query = format!("n={next}&last={}", encode(last)),
                    _ => break,
                }
            }
            prop_assert_eq!(got, all);
        }
    }

    #[test]
    fn nothing_asked_is_nothing_given_and_no_link() {
        let all = ["a".to_owned(), "b".to_owned()];
        let page = page(&all, "n=0");
        assert!(page.items.is_empty() && page.next.is_none());
    }

    #[test]
    fn a_page_length_is_a_number() {
        for bad in ["n=", "n=-1", "n=x", "n=99999999999999999999999"] {
            assert!(Page::of(&[], &Query::parse(bad).unwrap()).is_err(), "{bad}");
        }
    }
}
