//! The query string of a request, decoded once.

use super::api_error::{ApiError, Code};

/// Most parameters that are looked at; the spec asks for ten tags in one request.
const MAX_PARAMETERS: usize = 128;

#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let mut pairs = Vec::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if pairs.len() == MAX_PARAMETERS {
                return Err(ApiError::new(Code::Unsupported)
                    .status(http::StatusCode::URI_TOO_LONG)
                    .detail("too many parameters"));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// `n`, the length of a page.
    pub(crate) fn page_length(&self) -> Result<Option<usize>, ApiError> {
        self.get("n")
            .map(|text| {
                text.parse::<usize>().map_err(|_| {
                    ApiError::new(Code::Unsupported)
                        .status(http::StatusCode::BAD_REQUEST)
                        .detail("`n` is not a number")
                })
            })
            .transpose()
    }
}

/// Encodes a value for a query string.
pub(crate) fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
