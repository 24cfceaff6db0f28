//! `RUN --mount`: files that a step sees and its layer does not keep.

use std::thread;

use sampan_testkit::{guest, until};
use serde_json::json;

use crate::builds::{Built, build, build_with, context};
use crate::host::Host;
use crate::machine::Machine;

/// The names of what the last step of an image changed.
fn changed(machine: &Machine, dockerfile: &str, query: &str) -> (Built, Vec<String>) {
    let built = build(
        machine,
        query,
        context(dockerfile).file("dir/a", "of the context"),
    );
    let id = built.id();
    let name = machine.create("true", json!({ "Image": id }));
    machine.done("DELETE", &format!("/containers/{name}"), "");
    let shown = machine.done("GET", &format!("/images/{id}/history"), "").json();
    let sizes = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["Size"].to_string());
    (built, sizes.collect())
}

#[test]
fn files_of_context_stage_and_image_are_seen_and_not_kept() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box AS made\nRUN mkdir -p /out/in && echo made > /out/in/x && ln -s /out/in /link\n\
         FROM box\nWORKDIR /w\n\
         RUN --mount=target=/ctx --mount=source=dir/a,target=one --mount=from=made,source=/link,target=/made \
         --mount=from=box,target=/image --mount=type=bind,from=0,source=/out,target=/out,rw \
         cat /ctx/dir/a one /made/x /image/data/given && test ! -w /made/y && echo new > /out/new && \
         ! touch /ctx/dir/b\n\
         RUN test ! -e /ctx && test ! -e /w/one && test ! -e /made && test ! -e /image && test ! -e /out\n";
    let built = build(
        &machine,
        "t=seen",
        context(dockerfile).file("dir/a", "of the context\n"),
    );
    built.id();
    assert!(
        built
            .text
            .contains("of the context\nof the context\nmade\nof the image\n"),
        "{}",
        built.text
    );
    let again = build(
        &machine,
        "",
        context(dockerfile).file("dir/a", "of the context\n"),
    );
    assert_eq!((again.cached(), again.id()), (4, built.id()));
    let other = build(&machine, "", context(dockerfile).file("dir/a", "another\n"));
    assert_eq!(other.cached(), 2, "what is mounted is a part of the key");
}

#[test]
fn a_step_that_only_looks_has_no_layer() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN --mount=target=/run/deep/ctx --mount=type=tmpfs,target=/t,size=1m \
         --mount=type=cache,target=/var/cache/x cat /run/deep/ctx/dir/a && echo x > /t/x && stat -f /t\n";
    let (built, sizes) = changed(&machine, dockerfile, "");
    assert!(built.text.contains("of the context"), "{}", built.text);
    assert_eq!(sizes[0], "0", "{sizes:?}");
    let full =
        "FROM box\nRUN --mount=type=tmpfs,target=/t,size=64k dd if=/dev/zero of=/t/x bs=128k count=1\n";
    assert_ne!(build(&machine, "", context(full)).code, 0);
}

#[test]
fn a_cache_outlives_its_build_and_is_no_part_of_the_key() {
    let Some(machine) = Machine::new() else { return };
    let step = |id: &str, words: &str, say: &str| {
        let dockerfile = format!(
            "FROM box\nARG SAY={say}\nRUN --mount=type=cache,target=/c,id={id}{words} \
             echo {say} >> /c/said && cat /c/said && stat -c '%a %u %g' /c\n"
        );
        build(&machine, "", context(&dockerfile))
    };
    let first = step("../../x", "", "one");
    assert!(first.text.contains("one\n755 0 0\n"), "{first:?}");
    let second = step("../../x", "", "two");
    assert!(second.text.contains("one\ntwo\n"), "{second:?}");
    assert_eq!(
        step("../../x", "", "one").cached(),
        2,
        "what is in a cache changes nothing"
    );
    let own = step("../../x", ",uid=7,gid=8,mode=0700", "three");
    assert!(
        own.text.contains("three\n700 7 8\n") && !own.text.contains("one"),
        "{own:?}"
    );
    let read = step("../../x", ",ro", "four");
    assert_ne!(read.code, 0, "{read:?}");
    // By its target where it has no id, and beginning with files where it says so.
    let dockerfile = "FROM box\nRUN --mount=type=cache,target=/c,from=box,source=/data cat /c/given && echo more > /c/given\n\
         RUN --mount=type=cache,id=/c,target=/d,from=box,source=/data cat /d/given\n";
    let begun = build(&machine, "", context(dockerfile));
    assert!(
        begun.text.contains("of the image\n") && begun.text.contains("more\n"),
        "{begun:?}"
    );
    let used = machine.done("GET", "/system/df?type=build-cache", "").json();
    let caches: Vec<_> = (used["BuildCache"].as_array().unwrap().iter())
        .filter(|one| one["Type"] == "exec.cachemount")
        .collect();
    assert_eq!(caches.len(), 3, "{used}");
    assert!(
        caches
            .iter()
            .any(|one| one["Description"] == "cache of RUN ../../x"),
        "{used}"
    );
    // All lies where it shall, whatever it is called.
    let kept = std::fs::read_dir(machine.data().join("builder/v1"))
        .unwrap()
        .count();
    assert_eq!(kept, 3);
    let pruned = machine.done("POST", "/build/prune", "").json();
    assert!(pruned["SpaceReclaimed"].as_u64().unwrap() > 0, "{pruned}");
    assert_eq!(
        std::fs::read_dir(machine.data().join("builder/v1"))
            .unwrap()
            .count(),
        0
    );
    assert!(step("../../x", "", "five").text.contains("five\n755"));
}

