//! `-v`: a folder or a volume, and where it is in the container.

use std::str::FromStr;

use sampan_types::grants::Mount;

/// What `-v` says.
#[derive(Clone, Debug)]
pub(crate) enum VolumeFlag {
    /// A folder or a volume, and where.
    Given(Mount),
    /// A new volume, which has no name.
    Anonymous(String),
}

impl VolumeFlag {
    pub(crate) fn given(&self) -> Option<&Mount> {
        match self {
            Self::Given(mount) => Some(mount),
            Self::Anonymous(_) => None,
        }
    }

    pub(crate) fn anonymous(&self) -> Option<&str> {
        match self {
            Self::Given(_) => None,
            Self::Anonymous(target) => Some(target),
        }
    }
}

impl FromStr for VolumeFlag {
    type Err = <Mount as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('/') && !text.contains(':') {
            return Ok(Self::Anonymous(text.to_owned()));
        }
        text.parse().map(Self::Given)
    }
}
