//! Contexts that mean ill.

use sampan_testkit::layer::{self, Kind, Layer};
use serde_json::json;

use crate::builds::{build, build_of, context};
use crate::machine::Machine;

#[test]
fn nothing_in_a_context_leads_out_of_it() {
    let Some(machine) = Machine::new() else { return };
    for name in ["../evil", "a/../../evil"] {
        let built = build(&machine, "", context("FROM box\nCOPY . /x/\n").file(name, "evil"));
        assert_eq!(built.status, 400, "{built:?}");
        assert!(
            built.error.contains("Error processing tar file"),
            "{}",
            built.error
        );
    }
    // A link is followed within the context, as if that were all there is.
    for step in ["COPY passwd /x", "COPY dir/passwd /x", "ADD dir/ /x/"] {
        let files = context(&format!("FROM box\n{step}\n"))
            .symlink("passwd", "/etc/passwd")
            .symlink("dir", "../../../../../etc");
        let built = build(&machine, "", files);
        assert!(
            built.error.contains("file not found in build context"),
            "{step}: {built:?}"
        );
    }
    let linked = Layer::new().symlink("Dockerfile", "/etc/passwd");
    assert_eq!(
        build(&machine, "", linked).error,
        "Cannot locate specified Dockerfile: Dockerfile"
    );
    let named = build(
        &machine,
        "dockerfile=../../../../etc/passwd",
        context("FROM box\n"),
    );
    assert_eq!(named.status, 400, "{named:?}");
}

#[test]
fn links_of_an_image_lead_within_the_image() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile =
        "FROM box\nRUN ln -s /../../../../tmp/out /trap && ln -s / /root\nCOPY a /trap/a\nCOPY a /root/via\n";
    build(&machine, "t=made", context(dockerfile).file("a", "text")).id();
    assert!(!std::path::Path::new("/tmp/out").exists());
    let ended = machine.run("cat /tmp/out/a /via", json!({ "Image": "made" }));
    assert_eq!(ended.out, "texttext", "{}", ended.err);
}

#[test]
fn devices_and_whiteouts_of_a_context_get_into_no_image() {
    let Some(machine) = Machine::new() else { return };
    let files = context("FROM box\nCOPY . /x/\nRUN ls /x && test ! -e /x/null && test ! -e /x/pipe\n")
        .entry("null", Kind::Char, "", 0o666, b"")
        .entry("pipe", Kind::Fifo, "", 0o666, b"");
    build(&machine, "", files).id();
    let named = build(
        &machine,
        "",
        context("FROM box\nRUN mkdir /in && touch /in/.wh.etc\n"),
    );
    assert!(
        named.error.contains("`in/.wh.etc` cannot be in a layer"),
        "{named:?}"
    );
}

#[test]
fn a_bomb_ends_with_the_limit_that_it_hit() {
    let Some(machine) = Machine::new() else { return };
    let built = build_of(&machine, "", &layer::bomb(2));
    assert_eq!(built.status, 400, "{built:?}");
    assert!(built.error.contains("compression ratio"), "{}", built.error);
    let added = context("FROM box\nADD bomb /x/\n").file("bomb", layer::bomb(2));
    let built = build(&machine, "", added);
    assert!(built.error.contains("compression ratio"), "{built:?}");
    let broken = build_of(&machine, "", b"this is no archive at all, and far too short");
    assert_eq!(broken.status, 400, "{broken:?}");
}

/// CVE-2024-23652: what the engine made to mount on is taken away behind the step, by a path that the step has changed.
#[test]
fn clearing_up_behind_a_step_removes_nothing_of_the_host() {
    let Some(machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    for name in ["mnt", "file"] {
        std::fs::create_dir(host.path().join(name)).unwrap();
        std::fs::write(host.path().join(name).join("kept"), "of the host").unwrap();
    }
    let up = format!("../../../../../../../../..{}", host.path().display());
    let step = |target: &str, script: &str| {
        format!("FROM box\nRUN mkdir -p /trap\nRUN --mount=type=tmpfs,target={target} sh -c '{script}'\n")
    };
    for (target, script) in [
        (
            "/trap/mnt",
            format!(
                "cd /; mkdir /other; mount --move /trap/mnt /other; rm -rf /trap; ln -s {up} /trap; true"
            ),
        ),
        ("/trap/mnt", format!("mv /trap /moved; ln -s {up} /trap; true")),
        (
            "/trap/a/../mnt/file",
            format!("mv /trap /moved 2>/dev/null; ln -s {up} /trap; ln -s {up}/file /trap/mnt; true"),
        ),
    ] {
        let built = build(&machine, "nocache=1", context(&step(target, &script)));
        for name in ["mnt", "file"] {
            let kept = std::fs::read_to_string(host.path().join(name).join("kept"));
            assert_eq!(kept.unwrap(), "of the host", "{built:?}");
        }
    }
}

/// CVE-2024-23651: a mount of a folder in a cache that another step makes a link of meanwhile.
#[test]
fn a_link_in_a_cache_leads_no_mount_out() {
    let Some(machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("secret"), "of the host").unwrap();
    let up = format!("../../../../../../../../..{}", host.path().display());
    let dockerfile = format!(
        "FROM box AS one\nRUN --mount=type=cache,id=c,target=/c rm -rf /c/sub; ln -s {up} /c/sub; ln -s {up} /c/{up} 2>/dev/null; true\n\
         FROM box\nRUN --mount=type=cache,id=c,target=/c,source=sub cat /c/secret /c/sub/secret; ls -lR /c; true\n\
         RUN --mount=type=bind,from=one,source=/c/sub,target=/d cat /d/secret; true\n"
    );
    let built = build(&machine, "nocache=1", context(&dockerfile));
    assert!(!built.text.contains("of the host"), "{built:?}");
    let names: Vec<_> = std::fs::read_dir(host.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["secret"]);
}