#[test]
fn locked_caches_wait_and_private_ones_do_not() {
    let Some(machine) = Machine::new() else { return };
    let step = |sharing: &str, script: &str| {
        format!("FROM box\nRUN --mount=type=cache,target=/c,sharing={sharing} {script}\n")
    };
    let hold = step(
        "locked",
        "touch /c/here && while test ! -e /c/go; do sleep 0.05; done; rm /c/here /c/go",
    );
    let waits = step("locked", "test ! -e /c/here");
    let alone = step("private", "test ! -e /c/here");
    thread::scope(|threads| {
        let holding = threads.spawn(|| build(&machine, "", context(&hold)));
        let data = until("the cache to be there", || {
            let mut all = std::fs::read_dir(machine.data().join("builder/v1")).ok()?;
            let data = all.next()?.ok()?.path().join("data");
            data.join("here").exists().then_some(data)
        });
        let waiting = threads.spawn(|| build(&machine, "", context(&waits)));
        build(&machine, "", context(&alone)).id();
        assert!(!waiting.is_finished());
        std::fs::write(data.join("go"), "").unwrap();
        holding.join().unwrap().id();
        waiting.join().unwrap().id();
    });
}

#[test]
fn what_cannot_be_mounted_is_refused_in_one_sentence() {
    let Some(machine) = Machine::new() else { return };
    for (flag, why) in [
        ("--mount=type=ssh", "needs the ssh agent of a client"),
        ("--security=insecure", "--security=insecure is not allowed"),
        ("--device=vendor.com/x=y", "the --device option requires BuildKit"),
        ("--mount=target=/", "invalid mount target \"/\""),
        ("--mount=type=tmpfs,target=/proc/sys", "/proc is the kernel's"),
        (
            "--mount=type=cache,target=/x/../sys/fs/cgroup",
            "/sys is the kernel's",
        ),
        ("--mount=type=cache", "it says no place"),
        (
            "--mount=source=../../etc/passwd,target=/x",
            "cannot mount /etc/passwd",
        ),
        ("--mount=source=out,target=/x", "cannot mount /out"),
        ("--mount=from=9,target=/x", "index out of bounds"),
        ("--mount=from=1,target=/x", "refers to current build stage"),
        (
            "--mount=type=cache,target=/x,sharing=all",
            "unsupported sharing value \"all\"",
        ),
        ("--mount=target=/a --mount=target=/a", "Duplicate mount point: /a"),
    ] {
        let dockerfile = format!("FROM scratch AS nothing\nFROM box\nRUN {flag} true\n");
        let files = context(&dockerfile).symlink("out", "/etc/hostname");
        let built = build(&machine, "", files);
        assert!(built.error.contains(why), "{flag}: {built:?}");
    }
    assert!(machine.ids().is_empty());
}

