//! A guest's stack in words.

use std::fmt::Display;

use sampan_types::ending::Frame;
use wasmtime::{FrameInfo, WasmBacktrace};

/// The longest name that is shown, in characters. Names of monomorphised code run to kilobytes and a
/// hostile module's to megabytes.
const LONGEST: usize = 240;

/// The frames of a backtrace, innermost first. Functions that the compiler inlined have frames of their own
/// where debug information tells of them.
pub fn frames(backtrace: &WasmBacktrace) -> Vec<Frame> {
    backtrace.frames().iter().flat_map(of_one).collect()
}

/// The frames that an error of Wasmtime carries; none where it carries no backtrace.
pub fn frames_of(error: &wasmtime::Error) -> Vec<Frame> {
    error
        .downcast_ref::<WasmBacktrace>()
        .map(frames)
        .unwrap_or_default()
}

fn of_one(info: &FrameInfo) -> Vec<Frame> {
    let module = info.module().name().map(clean);
    let offset = info.module_offset().and_then(|o| u64::try_from(o).ok());
    let own = || match info.func_name() {
        Some(name) => demangled(name),
        None => format!("wasm-function[{}]", info.func_index()),
    };
    let frame = |function: String, source: Option<String>| Frame {
        module: module.clone(),
        function,
        offset,
        source,
    };
    if info.symbols().is_empty() {
        return vec![frame(own(), None)];
    }
    info.symbols()
        .iter()
        .map(|symbol| {
            let function = symbol.name().map_or_else(own, demangled);
            frame(
                function,
                symbol.file().map(|f| position(f, symbol.line(), symbol.column())),
            )
        })
        .collect()
}

fn position(file: &str, line: Option<u32>, column: Option<u32>) -> String {
    let mut text = clean(file);
    for number in [line, column] {
        match number {
            Some(number) => text.push_str(&format!(":{number}")),
            None => break,
        }
    }
    text
}

/// Undoes what the Rust and C++ compilers do to names.
fn demangled(name: &str) -> String {
    if name.len() <= 16 * LONGEST {
        if let Ok(rust) = rustc_demangle::try_demangle(name) {
            return clean(format_args!("{rust:#}"));
        }
        if name.starts_with("_Z")
            && let Ok(symbol) = cpp_demangle::Symbol::new(name)
            && let Ok(text) = symbol.demangle()
        {
            return clean(text);
        }
    }
    clean(name)
}

fn clean(text: impl Display) -> String {
    crate::text::clean(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_harmless() {
        assert_eq!(
            demangled("_ZN4core3fmt5write17h0123456789abcdefE"),
            "core::fmt::write"
        );
        assert_eq!(demangled("_RNvC6_123foo3bar"), "123foo::bar");
        assert_eq!(demangled("_ZN3foo3barEv"), "foo::bar()");
        assert_eq!(demangled("plain"), "plain");
        assert_eq!(demangled("\u{1b}[2J\n\u{202e}x"), "\u{fffd}[2J\u{fffd}\u{fffd}x");
        let long = "a".repeat(1 << 20);
        assert_eq!(demangled(&long).chars().count(), LONGEST + 1);
        assert_eq!(position("a.rs", Some(3), Some(7)), "a.rs:3:7");
        assert_eq!(position("a.rs", None, Some(7)), "a.rs");
    }
}
