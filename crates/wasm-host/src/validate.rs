//! What is refused before the compiler sees it, and plain words for what the compiler refuses.

use sampan_types::{LimitName, Limits};
use wasmparser::{Parser, Payload};

use crate::HostError;

/// Components within components: real ones nest two or three deep.
const NESTING: usize = 64;

/// Checks size, kind and nesting of a binary, in one pass over its section headers.
pub(crate) fn check(wasm: &[u8], name: &str, limits: &Limits) -> Result<(), HostError> {
    if wasm.len() as u64 > limits.module_size.get() {
        return Err(HostError::Limit {
            limit: LimitName::ModuleSize,
            value: limits.show(LimitName::ModuleSize),
        });
    }
    if Parser::is_component(wasm) {
        nesting(wasm, name)
    } else if Parser::is_core_wasm(wasm) {
        Ok(())
    } else {
        Err(HostError::NotWasm {
            name: name.to_owned(),
        })
    }
}

fn nesting(wasm: &[u8], name: &str) -> Result<(), HostError> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(|e| HostError::Malformed {
            name: name.to_owned(),
            source: e.into(),
        })?;
        match payload {
            Payload::ComponentSection { .. } => depth += 1,
            Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            return Err(HostError::Nesting {
                name: name.to_owned(),
                limit: NESTING,
            });
        }
    }
    Ok(())
}

/// Words for a refusal of the compiler.
pub(crate) fn explain(name: &str, source: wasmtime::Error) -> HostError {
    let text = format!("{source:#}");
    if text.contains("legacy_exceptions") || text.contains("legacy exceptions") {
        return HostError::Feature {
            name: name.to_owned(),
            feature: "the legacy form of exceptions",
            hint: "build it with the standard form: `-wasm-use-legacy-eh=false`, or run `wasm-opt --translate-to-exnref`",
        };
    }
    HostError::Malformed {
        name: name.to_owned(),
        source,
    }
}
