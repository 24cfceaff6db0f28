//! Image references, as Docker writes and normalises them (distribution/reference; OCI distribution spec
//! §pull for the character sets).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::{Algorithm, Digest, DigestError};

/// The registry that is meant when a reference names none.
pub const DEFAULT_REGISTRY: &str = "docker.io";
/// The tag that is meant when a reference names neither tag nor digest.
pub const DEFAULT_TAG: &str = "latest";

/// A full reference to an image: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`.
///
/// Parsing brings Docker's short forms to the full one: `alpine` is `docker.io/library/alpine:latest`.
/// `Display` writes the full form, [`Reference::familiar`] the short one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    registry: Box<str>,
    repository: Box<str>,
    tag: Option<Box<str>>,
    digest: Option<Digest>,
}

/// A text that is not a reference.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// Nothing there.
    #[error("an image reference cannot be empty")]
    Empty,
    /// The registry part has other characters, or a port that is no number.
    #[error("`{0}` is not a registry host: write HOST or HOST:PORT")]
    Registry(String),
    /// The repository part breaks the grammar.
    #[error(
        "`{0}` is not a repository name: use lower-case letters and digits, with `.`, `_`, `-` or `/` between them"
    )]
    Repository(String),
    /// The name would be read as the id of an image.
    #[error("`{0}` would be read as the digest of an image, which no name may be")]
    LikeDigest(String),
    /// The repository part is too long.
    #[error("the repository name has {0} characters, more than 255")]
    TooLong(usize),
    /// The tag breaks the grammar.
    #[error(
        "`{0}` is not a tag: use at most 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`"
    )]
    Tag(String),
    /// The digest cannot be read.
    #[error(transparent)]
    Digest(#[from] DigestError),
}

impl Reference {
    /// From parts that are checked here.
    pub fn new(
        registry: &str,
        repository: &str,
        tag: Option<&str>,
        digest: Option<Digest>,
    ) -> Result<Self, ReferenceError> {
        check_registry(registry)?;
        check_repository(repository)?;
        check_not_an_id(registry, repository)?;
        if let Some(tag) = tag {
            check_tag(tag)?;
        }
        Ok(Self {
            registry: registry.into(),
            repository: repository.into(),
            tag: tag.map(Into::into),
            digest,
        })
    }

    /// Host and port of the registry, `docker.io` for Docker Hub.
    pub fn registry(&self) -> &str {
        &self.registry
    }
    /// The repository within the registry: `library/alpine`.
    pub fn repository(&self) -> &str {
        &self.repository
    }
    /// The tag; `None` when only a digest was written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }
    /// The digest that was written, if any.
    pub const fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }
    /// The registry and repository alone: `docker.io/library/alpine`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }
    /// The part after the repository that a registry is asked for: the digest, or else the tag.
    pub fn selector(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, Some(tag)) => tag.to_string(),
            (None, None) => DEFAULT_TAG.to_owned(),
        }
    }
    /// The same repository with this digest and no tag.
    #[must_use]
    pub fn with_digest(&self, digest: Digest) -> Self {
        Self {
            tag: None,
            digest: Some(digest),
            ..self.clone()
        }
    }
    /// The same image without its digest, tagged `latest` where there is no tag: the name it is kept under.
    #[must_use]
    pub fn tagged(&self) -> Self {
        let tag = self.tag.clone().unwrap_or_else(|| DEFAULT_TAG.into());
        Self {
            tag: Some(tag),
            digest: None,
            ..self.clone()
        }
    }
    /// The short form that `docker image ls` shows: without `docker.io/` and `library/`.
    pub fn familiar(&self) -> String {
        let full = self.to_string();
        if self.registry.as_ref() != DEFAULT_REGISTRY {
            return full;
        }
        let short = full.strip_prefix("docker.io/").unwrap_or(&full);
        let rest = short.strip_prefix("library/").unwrap_or(short);
        let familiar = if rest.contains('/') { short } else { rest };
        // A first part that looks like a registry would be taken for one without `docker.io/` before it.
        match familiar.parse::<Self>() {
            Ok(same) if same == *self => familiar.to_owned(),
            _ => full,
        }
    }
}

