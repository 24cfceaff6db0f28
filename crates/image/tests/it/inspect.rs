//! What people ask about images: lists, details, history, names.

use sampan_image::{PackOptions, Removed, Request, find, history, image_size, inspect, list, pack, remove};
use sampan_testkit::layer::Layer;
use sampan_types::{Classified, ErrorClass, media};
use serde_json::json;

use crate::common::{Fixture, ImageSpec, MODULE, reference, sha256};

fn docker_image(fix: &Fixture) -> sampan_store::Descriptor {
    let tars = [
        Layer::new().file("app.wasm", MODULE).tar(),
        Layer::new().file("x", "1").tar(),
    ];
    let config = fix.json(
        media::DOCKER_CONFIG,
        &json!({
            "created": "2024-05-06T07:08:09Z", "author": "Ada", "architecture": "wasm", "os": "wasi",
            "config": { "Entrypoint": ["/app.wasm"], "Cmd": ["--x"], "Env": ["A=1"], "WorkingDir": "/w",
                "ExposedPorts": { "80/tcp": {} }, "Labels": { "l": "v" } },
            "rootfs": { "type": "layers", "diff_ids": [sha256(&tars[0]), sha256(&tars[1])] },
            "history": [
                { "created": "2024-05-06T07:08:07Z", "created_by": "COPY app.wasm /" },
                { "created_by": "ENV A=1", "empty_layer": true },
                { "created_by": "COPY x /", "comment": "buildkit" },
            ],
        }),
    );
    let layers: Vec<_> = tars
        .iter()
        .map(|tar| fix.blob(media::DOCKER_LAYER, tar))
        .collect();
    fix.manifest(&config, &layers, &[])
}

#[test]
fn inspect_has_dockers_names() {
    let fix = Fixture::new();
    let top = docker_image(&fix);
    fix.tag("app:1", &top);
    fix.tag("example.org/app:1", &top);
    let value = serde_json::to_value(inspect(&fix.lease, &top, &Request::any()).unwrap()).unwrap();
    assert_eq!(value["Id"], top.digest.to_string());
    assert_eq!(value["RepoTags"], json!(["app:1", "example.org/app:1"]));
    assert_eq!(value["RepoDigests"][0], format!("app@{}", top.digest));
    assert_eq!(
        (&value["Os"], &value["Architecture"]),
        (&json!("wasi"), &json!("wasm"))
    );
    assert_eq!(value["Config"]["Entrypoint"], json!(["/app.wasm"]));
    assert_eq!(value["Config"]["ExposedPorts"], json!({ "80/tcp": {} }));
    assert_eq!(value["RootFS"]["Type"], "layers");
    assert_eq!(value["RootFS"]["Layers"].as_array().unwrap().len(), 2);
    assert_eq!(value["Wasm"]["Kind"], "wasm");
    assert_eq!(value["Wasm"]["Program"], "/app.wasm");
    assert_eq!(value["Comment"], "buildkit");
    assert_eq!(value["Size"], image_size(&fix.lease, &top).unwrap().bytes);
}

#[test]
fn an_artifacts_program_is_shown_with_its_outside() {
    let fix = Fixture::new();
    let packed = pack(
        &fix.lease,
        MODULE,
        Some(&reference("m:1")),
        &PackOptions::default(),
    )
    .unwrap();
    let value =
        serde_json::to_value(inspect(&fix.lease, &packed.descriptor, &Request::any()).unwrap()).unwrap();
    assert_eq!(value["Wasm"]["Outside"]["Form"], "module");
    assert_eq!(value["Wasm"]["ConfigType"], media::WASM_CONFIG);
    assert_eq!(value["Created"], "1970-01-01T00:00:00Z");
}

#[test]
fn what_does_not_run_can_be_inspected() {
    let fix = Fixture::new();
    let helm = fix.manifest(
        &fix.json("application/vnd.cncf.helm.config.v1+json", &json!({})),
        &[fix.blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", b"x")],
        &[],
    );
    let shown = inspect(&fix.lease, &helm, &Request::any()).unwrap();
    assert!(shown.wasm.kind.is_none() && shown.wasm.problem.unwrap().contains("helm"));
}

#[test]
fn history_is_newest_first_with_sizes() {
    let fix = Fixture::new();
    let rows = history(&fix.lease, &docker_image(&fix), &Request::any()).unwrap();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.created_by.as_str(), row.size > 0))
        .collect();
    assert_eq!(
        shown,
        [("COPY x /", true), ("ENV A=1", false), ("COPY app.wasm /", true)]
    );
    let packed = pack(&fix.lease, MODULE, None, &PackOptions::default()).unwrap();
    let rows = history(&fix.lease, &packed.descriptor, &Request::any()).unwrap();
    assert_eq!(
        (rows.len(), rows[0].size, rows[0].comment.as_str()),
        (1, 8, media::WASM_LAYER)
    );
}

#[test]
fn lists_show_each_image_once() {
    let fix = Fixture::new();
    let docker = docker_image(&fix);
    let wasm = fix.image(&ImageSpec {
        layers: vec![Layer::new().tar()],
        ..ImageSpec::default()
    });
    let index = fix.index(&[(&docker, "wasi/wasm"), (&wasm, "wasip1/wasm")]);
    fix.tag("b:1", &docker);
    fix.tag("b:2", &docker);
    fix.tag("a:1", &index);
    let rows = list(&fix.lease).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].id, index.digest);
    assert_eq!(rows[0].platforms.len(), 2);
    assert_eq!(rows[1].references.len(), 2);
    assert_eq!(rows[1].created.as_deref(), Some("2024-05-06T07:08:09Z"));
}

#[test]
fn images_are_found_and_removed_by_name_and_id() {
    let fix = Fixture::new();
    let top = docker_image(&fix);
    for name in ["app:1", "app:2"] {
        fix.tag(name, &top);
    }
    assert_eq!(find(&fix.lease, "app:1").unwrap().len(), 1);
    assert_eq!(find(&fix.lease, &top.digest.hex()[..12]).unwrap().len(), 2);
    assert_eq!(find(&fix.lease, &top.digest.to_string()).unwrap().len(), 2);
    assert_eq!(
        find(&fix.lease, &format!("app@{}", top.digest)).unwrap()[0]
            .descriptor
            .digest,
        top.digest
    );
    let error = find(&fix.lease, "deadbeef").unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert!(error.to_string().contains("deadbeef"), "{error}");

    let removed = remove(&fix.lease, "app:1", false).unwrap();
    assert_eq!(removed, [Removed::Untagged(reference("app:1"))]);
    fix.tag("other:1", &top);
    let id = &top.digest.hex()[..12];
    let error = remove(&fix.lease, id, false).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Conflict);
    let removed = remove(&fix.lease, id, true).unwrap();
    assert_eq!(removed.last(), Some(&Removed::Deleted(top.digest.clone())));
    assert_eq!(removed.len(), 3);
    assert_eq!(
        remove(&fix.lease, "app:1", false).unwrap_err().class(),
        ErrorClass::NotFound
    );
}
