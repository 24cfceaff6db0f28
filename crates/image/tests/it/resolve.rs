//! Which images run, and as what; what is refused, and in which words.

use std::path::PathBuf;

use sampan_image::ProgramSource;
use sampan_types::platform::Kind;
use sampan_types::{Classified, ErrorClass, media};
use serde_json::json;

use crate::common::{Fixture, ImageSpec, MODULE, chain};
use sampan_testkit::layer::Layer;

fn rooted() -> Vec<Vec<u8>> {
    vec![Layer::new().file("app.wasm", MODULE).tar()]
}

#[test]
fn artifacts_of_every_known_type_run() {
    let fix = Fixture::new();
    let cncf = json!({ "created": "2024-01-01T00:00:00Z", "architecture": "wasm", "os": "wasip1", "layerDigests": [] });
    for (config, layer) in [
        (media::WASM_CONFIG, media::WASM_LAYER),
        (
            media::WASM_CONFIG_V1,
            "application/vnd.wasm.content.layer.v1+wasm",
        ),
        (
            media::WASM_CONFIG_V1,
            "application/vnd.module.wasm.content.layer.v1+wasm",
        ),
        (
            media::OCI_CONFIG,
            "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
        ),
        (
            media::OCI_CONFIG,
            "application/vnd.bytecodealliance.component.layer.v0+wasm",
        ),
        (media::OCI_EMPTY, media::WASM_LAYER),
        (media::OCI_EMPTY, "application/octet-stream"),
        (
            "application/vnd.unknown.config.v1+json",
            "application/vnd.unknown.layer",
        ),
    ] {
        let config = match config {
            media::WASM_CONFIG | media::OCI_CONFIG => fix.json(config, &cncf),
            other => fix.json(other, &json!({})),
        };
        let layer = fix.blob(layer, MODULE);
        let top = fix.manifest(&config, std::slice::from_ref(&layer), &[]);
        let runnable = fix
            .resolve(&top, None)
            .unwrap_or_else(|e| panic!("{}: {e}", layer.media_type));
        assert_eq!(runnable.kind, Kind::Wasm);
        assert_eq!(
            runnable.program,
            Some(ProgramSource::Blob {
                digest: layer.digest,
                size: 8
            })
        );
        assert_eq!(runnable.id, top.digest);
        assert!(runnable.rootfs.is_none());
        assert!(fix.resolve(&top, Some("wasi/wasm")).is_ok());
        assert!(fix.resolve(&top, Some("linux/amd64")).is_err());
    }
}

#[test]
fn the_wasm_layer_runs_and_the_others_are_files() {
    let fix = Fixture::new();
    let config = fix.json(media::OCI_EMPTY, &json!({}));
    let mut readme = fix.blob("text/markdown", b"hello");
    readme.annotations.insert(
        "org.opencontainers.image.title".to_owned(),
        "README.md".to_owned(),
    );
    let first = fix.blob(media::WASM_LAYER, MODULE);
    let second = fix.blob(media::WASM_LAYER, b"\0asm\x01\0\0\0\0\x01\0");
    let top = fix.manifest(&config, &[readme, first.clone(), second.clone()], &[]);
    let runnable = fix.resolve(&top, None).unwrap();
    assert_eq!(
        runnable.program,
        Some(ProgramSource::Blob {
            digest: first.digest,
            size: 8
        })
    );
    let files: Vec<_> = runnable
        .files
        .iter()
        .map(|f| (f.title.as_deref(), &f.digest))
        .collect();
    assert_eq!(files[0].0, Some("README.md"));
    assert_eq!(files[1], (None, &second.digest));
}

#[test]
fn a_wasm_layer_beside_archives_keeps_its_root_filesystem() {
    let fix = Fixture::new();
    let tar = Layer::new().file("data.txt", "x").tar();
    for with_wasm_id in [false, true] {
        let mut ids = vec![crate::common::sha256(&tar)];
        if with_wasm_id {
            ids.push(crate::common::sha256(MODULE));
        }
        let config = fix.json(
            media::OCI_CONFIG,
            &json!({ "os": "wasip1", "architecture": "wasm", "rootfs": { "type": "layers", "diff_ids": ids },
                "config": { "Env": ["A=1"] } }),
        );
        let layers = [
            fix.blob(media::OCI_LAYER, &tar),
            fix.blob(media::WASM_LAYER, MODULE),
        ];
        let runnable = fix.resolve(&fix.manifest(&config, &layers, &[]), None).unwrap();
        assert!(matches!(runnable.program, Some(ProgramSource::Blob { .. })));
        assert_eq!(runnable.rootfs.unwrap().layers.len(), 1);
        assert_eq!(runnable.config.env, ["A=1"]);
    }
}

