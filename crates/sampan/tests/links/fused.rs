//! `sampan link`: one component of several.

use std::fs;

use sampan_testkit::guest;
use sampan_testkit::terminal::Terminal;

use crate::support::sampan;
use crate::{link, out, parts};

#[test]
fn parts_are_linked_and_called() {
    let sampan = sampan();
    parts(&sampan);
    let ended = link(
        &sampan,
        &[
            "app.wasm",
            "--with",
            "shouter.wasm",
            "--with",
            "logger=provider.wasm",
            "-o",
            "out.wasm",
        ],
    );
    ended
        .code(0)
        .says("serves test:log/logger@0.2.0")
        .says("before, it could ask for: ")
        .says("linked, it could ask for: nothing");
    assert!(ended.out().starts_with("sha256:"), "{}", ended.out());
    // `hello` is logged by the one that shouts, `HELLO!` by the one that asked, to one logger.
    let called = sampan.command(["call", "out.wasm", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "11\n");
    // A logger that says everything twice between them: 5, 10, 16, 22.
    let with = [
        "app.wasm",
        "--with",
        "shouter.wasm",
        "--with",
        "wrapper.wasm",
        "--with",
        "provider.wasm",
    ];
    link(&sampan, &[&with[..], &["-o", "out.wasm"]].concat()).code(0);
    let called = sampan.command(["call", "out.wasm", "run(\"hello\")"]).end();
    assert_eq!(called.quiet(), "22\n");
}

#[test]
fn the_same_parts_give_the_same_bytes_which_say_what_they_are() {
    let sampan = sampan();
    parts(&sampan);
    let words = [
        "app.wasm",
        "--with",
        "shouter.wasm",
        "--with",
        "provider.wasm",
        "-o",
    ];
    let one = link(&sampan, &[&words[..], &["one.wasm"]].concat());
    let two = link(&sampan, &[&words[..], &["two.wasm"]].concat());
    assert_eq!(one.code(0).out(), two.code(0).out());
    let read = |name: &str| fs::read(sampan.work().join(name)).unwrap();
    assert_eq!(read("one.wasm"), read("two.wasm"));
    let shown = sampan.command(["inspect", "one.wasm"]).end().quiet();
    let digest = |name: &str| {
        let shown = sampan.command(["inspect", name]).end().quiet();
        shown
            .lines()
            .find_map(|line| line.strip_prefix("digest "))
            .unwrap()
            .to_owned()
    };
    for name in ["app.wasm", "shouter.wasm", "provider.wasm"] {
        let line = shown
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap();
        assert!(line.contains(&digest(name)), "{line}");
    }
    assert!(shown.contains("(serves test:log/logger@0.2.0)"), "{shown}");
    let json = sampan.command(["inspect", "--json", "one.wasm"]).end().quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["program"]["details"]["linked"]["parts"][1]["name"],
        "shouter.wasm"
    );
    // Its world has what is left: nothing but the function.
    let wit = sampan.command(["inspect", "--wit", "one.wasm"]).end().quiet();
    assert!(!wit.contains("import"), "{wit}");
}

/// A command and a logger, both by `rustc`, which import WASI themselves.
#[test]
fn rust_parts_run_as_one_command() {
    let sampan = sampan();
    let app = guest::linkable_rust("command", "command");
    let logger = guest::linkable_rust("provider", "provider");
    let with = format!("logger={}", logger.display());
    let app = app.to_str().unwrap();
    // Both ask for the same: nothing needs approval.
    link(&sampan, &[app, "--with", &with, "-o", "out.wasm"]).code(0);
    let ran = sampan.run(["out.wasm", "one", "three"]);
    assert_eq!(ran.code(0).out(), "3\n8\n");
    assert_eq!(ran.err(), "info: one\ninfo: three\n");
    // Alone the command does not start, and says what it misses.
    sampan.run([app, "one"]).fails(126).says("test:log/logger@0.2.0");
}

#[test]
fn what_providers_add_must_be_approved() {
    let sampan = sampan();
    parts(&sampan);
    let logger = guest::linkable_rust("provider", "provider");
    let with = format!("logger={}", logger.display());
    let words = [
        "app.wasm",
        "--with",
        "shouter.wasm",
        "--with",
        &with,
        "-o",
        "out.wasm",
    ];
    link(&sampan, &words)
        .fails(1)
        .says("linked, it could ask for: read")
        .says("error: the providers add ")
        .says("wasi:")
        .says("hint: approve it with `--yes`");
    assert!(!out(&sampan).exists());
    link(&sampan, &[&words[..], &["--yes"]].concat()).code(0);
    let called = sampan.command(["call", "out.wasm", "run(\"hi\")"]).end();
    assert_eq!(called.code(0).out(), "5\n");
    assert_eq!(called.err(), "info: hi\nwarning: HI!\n");
}

