//! Parts that mean harm: one clear error, nothing written.

use sampan_testkit::{Sampan, guest};

use crate::support::{leavings, sampan};
use crate::{link, out, parts};

#[track_caller]
fn refused(sampan: &Sampan, words: &[&str], says: &str) {
    let ended = link(sampan, &[words, &["--yes", "-o", "out.wasm"]].concat());
    ended.fails(1).says(says);
    assert!(!ended.err().contains("panicked"), "{}", ended.err());
    assert!(!out(sampan).exists());
    assert_eq!(leavings(sampan), Vec::<String>::new());
}

#[test]
fn other_things_than_components() {
    let sampan = sampan();
    parts(&sampan);
    sampan.file("text.wasm", "hello");
    sampan.file("module.wat", "(module)");
    sampan.file(
        "wit.wasm",
        guest::wit_package("package a:b; interface c { f: func(); }"),
    );
    let mut cut = guest::linkable("provider");
    cut.truncate(cut.len() / 2);
    sampan.file("cut.wasm", cut);
    for (file, says) in [
        ("text.wasm", "`text.wasm` is not WebAssembly"),
        (
            "module.wat",
            "`module.wat` is a core module, and only components are linked",
        ),
        ("wit.wasm", "`wit.wasm` is a package of WIT types"),
        ("cut.wasm", "`cut.wasm` is not a valid component"),
    ] {
        refused(&sampan, &["app.wasm", "--with", file], says);
    }
}

/// Names with commands for terminals, and ten thousand of them.
#[test]
fn names_without_end_and_names_that_speak_to_the_terminal() {
    let sampan = sampan();
    parts(&sampan);
    let many: String = (0..10_000)
        .map(|i| format!(r#"(import "f{i}" (func))"#))
        .collect();
    sampan.file("many.wat", format!("(component {many})"));
    refused(
        &sampan,
        &["many.wat", "--with", "provider.wasm"],
        "the parts of a link have more than 4000 imports and exports",
    );
    let name = "x\u{1b}[2J";
    refused(
        &sampan,
        &["app.wasm", "--with", &format!("./{name}.wasm")],
        "x\\u{1b}[2J.wasm` does not exist",
    );
}

#[test]
fn parts_that_import_each_other() {
    let sampan = sampan();
    let circle = |import: &str, export: &str| {
        format!(
            r#"(component (import "{import}" (instance $i (export "f" (func)))) (alias export $i "f" (func $f))
                (instance $e (export "f" (func $f))) (export "{export}" (instance $e)))"#
        )
    };
    sampan.file("one.wat", circle("a:b/two", "a:b/one"));
    sampan.file("two.wat", circle("a:b/one", "a:b/two"));
    sampan.file("own.wat", circle("a:b/one", "a:b/one"));
    sampan.file("app.wat", r#"(component (import "a:b/one" (instance $i (export "f" (func)))) (alias export $i "f" (func $f)) (export "run" (func $f)))"#);
    refused(
        &sampan,
        &["app.wat", "--with", "one.wat", "--with", "two.wat"],
        "the parts import each other: `one.wat` from `two.wat` from `one.wat`",
    );
    // One that imports what it exports is not served by itself: its import stays, and that is said.
    link(&sampan, &["app.wat", "--with", "own.wat", "-o", "out.wasm"])
        .code(0)
        .says("warning: it still imports a:b/one");
}

/// A provider with very many instances: the validator's own bound meets it before anything is made of it.
#[test]
fn ten_thousand_instances_are_refused() {
    let sampan = sampan();
    let many: String = (0..10_000)
        .map(|_| "(core instance (instantiate $m))".to_owned())
        .collect();
    sampan.file(
        "many.wat",
        format!(
            r#"(component (core module $m (func (export "f") (result i32) i32.const 7)) {many}
                (core instance $last (instantiate $m)) (func $f (result u32) (canon lift (core func $last "f")))
                (instance $e (export "f" (func $f))) (export "a:b/one" (instance $e)))"#
        ),
    );
    sampan.file("app.wat", r#"(component (import "a:b/one" (instance $i (export "f" (func (result u32))))) (alias export $i "f" (func $f)) (export "run" (func $f)))"#);
    refused(
        &sampan,
        &["app.wat", "--with", "many.wat"],
        "`many.wat` is not a valid component: instances count exceeds limit of 1000",
    );
}
