//! A component's world, written in WIT.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wit_component::{OutputToString, WitPrinter};
use wit_parser::decoding::{DecodedWasm, decode};

/// The longest text that is kept, in bytes.
const LONGEST: usize = 1 << 20;

/// The world of a component that was validated before; `None` where it has none that WIT can say (core
/// modules or values among its imports, say).
pub(super) fn of(bytes: &[u8]) -> Option<String> {
    // The decoder is written for what compilers make and asserts where a valid but odd component differs.
    let decoded = catch_unwind(AssertUnwindSafe(|| print(bytes)));
    decoded.ok().flatten().filter(|text| text.len() <= LONGEST)
}

fn print(bytes: &[u8]) -> Option<String> {
    let (resolve, world) = match decode(bytes).ok()? {
        DecodedWasm::Component(resolve, world) => (resolve, world),
        DecodedWasm::WitPackage(resolve, package) => {
            let mut printer = WitPrinter::<OutputToString>::default();
            printer.print(&resolve, package, &[]).ok()?;
            return Some(printer.output.to_string());
        }
    };
    let package = resolve.worlds[world].package?;
    let mut printer = WitPrinter::<OutputToString>::default();
    printer.emit_docs(false);
    printer.print(&resolve, package, &[]).ok()?;
    Some(printer.output.to_string())
}
