//! What is refused before the compiler sees it, and plain words for what the compiler refuses.

use sampan_types::{LimitName, Limits};
use wasmparser::{MemoryType, Parser, Payload, TypeRef};

use crate::HostError;

/// Components within components: real ones nest two or three deep.
const NESTING: usize = 64;
/// Bytes of a page of linear memory, where the memory does not say otherwise.
const PAGE: u64 = 65_536;

/// Checks what must hold each time: size, kind, and memory that could grow without being asked about. Reads
/// headers of sections alone. Gives whether it is a component.
pub(crate) fn quick(wasm: &[u8], name: &str, limits: &Limits) -> Result<bool, HostError> {
    if wasm.len() as u64 > limits.module_size.get() {
        return Err(limit(limits, LimitName::ModuleSize));
    }
    if Parser::is_component(wasm) {
        return Ok(true);
    }
    if !Parser::is_core_wasm(wasm) {
        return Err(HostError::NotWasm {
            name: name.to_owned(),
        });
    }
    if shared_memory(wasm).unwrap_or_default() > limits.memory.get() {
        return Err(limit(limits, LimitName::Memory));
    }
    Ok(false)
}

/// Refuses what could hold the thread that several guests share: one that waits on a shared memory cannot be
/// ended, because epochs do not reach it there.
pub(crate) fn unshared(wasm: &[u8], name: &str) -> Result<(), HostError> {
    // A component's are refused everywhere.
    if Parser::is_core_wasm(wasm) && shared_memory(wasm).is_some() {
        return Err(HostError::Feature {
            name: name.to_owned(),
            feature: "shared memory in a process with other guests",
            hint: "run it in a process of its own, or build it without threads",
        });
    }
    Ok(())
}

/// Checks what need hold only once, before compiling.
pub(crate) fn thorough(wasm: &[u8], name: &str) -> Result<(), HostError> {
    if Parser::is_component(wasm) {
        component(wasm, name)
    } else {
        Ok(())
    }
}

/// Everything that is checked before the compiler runs.
pub(crate) fn check(wasm: &[u8], name: &str, limits: &Limits) -> Result<(), HostError> {
    quick(wasm, name, limits)?;
    thorough(wasm, name)
}

fn limit(limits: &Limits, limit: LimitName) -> HostError {
    HostError::Limit {
        limit,
        value: limits.show(limit),
    }
}

fn most(memory: &MemoryType) -> u64 {
    let page = memory
        .page_size_log2
        .map_or(PAGE, |log2| 1_u64.checked_shl(log2).unwrap_or(PAGE));
    memory.maximum.unwrap_or(u64::MAX).saturating_mul(page)
}

/// Bytes of all shared memories at their largest. Wasmtime does not ask a limiter when one grows, so what it
/// may become counts from the start; `None` without any. A malformed module is the compiler's to name.
fn shared_memory(wasm: &[u8]) -> Option<u64> {
    let mut sum = None;
    let mut add = |memory: &MemoryType| {
        sum = Some(sum.unwrap_or(0_u64).saturating_add(most(memory)));
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload {
            Ok(Payload::ImportSection(imports)) => {
                for import in imports.into_imports().flatten() {
                    if let TypeRef::Memory(memory) = import.ty
                        && memory.shared
                    {
                        add(&memory);
                    }
                }
            }
            Ok(Payload::MemorySection(memories)) => {
                for memory in memories.into_iter().flatten().filter(|m| m.shared) {
                    add(&memory);
                }
            }
            Ok(Payload::CodeSectionStart { .. }) | Err(_) => break,
            Ok(_) => {}
        }
    }
    sum
}

/// Walks a component without recursion.
fn component(wasm: &[u8], name: &str) -> Result<(), HostError> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(|e| HostError::Malformed {
            name: name.to_owned(),
            source: e.into(),
        })?;
        match payload {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::MemorySection(memories) if memories.clone().into_iter().flatten().any(|m| m.shared) => {
                return Err(HostError::Feature {
                    name: name.to_owned(),
                    feature: "shared memory inside a component",
                    hint: "build it without threads",
                });
            }
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
            hint: "build it with the standard form of exceptions, or run `wasm-opt --translate-to-exnref`",
        };
    }
    HostError::Malformed {
        name: name.to_owned(),
        source,
    }
}
