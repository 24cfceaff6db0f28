//! What a linked component says of its parts.

use sampan_types::links::{Linked, SECTION};

use crate::error::LinkError;

/// Puts the record behind everything else, where no tool that reads sections in their order is disturbed.
pub(crate) fn append(component: &mut Vec<u8>, linked: &Linked) -> Result<(), LinkError> {
    let json = serde_json::to_vec(linked).map_err(LinkError::Record)?;
    let mut section = Vec::with_capacity(json.len() + SECTION.len() + 8);
    number(&mut section, SECTION.len());
    section.extend_from_slice(SECTION.as_bytes());
    section.extend_from_slice(&json);
    component.push(0);
    number(component, section.len());
    component.append(&mut section);
    Ok(())
}

/// An unsigned number in LEB128, as the binary format has them.
fn number(into: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            into.push(low);
            return;
        }
        into.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    #[test]
    fn the_record_is_a_section_of_its_own() {
        let mut bytes = wat::parse_str("(component)").unwrap();
        let linked = Linked {
            parts: vec![sampan_types::links::LinkedPart {
                name: "x".repeat(300),
                digest: sampan_types::Digest::from_bytes(sampan_types::Algorithm::Sha256, &[7; 32]),
                size: sampan_types::ByteCount::new(5),
                serves: Vec::new(),
            }],
        };
        append(&mut bytes, &linked).unwrap();
        let found = Parser::new(0)
            .parse_all(&bytes)
            .map(Result::unwrap)
            .find_map(|payload| match payload {
                Payload::CustomSection(section) if section.name() == SECTION => {
                    serde_json::from_slice::<Linked>(section.data()).ok()
                }
                _ => None,
            });
        assert_eq!(found, Some(linked));
    }
}
