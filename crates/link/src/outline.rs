//! What stands on the outside of a part, before anything else believes it.

use wasmparser::{ComponentExternalKind, Encoding, Parser, Payload};

use crate::error::LinkError;

/// How deep components within components are followed, as when a program is inspected.
const DEPTH: usize = 100;
/// The most imports and exports of all parts: wac compares each import with each.
const NAMES: usize = 4_000;
/// The most parts.
const PARTS: usize = 64;
/// The most MiB of all parts.
const MIB: u64 = 256;

/// Whether there is room for parts of so many bytes together, for who reads them one by one.
pub fn room_for(bytes: u64) -> Result<(), LinkError> {
    if bytes > MIB << 20 {
        return Err(too_large());
    }
    Ok(())
}

/// A part that is larger than all parts may be.
pub fn too_large() -> LinkError {
    LinkError::TooMany {
        what: "MiB",
        limit: MIB,
    }
}

/// Counts what the parts of one link have together.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    parts: usize,
    bytes: u64,
    names: usize,
}

impl Bounds {
    /// Counts a part, which is refused when it is no component or too much.
    pub(crate) fn take(&mut self, name: &str, bytes: &[u8]) -> Result<(), LinkError> {
        let outline = outline(name, bytes)?;
        if outline.is_package {
            return Err(LinkError::NotComponent {
                part: name.to_owned(),
                what: "a package of WIT types, without code",
            });
        }
        self.count(bytes, outline.names)
    }

    /// Counts a package of WIT, and refuses everything else.
    pub(crate) fn take_package(&mut self, name: &str, bytes: &[u8]) -> Result<(), LinkError> {
        let outline = outline(name, bytes).map_err(|error| match error {
            LinkError::NotComponent { part, .. } => LinkError::NotPackage { part },
            other => other,
        })?;
        if !outline.is_package {
            return Err(LinkError::NotPackage {
                part: name.to_owned(),
            });
        }
        self.count(bytes, outline.names)
    }

    fn count(&mut self, bytes: &[u8], names: usize) -> Result<(), LinkError> {
        self.parts += 1;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        let most = |what, limit| Err(LinkError::TooMany { what, limit });
        if self.parts > PARTS {
            return most("parts", PARTS as u64);
        }
        room_for(self.bytes)?;
        self.names = self.names.saturating_add(names);
        if self.names > NAMES {
            return most("imports and exports", NAMES as u64);
        }
        Ok(())
    }
}

/// What a component has on its outside.
struct Outline {
    /// How many imports and exports.
    names: usize,
    /// Whether all of them are types that it exports.
    is_package: bool,
}

fn outline(part: &str, bytes: &[u8]) -> Result<Outline, LinkError> {
    let not = |what| LinkError::NotComponent {
        part: part.to_owned(),
        what,
    };
    if !bytes.starts_with(b"\0asm") {
        return Err(not("not WebAssembly"));
    }
    let (mut names, mut things, mut types, mut depth) = (0_usize, 0_usize, 0_usize, 0_usize);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| LinkError::invalid(part, &error))? {
            Payload::Version { encoding, .. } => {
                if depth == 0 && encoding == Encoding::Module {
                    return Err(not("a core module"));
                }
                depth += 1;
                if depth > DEPTH {
                    return Err(LinkError::Nesting {
                        part: part.to_owned(),
                        limit: DEPTH,
                    });
                }
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                names = names.saturating_add(section.count() as usize);
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                names = names.saturating_add(section.count() as usize);
                for export in section {
                    match export.map_err(|error| LinkError::invalid(part, &error))?.kind {
                        ComponentExternalKind::Type => types += 1,
                        _ => things += 1,
                    }
                    // The count of a section may lie; its entries do not.
                    if types + things > NAMES {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Outline {
        names,
        is_package: things == 0 && types > 0 && names == types,
    })
}

/// The names of what a component imports, types apart, in its order.
pub(crate) fn imports(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section.into_iter().map_while(Result::ok) {
                    if !matches!(import.ty, wasmparser::ComponentTypeRef::Type(_)) {
                        names.push(import.name.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    names
}
