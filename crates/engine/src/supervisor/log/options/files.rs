//! How log files turn over, from options.

use std::collections::BTreeMap;

use sampan_types::ByteCount;

use super::values::{flag, option, size_of};
use crate::supervisor::error::{Result, SupervisorError};

/// How log files turn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FilesPlan {
    /// When a file is full.
    pub(crate) max_size: Option<ByteCount>,
    /// How many files there are at the most, the present one included.
    pub(crate) max_file: u32,
    /// Whether files that were put aside are compressed.
    pub(crate) compress: bool,
}

impl FilesPlan {
    pub(super) const ENDLESS: Self = Self {
        max_size: None,
        max_file: 1,
        compress: false,
    };
    pub(super) const BOUNDED: Self = Self {
        max_size: Some(ByteCount::new(20_000_000)),
        max_file: 5,
        compress: true,
    };

    pub(super) fn parse(options: &BTreeMap<String, String>, prefix: &str, usual: &Self) -> Result<Self> {
        let get = |key: &str| option(options, &format!("{prefix}{key}"));
        let max_size = match get("max-size") {
            None => usual.max_size,
            Some("-1") => None,
            Some(text) => Some(size_of(text)?),
        };
        let max_file = match get("max-file") {
            None => usual.max_file,
            Some(text) => text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| {
                SupervisorError::Invalid(format!("max-file cannot be less than 1: `{text}`"))
            })?,
        };
        let turns = max_file > 1 && max_size.is_some();
        let compress = match flag(options, &format!("{prefix}compress"))? {
            Some(true) if !turns => {
                return Err(SupervisorError::Invalid(
                    "compress cannot be true when max-file is less than 2 or max-size is not set".to_owned(),
                ));
            }
            Some(compress) => compress,
            None => usual.compress && turns,
        };
        Ok(Self {
            max_size,
            max_file,
            compress,
        })
    }
}
