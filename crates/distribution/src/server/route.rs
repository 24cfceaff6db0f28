//! Which endpoint a request means: the path grammar of the distribution spec (§Endpoints) and the one table
//! of routes.
//!
//! Repository names have slashes, so the verb is looked for from the end of the path. Nothing here touches
//! the store; a name, tag or digest that leaves this module is well-formed and safe in a path.

use http::Method;
use percent_encoding::percent_decode_str;
use sampan_types::{Digest, Reference};

use super::api_error::{ApiError, Code};

/// Longest request path that is looked at; names end at 255 and digests at 135.
const MAX_PATH: usize = 1024;

/// One method on one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The number that the spec's endpoint table gives it, or a name of ours.
    pub id: &'static str,
    /// The method.
    pub method: &'static str,
    /// The path, with `<…>` for what varies.
    pub path: &'static str,
}

/// Every route that the server answers; all else is 404 or 405.
pub const ROUTES: &[Route] = &[
    route("end-1", "GET", "/v2/"),
    route("end-1-head", "HEAD", "/v2/"),
    route("end-2", "GET", "/v2/<name>/blobs/<digest>"),
    route("end-2-head", "HEAD", "/v2/<name>/blobs/<digest>"),
    route("end-3", "GET", "/v2/<name>/manifests/<reference>"),
    route("end-3-head", "HEAD", "/v2/<name>/manifests/<reference>"),
    route("end-4a", "POST", "/v2/<name>/blobs/uploads/"),
    route("end-4b", "POST", "/v2/<name>/blobs/uploads/?digest=<digest>"),
    route(
        "end-4c",
        "POST",
        "/v2/<name>/blobs/uploads/?digest-algorithm=<algorithm>",
    ),
    route("end-5", "PATCH", "/v2/<name>/blobs/uploads/<upload>"),
    route(
        "end-6",
        "PUT",
        "/v2/<name>/blobs/uploads/<upload>?digest=<digest>",
    ),
    route("end-7a", "PUT", "/v2/<name>/manifests/<reference>"),
    route("end-7b", "PUT", "/v2/<name>/manifests/<digest>?tag=<tag>"),
    route("end-8a", "GET", "/v2/<name>/tags/list"),
    route("end-8b", "GET", "/v2/<name>/tags/list?n=<integer>&last=<tag>"),
    route("end-9", "DELETE", "/v2/<name>/manifests/<reference>"),
    route("end-10", "DELETE", "/v2/<name>/blobs/<digest>"),
    route(
        "end-11",
        "POST",
        "/v2/<name>/blobs/uploads/?mount=<digest>&from=<name>",
    ),
    route("end-12a", "GET", "/v2/<name>/referrers/<digest>"),
    route(
        "end-12b",
        "GET",
        "/v2/<name>/referrers/<digest>?artifactType=<type>",
    ),
    route("end-13", "GET", "/v2/<name>/blobs/uploads/<upload>"),
    route("end-14", "DELETE", "/v2/<name>/blobs/uploads/<upload>"),
    route("catalog", "GET", "/v2/_catalog"),
    route("token", "GET", "/token"),
    route("token-post", "POST", "/token"),
];

const fn route(id: &'static str, method: &'static str, path: &'static str) -> Route {
    Route { id, method, path }
}

/// A repository name that follows the grammar of §Pulling manifests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RepositoryName(String);

impl RepositoryName {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        // The reference parser owns the grammar and the limit of 255; the host is a stand-in.
        match Reference::new("localhost", text, None, None) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(ApiError::new(Code::NameInvalid).detail(format!("`{}`", shown(text)))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What selects a manifest: a digest or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    Digest(Digest),
    Tag(String),
}

impl Selector {
    fn parse(text: &str, method: &Method) -> Result<Self, ApiError> {
        if text.contains(':') {
            return digest(text).map(Self::Digest);
        }
        match tag(text) {
            Ok(tag) => Ok(Self::Tag(tag)),
            Err(error) if method == Method::PUT => Err(error),
            // What cannot be a tag cannot exist.
            Err(_) => Err(ApiError::new(Code::ManifestUnknown)),
        }
    }
}

/// A parsed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Base,
    Catalog,
    Token,
    Tags(RepositoryName),
    Manifest(RepositoryName, Selector),
    Referrers(RepositoryName, Digest),
    Blob(RepositoryName, Digest),
    Uploads(RepositoryName),
    Upload(RepositoryName, String),
}

impl Endpoint {
    /// Parses a path as it stood in the request line, still percent-encoded.
    pub(crate) fn parse(path: &str, method: &Method) -> Result<Self, ApiError> {
        if path.len() > MAX_PATH {
            return Err(ApiError::new(Code::NameInvalid).detail("the path is too long"));
        }
        let rest = match path {
            "/v2" | "/v2/" => return Ok(Self::Base),
            "/v2/_catalog" => return Ok(Self::Catalog),
            "/token" => return Ok(Self::Token),
            _ => path.strip_prefix("/v2/").ok_or_else(ApiError::no_such_path)?,
        };
        let parts = rest.split('/').map(decode).collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [name @ .., "tags", "list"] => Ok(Self::Tags(join(name)?)),
            [name @ .., "manifests", selector] => {
                Ok(Self::Manifest(join(name)?, Selector::parse(selector, method)?))
            }
            [name @ .., "referrers", subject] => Ok(Self::Referrers(join(name)?, digest(subject)?)),
            [name @ .., "blobs", "uploads"] | [name @ .., "blobs", "uploads", ""] => {
                Ok(Self::Uploads(join(name)?))
            }
            [name @ .., "blobs", "uploads", id] => Ok(Self::Upload(join(name)?, upload_id(id)?)),
            [name @ .., "blobs", blob] => Ok(Self::Blob(join(name)?, digest(blob)?)),
            _ => Err(ApiError::no_such_path()),
        }
    }

    /// The methods that the endpoint has, as an `Allow` header shows them.
    pub(crate) const fn allowed(&self) -> &'static str {
        match self {
            Self::Base => "GET, HEAD",
            Self::Catalog | Self::Tags(_) | Self::Referrers(..) => "GET",
            Self::Token => "GET, POST",
            Self::Manifest(..) => "GET, HEAD, PUT, DELETE",
            Self::Blob(..) => "GET, HEAD, DELETE",
            Self::Uploads(_) => "POST",
            Self::Upload(..) => "GET, PATCH, PUT, DELETE",
        }
    }
}

