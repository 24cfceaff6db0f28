//! Versions of one server: how a new one is checked, how requests are divided, and what each has answered.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A request by which a version shows that it can answer, before anybody else is answered by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpCheck {
    /// The path that is asked for, with its query. An answer of 200 to 399 is well.
    pub path: String,
    /// The host that is asked for.
    pub host: String,
    /// How long the answer may take.
    pub time: Duration,
}

/// How requests are divided between two versions: so many to the one that was there, so many to the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// To the version that was there.
    pub old: u32,
    /// To the new one.
    pub new: u32,
}

/// The largest part of a split.
const MOST: u32 = 10_000;

/// Text that is no split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no split: write the parts of the old version and of the new one as `90:10`, each 0 to 10000 and one of them above 0"
)]
pub struct SplitError(String);

impl FromStr for Split {
    type Err = SplitError;

    fn from_str(text: &str) -> Result<Self, SplitError> {
        let wrong = || SplitError(text.to_owned());
        let (old, new) = text.split_once(':').ok_or_else(wrong)?;
        let part = |part: &str| part.parse::<u32>().ok().filter(|part| *part <= MOST);
        let split = Self {
            old: part(old).ok_or_else(wrong)?,
            new: part(new).ok_or_else(wrong)?,
        };
        match split {
            Self { old: 0, new: 0 } => Err(wrong()),
            split => Ok(split),
        }
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.old, self.new)
    }
}

/// Upper bounds of the time that a request takes until its answer has ended, in microseconds.
pub const BOUNDS: [u64; 14] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// What one version has answered since it began to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Served {
    /// Answers by the first digit of their status, from 1 to 5; those of the server itself among them.
    pub statuses: [u64; 5],
    /// Requests whose client left before it had all of its answer; they are among the others as well, if their answer
    /// had begun.
    pub cut: u64,
    /// How many took at most as long as each of [`BOUNDS`], and longer than the one before.
    pub buckets: [u64; BOUNDS.len()],
    /// The time of all together, in microseconds.
    pub micros: u64,
}

impl Served {
    /// Requests that have an answer.
    pub fn answered(&self) -> u64 {
        self.statuses.iter().sum()
    }
}

/// A version that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answering {
    /// By which number it is known.
    pub version: u64,
    /// Its part of the requests.
    pub weight: u32,
    /// How many instances of it there are.
    #[serde(default)]
    pub instances: u64,
    /// What it has answered.
    #[serde(default)]
    pub served: Served,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_two_parts_of_which_one_is_more_than_nothing() {
        let split = |old, new| Ok(Split { old, new });
        assert_eq!("90:10".parse(), split(90, 10));
        assert_eq!("0:1".parse(), split(0, 1));
        assert_eq!("100:0".parse::<Split>().unwrap().to_string(), "100:0");
        for bad in ["", "90", "0:0", "-1:2", "1:2:3", "1:10001", "a:b", "90/10"] {
            assert!(bad.parse::<Split>().is_err(), "{bad}");
        }
    }
}
