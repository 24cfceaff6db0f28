//! What the words after `sampan run` mean, and who they belong to.

mod support;

use sampan_testkit::{Sampan, guest};
use support::sampan;

fn args_of(sampan: &Sampan, words: &[&str]) -> String {
    let ended = sampan.command(["run"]).args(words).end();
    ended.code(0);
    ended.out()
}

#[test]
fn what_follows_the_program_is_the_programs() {
    let sampan = sampan();
    let program = guest::rust("env", guest::Target::P1);
    let program = program.to_str().expect("a path of the build");
    sampan.command(["image", "pack", program, "env:1"]).end().code(0);
    for target in [program, "env:1"] {
        for words in [
            &["-h"][..],
            &["--help"],
            &["-V"],
            &["--version"],
            &["-e", "NAME=x"],
            &["-v", "/etc:/etc"],
            &["--volume=/etc:/etc"],
            &["--root", "/nonexistent"],
            &["--name", "x"],
            &["-m", "1"],
            &["-q", "-i", "-t", "--rm"],
            &["--", "-x"],
            &["--no-such-flag"],
        ] {
            let mut all = vec![target];
            all.extend(words);
            let out = args_of(&sampan, &all);
            for word in words {
                assert!(out.lines().any(|line| line.contains(word)), "{word} in {out:?}");
            }
        }
    }
    let listed = sampan.command(["ps", "--all"]).end();
    assert_eq!(
        listed.out().lines().count(),
        1,
        "no flag of a program names a container"
    );
}

#[test]
fn an_image_here_comes_before_what_lies_in_the_folder() {
    let sampan = sampan();
    let hello = guest::wat("hello");
    sampan
        .command(["image", "pack"])
        .args([&hello])
        .args(["app"])
        .end()
        .code(0);
    std::fs::create_dir(sampan.work().join("app")).expect("a new folder");
    sampan.command(["run", "app"]).end().code(0);
    std::fs::remove_dir(sampan.work().join("app")).expect("an empty folder");
    std::fs::copy(guest::wat("trap"), sampan.work().join("app")).expect("a file can be copied");
    sampan.command(["run", "app"]).end().code(0);
    sampan.command(["run", "./app"]).end().code(134);
    std::fs::copy(&hello, sampan.work().join("other")).expect("a file can be copied");
    sampan.command(["run", "other"]).end().code(0);
}

#[test]
fn an_image_is_run_by_the_id_that_is_listed() {
    let sampan = sampan();
    sampan
        .command(["image", "pack"])
        .args([guest::wat("hello")])
        .args(["app"])
        .end()
        .code(0);
    let short = sampan.command(["image", "ls", "-q"]).end().out();
    let short = short.trim().trim_start_matches("sha256:");
    for id in [short.to_owned(), format!("sha256:{short}")] {
        sampan
            .command(["run", "--pull", "never"])
            .args([&id])
            .end()
            .code(0);
    }
    let absent = format!("sha256:{}", "0".repeat(64));
    sampan.command(["run"]).args([absent]).end().fails(127);
}

#[test]
fn relative_paths_begin_at_the_working_folder() {
    let sampan = sampan();
    let data = sampan.work().join("data");
    std::fs::create_dir_all(data.join("sub")).expect("new folders");
    std::fs::write(data.join("sub/b.txt"), "of sub").expect("a new file");
    std::os::unix::fs::symlink("/etc", data.join("out")).expect("a new link");
    let volume = format!("{}:/data", data.display());
    for target in [guest::Target::P1, guest::Target::P2] {
        let program = guest::rust("fs", target);
        let at = |folder: &str, path: &str| {
            sampan
                .command(["run", "-v", &volume, "-w", folder])
                .args([&program])
                .args(["cat", path])
                .end()
        };
        assert_eq!(at("/data/sub", "b.txt").out(), "of sub", "{target:?}");
        assert_eq!(at("/data", "sub/b.txt").out(), "of sub", "{target:?}");
        assert_eq!(at("/data/sub", "/data/sub/b.txt").out(), "of sub", "{target:?}");
        assert_ne!(at("/data/sub", "../sub/b.txt").status.code(), Some(0));
        at("/data/out", "passwd")
            .fails(125)
            .says("working folder `/data/out`");
        at("/data/none", "x")
            .fails(125)
            .says("working folder `/data/none`");
    }
}

#[test]
fn one_path_is_granted_once() {
    let sampan = sampan();
    for flags in [
        ["-v", "/tmp:/a", "-v", "/tmp:/a:ro"],
        ["-v", "/tmp:/a", "--tmpfs", "/a"],
    ] {
        sampan
            .command(["run"])
            .args(flags)
            .args([guest::wat("hello")])
            .end()
            .fails(2)
            .says("`/a` is granted twice");
    }
}

#[test]
fn dockers_short_names_of_image_commands_do_the_same() {
    let sampan = sampan();
    sampan
        .command(["image", "pack"])
        .args([guest::wat("hello")])
        .args(["app:1"])
        .end()
        .code(0);
    sampan.command(["tag", "app:1", "app:2"]).end().code(0);
    assert_eq!(
        sampan.command(["images"]).end().out(),
        sampan.command(["image", "ls"]).end().out()
    );
    assert_eq!(
        sampan.command(["history", "app:1"]).end().out(),
        sampan.command(["image", "history", "app:1"]).end().out()
    );
    sampan.command(["save", "-o", "app.tar", "app:1"]).end().code(0);
    sampan.command(["rmi", "app:1", "app:2"]).end().code(0);
    sampan.command(["load", "-i", "app.tar"]).end().code(0);
    assert!(sampan.command(["images"]).end().out().contains("app"));
}

#[test]
fn help_speaks_to_the_person_who_asks() {
    let sampan = sampan();
    for (words, first) in [
        (&["run", "--help"][..], "Run a Wasm file or image"),
        (&["image", "--help"], "Manage images"),
        (&["images", "--help"], "List images"),
        (&["system", "df", "--help"], "Show"),
    ] {
        let out = sampan.command(words).end().out();
        assert!(out.starts_with(first), "{words:?}: {out:?}");
    }
}
