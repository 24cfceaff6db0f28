//! The values of options, in the forms that dockerd takes.

use std::collections::BTreeMap;

use sampan_types::ByteCount;

use crate::supervisor::error::{Result, SupervisorError};

/// How much a driver that may lose lines holds back for a slow reader.
const BUFFER: u64 = 1 << 20;

pub(super) fn option<'a>(options: &'a BTreeMap<String, String>, key: &str) -> Option<&'a str> {
    options.get(key).map(String::as_str).filter(|v| !v.is_empty())
}

/// A truth value, in the words that Go takes.
pub(super) fn flag(options: &BTreeMap<String, String>, key: &str) -> Result<Option<bool>> {
    match option(options, key) {
        None => Ok(None),
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(Some(true)),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(Some(false)),
        Some(other) => Err(SupervisorError::Invalid(format!(
            "invalid value for option {key}: {other}"
        ))),
    }
}

/// What `mode` and `max-buffer-size` come to. Files are never slow, so that neither changes anything for them.
pub(super) fn lossy_buffer(options: &BTreeMap<String, String>) -> Result<Option<u64>> {
    let size = options.get("max-buffer-size");
    match options.get("mode").map_or("", String::as_str) {
        "non-blocking" => match size {
            Some(text) => match text.parse::<ByteCount>() {
                Ok(size) => Ok(Some(size.get())),
                Err(error) => Err(SupervisorError::Invalid(format!(
                    "error parsing option max-buffer-size: {error}"
                ))),
            },
            None => Ok(Some(BUFFER)),
        },
        "" | "blocking" if size.is_some() => Err(SupervisorError::Invalid(
            "logger: max-buffer-size option is only supported with 'mode=non-blocking'".to_owned(),
        )),
        "" | "blocking" => Ok(None),
        other => Err(SupervisorError::Invalid(format!(
            "logger: logging mode not supported: {other}"
        ))),
    }
}

/// Sizes of logs are in powers of 1000 in Docker, written with one letter.
pub(super) fn size_of(text: &str) -> Result<ByteCount> {
    let error = || SupervisorError::Invalid(format!("invalid size: '{text}'"));
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_end_matches('b').trim_end_matches('i');
    let (digits, scale) = match number.strip_suffix(['k', 'm', 'g', 't']) {
        Some(digits) => (
            digits,
            match number.as_bytes().last() {
                Some(b'k') => 1_000,
                Some(b'm') => 1_000_000,
                Some(b'g') => 1_000_000_000,
                _ => 1_000_000_000_000_u64,
            },
        ),
        None => (number, 1),
    };
    let bytes: f64 = digits.trim().parse().map_err(|_| error())?;
    let bytes = bytes * scale as f64;
    if !(bytes.is_finite() && bytes >= 1.0) {
        return Err(error());
    }
    Ok(ByteCount::new(bytes as u64))
}
