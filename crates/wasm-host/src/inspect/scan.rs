//! One pass over the sections of a program.

use sampan_types::links::{Linked, SECTION};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{
    ComponentExternalKind, KnownCustom, Parser, Payload, TypeRef, ValidPayload, Validator, WasmFeatures,
};

use super::features::Features;
use super::item::{self, Export, Import, MemoryInfo};
use super::links;
use super::producers::{self, Producer};
use super::{InspectError, Layer};

/// How deep components within components are followed. Real ones are three or four deep.
const DEPTH: usize = 100;
/// How many imports and exports are listed, each.
const LISTED: usize = 10_000;
/// How many memories are listed.
const MEMORIES: usize = 1_000;

#[derive(Default)]
pub(super) struct Found {
    pub(super) imports: Vec<Import>,
    pub(super) exports: Vec<Export>,
    /// Whether a component exports types, which are not listed.
    pub(super) exports_types: bool,
    pub(super) left_out: usize,
    /// The imports of a component that WIT has no words for.
    pub(super) not_in_wit: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) producers: Vec<Producer>,
    pub(super) linked: Option<Linked>,
    pub(super) memories: Vec<MemoryInfo>,
    pub(super) core_modules: usize,
    pub(super) features: Features,
}

/// Parses everything, checks all but function bodies against the rules of WebAssembly, and lists what stands
/// on the outside.
pub(super) fn scan(bytes: &[u8], layer: Layer) -> Result<Found, InspectError> {
    let mut found = Found::default();
    if layer == Layer::Component {
        found.features.component();
    }
    // Whatever the engine can do, looking needs to understand.
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut depth = 1_usize;
    let mut outside: Option<Types> = None;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        match validator.payload(&payload)? {
            ValidPayload::Ok => {}
            ValidPayload::Parser(_) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(InspectError::Nesting { limit: DEPTH });
                }
            }
            ValidPayload::Func(_, body) => found.features.body(&body)?,
            ValidPayload::End(types) => {
                found.features.memories(types.as_ref().memory_count_or_none());
                depth -= 1;
                if depth == 0 {
                    outside = Some(types);
                }
            }
        }
        found.payload(&payload, depth)?;
    }
    let Some(outside) = outside else {
        // Only when the input ends early, which the parser has already said.
        return Err(InspectError::NotWasm);
    };
    found.outside(bytes, layer, outside.as_ref())?;
    Ok(found)
}

/// Counts that a component's own types do not have.
trait CoreCounts {
    fn memory_count_or_none(&self) -> u32;
}

impl CoreCounts for TypesRef<'_> {
    fn memory_count_or_none(&self) -> u32 {
        if self.core_exports().is_some() {
            self.memory_count()
        } else {
            0
        }
    }
}

impl Found {
    fn payload(&mut self, payload: &Payload<'_>, depth: usize) -> Result<(), InspectError> {
        match payload {
            Payload::ModuleSection { .. } => self.core_modules += 1,
            Payload::TypeSection(types) => {
                for group in types.clone() {
                    self.features.types(&group?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let import = import?;
                    self.features.import(&import.ty);
                    if let TypeRef::Memory(memory) = import.ty {
                        self.memory(MemoryInfo::of(memory, true));
                    }
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories.clone() {
                    let memory = memory?;
                    self.features.memory(memory);
                    self.memory(MemoryInfo::of(memory, false));
                }
            }
            Payload::TableSection(tables) => {
                for table in tables.clone() {
                    self.features.table(&table?.ty);
                }
            }
            Payload::TagSection(_) => self.features.tags(),
            Payload::ComponentCanonicalSection(functions) => {
                for function in functions.clone() {
                    self.features.canonical(&function?);
                }
            }
            Payload::CustomSection(section) => {
                let known = section.as_known();
                if let KnownCustom::Producers(reader) = known {
                    producers::note_producers(reader, &mut self.producers);
                } else if depth == 1 && section.name() == SECTION {
                    self.linked = links::read(section.data());
                } else if depth == 1 && self.name.is_none() {
                    self.name = producers::own_name(&known);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn memory(&mut self, memory: MemoryInfo) {
        if self.memories.len() < MEMORIES {
            self.memories.push(memory);
        }
    }

    /// Lists what the outermost module or component imports and exports, now that all types are known.
    fn outside(&mut self, bytes: &[u8], layer: Layer, types: TypesRef<'_>) -> Result<(), InspectError> {
        match layer {
            Layer::Module => {
                self.core(types);
                Ok(())
            }
            Layer::Component => self.component(bytes, types),
        }
    }

    fn core(&mut self, types: TypesRef<'_>) {
        for (module, name, ty) in types.core_imports().into_iter().flatten() {
            let (kind, ty) = item::of_core(&ty, types);
            self.import(Import {
                module: item::clean(module),
                name: item::clean(name),
                kind,
                ty,
                functions: Vec::new(),
            });
        }
        for (name, ty) in types.core_exports().into_iter().flatten() {
            let (kind, ty) = item::of_core(&ty, types);
            self.export(Export {
                name: item::clean(name),
                kind,
                ty,
            });
        }
    }

    fn component(&mut self, bytes: &[u8], types: TypesRef<'_>) -> Result<(), InspectError> {
        let mut depth = 1_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        let name = import?.name.name;
                        if let Some(item) = types.component_item_for_import(name) {
                            let (kind, ty, functions) = item::of_component(&item.ty, types);
                            if !kind.has_wit() && self.not_in_wit.len() < LISTED {
                                self.not_in_wit.push(item::clean(name));
                            }
                            self.import(Import {
                                module: item::clean(name),
                                name: String::new(),
                                kind,
                                ty,
                                functions,
                            });
                        }
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        let export = export?;
                        if export.kind == ComponentExternalKind::Type {
                            self.exports_types = true;
                            continue;
                        }
                        if let Some(item) = types.component_item_for_export(export.name.name) {
                            let (kind, ty, _) = item::of_component(&item.ty, types);
                            self.export(Export {
                                name: item::clean(export.name.name),
                                kind,
                                ty,
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn import(&mut self, import: Import) {
        if self.imports.len() < LISTED {
            self.imports.push(import);
        } else {
            self.left_out += 1;
        }
    }

    fn export(&mut self, export: Export) {
        if self.exports.len() < LISTED {
            self.exports.push(export);
        } else {
            self.left_out += 1;
        }
    }
}
