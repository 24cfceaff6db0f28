//! What templates look at.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value, as Go would have it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing was found under a name.
    Missing,
    /// A null pointer.
    Null,
    /// A list that is null.
    NoList,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    /// A document: its fields in their order. A field that is not there is a mistake of the template.
    Fields(Vec<(String, Value)>),
    /// Free names. One that is not there is simply missing.
    Map(BTreeMap<String, Value>),
    /// What is asked with a name, as in `{{.Label "a"}}`; no part of the document that it is in.
    Lookup(BTreeMap<String, String>),
}

/// Documents under these names have free names.
const MAPS: [&str; 14] = [
    "Labels",
    "Annotations",
    "Ports",
    "ExposedPorts",
    "PortBindings",
    "Networks",
    "Volumes",
    "Options",
    "DriverOpts",
    "Tmpfs",
    "Sysctls",
    "StorageOpt",
    "Containers",
    "Data",
];
/// Fields that daemons leave out, or write as `null`, where they are not set, and that are no lists.
const OPTIONAL: [&str; 22] = [
    "Health",
    "SizeRw",
    "SizeRootFs",
    "GraphDriver",
    "Init",
    "Healthcheck",
    "StopSignal",
    "StopTimeout",
    "Shell",
    "MacAddress",
    "ExposedPorts",
    "Annotations",
    "Runtime",
    "Tmpfs",
    "Mounts",
    "Sysctls",
    "StorageOpt",
    "Status",
    "UsageData",
    "PidsLimit",
    "MemorySwappiness",
    "OomKillDisable",
];

impl Value {
    /// Reads a document, keeping the order of its fields.
    pub(crate) fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let value = Seed { name: "" }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(value)
    }

    /// A document of fields.
    pub(crate) fn fields<const N: usize>(fields: [(&str, Value); N]) -> Self {
        Self::Fields(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// A row of a table: as [`fields`](Self::fields), in the order of their names, in which Docker writes it as JSON.
    pub(crate) fn row<const N: usize>(mut fields: [(&str, Value); N]) -> Self {
        fields.sort_by_key(|(name, _)| *name);
        Self::fields(fields)
    }

    /// Go's notion of truth: what is not empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Missing | Self::Null | Self::NoList => false,
            Self::Bool(on) => *on,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Fields(_) => true,
            Self::Map(map) => !map.is_empty(),
            Self::Lookup(map) => !map.is_empty(),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Missing | Self::Null | Self::NoList => "nothing",
            Self::Bool(_) => "a yes or no",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Fields(_) => "a document",
            Self::Map(_) | Self::Lookup(_) => "a map",
        }
    }

    /// A field by its name; `None` where the template is mistaken.
    pub(crate) fn field(&self, name: &str) -> Option<Cow<'_, Self>> {
        match self {
            Self::Fields(fields) => match fields.iter().find(|(known, _)| known == name) {
                Some((_, value)) => Some(Cow::Borrowed(value)),
                None => OPTIONAL.contains(&name).then_some(Cow::Owned(Self::Missing)),
            },
            Self::Map(map) => Some(map.get(name).map_or(Cow::Owned(Self::Missing), Cow::Borrowed)),
            Self::Missing | Self::Null => Some(Cow::Owned(Self::Missing)),
            _ => None,
        }
    }

    /// Names that `field` knows.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Fields(fields) => fields.iter().map(|(name, _)| format!("`{name}`")).collect(),
            _ => Vec::new(),
        }
    }

    /// Which is the greater, where both are of one kind.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Float(b)) => (*a as f64).partial_cmp(b),
            (Self::Float(a), Self::Int(b)) => a.partial_cmp(&(*b as f64)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// As Go's `%v` writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spaced = |f: &mut fmt::Formatter<'_>, values: &mut dyn Iterator<Item = &Self>| {
            for (index, value) in values.enumerate() {
                let space = if index > 0 { " " } else { "" };
                write!(f, "{space}{value}")?;
            }
            Ok(())
        };
        match self {
            Self::Missing => f.write_str("<no value>"),
            Self::Null => f.write_str("<nil>"),
            Self::NoList => f.write_str("[]"),
            Self::Bool(on) => on.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => {
                f.write_str("[")?;
                spaced(f, &mut list.iter())?;
                f.write_str("]")
            }
            Self::Fields(fields) => {
                f.write_str("{")?;
                spaced(f, &mut fields.iter().map(|(_, value)| value))?;
                f.write_str("}")
            }
            Self::Map(map) => {
                f.write_str("map[")?;
                for (index, (name, value)) in map.iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(f, "{space}{name}:{value}")?;
                }
                f.write_str("]")
            }
            Self::Lookup(_) => Ok(()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing | Self::Null | Self::NoList | Self::Lookup(_) => to.serialize_unit(),
            Self::Bool(on) => to.serialize_bool(*on),
            Self::Int(number) => to.serialize_i64(*number),
            Self::Float(number) => to.serialize_f64(*number),
            Self::Text(text) => to.serialize_str(text),
            Self::List(list) => list.serialize(to),
            Self::Fields(fields) => {
                let mut map = to.serialize_map(None)?;
                for (name, value) in fields {
                    if !matches!(value, Self::Lookup(_)) {
                        map.serialize_entry(name, value)?;
                    }
                }
                map.end()
            }
            Self::Map(map) => map.serialize(to),
        }
    }
}

struct Seed<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(if OPTIONAL.contains(&self.name) {
            Value::Null
        } else {
            Value::NoList
        })
    }
    fn visit_bool<E>(self, on: bool) -> Result<Value, E> {
        Ok(Value::Bool(on))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Float(number as f64), Value::Int))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed { name: "" })? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            if fields.len() > 1_000_000 {
                return Err(A::Error::custom("too many fields"));
            }
            let value = entries.next_value_seed(Seed { name: &name })?;
            fields.push((name, value));
        }
        Ok(if MAPS.contains(&self.name) {
            Value::Map(fields.into_iter().collect())
        } else {
            Value::Fields(fields)
        })
    }
}
