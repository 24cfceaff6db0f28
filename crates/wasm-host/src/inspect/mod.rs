//! Looks into a program before anything runs: what it is, what it imports and exports, what it could ask
//! for. Without an engine, and without trusting a byte of it.
//!
//! The bytes may come from anyone. Time and memory are linear in their number, nothing recurses as deep as
//! the input likes, and what does not parse is an error that says where. Function bodies are looked through
//! for the features they use but not validated: that is the compiler's work.

mod binary;
mod classes;
mod error;
mod features;
mod foreign;
mod item;
mod links;
mod needs;
mod producers;
mod scan;
mod wit;
mod world;

use sampan_types::ByteCount;
use sampan_types::links::Linked;
use serde::Serialize;

pub use binary::{Layer, is_text, is_wasm, layer};
pub use error::InspectError;
pub use foreign::unmet;
pub use item::{Export, Import, ItemKind, MemoryInfo};
pub use needs::{Met, Need, Reach};
pub use producers::Producer;
pub use world::World;

/// What a program is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgramInfo {
    /// Core module or component.
    pub layer: Layer,
    /// What starts it.
    pub world: World,
    /// The name that it gives itself.
    pub name: Option<String>,
    /// How large it is.
    pub size: ByteCount,
    /// What it needs from outside. Of very many only the first are listed.
    pub imports: Vec<Import>,
    /// What it offers. Of very many only the first are listed.
    pub exports: Vec<Export>,
    /// How many imports and exports are not listed.
    pub left_out: usize,
    /// A component's world in WIT, where it can be written in WIT.
    pub wit: Option<String>,
    /// The imports that are no part of `wit`, because WIT has no words for them: core modules, components, values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_in_wit: Vec<String>,
    /// Source languages, compilers and tools, as they signed.
    pub producers: Vec<Producer>,
    /// The components that it was linked from, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked: Option<Linked>,
    /// Its memories, those of all core modules inside.
    pub memories: Vec<MemoryInfo>,
    /// Core modules inside a component, itself not counted.
    pub core_modules: usize,
    /// Proposals beyond WebAssembly 1.0 that it uses, in the specification's words.
    pub features: Vec<&'static str>,
}

/// Looks into a program in its binary form.
pub fn inspect(bytes: &[u8]) -> Result<ProgramInfo, InspectError> {
    let layer = layer(bytes).ok_or(InspectError::NotWasm)?;
    let found = scan::scan(bytes, layer)?;
    let world = world::of(layer, &found);
    let wit = match layer {
        Layer::Module => None,
        Layer::Component => wit::of(bytes),
    };
    Ok(ProgramInfo {
        layer,
        world,
        name: found.name,
        size: ByteCount::new(bytes.len() as u64),
        imports: found.imports,
        exports: found.exports,
        left_out: found.left_out,
        wit,
        not_in_wit: found.not_in_wit,
        producers: found.producers,
        linked: found.linked,
        memories: found.memories,
        core_modules: found.core_modules,
        features: found.features.names(),
    })
}

impl ProgramInfo {
    /// What it could ask for, in plain words, what meets each, in a fixed order.
    pub fn needs(&self) -> Vec<Need> {
        needs::of(&self.imports)
    }

    /// What of the outside it could reach. Of imports that are not listed, the worst is taken.
    pub fn reach(&self) -> Reach {
        match self.left_out {
            0 => needs::reach(&self.imports),
            _ => Reach::ALL,
        }
    }

    /// The first imports that nothing here meets, each with what to do about it. A program with one of these
    /// does not start.
    pub fn unmet(&self) -> impl Iterator<Item = (&Import, Option<String>)> {
        self.imports
            .iter()
            .filter(|i| needs::is_unmet(i))
            .map(|i| (i, unmet(&i.module, &i.name)))
    }
}

#[cfg(test)]
mod tests;
