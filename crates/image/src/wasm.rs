//! What a Wasm file is, from its binary: module or component, what it imports and exports.

use std::collections::HashSet;

use sampan_types::ByteCount;
use serde::Serialize;
use wasmparser::{Parser, Payload};

use crate::error::{ImageError, Result};

/// The largest Wasm file that is read whole: what the limit on modules has as its default.
pub(crate) const MAX_WASM: ByteCount = ByteCount::mib(256);

/// The two sorts of Wasm files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WasmForm {
    /// A core module.
    Module,
    /// A component of the component model.
    Component,
}

/// The outside of a Wasm file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WasmSummary {
    /// Module or component.
    pub form: WasmForm,
    /// What it imports: of a module the names of other modules, of a component those of interfaces and
    /// functions; each once, in the order of the file.
    pub imports: Vec<String>,
    /// What it exports, likewise.
    pub exports: Vec<String>,
}

/// Reads the outside of a Wasm file. Only what it goes through is checked; `name` is for the error.
pub fn summarise(wasm: &[u8], name: &str) -> Result<WasmSummary> {
    read(wasm).map_err(|source| ImageError::InvalidWasm {
        what: name.to_owned(),
        source,
    })
}

fn read(wasm: &[u8]) -> Result<WasmSummary, wasmparser::BinaryReaderError> {
    let mut summary = WasmSummary {
        form: WasmForm::Module,
        imports: Vec::new(),
        exports: Vec::new(),
    };
    let mut depth = 0usize;
    let mut seen = HashSet::new();
    let mut add = |list: &mut Vec<String>, import: bool, name: &str| {
        if seen.insert((import, name.to_owned())) {
            list.push(name.to_owned());
        }
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::Version {
                encoding: wasmparser::Encoding::Component,
                ..
            } if depth == 0 => summary.form = WasmForm::Component,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ImportSection(section) if depth == 0 => {
                for import in section.into_imports() {
                    add(&mut summary.imports, true, import?.module);
                }
            }
            Payload::ExportSection(section) if depth == 0 => {
                for export in section {
                    add(&mut summary.exports, false, export?.name);
                }
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    add(&mut summary.imports, true, import?.name.name);
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    add(&mut summary.exports, false, export?.name.name);
                }
            }
            _ => {}
        }
    }
    Ok(summary)
}

/// Refuses a file that no engine would take, whatever its features.
pub(crate) fn validate(wasm: &[u8], name: &str) -> Result<()> {
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(wasm)
        .map(drop)
        .map_err(|source| ImageError::InvalidWasm {
            what: name.to_owned(),
            source,
        })
}
