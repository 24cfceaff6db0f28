//! Turns browsers away from an open server: any web page may send requests to loopback, and without
//! authentication it could read, push and delete there. Registry clients send none of these headers.

use http::HeaderMap;
use http::header::ORIGIN;

use super::api_error::{ApiError, Code};

pub(crate) fn no_browsers(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err(ApiError::new(Code::Denied).detail("an open registry does not talk to web pages"));
    }
    Ok(())
}
