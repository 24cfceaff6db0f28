//! `sampan inspect --wit`: what it prints is WIT.

use sampan_store::{Descriptor, Store};
use sampan_testkit::{Sampan, guest, place};
use sampan_types::media;
use serde_json::json;

use crate::registry::Registry;
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

/// An export that cannot be said leaves no world to print, and neither does a world without end.
#[test]
fn worlds_that_cannot_be_written_are_told() {
    let sampan = sampan();
    let odd = r#"(component (core module $m) (export "some-module" (core module $m)))"#.to_owned();
    let name = "a-rather-long-name-".repeat(50);
    let long: String = (0..2_000)
        .map(|i| format!(r#"(import "{name}x{i}" (func))"#))
        .collect();
    for (file, text) in [("odd.wat", odd), ("long.wat", format!("(component {long})"))] {
        sampan.file(file, text);
        let file = format!("./{file}");
        let ended = sampan.command(["inspect", "--wit", &file]).end();
        ended
            .fails(1)
            .says(&format!("the world of `{file}` cannot be written in WIT"))
            .says("hint: WIT has no words for what it imports or exports, or needs more than 1 MiB of them");
        assert_eq!(ended.out(), "");
    }
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

/// A package as `wkg` publishes it: one layer, and a configuration that lists what it exports.
fn publish(sampan: &Sampan, name: &str, wit: &str) {
    let store = Store::open(&sampan.root()).unwrap();
    let put = |media_type: &str, bytes: &[u8]| {
        let blob = store.blobs().put(bytes, None).unwrap();
        Descriptor::new(media_type, blob.digest, blob.size)
    };
    let layer = put(media::WASM_LAYER, &guest::wit_package(wit));
    let config = json!({
        "created": "2024-09-20T00:00:00Z", "author": null, "architecture": "wasm", "os": "wasip2",
        "layerDigests": [layer.digest],
        "component": { "exports": ["test:log/logger@0.2.0", "test:log/text@0.2.0"], "imports": [], "target": null },
    });
    let config = put(media::WASM_CONFIG, config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media::OCI_MANIFEST, "config": config, "layers": [layer],
        "annotations": { "org.opencontainers.image.version": "0.2.0" },
    });
    let manifest = put(media::OCI_MANIFEST, manifest.to_string().as_bytes());
    store.images().tag(&name.parse().unwrap(), &manifest).unwrap();
    sampan.command(["image", "push", name]).end().code(0);
    sampan.command(["image", "rm", name]).end().code(0);
}

/// Packages of a registry, as `wkg` names and publishes them: pulled, printed, and compared with.
#[test]
fn components_are_compared_with_packages_of_a_registry() {
    let (registry, sampan) = (Registry::new(), sampan());
    crate::parts(&sampan);
    let name = format!("{}/test/log:0.2.0", registry.address());
    let text = std::fs::read_to_string(place::guests("link/log.wit")).unwrap();
    publish(&sampan, &name, &text);
    // It is fetched when it is asked for.
    for (file, says) in [
        ("app.wasm", "imports test:log/text@0.2.0 test:log/text@0.2.0"),
        (
            "provider.wasm",
            "exports test:log/logger@0.2.0 test:log/logger@0.2.0",
        ),
    ] {
        let shown = sampan.command(["inspect", file, "--against", &name]).end();
        let out = shown.code(0).out();
        let mut rows = out
            .lines()
            .map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "));
        assert!(rows.any(|row| row == says), "{out}");
    }
    let wit = sampan.command(["inspect", "--wit", &name]).end().quiet();
    assert!(wit.contains("package test:log@0.2.0;"), "{wit}");
    // The next version has another function, which the provider has not, and nobody asks for yet.
    let next = format!("{}/test/log:0.2.1", registry.address());
    let text = text
        .replace("@0.2.0", "@0.2.1")
        .replace("log: func(", "flush: func();\n  log: func(");
    publish(&sampan, &next, &text);
    let against = |file: &str| sampan.command(["inspect", file, "--against", &next]).end();
    against("app.wasm").code(0);
    against("provider.wasm")
        .fails(1)
        .says("`provider.wasm` exports `test:log/logger@0.2.0`, and `")
        .says("has `test:log/logger@0.2.1`, which promises nothing for it")
        .says("hint: ");
    // Other types under the same version.
    let other = format!("{}/test/log:other", registry.address());
    let text = text.replace("@0.2.1", "@0.2.0").replace("-> u32", "-> u64");
    publish(&sampan, &other, &text);
    let against = |file: &str, package: &str| sampan.command(["inspect", file, "--against", package]).end();
    against("app.wasm", &other)
        .fails(1)
        .says("has it otherwise")
        .says("wanted func(level: level, text: string) -> u32")
        .says("there  func(level: level, text: string) -> u64");
    // What has nothing to do with it, what is no package, and what is not there.
    sampan.file("server.wasm", guest::http_server("hello"));
    against("server.wasm", &name)
        .fails(1)
        .says("`server.wasm` neither imports nor exports an interface of `");
    against("app.wasm", "provider.wasm")
        .fails(1)
        .says("`provider.wasm` is no package of WIT");
    let gone = format!("{}/test/log:9.9.9", registry.address());
    against("app.wasm", &gone).fails(1).says("test/log:9.9.9");
}
