//! Imports and exports in words.

use std::fmt::Write;

use sampan_types::ByteCount;
use serde::Serialize;
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{CompositeInnerType, FuncType, GlobalType, MemoryType, TableType};

/// The longest name and type that is shown, in characters.
const LONGEST: usize = 300;

/// The sort of thing that is imported or exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A function.
    Func,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A global.
    Global,
    /// A tag of an exception.
    Tag,
    /// An instance of the component model: an interface with what it holds.
    Instance,
    /// A type.
    Type,
    /// A core module.
    Module,
    /// A component.
    Component,
    /// A value.
    Value,
}

impl ItemKind {
    /// Whether WIT can say that a component imports it.
    pub(super) fn has_wit(self) -> bool {
        matches!(self, Self::Func | Self::Instance | Self::Type)
    }
}

/// Something that a program needs from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    /// A core module's module name, or a component's import: `wasi:cli/environment@0.2.0`.
    pub module: String,
    /// The name within; empty for what a component imports as a whole.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Its type; for an instance, the names of its functions.
    #[serde(rename = "type")]
    pub ty: String,
    /// The functions of an instance that it may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
}

/// Something that a program offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Its type; for an instance, the names of its functions.
    #[serde(rename = "type")]
    pub ty: String,
}

/// A linear memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryInfo {
    /// Its size at the start.
    pub minimum: ByteCount,
    /// The size beyond which it will not grow; `None` where it names none.
    pub maximum: Option<ByteCount>,
    /// Whether it has 64-bit addresses.
    pub is_64: bool,
    /// Whether threads share it.
    pub shared: bool,
    /// Whether it comes from outside.
    pub imported: bool,
}

impl MemoryInfo {
    pub(super) fn of(memory: MemoryType, imported: bool) -> Self {
        let page = 1_u64
            .checked_shl(memory.page_size_log2.unwrap_or(16))
            .unwrap_or(u64::MAX);
        let bytes = |pages: u64| ByteCount::new(pages.saturating_mul(page));
        Self {
            minimum: bytes(memory.initial),
            maximum: memory.maximum.map(bytes),
            is_64: memory.memory64,
            shared: memory.shared,
            imported,
        }
    }
}

pub(super) fn clean(text: &str) -> String {
    crate::text::clean(text, LONGEST)
}

/// The kind and type of what a core module imports or exports.
pub(super) fn of_core(ty: &EntityType, types: TypesRef<'_>) -> (ItemKind, String) {
    match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => {
            let inner = types.get(*id).map(|t| &t.composite_type.inner);
            let text = match inner {
                Some(CompositeInnerType::Func(func)) => signature(func),
                _ => String::new(),
            };
            (ItemKind::Func, text)
        }
        EntityType::Table(table) => (ItemKind::Table, table_text(table)),
        EntityType::Memory(memory) => (ItemKind::Memory, memory_text(memory)),
        EntityType::Global(global) => (ItemKind::Global, global_text(global)),
        EntityType::Tag(_) => (ItemKind::Tag, String::new()),
    }
}

fn signature(func: &FuncType) -> String {
    let mut text = String::from("(");
    let join = |text: &mut String, types: &[wasmparser::ValType]| {
        for (i, ty) in types.iter().enumerate() {
            if text.len() > LONGEST {
                break;
            }
            // Writing to a string does not fail.
            let _ = write!(text, "{}{ty}", if i == 0 { "" } else { ", " });
        }
    };
    join(&mut text, func.params());
    text.push(')');
    match func.results() {
        [] => {}
        [one] => {
            let _ = write!(text, " -> {one}");
        }
        many => {
            text.push_str(" -> (");
            join(&mut text, many);
            text.push(')');
        }
    }
    clean(&text)
}

fn bounds(minimum: u64, maximum: Option<u64>) -> String {
    match maximum {
        Some(maximum) => format!("{minimum} to {maximum}"),
        None => format!("{minimum} or more"),
    }
}

fn table_text(table: &TableType) -> String {
    format!(
        "{} elements of {}",
        bounds(table.initial, table.maximum),
        table.element_type
    )
}

fn memory_text(memory: &MemoryType) -> String {
    let mut text = format!("{} pages", bounds(memory.initial, memory.maximum));
    for (is, word) in [(memory.shared, ", shared"), (memory.memory64, ", 64-bit")] {
        if is {
            text.push_str(word);
        }
    }
    text
}

fn global_text(global: &GlobalType) -> String {
    let mutable = if global.mutable { "mutable " } else { "" };
    format!("{mutable}{}", global.content_type)
}

/// The kind of what a component imports or exports, its type in short, and an instance's functions.
pub(super) fn of_component(ty: &ComponentEntityType, types: TypesRef<'_>) -> (ItemKind, String, Vec<String>) {
    let plain = |kind| (kind, String::new(), Vec::new());
    match ty {
        ComponentEntityType::Func(id) => {
            let text = types.get(*id).map_or_else(String::new, |func| {
                let names: Vec<&str> = func
                    .params
                    .iter()
                    .take(32)
                    .map(|(name, _)| name.as_str())
                    .collect();
                let start = if func.async_ { "async " } else { "" };
                let end = if func.result.is_some() { " -> …" } else { "" };
                clean(&format!("{start}({}){end}", names.join(", ")))
            });
            (ItemKind::Func, text, Vec::new())
        }
        ComponentEntityType::Instance(id) => {
            let functions: Vec<String> = types
                .get(*id)
                .into_iter()
                .flat_map(|instance| &instance.exports)
                .filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)))
                .take(1_000)
                .map(|(name, _)| clean(name))
                .collect();
            (ItemKind::Instance, clean(&functions.join(", ")), functions)
        }
        ComponentEntityType::Type { .. } => plain(ItemKind::Type),
        ComponentEntityType::Module(_) => plain(ItemKind::Module),
        ComponentEntityType::Component(_) => plain(ItemKind::Component),
        ComponentEntityType::Value(_) => plain(ItemKind::Value),
    }
}
