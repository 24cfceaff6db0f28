//! A Wasm file to an artifact.

use std::collections::BTreeMap;

use sampan_image::{ImageError, PackOptions, ProgramSource, WasmForm, pack};
use sampan_types::{ByteCount, media};
use serde_json::Value;

use crate::common::{COMPONENT, Fixture, MODULE, reference, sha256};

/// A module that imports `env.f` twice over two names and exports `_start`.
const WITH_IMPORTS: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type: () -> ()
    2, 17, 2, 3, b'e', b'n', b'v', 1, b'f', 0, 0, 3, b'e', b'n', b'v', 1, b'g', 0, 0, // imports
    7, 10, 1, 6, b'_', b's', b't', b'a', b'r', b't', 0, 0, // export
];

fn document(fix: &Fixture, digest: &sampan_types::Digest) -> Value {
    serde_json::from_slice(&fix.lease.blobs().read_blob(digest, ByteCount::mib(1)).unwrap()).unwrap()
}

#[test]
fn a_module_becomes_the_cncf_artifact() {
    let fix = Fixture::new();
    let options = PackOptions {
        created: 1_700_000_000,
        author: Some("Ada".to_owned()),
        annotations: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        title: Some("app.wasm".to_owned()),
        target: None,
    };
    let name = reference("example.org/app:1");
    let packed = pack(&fix.lease, WITH_IMPORTS, Some(&name), &options).unwrap();
    assert_eq!(packed.summary.form, WasmForm::Module);
    assert_eq!(packed.summary.imports, ["env"]);
    assert_eq!(packed.summary.exports, ["_start"]);
    assert_eq!(
        fix.lease.images().resolve(&name).unwrap().descriptor.digest,
        packed.descriptor.digest
    );

    let manifest = document(&fix, &packed.descriptor.digest);
    let layer = sha256(WITH_IMPORTS).to_string();
    assert_eq!(manifest["schemaVersion"], 2);
    assert_eq!(manifest["config"]["mediaType"], media::WASM_CONFIG);
    assert_eq!(manifest["layers"][0]["mediaType"], media::WASM_LAYER);
    assert_eq!(manifest["layers"][0]["digest"], layer);
    assert_eq!(manifest["annotations"]["k"], "v");
    let config: Value = document(
        &fix,
        &manifest["config"]["digest"].as_str().unwrap().parse().unwrap(),
    );
    assert_eq!(
        config,
        serde_json::json!({
            "created": "2023-11-14T22:13:20Z", "author": "Ada", "architecture": "wasm", "os": "wasip1",
            "layerDigests": [layer],
        })
    );
    let runnable = fix.resolve(&packed.descriptor, Some("wasip1/wasm")).unwrap();
    assert_eq!(
        runnable.program,
        Some(ProgramSource::Blob {
            digest: sha256(WITH_IMPORTS),
            size: WITH_IMPORTS.len() as u64
        })
    );
    assert_eq!(runnable.config.author.as_deref(), Some("Ada"));
}

#[test]
fn a_component_says_what_it_imports_and_exports() {
    let fix = Fixture::new();
    let packed = pack(&fix.lease, COMPONENT, None, &PackOptions::default()).unwrap();
    assert_eq!(packed.summary.form, WasmForm::Component);
    let manifest = document(&fix, &packed.descriptor.digest);
    let config: Value = document(
        &fix,
        &manifest["config"]["digest"].as_str().unwrap().parse().unwrap(),
    );
    assert_eq!(config["os"], "wasip2");
    assert_eq!(
        config["component"],
        serde_json::json!({ "exports": [], "imports": [] })
    );
    assert!(fix.resolve(&packed.descriptor, Some("wasip2/wasm")).is_ok());
    assert!(fix.resolve(&packed.descriptor, Some("wasip1/wasm")).is_err());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (one, two) = (Fixture::new(), Fixture::new());
    let options = PackOptions {
        created: 7,
        ..PackOptions::default()
    };
    let a = pack(&one.lease, MODULE, None, &options).unwrap();
    let b = pack(&two.lease, MODULE, Some(&reference("x")), &options).unwrap();
    assert_eq!(a.descriptor, b.descriptor);
    let later = PackOptions {
        created: 8,
        ..PackOptions::default()
    };
    assert_ne!(
        pack(&one.lease, MODULE, None, &later).unwrap().descriptor,
        a.descriptor
    );
}

#[test]
fn what_is_no_wasm_is_refused() {
    let fix = Fixture::new();
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b"\x7fELF", "a Linux program"),
        (b"(module)", "another format"),
        (b"\0asm", "not a valid Wasm file"),
        (b"\0asm\x02\0\0\0", "not a valid Wasm file"),
        (b"\0asm\x01\0\0\0\x0a\x10", "not a valid Wasm file"),
        // A function section without a code section parses and is still not valid.
        (
            b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0",
            "not a valid Wasm file",
        ),
    ] {
        let error = pack(&fix.lease, bytes, Some(&reference("x")), &PackOptions::default()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(matches!(
            error,
            ImageError::NotWasm { .. } | ImageError::InvalidWasm { .. }
        ));
    }
    assert!(fix.lease.images().list().unwrap().is_empty());
    assert!(
        fix.lease.blobs().list().unwrap().is_empty(),
        "nothing is written for a refused file"
    );
}
