//! Folders and images that `--build-context` puts in the place of stages and images.

use sampan_testkit::layer::Layer;
use serde_json::json;

use crate::builds::{Built, build, build_as, context};
use crate::machine::Machine;

/// A build that names images, and a folder `more`.
#[track_caller]
fn built(machine: &Machine, dockerfile: &str, images: &serde_json::Value) -> Built {
    let archive = Layer::new()
        .folder("context")
        .folder("0")
        .file("context/Dockerfile", dockerfile)
        .file("0/word", "of the folder\n");
    let head = json!({ "contexts": ["more"], "images": images }).to_string();
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    let body = [&length[..], head.as_bytes(), &archive.tar()].concat();
    build_as(machine, "", "application/vnd.sampan.build.v1", &body)
}

#[test]
fn a_stage_begins_with_a_folder() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM more AS files\nFROM box\nCOPY --from=files /word /\nRUN cat /word\n";
    let built = built(&machine, dockerfile, &json!({}));
    built.id();
    assert!(built.text.contains("of the folder\n"), "{}", built.text);
}

#[test]
fn an_image_stands_for_another_and_for_a_stage() {
    let Some(machine) = Machine::new() else { return };
    build(
        &machine,
        "t=other",
        context("FROM box\nRUN echo of the image > /word\n"),
    )
    .id();
    let images = json!({ "nowhere/base:1": "other", "made": "other" });
    // Neither the image that is replaced nor the stage is looked for.
    let dockerfile = "FROM nowhere/base:1\nRUN cat /word\nFROM box AS made\nRUN false\nFROM box\n\
                      COPY --from=made /word /\nRUN cat /word\n";
    let built = built(&machine, dockerfile, &images);
    built.id();
    assert_eq!(built.text.matches("of the image\n").count(), 2, "{}", built.text);
}
