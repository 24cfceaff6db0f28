//! `COPY` and `ADD`.

use sampan_testkit::layer::Layer;
use serde_json::json;

use crate::builds::{build, context};
use crate::machine::Machine;

#[test]
fn sources_land_where_docker_puts_them() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN mkdir -p /there && ln -s /there /link && touch /file\n\
        COPY tree /new\nCOPY tree /there\nCOPY one /link\nCOPY one /file\nCOPY o* tree/x.txt /many/\n\
        COPY --parents tree/x.txt tree/deep /parents/\nCOPY --exclude=*.o --exclude=deep/y tree /less/\nWORKDIR /w\nCOPY one .\nCOPY one rel/\n";
    let files = context(dockerfile)
        .file("one", "1")
        .file("other", "2")
        .folder("tree")
        .file("tree/x.txt", "x")
        .file("tree/x.o", "o")
        .folder("tree/deep")
        .file("tree/deep/y", "y")
        .symlink("tree/deep/to", "y");
    build(&machine, "t=made", files).id();
    let list = "cd / && for f in new/x.txt new/deep/to there/x.txt there/one file many/one many/other many/x.txt \
        parents/tree/x.txt parents/tree/deep/y less/x.txt w/one w/rel/one; do test -f $f || echo no $f; done; \
        for f in less/x.o less/deep/y parents/tree/x.o; do test ! -e $f || echo not $f; done; cat file; ls -l new/deep/to; stat -c %U there/one";
    let ended = machine.run(list, json!({ "Image": "made" }));
    assert!(
        ended.out.starts_with('1') && ended.out.ends_with("root\n"),
        "{} {}",
        ended.out,
        ended.err
    );
    assert!(ended.out.contains("to -> y\n"), "{}", ended.out);
}

#[test]
fn archives_are_unpacked_by_add_alone() {
    let Some(machine) = Machine::new() else { return };
    let archive = || Layer::new().folder("in").file("in/side", "inside\n");
    let dockerfile = "FROM box\nADD a.tar b.tgz no.txt /add/\nCOPY a.tar /copy/\nADD --unpack=false b.tgz /raw/\n\
        RUN cat /add/in/side /add/no.txt && ls /copy /raw && test ! -e /add/a.tar\n";
    let files = context(dockerfile)
        .file("a.tar", archive().tar())
        .file("b.tgz", archive().gzip())
        .file("no.txt", "plain\n");
    let built = build(&machine, "", files);
    built.id();
    assert!(built.text.contains("inside\nplain\n"), "{}", built.text);
    assert!(
        built.text.contains("a.tar") && built.text.contains("b.tgz"),
        "{}",
        built.text
    );
}

#[test]
fn files_of_archives_keep_their_owners_unless_it_was_said() {
    let Some(machine) = Machine::new() else { return };
    let archive = Layer::new().folder("in").owned(7, 8).file("in/tool", "x");
    let dockerfile = "FROM box\nADD a.tar /add/\nADD --chown=3:4 a.tar /said/\nCOPY plain /plain\n\
        RUN stat -c %u:%g /add/in/tool /said/in/tool /plain\n";
    let files = context(dockerfile).file("a.tar", archive.tar()).file("plain", "");
    let built = build(&machine, "", files);
    assert!(built.text.contains("7:8\n3:4\n0:0\n"), "{}", built.text);
}

#[test]
fn patterns_may_fit_nothing_beside_what_is_there() {
    let Some(machine) = Machine::new() else { return };
    let files = |dockerfile: &str| context(dockerfile).file("package.json", "{}");
    let built = build(
        &machine,
        "",
        files("FROM box\nCOPY package.json yarn.lock* /app/\nRUN ls /app\n"),
    );
    built.id();
    let none = build(&machine, "", files("FROM box\nCOPY yarn.lock* /app/\n"));
    assert!(none.error.contains("no source files were specified"), "{none:?}");
}

#[test]
fn a_link_that_is_copied_onto_stays_and_what_it_leads_to_is_written() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN echo old > /f; ln -s /f /l; ln -s ../nowhere/x /dang\nCOPY a /l\nCOPY a /dang\n\
        RUN test -L /l && cat /f && cat /nowhere/x\n";
    let built = build(&machine, "", context(dockerfile).file("a", "new\n"));
    built.id();
    assert!(built.text.contains("new\nnew\n"), "{}", built.text);
}

#[test]
fn the_name_of_a_heredoc_is_no_path() {
    let Some(machine) = Machine::new() else { return };
    for name in ["../../../../tmp/out", "..", "a/b"] {
        let dockerfile = format!("FROM box\nCOPY <<{name} /h/\nhacked\n{name}\n");
        let built = build(&machine, "", context(&dockerfile));
        assert!(built.error.contains("is no name of a file"), "{name}: {built:?}");
    }
}

#[test]
fn words_of_a_step_are_told_apart() {
    let Some(machine) = Machine::new() else { return };
    let of = |words: &str| build(&machine, "", context(&format!("FROM box\nRUN {words}\n"))).id();
    assert_ne!(of(r#"["touch","/a b"]"#), of(r#"["touch","/a","b"]"#));
    assert_eq!(of(r#"["touch","/a b"]"#), of(r#"["touch","/a b"]"#));
}

#[test]
fn nobody_has_the_last_number() {
    let Some(machine) = Machine::new() else { return };
    let files = context("FROM box\nCOPY --chown=4294967295 a /\n").file("a", "");
    let built = build(&machine, "", files);
    assert!(built.error.contains("an owner out of range"), "{built:?}");
}

#[test]
fn what_dockerignore_leaves_out_is_not_there() {
    let Some(machine) = Machine::new() else { return };
    let files = context("FROM box\nCOPY . /all/\nRUN ls -A /all\n")
        .file(".dockerignore", "Dockerfile\n.dockerignore\n")
        .file("kept", "");
    let built = build(&machine, "", files);
    built.id();
    assert!(built.text.contains("kept\n"), "{}", built.text);
    let all =
        context("FROM box\nCOPY . /all/\nRUN test -e /all/Dockerfile\n").file(".dockerignore", "other\n");
    build(&machine, "", all).id();
}

#[test]
fn hard_links_holes_and_removed_files_are_kept_in_layers() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN cd /data && echo twice > a && ln a b && rm given && mkdir d && touch d/x\n\
        RUN rm -r /data/d && mkdir /data/d && touch /data/d/y && mkfifo /data/pipe 2>/dev/null; true\n";
    build(&machine, "t=made", context(dockerfile)).id();
    let ended = machine.run(
        "cd /data && stat -c %h a && ls && ls d",
        json!({ "Image": "made" }),
    );
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.first(), Some(&"2"), "{}", ended.out);
    assert!(
        !lines.contains(&"given") && !lines.contains(&"x"),
        "{}",
        ended.out
    );
    assert_eq!(lines.last(), Some(&"y"), "{}", ended.out);
}
