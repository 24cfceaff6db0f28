//! Who made a program, as its custom sections tell. All of it is hearsay: a section that does not parse is
//! passed over, as the specification asks.

use serde::Serialize;
use wasmparser::{ComponentName, KnownCustom, Name, ProducersSectionReader};

use super::item::clean;

/// How many are kept.
const MOST: usize = 64;

/// A language, compiler or tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub role: String,
    /// `Rust`, `clang`, …
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
}

pub(super) fn note_producers(reader: ProducersSectionReader<'_>, into: &mut Vec<Producer>) {
    for field in reader.into_iter().map_while(Result::ok) {
        for value in field.values.into_iter().map_while(Result::ok) {
            let producer = Producer {
                role: clean(field.name),
                name: clean(value.name),
                version: clean(value.version),
            };
            if into.len() >= MOST {
                return;
            }
            if !into.contains(&producer) {
                into.push(producer);
            }
        }
    }
}

/// The name that a module or component gives itself, from a section of its own.
pub(super) fn own_name(section: &KnownCustom<'_>) -> Option<String> {
    match section {
        KnownCustom::Name(names) => names.clone().map_while(Result::ok).find_map(|n| match n {
            Name::Module { name, .. } => Some(clean(name)),
            _ => None,
        }),
        KnownCustom::ComponentName(names) => names.clone().map_while(Result::ok).find_map(|n| match n {
            ComponentName::Component { name, .. } => Some(clean(name)),
            _ => None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::{BinaryReader, NameSectionReader};

    use super::*;

    #[test]
    fn broken_hearsay_is_passed_over() {
        let mut found = Vec::new();
        // One field of one value, cut short, and a count that lies.
        for bytes in [&b"\x01\x08language\x01\x04Rust"[..], b"\xff\xff\xff\xff\x0f", b""] {
            if let Ok(reader) = ProducersSectionReader::new(BinaryReader::new(bytes, 0)) {
                note_producers(reader, &mut found);
            }
        }
        assert!(found.is_empty());
        assert!(
            own_name(&KnownCustom::Name(NameSectionReader::new(BinaryReader::new(
                b"\0\x7f", 0
            ))))
            .is_none()
        );
    }
}
