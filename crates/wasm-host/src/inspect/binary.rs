//! Tells WebAssembly from other things by its first bytes, never by a file's name.

use serde::Serialize;

/// What every binary begins with.
const MAGIC: &[u8; 4] = b"\0asm";

/// The two sorts of binaries, told apart by the four bytes behind the magic number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// A core module.
    Module,
    /// A component of the component model.
    Component,
}

/// Whether bytes begin as WebAssembly's binary form does, of whatever version.
pub fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Which sort of binary it is; `None` for what is neither.
pub fn layer(bytes: &[u8]) -> Option<Layer> {
    let rest = bytes.strip_prefix(MAGIC)?;
    match rest.get(..4)? {
        [1, 0, 0, 0] => Some(Layer::Module),
        [0x0d, 0, 1, 0] => Some(Layer::Component),
        _ => None,
    }
}

/// Whether bytes are WebAssembly's text form: behind blanks and comments stands `(module`, `(component` or
/// the first field of a module without its brackets.
pub fn is_text(bytes: &[u8]) -> bool {
    const FIRST: [&[u8]; 14] = [
        b"module",
        b"component",
        b"type",
        b"rec",
        b"import",
        b"func",
        b"table",
        b"memory",
        b"global",
        b"export",
        b"start",
        b"elem",
        b"data",
        b"tag",
    ];
    let Some(rest) = skip_blanks(bytes).and_then(|b| b.strip_prefix(b"(")) else {
        return false;
    };
    let Some(rest) = skip_blanks(rest) else {
        return false;
    };
    let word = rest.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let after = rest.get(word).copied().unwrap_or(b' ');
    FIRST.contains(&&rest[..word])
        && (after.is_ascii_whitespace() || matches!(after, b'(' | b')' | b'"' | b'$' | b';'))
}

/// What stands behind blanks, `;; lines` and `(; blocks (; in blocks ;) ;)`; `None` when a block has no end.
fn skip_blanks(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        bytes = bytes.trim_ascii_start();
        if bytes.starts_with(b";;") {
            let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
            bytes = &bytes[end..];
        } else if bytes.starts_with(b"(;") {
            bytes = skip_block(bytes)?;
        } else {
            return Some(bytes);
        }
    }
}

fn skip_block(mut bytes: &[u8]) -> Option<&[u8]> {
    let mut depth = 0_usize;
    loop {
        match bytes {
            [b'(', b';', rest @ ..] => {
                depth += 1;
                bytes = rest;
            }
            [b';', b')', rest @ ..] => {
                depth -= 1;
                bytes = rest;
                if depth == 0 {
                    return Some(bytes);
                }
            }
            [_, rest @ ..] => bytes = rest,
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_header_tells_the_layer() {
        assert_eq!(layer(b"\0asm\x01\0\0\0"), Some(Layer::Module));
        assert_eq!(layer(b"\0asm\x0d\0\x01\0rest"), Some(Layer::Component));
        for other in [
            &b""[..],
            b"\0asm",
            b"\0asm\x02\0\0\0",
            b"\0asm\x0c\0\x01\0",
            b"\x7fELF\x01\0\0\0",
        ] {
            assert_eq!(layer(other), None, "{other:?}");
        }
        assert!(is_wasm(b"\0asm\x02\0\0\0") && !is_wasm(b"(module)"));
    }

    #[test]
    fn text_is_known_by_its_first_word() {
        for text in [
            "(module)",
            "  \n;; hello (module\n(; (; x ;) ;)( module $m (func))",
            "(component)",
            "(func (export \"f\"))",
            "(module",
        ] {
            assert!(is_text(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "(",
            "module",
            "(modules)",
            "(define x)",
            "(; no end",
            ";; only",
            "#!/bin/sh",
            "(package)",
        ] {
            assert!(!is_text(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_harm(bytes: Vec<u8>) {
            let _ = (is_wasm(&bytes), layer(&bytes), is_text(&bytes));
        }
        #[test]
        fn any_text_too(text in "[ (;)\na-m]{0,40}") {
            let _ = is_text(text.as_bytes());
        }
    }
}
