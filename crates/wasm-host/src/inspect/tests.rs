use proptest::prelude::*;

use super::*;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

fn info(text: &str) -> ProgramInfo {
    inspect(&wasm(text)).unwrap()
}

const COMMAND: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (memory (export "memory") 2 16)
    (table 1 4 funcref)
    (func (export "_start")))"#;

const COMPONENT: &str = r#"(component
    (import "wasi:cli/environment@0.2.3" (instance $env
        (export "get-environment" (func (result (list (tuple string string)))))
        (export "get-arguments" (func (result (list string))))))
    (import "wasi:sockets/tcp@0.2.3" (instance
        (export "tcp-socket" (type $tcp (sub resource)))
        (export "[method]tcp-socket.start-connect" (func (param "self" (borrow $tcp))))))
    (import "wasi:http/outgoing-handler@0.2.3" (instance (export "handle" (func))))
    (import "wasi:keyvalue/store@0.2.0-draft" (instance (export "open" (func))))
    (core module $m (memory 1) (func (export "run") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $cli (export "run" (func $run)))
    (export "wasi:cli/run@0.2.3" (instance $cli)))"#;

#[test]
fn a_command_of_preview_1() {
    let info = info(COMMAND);
    assert_eq!(info.layer, Layer::Module);
    assert_eq!(info.world, World::CommandP1);
    assert_eq!(info.imports.len(), 3);
    assert_eq!(info.imports[0].ty, "(i32, i32, i32, i32) -> i32");
    assert_eq!(info.memories.len(), 1);
    assert_eq!(info.memories[0].minimum, ByteCount::kib(128));
    assert_eq!(info.memories[0].maximum, Some(ByteCount::mib(1)));
    let exports: Vec<_> = info.exports.iter().map(|e| (e.name.as_str(), e.kind)).collect();
    assert_eq!(
        exports,
        [("memory", ItemKind::Memory), ("_start", ItemKind::Func)]
    );
    let needs: Vec<String> = info.needs().iter().map(ToString::to_string).collect();
    assert_eq!(
        needs,
        [
            "read standard input, write standard output and error",
            "read the environment variables that you give it (-e NAME=VALUE)",
            "read and write files in folders that you mount (-v SOURCE:TARGET[:ro])",
        ]
    );
    assert_eq!(info.unmet().count(), 0);
}

#[test]
fn a_component_with_its_world() {
    let info = info(COMPONENT);
    assert_eq!(
        info.world,
        World::Command {
            version: "0.2.3".into()
        }
    );
    assert_eq!(info.core_modules, 1);
    let wit = info.wit.as_deref().unwrap();
    assert!(wit.contains("import wasi:sockets/tcp@0.2.3"), "{wit}");
    assert!(wit.contains("export wasi:cli/run@0.2.3"), "{wit}");
    let needs: Vec<String> = info.needs().iter().map(ToString::to_string).collect();
    assert_eq!(
        needs,
        [
            "read its arguments",
            "read the environment variables that you give it (-e NAME=VALUE)",
            "connect out over TCP (--allow-net HOST:PORT)",
            "send HTTP requests (--allow-http HOST)",
            "use interfaces of WASI that are not offered (cannot be met)",
        ]
    );
    let unmet: Vec<_> = info.unmet().map(|(i, hint)| (i.module.as_str(), hint)).collect();
    assert_eq!(unmet.len(), 1);
    assert_eq!(unmet[0].0, "wasi:keyvalue/store@0.2.0-draft");
    assert!(unmet[0].1.as_deref().unwrap().contains("wac plug"));
}

#[test]
fn worlds_are_told_apart() {
    let server = |name: &str| {
        format!(
            r#"(component
                (core module $m (func (export "f")))
                (core instance $i (instantiate $m))
                (func $f (canon lift (core func $i "f")))
                (instance $x (export "handle" (func $f)))
                (export "{name}" (instance $x)))"#
        )
    };
    // As Rust makes a server: with a start beside the handler.
    let both = server("wasi:http/incoming-handler@0.2.0");
    let both = format!(
        r#"{} (instance $run (export "run" (func $f))) (export "wasi:cli/run@0.2.0" (instance $run)))"#,
        both.strip_suffix(')').unwrap()
    );
    for (text, expected) in [
        ("(module (func (export \"_initialize\")))".to_owned(), "reactor"),
        ("(module (func (export \"add\")))".to_owned(), "library"),
        ("(module)".to_owned(), "library"),
        (
            server("wasi:http/incoming-handler@0.2.0"),
            "HTTP server (wasi:http 0.2.0)",
        ),
        (server("wasi:http/handler@0.3.0"), "HTTP server (wasi:http 0.3.0)"),
        (server("wasi:cli/run@0.3.0"), "command (wasi:cli 0.3.0)"),
        (both, "HTTP server (wasi:http 0.2.0)"),
        (server("my:own/thing"), "library"),
        ("(component)".to_owned(), "library"),
    ] {
        assert_eq!(info(&text).world.to_string(), expected, "{text}");
    }
}