/// The terminal is asked, and only `y` is a yes.
#[test]
fn a_terminal_is_asked() {
    let sampan = sampan();
    parts(&sampan);
    let logger = guest::linkable_rust("provider", "provider");
    let with = format!("logger={}", logger.display());
    for (answer, code) in [("n\n", 1), ("\n", 1), ("y\n", 0)] {
        let command = sampan
            .command([
                "link",
                "app.wasm",
                "--with",
                "shouter.wasm",
                "--with",
                &with,
                "-o",
                "out.wasm",
            ])
            .into_command();
        let mut terminal = Terminal::start(&command, 200, 24);
        terminal.wait_for("Link them? [y/N]");
        terminal.write(answer.as_bytes());
        assert_eq!(terminal.end(), Some(code), "{answer:?}: {}", terminal.shown());
        assert_eq!(out(&sampan).exists(), code == 0, "{answer:?}");
    }
}

/// A server imports nothing that a logger serves.
#[test]
fn a_provider_that_nobody_uses_is_refused() {
    let sampan = sampan();
    parts(&sampan);
    sampan.file("server.wasm", guest::http_server("hello"));
    link(
        &sampan,
        &["server.wasm", "--with", "provider.wasm", "-o", "out.wasm"],
    )
    .fails(1)
    .says("nothing imports what `provider.wasm` exports")
    .says("hint: it exports test:log/logger@0.2.0");
    assert!(!out(&sampan).exists());
}

#[test]
fn what_does_not_fit_says_what_differs() {
    let sampan = sampan();
    parts(&sampan);
    let other = |wit: &str, export: &str| {
        let module = format!(
            r#"(module (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "{export}") (param i32 i32) (result i32) unreachable))"#
        );
        guest::made(&module, wit, "provider")
    };
    let wit = "package test:log@0.2.0; interface logger { log: func(text: string) -> u32; } world provider { export logger; }";
    sampan.file("other.wasm", other(wit, "test:log/logger@0.2.0#log"));
    let words = [
        "app.wasm",
        "--with",
        "shouter.wasm",
        "--with",
        "other.wasm",
        "-o",
        "out.wasm",
    ];
    link(&sampan, &words)
        .fails(1)
        .says("error: `app.wasm` imports `test:log/logger@0.2.0`, and `other.wasm` exports it otherwise")
        .says("`log`: ")
        .says("wanted func(level: level, text: string) -> u32")
        .says("there  func(text: string) -> u32");
    let wit = wit.replace("@0.2.0", "@0.3.0");
    sampan.file("other.wasm", other(&wit, "test:log/logger@0.3.0#log"));
    link(&sampan, &words)
        .fails(1)
        .says("`app.wasm` imports `test:log/logger@0.2.0`, and `other.wasm` exports `test:log/logger@0.3.0`");
    link(
        &sampan,
        &["app.wasm", "--with", "loger=provider.wasm", "-o", "out.wasm"],
    )
    .fails(1)
    .says("nothing imports `loger`")
    .says("hint: did you mean `logger`?");
    assert!(!out(&sampan).exists());
}

#[test]
fn what_stays_is_told() {
    let sampan = sampan();
    parts(&sampan);
    link(&sampan, &["app.wasm", "--with", "wrapper.wasm", "-o", "out.wasm"])
        .code(0)
        .says("warning: it still imports test:log/");
    sampan
        .command(["call", "out.wasm", "run(\"x\")"])
        .end()
        .fails(126)
        .says("test:log/");
}

#[test]
fn the_command_line_says_what_is_missing() {
    let sampan = sampan();
    parts(&sampan);
    link(&sampan, &["app.wasm", "-o", "out.wasm"])
        .fails(2)
        .says("--with");
    link(&sampan, &["app.wasm", "--with", "provider.wasm"])
        .fails(2)
        .says("--output");
    link(
        &sampan,
        &["app.wasm", "--with", "./nobody.wasm", "-o", "out.wasm"],
    )
    .fails(1)
    .says("`./nobody.wasm` does not exist");
    link(
        &sampan,
        &[
            "app.wasm",
            "--with",
            "provider.wasm",
            "--with",
            "shouter.wasm",
            "-o",
            "/nonexistent/out.wasm",
        ],
    )
    .fails(1)
    .says("cannot write");
}
