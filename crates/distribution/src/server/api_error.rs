//! What a client is told when a request fails (distribution spec §Error Codes).
//!
//! Two audiences: the client sees code, message and detail; the cause, which may hold paths of this machine,
//! is only logged. Nothing here may put a cause into a body.

use std::time::Duration;

use http::header::{ALLOW, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use sampan_types::{Classified, ErrorClass};
use serde::Serialize;

use super::reply::{Body, json};

/// The codes of the spec, and two of our own for answers of class 5xx, which the spec leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    SizeInvalid,
    Unauthorized,
    Denied,
    Unsupported,
    TooManyRequests,
    StorageFull,
    Unknown,
}

impl Code {
    const fn text(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::BlobUnknown => ("BLOB_UNKNOWN", "blob unknown to registry", StatusCode::NOT_FOUND),
            Self::BlobUploadInvalid => (
                "BLOB_UPLOAD_INVALID",
                "blob upload invalid",
                StatusCode::BAD_REQUEST,
            ),
            Self::BlobUploadUnknown => (
                "BLOB_UPLOAD_UNKNOWN",
                "blob upload unknown to registry",
                StatusCode::NOT_FOUND,
            ),
            Self::DigestInvalid => (
                "DIGEST_INVALID",
                "provided digest did not match uploaded content, or is not a digest",
                StatusCode::BAD_REQUEST,
            ),
            Self::ManifestBlobUnknown => (
                "MANIFEST_BLOB_UNKNOWN",
                "manifest references a manifest or blob unknown to registry",
                StatusCode::NOT_FOUND,
            ),
            Self::ManifestInvalid => ("MANIFEST_INVALID", "manifest invalid", StatusCode::BAD_REQUEST),
            Self::ManifestUnknown => (
                "MANIFEST_UNKNOWN",
                "manifest unknown to registry",
                StatusCode::NOT_FOUND,
            ),
            Self::NameInvalid => ("NAME_INVALID", "invalid repository name", StatusCode::BAD_REQUEST),
            Self::NameUnknown => (
                "NAME_UNKNOWN",
                "repository name not known to registry",
                StatusCode::NOT_FOUND,
            ),
            Self::SizeInvalid => (
                "SIZE_INVALID",
                "provided length did not match content length",
                StatusCode::BAD_REQUEST,
            ),
            Self::Unauthorized => (
                "UNAUTHORIZED",
                "authentication required",
                StatusCode::UNAUTHORIZED,
            ),
            Self::Denied => (
                "DENIED",
                "requested access to the resource is denied",
                StatusCode::FORBIDDEN,
            ),
            Self::Unsupported => (
                "UNSUPPORTED",
                "the operation is unsupported",
                StatusCode::METHOD_NOT_ALLOWED,
            ),
            Self::TooManyRequests => (
                "TOOMANYREQUESTS",
                "too many requests",
                StatusCode::TOO_MANY_REQUESTS,
            ),
            Self::StorageFull => (
                "STORAGE_FULL",
                "the registry has no room left; nothing was stored",
                StatusCode::INSUFFICIENT_STORAGE,
            ),
            Self::Unknown => (
                "UNKNOWN",
                "the registry failed; its log has the cause",
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
        }
    }
}

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) code: Code,
    pub(crate) status: StatusCode,
    detail: Option<String>,
    /// Apart, because an error travels through every result and this alone would make them large.
    headers: Box<HeaderMap>,
    /// Logged, never sent.
    pub(crate) cause: Option<String>,
}

impl ApiError {
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code,
            status: code.text().2,
            detail: None,
            headers: Box::default(),
            cause: None,
        }
    }

    /// A path that the spec does not have.
    pub(crate) fn no_such_path() -> Self {
        Self::new(Code::NameInvalid)
            .status(StatusCode::NOT_FOUND)
            .detail("no such endpoint")
    }

    pub(crate) fn method_not_allowed(allowed: &'static str) -> Self {
        Self::new(Code::Unsupported).header(ALLOW, HeaderValue::from_static(allowed))
    }

    pub(crate) fn busy(after: Duration) -> Self {
        Self::new(Code::TooManyRequests).header(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)))
    }

    pub(crate) fn unauthorized(challenge: HeaderValue) -> Self {
        Self::new(Code::Unauthorized).header(WWW_AUTHENTICATE, challenge)
    }

    /// A task of ours that ended without an answer.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        let mut error = Self::new(Code::Unknown);
        error.cause = Some(cause.to_string());
        error
    }

    /// A failure of the store that has no meaning in the protocol: no room, or our fault.
    pub(crate) fn store(error: &impl Classified) -> Self {
        let code = match error.class() {
            ErrorClass::Exhausted => Code::StorageFull,
            _ => Code::Unknown,
        };
        let mut api = Self::new(code);
        api.cause = Some(chain(error));
        api
    }

    #[must_use]
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        #[derive(Serialize)]
        struct Errors {
            errors: [Entry; 1],
        }
        #[derive(Serialize)]
        struct Entry {
            code: &'static str,
            message: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            detail: Option<String>,
        }
        let (code, message, _) = self.code.text();
        let mut response = json(
            self.status,
            &Errors {
                errors: [Entry {
                    code,
                    message,
                    detail: self.detail,
                }],
            },
        );
        response.headers_mut().extend(*self.headers);
        response
    }
}

/// The whole chain of an error, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
