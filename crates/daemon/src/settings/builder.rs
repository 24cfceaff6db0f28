//! `builder` of `daemon.json`: how much builds may keep.

use sampan_types::ByteCount;
use serde::{Deserialize, Deserializer, de};

/// What concerns builds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Builder {
    /// What is thrown away by itself.
    pub gc: Collection,
}

/// When what builds keep is thrown away. Docker's finer `policy` is passed over: there is one bound for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Collection {
    /// Whether at all; it is where nothing is said.
    pub enabled: Option<bool>,
    /// What stays: `20GB`.
    #[serde(deserialize_with = "size")]
    pub default_keep_storage: Option<ByteCount>,
    /// The newer name of the same.
    #[serde(deserialize_with = "size")]
    pub default_reserved_space: Option<ByteCount>,
    /// The most that is kept; the same, where there is one bound.
    #[serde(deserialize_with = "size")]
    pub default_max_used_space: Option<ByteCount>,
}

impl Collection {
    /// How much is kept: `usual` where nothing is said, and all where nothing is to be thrown away.
    pub fn bound(&self, usual: Option<ByteCount>) -> Option<ByteCount> {
        match self.enabled {
            Some(false) => None,
            _ => self
                .default_max_used_space
                .or(self.default_reserved_space)
                .or(self.default_keep_storage)
                .or(usual),
        }
    }
}

fn size<'d, D: Deserializer<'d>>(from: D) -> Result<Option<ByteCount>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_said_or_the_usual_one() {
        let usual = Some(ByteCount::gib(10));
        let bound = |text: &str| serde_json::from_str::<Builder>(text).map(|read| read.gc.bound(usual));
        assert_eq!(bound("{}").unwrap(), usual);
        assert_eq!(
            bound(r#"{"gc":{"defaultKeepStorage":"20GB","policy":[]}}"#).unwrap(),
            Some(ByteCount::gib(20))
        );
        assert_eq!(
            bound(r#"{"gc":{"enabled":false,"defaultKeepStorage":"1GB"}}"#).unwrap(),
            None
        );
        assert!(bound(r#"{"gc":{"defaultKeepStorage":"much"}}"#).is_err());
    }
}
