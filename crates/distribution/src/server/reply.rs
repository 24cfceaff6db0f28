//! Responses, and the headers that the spec names.

use std::io;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LINK, LOCATION};
use http::{Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use serde::Serialize;

pub(crate) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
pub(crate) const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");
pub(crate) const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");
pub(crate) const OCI_SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
pub(crate) const OCI_TAG: HeaderName = HeaderName::from_static("oci-tag");
pub(crate) const OCI_FILTERS: HeaderName = HeaderName::from_static("oci-filters-applied");

/// The body of a response.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

pub(crate) fn no_body() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

pub(crate) fn bytes_body(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A response with a status and no content.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut response = Response::new(no_body());
    *response.status_mut() = status;
    // 204 has no length; everything else says that there is none.
    if status != StatusCode::NO_CONTENT {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Reply(response)
}

/// A response with content at hand.
pub(crate) fn content(status: StatusCode, media_type: &str, bytes: impl Into<Bytes>) -> Reply {
    let bytes = bytes.into();
    let mut response = Response::new(no_body());
    *response.status_mut() = status;
    let length = HeaderValue::from(bytes.len());
    *response.body_mut() = bytes_body(bytes);
    response.headers_mut().insert(CONTENT_LENGTH, length);
    Reply(response).header(CONTENT_TYPE, media_type)
}

/// A JSON response. What is serialised here are plain structures of ours, which cannot fail.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    content(status, "application/json", bytes).done()
}

/// A response that is being put together.
pub(crate) struct Reply(pub(crate) Response<Body>);

impl Reply {
    /// Adds a header. A value that cannot stand in a header is left out: all that comes here was parsed
    /// before (names, digests, media types), so none is.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers_mut().append(name, value);
        }
        self
    }

    pub(crate) fn location(self, path: &str) -> Self {
        self.header(LOCATION, path)
    }

    /// `Link: <…>; rel="next"` (RFC 5988).
    pub(crate) fn next_page(self, target: &str) -> Self {
        self.header(LINK, &format!("<{target}>; rel=\"next\""))
    }

    pub(crate) fn done(self) -> Response<Body> {
        self.0
    }
}