#[test]
fn features_are_named() {
    for (text, expected) in [
        ("(module)", &[][..]),
        ("(module (func (drop (v128.const i64x2 0 0))))", &["SIMD"]),
        ("(module (func $f return_call $f))", &["tail calls"]),
        (
            "(module (memory i64 1) (memory 1))",
            &["memory64", "multi-memory"],
        ),
        ("(module (type (struct (field i32))))", &["GC"]),
        ("(module (tag (param i32)))", &["exceptions"]),
        ("(module (memory 1 2 shared))", &["threads"]),
        (
            "(module (func (result i32 i32) i32.const 0 i32.const 1))",
            &["multi-value"],
        ),
    ] {
        assert_eq!(info(text).features, expected, "{text}");
    }
}

#[test]
fn what_is_not_wasm_is_said_to_be_none() {
    for bytes in [
        &b""[..],
        b"#!/bin/sh\n",
        b"\0asm",
        b"\0asm\x02\0\0\0",
        &[0xff; 100],
    ] {
        assert_eq!(inspect(bytes), Err(InspectError::NotWasm));
    }
    let junk: Vec<u8> = b"\0asm\x01\0\0\0"
        .iter()
        .copied()
        .chain((0..100_000_000_u32).map(|i| (i >> 3) as u8))
        .collect();
    assert!(matches!(inspect(&junk), Err(InspectError::Malformed { .. })));
}

#[test]
fn components_nested_without_end_are_refused() {
    let nested = |depth: usize| {
        // From the inside, because the parser of the text form recurses.
        let mut inner = b"\0asm\x0d\0\x01\0".to_vec();
        for _ in 1..depth {
            let mut outer = b"\0asm\x0d\0\x01\0\x04".to_vec();
            let mut length = inner.len();
            loop {
                let byte = (length & 0x7f) as u8;
                length >>= 7;
                outer.push(if length == 0 { byte } else { byte | 0x80 });
                if length == 0 {
                    break;
                }
            }
            outer.extend(&inner);
            inner = outer;
        }
        inner
    };
    assert!(inspect(&nested(50)).is_ok());
    assert_eq!(inspect(&nested(1_000)), Err(InspectError::Nesting { limit: 100 }));
    assert_eq!(
        inspect(&nested(10_000)),
        Err(InspectError::Nesting { limit: 100 })
    );
}

#[test]
fn names_that_drive_a_terminal_are_defused() {
    let info = info("(module (import \"\\1b[2J\" \"x\\0a\" (func)))");
    assert_eq!(info.imports[0].module, "\u{fffd}[2J");
    assert_eq!(info.imports[0].name, "x\u{fffd}");
}

#[test]
fn very_many_imports_are_counted() {
    let one = "(import \"env\" \"f\" (func))";
    let info = info(&format!("(module {})", one.repeat(20_000)));
    assert_eq!((info.imports.len(), info.left_out), (10_000, 10_000));
    assert_eq!(info.needs()[0].imports.len(), 64);
}

#[test]
fn a_type_that_unfolds_without_end_is_bounded() {
    // Each type holds the one before it twice: 2^60 leaves when written out.
    let mut text = String::from("(component (type $t0 u8)");
    for i in 1..60 {
        text += &format!("(type $t{i} (tuple $t{} $t{}))", i - 1, i - 1);
    }
    text += "(import \"f\" (func (param \"x\" $t59))))";
    if let Ok(bytes) = wat::parse_str(&text) {
        let _ = inspect(&bytes);
    }
}

#[test]
fn cut_at_any_byte_it_is_an_error_not_a_crash() {
    for text in [COMMAND, COMPONENT] {
        let bytes = wasm(text);
        for end in 0..bytes.len() {
            // A module is still one when it is cut between two sections.
            let _ = inspect(&bytes[..end]);
        }
        assert!(inspect(&bytes[..bytes.len() - 1]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn flipped_bytes_never_crash(
        component: bool,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = wasm(if component { COMPONENT } else { COMMAND });
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(info) = inspect(&bytes) {
            let _ = (info.needs(), info.unmet().count(), serde_json::to_string(&info).unwrap());
        }
    }

    #[test]
    fn anything_behind_a_header_never_crashes(component: bool, tail: Vec<u8>) {
        let header: &[u8] = if component { b"\0asm\x0d\0\x01\0" } else { b"\0asm\x01\0\0\0" };
        let _ = inspect(&[header, &tail].concat());
    }
}
