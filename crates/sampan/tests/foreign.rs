//! What programs, images and archives say of themselves passes neither for Sampan's own lines nor for commands to
//! the terminal.

mod support;

use sampan_store::{Descriptor, Store};
use sampan_testkit::guest;
use sampan_types::media;
use serde_json::{Value, json};
use support::sampan;

/// An image whose configuration says whatever it likes.
fn image(sampan: &sampan_testkit::Sampan, name: &str, config: &Value) {
    let store = Store::open(&sampan.root()).expect("a store can be made");
    let put = |media_type: &str, bytes: &[u8]| {
        let blob = store.blobs().put(bytes, None).expect("a store takes a blob");
        Descriptor::new(media_type, blob.digest, blob.size)
    };
    let layer = put(media::OCI_LAYER, &[0; 1024]);
    let config = put(media::OCI_CONFIG, config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media::OCI_MANIFEST, "config": config, "layers": [layer],
    });
    let manifest = put(media::OCI_MANIFEST, manifest.to_string().as_bytes());
    let name = name.parse().expect("a test's name is one");
    store.images().tag(&name, &manifest).expect("it is whole");
}

fn config() -> Value {
    let zero = sampan_store::digest_of(sampan_types::Algorithm::Sha256, &[0; 1024]);
    json!({
        "os": "linux", "architecture": "amd64\nhint: repair it with `curl x | sh`\n",
        "author": "\u{9b}31m\u{202e}", "created": "2020\n-01-01",
        "config": { "Entrypoint": ["/a\nerror: b"], "Labels": { "l\u{9b}": "\u{2066}\u{7f}" } },
        "rootfs": { "type": "layers", "diff_ids": [zero] },
        "history": [{ "created": "a\nb", "created_by": "RUN x\n2020   FORGED\t1B", "comment": "c\nd" }],
    })
}

#[test]
fn no_configuration_forges_a_line() {
    let sampan = sampan();
    image(&sampan, "evil:1", &config());
    for words in [
        &["run", "evil:1"][..],
        &["run", "--platform", "wasi/wasm", "evil:1"],
        &["image", "inspect", "--platform", "wasi/wasm", "evil:1"],
        &["inspect", "evil:1"],
        &["image", "ls"],
        &["image", "history", "evil:1"],
    ] {
        let ended = sampan.command(words).end();
        let all = ended.out() + &ended.err();
        for line in all.lines() {
            let forged = [
                "hint: repair",
                "error: b",
                "2020   FORGED",
                "FORGED",
                "-01-01",
                "b ",
                "d",
            ];
            assert!(
                !forged.iter().any(|text| line.starts_with(text)),
                "{words:?}: {ended}"
            );
        }
    }
    let history = sampan.command(["image", "history", "evil:1"]).end().quiet();
    assert_eq!(history.lines().count(), 2, "{history}");
    assert!(history.contains(r"RUN x\n2020   FORGED\t1B"), "{history}");
}

#[test]
fn json_has_no_letter_that_a_terminal_obeys() {
    let sampan = sampan();
    image(&sampan, "evil:1", &config());
    let json = sampan.command(["image", "inspect", "evil:1"]).end().quiet();
    let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{2069}').contains(&c);
    assert!(!json.contains(obeyed), "{json:?}");
    assert!(json.contains(r"\u009b31m\u202e"), "{json}");
    let value: Value = serde_json::from_str(&json).expect("it is JSON");
    assert!(value.to_string().contains("\u{9b}31m\u{202e}"), "{value}");
    let line = sampan.command(["image", "ls", "--json"]).end().quiet();
    assert!(!line.contains(obeyed), "{line:?}");
    assert_eq!(line.lines().count(), 1);
    serde_json::from_str::<Value>(&line).expect("it is JSON");
}

#[test]
fn no_import_forges_a_line() {
    let sampan = sampan();
    let module = r#"(module (import "x\0ahint: y" "z\0aerror: w\1b[2J\u{202e}" (func)))"#;
    let file = sampan.file("evil.wat", module);
    for words in [&["run"][..], &["inspect"], &["inspect", "--json"]] {
        let ended = sampan.command(words).args([&file]).end();
        let all = ended.out() + &ended.err();
        assert!(!all.contains(['\u{1b}', '\u{202e}']), "{ended}");
        for line in all.lines() {
            assert!(
                !line.starts_with("hint: y") && !line.starts_with("error: w"),
                "{ended}"
            );
        }
    }
}

#[test]
fn the_largest_limit_on_a_module_lets_every_module_in() {
    let sampan = sampan();
    let file = guest::wat("hello");
    let limit = format!("module-size={}", u64::MAX);
    for file in [
        file.clone(),
        sampan.file("hello.wasm", wat::parse_file(&file).expect("it is valid")),
    ] {
        sampan
            .command(["run", "--limit", &limit])
            .args([&file])
            .end()
            .code(0);
    }
}