fn check_registry(host: &str) -> Result<(), ReferenceError> {
    let error = || ReferenceError::Registry(host.to_owned());
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']').ok_or_else(error)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| error())?;
            (
                None,
                if rest.is_empty() {
                    None
                } else {
                    Some(rest.strip_prefix(':').ok_or_else(error)?)
                },
            )
        }
        None => match host.split_once(':') {
            Some((name, port)) => (Some(name), Some(port)),
            None => (Some(host), None),
        },
    };
    if let Some(port) = port
        && (port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) || port.parse::<u16>().is_err())
    {
        return Err(error());
    }
    let label = |l: &str| {
        !l.is_empty()
            && l.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    match name {
        Some(name) if name.split('.').all(label) => Ok(()),
        Some(_) => Err(error()),
        None => Ok(()),
    }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`
fn check_repository(name: &str) -> Result<(), ReferenceError> {
    if name.len() > 255 {
        return Err(ReferenceError::TooLong(name.len()));
    }
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let component = |part: &str| {
        let bytes = part.as_bytes();
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
            return false;
        };
        if !alphanumeric(first) || !alphanumeric(last) {
            return false;
        }
        part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .all(|separator| {
                matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-')
            })
    };
    if name.split('/').all(component) {
        Ok(())
    } else {
        Err(ReferenceError::Repository(name.to_owned()))
    }
}

/// Nobody shall name an image so that a person who writes the id of another one means it. Docker refuses the same
/// names. They are ids only in the short form, so on a registry of their own they harm nobody.
fn check_not_an_id(registry: &str, repository: &str) -> Result<(), ReferenceError> {
    if registry != DEFAULT_REGISTRY {
        return Ok(());
    }
    let short = repository.strip_prefix("library/").unwrap_or(repository);
    let digits = |length: usize| short.len() == length && short.bytes().all(|b| b.is_ascii_hexdigit());
    let algorithm = Algorithm::ALL.iter().any(|known| known.name() == short);
    if algorithm || digits(64) || digits(128) {
        return Err(ReferenceError::LikeDigest(short.to_owned()));
    }
    Ok(())
}

fn check_tag(tag: &str) -> Result<(), ReferenceError> {
    let mut bytes = tag.bytes();
    let first = bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    let rest = bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if first && rest && tag.len() <= 128 {
        Ok(())
    } else {
        Err(ReferenceError::Tag(tag.to_owned()))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ReferenceError::Empty);
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse::<Digest>()?)),
            None => (text, None),
        };
        // A first part is a registry when it could not be a repository: a dot, a colon, upper case, or
        // `localhost`. That is Docker's own rule.
        let (registry, rest) = match rest.split_once('/') {
            Some((first, tail))
                if first.contains(['.', ':'])
                    || first == "localhost"
                    || first.bytes().any(|b| b.is_ascii_uppercase()) =>
            {
                (first, tail)
            }
            _ => (DEFAULT_REGISTRY, rest),
        };
        let (repository, tag) = match rest.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        let registry = if registry == "index.docker.io" {
            DEFAULT_REGISTRY
        } else {
            registry
        };
        let full = if registry == DEFAULT_REGISTRY && !repository.contains('/') {
            format!("library/{repository}")
        } else {
            repository.to_owned()
        };
        let tag = match (tag, &digest) {
            (None, None) => Some(DEFAULT_TAG),
            (tag, _) => tag,
        };
        if repository.is_empty() {
            return Err(ReferenceError::Repository(String::new()));
        }
        Self::new(registry, &full, tag, digest)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Reference {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn normalises_as_docker_does() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, full) in [
            ("alpine", "docker.io/library/alpine:latest".to_owned()),
            ("alpine:3.10", "docker.io/library/alpine:3.10".to_owned()),
            ("user/app", "docker.io/user/app:latest".to_owned()),
            (
                "index.docker.io/alpine",
                "docker.io/library/alpine:latest".to_owned(),
            ),
            ("localhost/app", "localhost/app:latest".to_owned()),
            ("localhost:5000/a/b:1", "localhost:5000/a/b:1".to_owned()),
            ("ghcr.io/o/app", "ghcr.io/o/app:latest".to_owned()),
            ("[::1]:5000/app:v", "[::1]:5000/app:v".to_owned()),
            (
                &format!("app@{digest}"),
                format!("docker.io/library/app@{digest}"),
            ),
            (&format!("r.io/app:1@{digest}"), format!("r.io/app:1@{digest}")),
        ] {
            assert_eq!(parse(text).to_string(), full, "{text}");
        }
    }

    #[test]
    fn shows_the_short_form() {
        for (text, short) in [
            ("alpine", "alpine:latest"),
            ("user/app:1", "user/app:1"),
            ("localhost:5000/app", "localhost:5000/app:latest"),
            ("docker.io/has.dot/app", "docker.io/has.dot/app:latest"),
            ("docker.io/localhost/app", "docker.io/localhost/app:latest"),
        ] {
            assert_eq!(parse(text).familiar(), short);
        }
    }

    #[test]
    fn refuses_bad_input() {
        for bad in [
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "UPPER",
            "a..b",
            "a_-b",
            "a:",
            ":tag",
            "a:-x",
            "a@",
            "a@sha256:x",
            "a b",
            "a\0b",
            "host:port/a",
            "host:99999/a",
            "-h.io/a",
            "../../etc/passwd",
            "a:..",
            &"a".repeat(256),
            &format!("a:{}", "t".repeat(129)),
            "[::1/a",
            "[x]:1/a",
            "[::1]x/a",
        ] {
            assert!(bad.parse::<Reference>().is_err(), "{bad}");
        }
    }

    #[test]
    fn no_name_reads_as_a_digest() {
        let hex = "a1".repeat(32);
        for bad in [
            format!("sha256:{hex}"),
            format!("sha512:{hex}"),
            "sha256:abc".to_owned(),
            "sha256".to_owned(),
            format!("library/sha256:{hex}"),
            format!("docker.io/sha256:{hex}"),
            format!("index.docker.io/library/sha256:{hex}"),
            hex.clone(),
            format!("{hex}:tag"),
            format!("docker.io/library/{hex}"),
            format!("{hex}{hex}"),
            format!("sha256@sha256:{hex}"),
        ] {
            let error = bad.parse::<Reference>().unwrap_err();
            assert!(matches!(error, ReferenceError::LikeDigest(_)), "{bad}: {error}");
        }
        for good in [
            "sha256sum",
            "localhost/sha256:1",
            "ghcr.io/a/sha256:1",
            "user/sha256:1",
            &hex[1..],
        ] {
            assert!(good.parse::<Reference>().is_ok(), "{good}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_fails_and_what_parses_comes_back(text in "\\PC{0,80}") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(parse(&reference.to_string()), reference.clone());
                prop_assert_eq!(parse(&reference.familiar()), reference);
            }
        }

        #[test]
        fn full_forms_come_back(host in "[a-z]{1,8}\\.[a-z]{2,3}(:[1-9][0-9]{1,3})?", repo in "[a-z0-9]{1,5}(/[a-z0-9]{1,5}){0,3}", tag in "[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,20}") {
            let text = format!("{host}/{repo}:{tag}");
            prop_assert_eq!(parse(&text).to_string(), text);
        }
    }
}
