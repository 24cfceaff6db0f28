//! Programs that cannot be run are refused by name, with what to do about it.

#![allow(clippy::unwrap_used)]

mod common;

use common::refused;
use sampan_types::{Classified, ErrorClass};
use sampan_wasm_host::{GuestSpec, HostError};

fn error(text: &str) -> HostError {
    let error = refused(text, GuestSpec::default());
    assert_eq!(error.class(), ErrorClass::CannotInvoke, "{error:?}");
    error
}

#[test]
fn an_import_that_nothing_meets_is_named() {
    for (module, name, hint) in [
        ("env", "abort", "wasi-shim"),
        ("env", "emscripten_memcpy_js", "STANDALONE_WASM"),
        ("wasix_32v1", "thread_spawn_v2", "wasm32-wasip1"),
        ("wasi", "thread-spawn", "without threads"),
        ("gojs", "runtime.wasmExit", "GOOS=wasip1"),
        ("wbg", "__wbindgen_throw", "wasm32-wasip1"),
    ] {
        let text = format!(r#"(module (import "{module}" "{name}" (func)) (func (export "_start")))"#);
        let error = error(&text);
        assert!(error.to_string().contains(&format!("{module}.{name}")), "{error}");
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
    }
    for (module, name) in [("host", "log"), ("wasi_snapshot_preview1", "fd_teleport")] {
        let text = format!(r#"(module (import "{module}" "{name}" (func)) (func (export "_start")))"#);
        let error = error(&text);
        assert!(error.to_string().contains(&format!("{module}.{name}")), "{error}");
    }
}

#[test]
fn a_function_of_another_type_is_no_match() {
    let error = error(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param f64))) (func (export "_start")))"#,
    );
    assert!(matches!(error, HostError::Link { .. }), "{error:?}");
}

#[test]
fn a_component_with_a_foreign_import_is_refused_by_its_name() {
    for (import, words) in [
        ("acme:db/query@1.0.0", "wac plug"),
        ("wasi:keyvalue/store@0.2.0-draft", "draft"),
        ("wasi:cli/environment@0.3.0-rc-2025-09-16", "draft"),
        ("wasi:nn/tensor@0.2.0", "not provided"),
    ] {
        let text = format!(r#"(component (import "{import}" (instance (export "f" (func)))))"#);
        let error = error(&text);
        let all = format!("{error} {:?}", error.hint());
        assert!(all.contains(import) && all.contains(words), "{all}");
    }
}

#[test]
fn servers_and_libraries_are_told_apart() {
    let server = r#"(component
        (instance $h (export "x" (func $f)))
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (export "wasi:http/incoming-handler@0.2.0" (instance $h)))"#;
    // Fields must come before their use.
    let server = server
        .replacen("(instance $h (export \"x\" (func $f)))\n", "", 1)
        .replace(
            "(export \"wasi:http",
            "(instance $h (export \"handle\" (func $f))) (export \"wasi:http",
        );
    assert!(matches!(error(&server), HostError::ServerOnly { .. }));

    let library = r#"(component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $h (export "go" (func $f)))
        (export "acme:lib/api@1.0.0" (instance $h))
        (export "top" (func $f)))"#;
    let error = error(library);
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("acme:lib/api@1.0.0#go") && hint.contains("top"),
        "{hint}"
    );
    for entry in ["top", "go", "acme:lib/api@1.0.0#go"] {
        let spec = GuestSpec {
            entry: Some(entry.to_owned()),
            ..GuestSpec::default()
        };
        let done = common::run(library, spec);
        assert_eq!(done.ending, sampan_types::Ending::Exited { code: 0 });
    }
}

#[test]
fn preview_0_is_met() {
    let text = r#"(module
        (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
        (import "wasi_unstable" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_unstable" "fd_seek" (func (param i32 i64 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 100) "old")
        (func (export "_start")
          (i32.store (i32.const 0) (i32.const 100))
          (i32.store (i32.const 4) (i32.const 3))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
          (call $exit (i32.const 200))))"#;
    let done = common::run(text, GuestSpec::default());
    assert_eq!(done.ending, sampan_types::Ending::Exited { code: 200 });
    assert_eq!(done.text(), "old");
}
