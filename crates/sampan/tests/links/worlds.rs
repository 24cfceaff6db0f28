//! `sampan inspect --wit`: what it prints is WIT.

use sampan_testkit::{guest, place};

use crate::support::sampan;

/// Every guest that is a component, and what Rust makes: each world is read again and gives the same text.
#[test]
fn the_world_of_each_component_is_wit() {
    let sampan = sampan();
    let mut files = vec![
        sampan.file("calls.wasm", guest::callable("calls")),
        sampan.file("server.wasm", guest::http_server("hello")),
        guest::rust("fs", guest::Target::P2),
        guest::rust("net", guest::Target::P2),
        guest::linkable_rust("command", "command"),
    ];
    for name in ["app", "provider", "wrapper", "shouter"] {
        files.push(sampan.file(&format!("{name}.wasm"), guest::linkable(name)));
    }
    let texts = std::fs::read_dir(place::guests("wat")).unwrap();
    files.extend(texts.map(|entry| entry.unwrap().path()));
    let (mut worlds, mut modules) = (0, 0);
    for file in files {
        let ended = sampan
            .command(["inspect".as_ref(), "--wit".as_ref(), file.as_os_str()])
            .end();
        if ended
            .err()
            .contains("is a core module, which has no interface in WIT")
        {
            ended.fails(1).says("hint: `sampan inspect");
            modules += 1;
            continue;
        }
        let wit = ended.quiet();
        let again =
            guest::wit_again(&wit, false).unwrap_or_else(|e| panic!("{}: {e}\n{wit}", file.display()));
        assert_eq!(again.trim_end(), wit.trim_end(), "{}", file.display());
        worlds += 1;
    }
    assert!(
        worlds >= 11 && modules >= 10,
        "{worlds} worlds, {modules} modules"
    );
}

#[test]
fn a_package_of_wit_is_printed_with_its_comments() {
    let sampan = sampan();
    let text = std::fs::read_to_string(place::guests("link/log.wit")).unwrap();
    let file = sampan.file("log.wasm", guest::wit_package(&text));
    let wit = sampan
        .command(["inspect".as_ref(), "--wit".as_ref(), file.as_os_str()])
        .end()
        .quiet();
    assert!(wit.contains("package test:log@0.2.0;"), "{wit}");
    assert!(
        wit.contains("/// Gives how many bytes of text have come so far."),
        "{wit}"
    );
    assert!(
        wit.contains("world shouter {\n  import logger;\n\n  export text;"),
        "{wit}"
    );
    assert_eq!(guest::wit_again(&wit, true).unwrap().trim_end(), wit.trim_end());
    // As an image, too.
    sampan
        .command(["image", "pack", "log.wasm", "wit/log:0.2.0"])
        .end()
        .code(0);
    assert_eq!(
        sampan
            .command(["inspect", "--wit", "wit/log:0.2.0"])
            .end()
            .quiet(),
        wit
    );
}

/// What WIT has no words for is named, and the rest is a world.
#[test]
fn imports_that_wit_cannot_say_are_named() {
    let sampan = sampan();
    sampan.file(
        "odd.wat",
        r#"(component
            (import "some-module" (core module (export "f" (func))))
            (import "some-component" (component (export "f" (func))))
            (import "a:b/c" (instance (export "f" (func)))))"#,
    );
    let ended = sampan.command(["inspect", "--wit", "./odd.wat"]).end();
    ended
        .code(0)
        .says("warning: WIT has no words for the imports some-module, some-component, which are left out");
    assert!(ended.out().contains("import a:b/c;"), "{}", ended.out());
    assert!(!ended.out().contains("some-"), "{}", ended.out());
    let json = sampan.command(["inspect", "--json", "./odd.wat"]).end().quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["program"]["details"]["not_in_wit"],
        serde_json::json!(["some-module", "some-component"])
    );
}

#[test]
fn a_core_module_has_no_world() {
    let sampan = sampan();
    sampan.file("core.wat", "(module)");
    let ended = sampan.command(["inspect", "--wit", "./core.wat"]).end();
    ended
        .fails(1)
        .says("`./core.wat` is a core module, which has no interface in WIT")
        .says("hint: ");
}
