//! Keys of documents as Go takes them: in any case. Clients rely on it without knowing: the Docker SDK for Python
//! sends `detachKeys` where the API says `DetachKeys`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// A visitor of a document with these fields, to whom a key in another case is the field.
pub(crate) struct AnyCase<V> {
    pub(crate) visitor: V,
    pub(crate) fields: &'static [&'static str],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for AnyCase<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Members {
            members,
            fields: self.fields,
        })
    }
}

struct Members<A> {
    members: A,
    fields: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let fields = self.fields;
        self.members.next_key_seed(Key { of: seed, fields })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.members.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.members.size_hint()
    }
}

/// A key on its way to the field that it names: first as a seed, then as a deserializer, at last as a visitor.
struct Key<T> {
    of: T,
    fields: &'static [&'static str],
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<K::Value, D::Error> {
        self.of.deserialize(Key {
            of: from,
            fields: self.fields,
        })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.of.deserialize_str(Key {
            of: visitor,
            fields: self.fields,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Key<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.of.expecting(f)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<V::Value, E> {
        let alike = self.fields.iter().find(|field| field.eq_ignore_ascii_case(key));
        self.of.visit_str(alike.copied().unwrap_or(key))
    }
}

#[cfg(test)]
mod tests {
    use crate::container::CreateRequest;
    use crate::exec::ExecCreateRequest;

    #[test]
    fn a_key_is_taken_in_any_case() {
        let read: ExecCreateRequest =
            serde_json::from_str(r#"{"detachKeys":"ctrl-p","TTY":true,"unknown":{"Tty":false},"Cmd":["a"]}"#)
                .unwrap();
        assert_eq!(read.detach_keys, "ctrl-p");
        assert!(read.tty);
        let text =
            br#"{"image":"i","hostconfig":{"LOGCONFIG":{"type":"none"},"memory":1},"Labels":{"kEy":"v"}}"#;
        let read = CreateRequest::from_json(text).unwrap();
        assert_eq!((read.config.image.as_str(), read.host_config.memory), ("i", 1));
        assert_eq!(read.host_config.log_config.kind, "none");
        // What is a map of free names keeps them.
        assert_eq!(read.config.labels["kEy"], "v");
    }
}