#[test]
fn images_with_a_root_filesystem_have_the_kind_of_their_platform() {
    let fix = Fixture::new();
    for (platform, kind) in [
        ("wasi/wasm", Kind::Wasm),
        ("wasip1/wasm", Kind::Wasm),
        ("wasip2/wasm32", Kind::Wasm),
        ("linux/amd64", Kind::Linux),
        ("windows/amd64", Kind::Windows),
    ] {
        for config_type in [media::OCI_CONFIG, media::DOCKER_CONFIG] {
            let top = fix.image(&ImageSpec {
                platform,
                config_type,
                layers: rooted(),
                ..ImageSpec::default()
            });
            let runnable = fix.resolve(&top, Some(platform)).unwrap();
            assert_eq!(runnable.kind, kind, "{platform}");
            assert_eq!(
                runnable.program,
                Some(ProgramSource::InRootfs {
                    path: PathBuf::from("/app.wasm")
                })
            );
            assert_eq!(runnable.must_be_wasm, kind == Kind::Wasm);
        }
    }
}

#[test]
fn a_marked_linux_image_is_wasm_too() {
    let fix = Fixture::new();
    for (annotations, always) in [
        (vec![("module.wasm.image/variant", "compat")], true),
        (vec![("module.wasm.image/variant", "compat-smart")], false),
        (vec![("run.oci.handler", "wasm")], true),
    ] {
        let top = fix.image(&ImageSpec {
            platform: "linux/amd64",
            config: json!({}),
            annotations,
            layers: rooted(),
            ..ImageSpec::default()
        });
        let runnable = fix.resolve(&top, Some("wasi/wasm")).unwrap();
        assert_eq!(runnable.must_be_wasm, always);
        // The compat variant has one name for its program.
        assert_eq!(
            runnable.program,
            Some(ProgramSource::InRootfs {
                path: PathBuf::from("plugin.wasm")
            })
        );
    }
    let labelled = fix.image(&ImageSpec {
        platform: "linux/amd64",
        config: json!({ "Labels": { "module.wasm.image/variant": "compat" } }),
        layers: rooted(),
        ..ImageSpec::default()
    });
    assert_eq!(fix.resolve(&labelled, None).unwrap().kind, Kind::Wasm);
}

#[test]
fn an_index_gives_wasm_first_and_what_was_asked_for() {
    let fix = Fixture::new();
    let host = sampan_image::Request::any().host.to_string();
    let image = |platform: &'static str| {
        fix.image(&ImageSpec {
            platform,
            layers: rooted(),
            ..ImageSpec::default()
        })
    };
    let (wasm, linux, arm) = (image("wasi/wasm"), image("linux/amd64"), image("linux/riscv64"));
    let index = fix.index(&[(&arm, "linux/riscv64"), (&linux, &host), (&wasm, "wasi/wasm")]);
    assert_eq!(fix.resolve(&index, None).unwrap().manifest, wasm.digest);
    assert_eq!(fix.resolve(&index, None).unwrap().id, index.digest);
    assert_eq!(
        fix.resolve(&index, Some("linux/riscv64")).unwrap().manifest,
        arm.digest
    );
    let plain = fix.index(&[(&arm, "linux/riscv64"), (&linux, &host)]);
    assert_eq!(fix.resolve(&plain, None).unwrap().manifest, linux.digest);
    // The platform may be in the configuration alone, and the index in another one.
    let silent = fix.index(&[(&arm, ""), (&wasm, "")]);
    let nested = fix.index(&[(&silent, "")]);
    assert_eq!(fix.resolve(&nested, None).unwrap().manifest, wasm.digest);
    let error = fix.resolve(&plain, Some("wasi/wasm")).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unsupported);
    let text = error.to_string();
    assert!(
        text.contains("wasi/wasm") && text.contains("linux/riscv64"),
        "{text}"
    );
}

#[test]
fn one_entry_without_a_platform_is_taken() {
    let fix = Fixture::new();
    let config = fix.json(media::OCI_EMPTY, &json!({}));
    let plain = fix.manifest(&config, &[fix.blob("application/octet-stream", MODULE)], &[]);
    let index = fix.index(&[(&plain, "")]);
    assert_eq!(fix.resolve(&index, None).unwrap().kind, Kind::Wasm);
}

#[test]
fn attestations_are_never_chosen() {
    let fix = Fixture::new();
    let wasm = fix.image(&ImageSpec {
        layers: rooted(),
        ..ImageSpec::default()
    });
    let mut attestation = fix.image(&ImageSpec::default());
    attestation.annotations.insert(
        "vnd.docker.reference.type".to_owned(),
        "attestation-manifest".to_owned(),
    );
    let index = fix.index(&[(&attestation, "wasi/wasm"), (&wasm, "wasi/wasm")]);
    assert_eq!(fix.resolve(&index, None).unwrap().manifest, wasm.digest);
    let unknown = fix.index(&[(&wasm, "unknown/unknown")]);
    assert!(fix.resolve(&unknown, None).is_err());
}

