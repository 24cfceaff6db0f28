//! Links of images: found as `sampan run` finds them, kept with what the image says.

use std::fs;

use sampan_store::{Descriptor, Store};
use sampan_testkit::layer::Layer;
use sampan_testkit::{Sampan, guest};
use sampan_types::media;
use serde_json::json;

use crate::support::sampan;
use crate::{link, parts};

fn pack(sampan: &Sampan, file: &str, name: &str) {
    sampan.command(["image", "pack", file, name]).end().code(0);
}

/// An image whose program is a file, reached through a link.
fn with_files(sampan: &Sampan, name: &str, program: &[u8]) {
    let store = Store::open(&sampan.root()).unwrap();
    let put = |media_type: &str, bytes: &[u8]| {
        let blob = store.blobs().put(bytes, None).unwrap();
        Descriptor::new(media_type, blob.digest, blob.size)
    };
    let archive = Layer::new()
        .folder("usr")
        .file("usr/app.wasm", program)
        .symlink("bin", "usr")
        .file("etc/motd", "hello")
        .tar();
    let layer = put(media::OCI_LAYER, &archive);
    let config = json!({
        "os": "wasi", "architecture": "wasm",
        "config": {
            "Entrypoint": ["/bin/app.wasm", "four"], "Cmd": ["seven"], "Env": ["A=1"], "Labels": { "own": "label" },
        },
        "rootfs": { "type": "layers", "diff_ids": [layer.digest] },
    });
    let config = put(media::OCI_CONFIG, config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media::OCI_MANIFEST, "config": config, "layers": [layer],
    });
    let manifest = put(media::OCI_MANIFEST, manifest.to_string().as_bytes());
    store.images().tag(&name.parse().unwrap(), &manifest).unwrap();
}

fn image(sampan: &Sampan, name: &str) -> serde_json::Value {
    let shown = sampan.command(["image", "inspect", name]).end().quiet();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    shown.get(0).cloned().unwrap_or(shown)
}

#[test]
fn artifacts_are_linked_into_an_artifact() {
    let sampan = sampan();
    parts(&sampan);
    for name in ["app", "shouter", "provider"] {
        pack(&sampan, &format!("{name}.wasm"), &format!("parts/{name}:2"));
    }
    let words = [
        "parts/app:2",
        "--with",
        "parts/shouter:2",
        "--with",
        "logger=parts/provider:2",
    ];
    let linked = link(&sampan, &[&words[..], &["-t", "whole:1"]].concat());
    let digest = linked.code(0).out();
    let called = sampan.command(["call", "whole:1", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "11\n");
    let shown = sampan.command(["inspect", "whole:1"]).end().quiet();
    assert!(shown.contains(digest.trim_end()), "{shown}");
    assert!(shown.contains("parts/provider:2"), "{shown}");
    let shown = image(&sampan, "whole:1").to_string();
    assert!(
        shown.contains("dev.sampan.link.0") && shown.contains("parts/app:2@sha256:"),
        "{shown}"
    );
    // The parts are as they were.
    sampan
        .command(["call", "parts/app:2", "run(\"hello\")"])
        .end()
        .fails(126);
    // To both at once, and again: the same program.
    let both = link(
        &sampan,
        &[&words[..], &["-t", "whole:2", "-o", "out.wasm"]].concat(),
    );
    assert_eq!(both.code(0).out(), digest);
    let called = sampan.command(["call", "out.wasm", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "11\n");
    // What is not here, and may not be fetched.
    link(
        &sampan,
        &[
            "parts/app:2",
            "--with",
            "parts/nobody:1",
            "--pull",
            "never",
            "-t",
            "whole:3",
        ],
    )
    .fails(1)
    .says("`--pull never` forbids to fetch it");
}

/// An image with files keeps them, its entrypoint, its arguments and its environment.
#[test]
fn an_image_with_files_keeps_what_it_says() {
    let sampan = sampan();
    let app = guest::linkable_rust("command", "command");
    let logger = guest::linkable_rust("provider", "provider");
    with_files(&sampan, "files:1", &fs::read(&app).unwrap());
    let with = format!("logger={}", logger.display());
    link(&sampan, &["files:1", "--with", &with, "-t", "files:2"]).code(0);
    let ran = sampan.run(["files:2"]);
    assert_eq!(ran.code(0).out(), "4\n9\n");
    let ran = sampan.run(["files:2", "x"]);
    assert_eq!(ran.code(0).out(), "4\n5\n");
    let (one, two) = (image(&sampan, "files:1"), image(&sampan, "files:2"));
    for field in ["Entrypoint", "Cmd", "Env"] {
        assert_eq!(one["Config"][field], two["Config"][field], "{field}");
    }
    assert_eq!(two["Config"]["Labels"]["own"], "label");
    assert!(
        two["Config"]["Labels"]["dev.sampan.link.1"]
            .as_str()
            .unwrap()
            .contains("serves test:log/logger@0.2.0")
    );
    let layers = |image: &serde_json::Value| image["RootFS"]["Layers"].as_array().unwrap().len();
    assert_eq!(layers(&two), layers(&one) + 1);
    sampan.run(["files:1"]).fails(126);
    // The file took its own place, and the link still leads there.
    let wasm = sampan.work().join("files.wasm");
    let words = ["image", "export", "files:2", "-o"];
    sampan.command(words).args([&wasm]).end().code(0);
    let linked = sampan
        .command(["inspect".as_ref(), wasm.as_os_str()])
        .end()
        .quiet();
    assert!(linked.contains("files:1"), "{linked}");
}