fn join(parts: &[&str]) -> Result<RepositoryName, ApiError> {
    // A slash that was percent-encoded is no separator.
    if parts.iter().any(|part| part.contains('/')) {
        return Err(ApiError::new(Code::NameInvalid).detail("a name has no encoded slash"));
    }
    RepositoryName::parse(&parts.join("/"))
}

fn decode(part: &str) -> Result<String, ApiError> {
    match percent_decode_str(part).decode_utf8() {
        Ok(text) if !text.contains(char::is_control) => Ok(text.into_owned()),
        _ => Err(ApiError::new(Code::NameInvalid).detail("the path is not plain text")),
    }
}

/// Parses a tag that somebody wants to set.
pub(crate) fn tag(text: &str) -> Result<String, ApiError> {
    match Reference::new("localhost", "x", Some(text), None) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(ApiError::new(Code::ManifestInvalid).detail(format!("`{}` is not a tag", shown(text)))),
    }
}

/// Parses a digest of a path or a query.
pub(crate) fn digest(text: &str) -> Result<Digest, ApiError> {
    text.parse()
        .map_err(|_| ApiError::new(Code::DigestInvalid).detail(format!("`{}`", shown(text))))
}

/// An upload id is a UUID of ours; nothing else can name a session.
fn upload_id(text: &str) -> Result<String, ApiError> {
    let form = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    if form {
        Ok(text.to_owned())
    } else {
        Err(ApiError::new(Code::BlobUploadUnknown))
    }
}

/// What came from outside, cut to a length that a message can bear.
fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(64).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(path: &str) -> Result<Endpoint, ApiError> {
        Endpoint::parse(path, &Method::GET)
    }

    #[test]
    fn finds_the_verb_from_the_end() {
        let name = |text: &str| RepositoryName(text.to_owned());
        let sum = format!("sha256:{}", "a".repeat(64));
        let dig: Digest = sum.parse().unwrap();
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        for (path, endpoint) in [
            ("/v2/".to_owned(), Endpoint::Base),
            ("/v2".to_owned(), Endpoint::Base),
            ("/v2/_catalog".to_owned(), Endpoint::Catalog),
            ("/v2/a/b/tags/list".to_owned(), Endpoint::Tags(name("a/b"))),
            (
                format!("/v2/a/blobs/{sum}"),
                Endpoint::Blob(name("a"), dig.clone()),
            ),
            (
                format!("/v2/a/blobs/sha256%3A{}", "a".repeat(64)),
                Endpoint::Blob(name("a"), dig.clone()),
            ),
            ("/v2/a/blobs/uploads/".to_owned(), Endpoint::Uploads(name("a"))),
            ("/v2/a/blobs/uploads".to_owned(), Endpoint::Uploads(name("a"))),
            (
                format!("/v2/a/b/blobs/uploads/{id}"),
                Endpoint::Upload(name("a/b"), id.to_owned()),
            ),
            (
                "/v2/blobs/uploads/manifests/tags".to_owned(),
                Endpoint::Manifest(name("blobs/uploads"), Selector::Tag("tags".to_owned())),
            ),
            (
                format!("/v2/manifests/manifests/{sum}"),
                Endpoint::Manifest(name("manifests"), Selector::Digest(dig.clone())),
            ),
            (
                format!("/v2/a/referrers/{sum}"),
                Endpoint::Referrers(name("a"), dig.clone()),
            ),
        ] {
            assert_eq!(parse(&path).unwrap(), endpoint, "{path}");
        }
    }

    #[test]
    fn an_upload_id_is_one_of_ours() {
        for id in [
            "x",
            "..",
            "0123456789abcdef",
            "01234567-89AB-cdef-0123-456789abcdef",
        ] {
            assert!(parse(&format!("/v2/a/blobs/uploads/{id}")).is_err(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn any_path_parses_or_is_refused(path in "/(v2/)?\\PC{0,120}") {
            if let Ok(Endpoint::Manifest(name, _) | Endpoint::Blob(name, _) | Endpoint::Upload(name, _)) = parse(&path) {
                prop_assert!(!name.as_str().contains(".."));
                prop_assert!(!name.as_str().starts_with('/'));
                prop_assert!(name.as_str().len() <= 255);
            }
        }

        #[test]
        fn every_good_name_comes_through(name in "[a-z0-9]{1,6}((\\.|_|__|-{1,3}|/)[a-z0-9]{1,6}){0,4}") {
            let endpoint = parse(&format!("/v2/{name}/tags/list"));
            prop_assert_eq!(endpoint.unwrap(), Endpoint::Tags(RepositoryName(name)));
        }
    }
}
