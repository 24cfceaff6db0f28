//! Bytes that are no program, or one that is made to hurt.

#![allow(clippy::unwrap_used, clippy::err_expect)]

mod common;

use common::{digest, host, p1};
use proptest::prelude::*;
use sampan_types::{Classified, ErrorClass, LimitName, Limits};
use sampan_wasm_host::{GuestSpec, HostError, InProcessCompiler, ModuleSource};

fn load(bytes: &[u8], limits: &Limits) -> HostError {
    let source = ModuleSource {
        bytes,
        digest: digest(&bytes[..bytes.len().min(64)]),
        name: "guest".to_owned(),
    };
    host()
        .load(&source, limits, None, &InProcessCompiler)
        .err()
        .expect("it was accepted")
}

#[test]
fn what_is_not_webassembly_is_refused() {
    for bytes in [
        &b""[..],
        b"\0asm",
        b"#!/bin/sh\necho hello\n",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"\0asm\x02\0\0\0",
    ] {
        let error = load(bytes, &Limits::default());
        assert_eq!(error.class(), ErrorClass::CannotInvoke, "{error:?}");
    }
}

#[test]
fn a_hundred_megabytes_of_junk_are_refused() {
    let mut junk = vec![0xa5_u8; 100 << 20];
    let limits = Limits::default();
    assert!(matches!(load(&junk, &limits), HostError::NotWasm { .. }));
    junk[..8].copy_from_slice(b"\0asm\x01\0\0\0");
    assert_eq!(load(&junk, &limits).class(), ErrorClass::CannotInvoke);
    junk[..8].copy_from_slice(b"\0asm\x0d\0\x01\0");
    assert_eq!(load(&junk, &limits).class(), ErrorClass::CannotInvoke);
    let tight = Limits {
        module_size: sampan_types::ByteCount::mib(99),
        ..Limits::default()
    };
    assert!(matches!(
        load(&junk, &tight),
        HostError::Limit {
            limit: LimitName::ModuleSize,
            ..
        }
    ));
}

/// A section of a component: id, length, content.
fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![id];
    let mut n = content.len();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            out.push(byte);
            break;
        }
        out.push(byte | 0x80);
    }
    out.extend_from_slice(content);
    out
}

fn nested(depth: usize) -> Vec<u8> {
    let header = b"\0asm\x0d\0\x01\0";
    let mut bytes = header.to_vec();
    for _ in 0..depth {
        let mut outer = header.to_vec();
        outer.extend(section(4, &bytes));
        bytes = outer;
    }
    bytes
}

#[test]
fn components_nested_a_thousand_deep_are_refused_by_name() {
    for depth in [100, 1_000, 10_000] {
        let error = load(&nested(depth), &Limits::default());
        assert!(matches!(error, HostError::Nesting { .. }), "{error:?}");
    }
}

#[test]
fn legacy_exceptions_are_refused_by_name() {
    // try; catch_all; end: built by hand, because the text form knows only the new ones.
    let mut wasm = b"\0asm\x01\0\0\0".to_vec();
    wasm.extend(section(1, &[1, 0x60, 0, 0]));
    wasm.extend(section(3, &[1, 0]));
    wasm.extend(section(7, b"\x01\x06_start\x00\x00"));
    wasm.extend(section(10, &[1, 6, 0, 0x06, 0x40, 0x19, 0x0b, 0x0b]));
    let error = load(&wasm, &Limits::default());
    assert!(error.to_string().contains("legacy"), "{error:?}");
    assert!(error.hint().is_some());
}

#[test]
fn huge_data_segments_do_not_get_past_the_memory_limit() {
    let text = r#"(module (memory 20000) (data (i32.const 1310719999) "x") (func (export "_start")))"#;
    let error = common::refused(text, GuestSpec::default());
    assert!(
        matches!(
            error,
            HostError::Limit {
                limit: LimitName::Memory,
                ..
            }
        ),
        "{error:?}"
    );
    // Out of bounds: a trap while it is made.
    let text = r#"(module (memory 1) (data (i32.const 65536) "x") (func (export "_start")))"#;
    let ending = common::run(text, GuestSpec::default()).ending;
    assert_eq!(ending.code(), 134, "{ending:?}");
}

#[test]
fn a_text_with_a_mistake_is_refused() {
    let error = sampan_wasm_host::wat_to_wasm(b"(module (func (export").unwrap_err();
    assert_eq!(error.class(), ErrorClass::CannotInvoke);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_module_never_panics(at in 8_usize..400, byte in any::<u8>(), cut in 0_usize..400) {
        let text = p1(r#"(table 3 funcref) (elem (i32.const 0) $say)
            (func (export "_start") (call $say (i32.const 0) (i32.const 4)))"#);
        let mut wasm = sampan_wasm_host::wat_to_wasm(text.as_bytes()).unwrap();
        let at = at % wasm.len();
        wasm[at] = byte;
        wasm.truncate(wasm.len() - cut % wasm.len() / 2);
        let limits = Limits { wall_time: Some(std::time::Duration::from_millis(200)), ..Limits::default() };
        let source = ModuleSource { bytes: &wasm, digest: digest(&wasm), name: "guest".to_owned() };
        let host = host();
        if let Ok(program) = host.load(&source, &limits, None, &InProcessCompiler) {
            let spec = GuestSpec { limits, ..GuestSpec::default() };
            if let Ok(guest) = host.guest(&program, spec) {
                let _ = common::within(common::runtime(), guest.run());
            }
        }
    }
}
