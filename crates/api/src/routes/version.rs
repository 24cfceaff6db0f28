//! Versions of the API.

use std::fmt;

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    /// Always 1 so far.
    pub major: u16,
    /// The rest.
    pub minor: u16,
}

impl ApiVersion {
    /// The oldest that is answered.
    pub const MIN: Self = Self::v1(24);
    /// The newest that is answered, and the one of a request that names none.
    pub const MAX: Self = Self::v1(55);

    /// Version 1 and something.
    pub const fn v1(minor: u16) -> Self {
        Self { major: 1, minor }
    }

    /// Reads what stands in a path behind `/v`. Docker reads what is no number as 0, and so is it here: a client
    /// that sends nonsense is told that it is too old or too new.
    pub fn lenient(text: &str) -> Self {
        let mut parts = text.split('.').map(|part| match part.parse() {
            Ok(number) => number,
            Err(_) if part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty() => u16::MAX,
            Err(_) => 0,
        });
        let mut next = || parts.next().unwrap_or(0);
        Self {
            major: next(),
            minor: next(),
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Takes the version off a path: `/v1.41/info` is `1.41` and `/info`.
pub fn split_version(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix("/v") else {
        return (None, path);
    };
    let end = rest
        .bytes()
        .position(|b| !b.is_ascii_digit() && b != b'.')
        .unwrap_or(rest.len());
    if end > 0 && rest[end..].starts_with('/') {
        (Some(&rest[..end]), &rest[end..])
    } else {
        (None, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_taken_off_the_path() {
        assert_eq!(split_version("/v1.41/info"), (Some("1.41"), "/info"));
        assert_eq!(split_version("/version"), (None, "/version"));
        assert_eq!(split_version("/volumes"), (None, "/volumes"));
        assert_eq!(split_version("/v1.41"), (None, "/v1.41"));
        assert_eq!(split_version("/v/info"), (None, "/v/info"));
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert!(ApiVersion::lenient("1.9") < ApiVersion::MIN);
        assert!(ApiVersion::lenient("1.99999999") > ApiVersion::MAX);
        assert!(ApiVersion::lenient("..") < ApiVersion::MIN);
        assert_eq!(ApiVersion::lenient("1.41.0"), ApiVersion::v1(41));
    }
}
