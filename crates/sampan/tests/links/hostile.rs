//! Parts that mean harm: one clear error, nothing written.

use std::fs::File;

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

/// The provider with many bytes that nobody reads, which are a hole in its file; `mark` makes it another one.
fn heavy(sampan: &Sampan, name: &str, mib: u64, mark: u8) {
    let mut bytes = guest::linkable("provider");
    let length = mib << 20;
    // A custom section: its length in five bytes of LEB128, and its name.
    bytes.push(0);
    bytes.extend([0, 7, 14, 21, 28].map(|shift| (length >> shift) as u8 & 0x7f | 0x80));
    if let Some(last) = bytes.last_mut() {
        *last &= 0x7f;
    }
    let whole = bytes.len() as u64 + length;
    bytes.extend([1, mark]);
    let path = sampan.file(name, bytes);
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(whole).unwrap();
}

#[test]
fn heavy_parts_are_linked_within_the_bounds_and_refused_beyond() {
    let sampan = sampan();
    parts(&sampan);
    for (name, mib, mark) in [
        ("one.wasm", 100, b'1'),
        ("two.wasm", 100, b'2'),
        ("three.wasm", 100, b'3'),
        ("larger.wasm", 257, b'4'),
    ] {
        heavy(&sampan, name, mib, mark);
    }
    let with = |providers: &[&'static str]| {
        let mut words = vec!["app.wasm", "--with", "shouter.wasm"];
        for provider in providers {
            words.extend(["--with", *provider]);
        }
        words
    };
    refused(
        &sampan,
        &with(&["larger.wasm"]),
        "the parts of a link have more than 256 MiB",
    );
    refused(
        &sampan,
        &with(&["one.wasm", "two.wasm", "three.wasm"]),
        "the parts of a link have more than 256 MiB",
    );
    // The same bytes by another name are no more bytes.
    std::fs::hard_link(sampan.work().join("one.wasm"), sampan.work().join("same.wasm")).unwrap();
    std::fs::hard_link(sampan.work().join("one.wasm"), sampan.work().join("again.wasm")).unwrap();
    let words = [
        &with(&["one.wasm", "same.wasm", "again.wasm"])[..],
        &["-o", "out.wasm"],
    ]
    .concat();
    link(&sampan, &words).code(0);
    assert!(out(&sampan).metadata().unwrap().len() > 100 << 20);
    let called = sampan.command(["call", "out.wasm", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "11\n");
}

/// What is no file at all, and what cannot be written.
#[test]
fn places_that_are_no_files() {
    let sampan = sampan();
    parts(&sampan);
    std::fs::create_dir(sampan.work().join("folder.wasm")).unwrap();
    for (file, says) in [
        ("./folder.wasm", "is a folder, not a program"),
        ("/dev/zero", "`/dev/zero` is not a regular file"),
        ("./nobody.wasm", "`./nobody.wasm` does not exist"),
    ] {
        refused(&sampan, &["app.wasm", "--with", file], says);
        refused(&sampan, &[file, "--with", "provider.wasm"], says);
    }
    let words = [
        "app.wasm",
        "--with",
        "shouter.wasm",
        "--with",
        "provider.wasm",
        "-o",
    ];
    link(&sampan, &[&words[..], &["folder.wasm"]].concat()).fails(1);
    link(&sampan, &[&words[..], &["/dev/full"]].concat())
        .fails(1)
        .says("cannot write `/dev/full`");
    // One of the parts may be what is written: it was read before.
    link(&sampan, &[&words[..], &["app.wasm"]].concat()).code(0);
    let called = sampan.command(["call", "app.wasm", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "11\n");
}

/// Valid components that wac asserts about: an error, without a word of the assertion.
#[test]
fn assertions_of_the_linker_are_errors_of_the_part() {
    let sampan = sampan();
    sampan.file(
        "odd.wat",
        r#"(component
            (import "plain" (instance $p (export "t" (type (sub resource)))))
            (alias export $p "t" (type $t))
            (import "use" (func (param "x" (own $t))))
            (type $level' (enum "info" "warning"))
            (import "test:log/logger@0.2.0" (instance $log
                (export "level" (type $level (eq $level')))
                (export "log" (func (param "level" $level) (param "text" string) (result u32)))))
            (alias export $log "log" (func $f))
            (export "run" (func $f)))"#,
    );
    parts(&sampan);
    refused(
        &sampan,
        &["odd.wat", "--with", "provider.wasm"],
        "the types of `odd.wat` are too odd to be linked",
    );
    // Looking at it is as well guarded.
    let shown = sampan.command(["inspect", "--wit", "./odd.wat"]).end();
    assert!(!shown.err().contains("panicked"), "{}", shown.err());
}
