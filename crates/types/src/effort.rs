//! How much time machine code is worth.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much time machine code is worth. What it computes is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// As much as makes it run fast.
    #[default]
    Full,
    /// As little as can be: for programs that are soon replaced.
    Quick,
}

impl FromStr for Effort {
    type Err = WrongEffort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "full" => Ok(Self::Full),
            "quick" => Ok(Self::Quick),
            other => Err(WrongEffort(other.to_owned())),
        }
    }
}

/// There is no such effort.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `full` nor `quick`")]
pub struct WrongEffort(String);
