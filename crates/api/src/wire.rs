//! How Go reads and writes JSON, where serde would do otherwise.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::keys::AnyCase;

/// Makes documents of the API: each field that is missing or `null` has its zero value.
macro_rules! wire {
    ($($(#[$of_struct:meta])* $see:vis struct $name:ident {
        $($(#[$of_field:meta])* pub $field:ident: $kind:ty,)*
    })+) => {
        $(#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, remote = "Self")]
        $(#[$of_struct])*
        $see struct $name {
            $($(#[$of_field])* #[serde(deserialize_with = "crate::wire::or_default")] pub $field: $kind,)*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize(crate::wire::KeysOnly(from))
            }
        })+
    };
}
pub(crate) use wire;

/// Reads `null` as the zero value.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Takes a document by its keys alone: serde would also take a list of its values in order.
pub(crate) struct KeysOnly<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for KeysOnly<D> {
    type Error = D::Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(AnyCase { visitor, fields })
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Go's `omitempty`.
pub(crate) fn unset<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Go's `struct{}`: the value of a set's member. Whatever a client writes there is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Empty {}

impl<'de> Deserialize<'de> for Empty {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Empty;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an empty document")
            }
            fn visit_unit<E>(self) -> Result<Empty, E> {
                Ok(Empty {})
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Empty, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Empty {})
            }
        }
        from.deserialize_any(Members)
    }
}

/// A command: a list of words; a client may also send one string, which is one word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StrSlice(pub Vec<String>);

impl<'de> Deserialize<'de> for StrSlice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = StrSlice;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }
            fn visit_str<E>(self, word: &str) -> Result<StrSlice, E> {
                Ok(StrSlice(vec![word.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<StrSlice, A::Error> {
                let mut all = Vec::new();
                while let Some(word) = words.next_element()? {
                    all.push(word);
                }
                Ok(StrSlice(all))
            }
        }
        from.deserialize_any(Words)
    }
}

impl Deref for StrSlice {
    type Target = Vec<String>;
    fn deref(&self) -> &Vec<String> {
        &self.0
    }
}

impl DerefMut for StrSlice {
    fn deref_mut(&mut self) -> &mut Vec<String> {
        &mut self.0
    }
}

impl From<Vec<String>> for StrSlice {
    fn from(words: Vec<String>) -> Self {
        Self(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_word_or_words() {
        assert_eq!(serde_json::from_str::<StrSlice>(r#""a b""#).unwrap().0, ["a b"]);
        assert_eq!(
            serde_json::from_str::<StrSlice>(r#"["a","b"]"#).unwrap().0,
            ["a", "b"]
        );
        assert!(serde_json::from_str::<StrSlice>("[1]").is_err());
        assert!(serde_json::from_str::<StrSlice>("{}").is_err());
    }

    #[test]
    fn a_member_of_a_set_says_nothing() {
        assert!(serde_json::from_str::<Empty>("null").is_ok());
        assert!(serde_json::from_str::<Empty>(r#"{"a":1}"#).is_ok());
        assert!(serde_json::from_str::<Empty>("[]").is_err());
        assert_eq!(serde_json::to_string(&Empty {}).unwrap(), "{}");
    }
}