#[test]
fn hostile_places_and_contents_stay_in_the_container() {
    let Some(machine) = Machine::new() else { return };
    // Links of the image on the way to a target lead within the image.
    let dockerfile = "FROM box\nRUN rm -rf /run /var; ln -s /../../../../../tmp/escaped /run; ln -s ../../../../../.. /up; \
         ln -s /nowhere/at/all /dangling\n\
         RUN --mount=type=cache,target=/up/tmp/escaped-too --mount=type=tmpfs,target=/etc/sub \
         --mount=source=dir/a,target=/etc/resolv.conf --mount=source=dir,target=/dev/here \
         cat /etc/resolv.conf /dev/here/a && test -d /tmp/escaped-too\n";
    let built = build(&machine, "t=odd", context(dockerfile).file("dir/a", "given\n"));
    built.id();
    assert!(built.text.contains("given\ngiven\n"), "{built:?}");
    assert!(!std::path::Path::new("/tmp/escaped-too").exists());
    let ended = machine.run("ls -A /tmp /etc /dev", json!({ "Image": "odd" }));
    assert!(
        !ended.out.contains("escaped-too") && !ended.out.contains("here"),
        "{}",
        ended.out
    );
    // What a step leaves in a cache is no way for the daemon to somewhere else.
    let leave = "FROM box\nRUN --mount=type=cache,target=/c ln -s /etc /c/etc; ln -s / /c/data; mknod /c/null c 1 3; \
         touch /c/.wh.x /c/about.json; mkdir -p /c/a/b/c; chmod 0 /c/a; chmod 0 /c\n";
    build(&machine, "", context(leave)).id();
    let again =
        "FROM box\nRUN --mount=type=cache,target=/c ls -A /c\nRUN --mount=type=cache,target=/c,id=/c true\n";
    let built = build(&machine, "", context(again));
    assert!(built.text.contains("null"), "{built:?}");
    machine.done("GET", "/system/df", "");
    machine.done("POST", "/build/prune", "");
    assert!(std::path::Path::new("/etc/hostname").exists());
    assert_eq!(
        std::fs::read_dir(machine.data().join("builder/v1"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_daemon_that_falls_leaves_no_mount_and_a_cache_that_is_free() {
    let Some(mut machine) = Machine::new() else { return };
    let step = "FROM box\nRUN --mount=type=cache,target=/c,sharing=locked --mount=target=/ctx --mount=type=secret,id=k \
         touch /c/here && sleep 1000\n";
    let mounts = || std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let data = machine.data().display().to_string();
    thread::scope(|threads| {
        let archive = context(step).file("dir/a", "x");
        let client = machine.connection();
        threads.spawn(move || {
            let mut client = client;
            // It breaks off.
            let _ = client.request(
                "POST",
                "/build?networkmode=none",
                "application/x-tar",
                &archive.tar(),
            );
        });
        until("the step to run", || {
            let mut all = std::fs::read_dir(machine.data().join("builder/v1")).ok()?;
            all.next()?.ok()?.path().join("data/here").exists().then_some(())
        });
        machine.fell();
    });
    machine.start();
    assert!(machine.ids().is_empty());
    assert!(!mounts().contains(&data), "{}", mounts());
    let free = "FROM box\nRUN --mount=type=cache,target=/c,sharing=locked ls /c\n";
    let built = build(&machine, "", context(free));
    assert!(built.text.contains("here"), "{built:?}");
}

#[test]
fn other_contexts_have_names() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nCOPY --from=more a /copied\nRUN --mount=from=more,target=/more cat /copied /more/a /more/out; \
         test ! -e /more/../0\n";
    let files = sampan_testkit::layer::Layer::new()
        .folder("context")
        .folder("0")
        .file("context/Dockerfile", dockerfile)
        .file("0/a", "of more\n")
        .file("context/secret", "of the other one\n")
        .symlink("0/out", "../context/secret");
    let built = build_with(&machine, "", &[], &["more"], files);
    assert!(built.text.contains("of more\nof more\n"), "{built:?}");
    assert!(!built.text.contains("of the other one"), "{}", built.text);
}

#[test]
fn a_wasm_step_has_folders() {
    let mut host = Host::new();
    host.start();
    let program = wat::parse_file(guest::wat("hello")).unwrap();
    let dockerfile = "FROM scratch\nCOPY app.wasm /\nENTRYPOINT [\"/app.wasm\"]\n\
         RUN --mount=type=cache,target=/c --mount=target=/ctx --mount=type=tmpfs,target=/t [\"/app.wasm\"]\n";
    let built = build(&host, "", context(dockerfile).file("app.wasm", &program));
    built.id();
    assert!(built.text.contains("Hello from a module\n"), "{}", built.text);
    let secret = "FROM scratch\nCOPY app.wasm /\nENTRYPOINT [\"/app.wasm\"]\n\
         RUN --mount=type=secret,id=k [\"/app.wasm\"]\n";
    let files = context(secret).file("app.wasm", &program);
    let built = build_with(&host, "", &[("k", b"x")], &[], files);
    assert!(
        built.error.contains("a Wasm step has no secrets as files"),
        "{built:?}"
    );
}
