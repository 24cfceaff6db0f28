//! A component's world, written in WIT.

use sampan_types::guarded::guarded;
use wit_component::{OutputToString, WitPrinter};
use wit_parser::decoding::{DecodedWasm, decode};

/// The longest text that is kept, in bytes.
const LONGEST: usize = 1 << 20;

/// The world of a component that was validated before, or a package of WIT, with all packages that it uses, so that
/// the text is parsed again by itself; `None` where it has none that WIT can say. Core modules, components
/// and values among its imports are no part of a world: who shows it must name them.
pub(super) fn of(bytes: &[u8]) -> Option<String> {
    // The decoder is written for what compilers make and asserts where a valid but odd component differs.
    guarded(|| print(bytes))
        .flatten()
        .filter(|text| text.len() <= LONGEST)
}

fn print(bytes: &[u8]) -> Option<String> {
    let (resolve, main, docs) = match decode(bytes).ok()? {
        DecodedWasm::Component(resolve, world) => {
            let package = resolve.worlds[world].package?;
            (resolve, package, false)
        }
        DecodedWasm::WitPackage(resolve, package) => (resolve, package, true),
    };
    // What the first one uses stands behind it, so that the text needs no other.
    let mut used: Vec<_> = resolve
        .packages
        .iter()
        .map(|(id, _)| id)
        .filter(|id| *id != main)
        .collect();
    used.sort_by_key(|id| resolve.packages[*id].name.to_string());
    let mut printer = WitPrinter::<OutputToString>::default();
    printer.emit_docs(docs);
    printer.print(&resolve, main, &used).ok()?;
    Some(printer.output.to_string())
}