#[test]
fn a_platform_that_was_not_pulled_is_named() {
    let fix = Fixture::new();
    let missing = sampan_store::Descriptor::new(media::OCI_MANIFEST, crate::common::sha256(b"nowhere"), 7);
    let linux = fix.image(&ImageSpec {
        platform: "linux/amd64",
        layers: rooted(),
        ..ImageSpec::default()
    });
    let index = fix.index(&[(&missing, "wasi/wasm"), (&linux, "linux/amd64")]);
    let error = fix.resolve(&index, None).unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert!(error.hint().unwrap().contains("wasi/wasm"), "{error}");
}

#[test]
fn what_does_not_run_says_what_it_is() {
    let fix = Fixture::new();
    let helm = fix.manifest(
        &fix.json("application/vnd.cncf.helm.config.v1+json", &json!({})),
        &[fix.blob(
            "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            &[0x1f, 0x8b, 0],
        )],
        &[],
    );
    let lying = fix.manifest(
        &fix.json(media::WASM_CONFIG, &json!({})),
        &[fix.blob(media::WASM_LAYER, b"\x7fELF\x02\x01\x01\0")],
        &[],
    );
    let encrypted = fix.image(&ImageSpec {
        layer_type: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
        layers: rooted(),
        ..ImageSpec::default()
    });
    let plan9 = fix.image(&ImageSpec {
        platform: "plan9/amd64",
        layers: rooted(),
        ..ImageSpec::default()
    });
    for (top, words) in [
        (helm, "helm"),
        (lying, "a Linux program"),
        (encrypted, "encrypted"),
        (plan9, "plan9/amd64"),
    ] {
        let error = fix.resolve(&top, None).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.class(), ErrorClass::CannotInvoke, "{error}");
    }
}

#[test]
fn documents_that_contradict_themselves_are_refused() {
    let fix = Fixture::new();
    let config = fix.json(
        media::OCI_CONFIG,
        &json!({ "os": "wasi", "architecture": "wasm" }),
    );
    let layer = fix.blob(media::OCI_LAYER, &rooted()[0]);
    let bad = [
        // Two readers would see two images in one blob.
        json!({ "mediaType": media::OCI_MANIFEST, "config": config, "layers": [], "manifests": [layer] }),
        json!({ "mediaType": media::OCI_INDEX, "config": config, "layers": [] }),
        json!({ "mediaType": media::OCI_MANIFEST, "layers": [] }),
        // More layers than diff ids.
        json!({ "mediaType": media::OCI_MANIFEST, "config": config, "layers": [layer] }),
        json!([]),
        json!("x"),
        json!({ "mediaType": media::OCI_MANIFEST, "config": config, "layers": vec![layer.clone(); 2_000] }),
    ];
    for document in bad {
        let top = fix.json(media::OCI_MANIFEST, &document);
        let error = fix.resolve(&top, None).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Corrupt, "{error}");
    }
    let mut deep = fix.image(&ImageSpec {
        layers: rooted(),
        ..ImageSpec::default()
    });
    for _ in 0..5 {
        deep = fix.index(&[(&deep, "")]);
    }
    assert_eq!(fix.resolve(&deep, None).unwrap_err().class(), ErrorClass::Corrupt);
    let blob = fix.blob("text/plain", b"{}");
    assert_eq!(
        fix.resolve(&blob, None).unwrap_err().class(),
        ErrorClass::CannotInvoke
    );
    let absent = sampan_store::Descriptor::new(media::OCI_MANIFEST, crate::common::sha256(b"x"), 1);
    assert_eq!(
        fix.resolve(&absent, None).unwrap_err().class(),
        ErrorClass::NotFound
    );
}

/// Documents that are larger or deeper than any reader has room for.
#[test]
fn documents_that_never_end_are_refused() {
    let fix = Fixture::quick();
    let layer = fix.blob(media::OCI_LAYER, &Layer::new().tar());
    let deep = format!("{{\"config\":{}", "[".repeat(200_000));
    let deep_object = format!("{{\"config\":{}", "{\"a\":".repeat(200_000));
    let large = format!("{{\"os\":\"linux\",\"x\":\"{}\"}}", "x".repeat(9 << 20));
    for text in [deep, deep_object, large] {
        let config = fix.blob(media::OCI_CONFIG, text.as_bytes());
        let image = fix.manifest(&config, std::slice::from_ref(&layer), &[]);
        let error = fix.resolve(&image, None).unwrap_err();
        assert!(
            !chain(&error).is_empty() && chain(&error).len() < 1_000,
            "{error}"
        );
        let manifest = fix.blob(media::OCI_MANIFEST, text.as_bytes());
        assert!(fix.resolve(&manifest, None).is_err());
    }
}
