//! Identities of containers, a type for each, so that swapping two does not compile.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that does not name what it should.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdError {
    /// Not a container id.
    #[error("`{0}` is not a container id: it needs 64 lower-case hexadecimal digits")]
    Id(String),
    /// Not a container name.
    #[error(
        "`{0}` is not a container name: at least two characters, first a letter or digit, then letters, digits, `_`, `.` or `-`"
    )]
    Name(String),
}

/// The full id of a container: 64 hexadecimal digits, as Docker writes it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(Box<str>);

impl ContainerId {
    /// From 32 random bytes, which the caller draws.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(
            bytes
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect::<String>()
                .into_boxed_str(),
        )
    }
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The first twelve digits, as `docker ps` shows.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl FromStr for ContainerId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text.into()))
        } else {
            Err(IdError::Id(text.to_owned()))
        }
    }
}

/// A name that a person gave a container: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, Docker's own rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerName(Box<str>);

impl ContainerName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContainerName {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = text.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric());
        let rest = bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        if first && rest && (2..=255).contains(&text.len()) {
            Ok(Self(text.into()))
        } else {
            Err(IdError::Name(text.to_owned()))
        }
    }
}

macro_rules! textual {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
textual!(ContainerId);
textual!(ContainerName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_dockers_rule() {
        for good in ["web", "a1", "0.x", "A_b-c.d"] {
            assert!(good.parse::<ContainerName>().is_ok(), "{good}");
        }
        for bad in ["", "a", "-web", ".web", "we b", "wéb", "a/b"] {
            assert!(bad.parse::<ContainerName>().is_err(), "{bad}");
        }
    }
}
