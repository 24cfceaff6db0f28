//! What an earlier build made is found again, and can be thrown away.

use std::thread;
use std::time::Duration;

use crate::builds::{build, context};
use crate::machine::Machine;

const DOCKERFILE: &str = "FROM box\nARG WHO\nENV A=1\nCOPY a /a\nRUN cat /a; date +%s%N > /made\nLABEL x=y\n";

#[test]
fn the_same_steps_are_done_once() {
    let Some(machine) = Machine::new() else { return };
    let files = |text: &str| context(DOCKERFILE).file("a", text);
    let first = build(&machine, "t=made", files("1"));
    let again = build(&machine, "t=made", files("1"));
    assert_eq!((first.cached(), again.cached()), (0, 5));
    assert_eq!(first.id(), again.id());
    let changed = build(&machine, "t=made", files("2"));
    assert_eq!(changed.cached(), 2);
    assert_ne!(changed.id(), first.id());
    let given = build(&machine, r#"buildargs={"WHO":"you"}"#, files("1"));
    assert_eq!(given.cached(), 3, "an argument changes the commands that see it");
    let proxy = build(&machine, r#"buildargs={"HTTP_PROXY":"http://p"}"#, files("2"));
    assert_eq!(proxy.cached(), 5, "a proxy changes nothing");
    let from = build(&machine, r#"cachefrom=["made"]"#, files("2"));
    assert_eq!(from.cached(), 5, "`made` was made of these steps");
    let from = build(&machine, r#"cachefrom=["nosuchimage"]"#, files("2"));
    assert_eq!(from.cached(), 0, "an image that is not here brings nothing");
    let anew = build(&machine, "nocache=1", files("1"));
    assert_eq!(anew.cached(), 0);
    assert_ne!(anew.id(), first.id());
}

#[test]
fn steps_are_no_images_of_their_own_and_go_when_asked() {
    let Some(machine) = Machine::new() else { return };
    let names = |all: &str| {
        let list = machine.done("GET", &format!("/images/json?all={all}"), "").json();
        list.as_array().unwrap().len()
    };
    let before = names("1");
    let built = build(&machine, "t=made", context(DOCKERFILE).file("a", "1"));
    built.id();
    assert_eq!((names("0"), names("1")), (before + 1, before + 1));
    let shown = machine.done("GET", "/images/made/json", "").json();
    assert_eq!(shown["RepoTags"], serde_json::json!(["made:latest"]));
    // By its id an image goes with all its names, of which those of steps are none.
    let removed = machine
        .done("DELETE", &format!("/images/{}", built.id()), "")
        .json();
    assert_eq!(removed.as_array().map(Vec::len), Some(2), "{removed}");
    let pruned = machine.done("POST", "/build/prune?all=1", "").json();
    assert!(
        pruned["CachesDeleted"]
            .as_array()
            .is_some_and(|gone| gone.len() >= 4),
        "{pruned}"
    );
    assert!(
        pruned["SpaceReclaimed"].as_u64().is_some_and(|freed| freed > 0),
        "{pruned}"
    );
    let again = build(&machine, "t=made", context(DOCKERFILE).file("a", "1"));
    assert_eq!(again.cached(), 0);
}

#[test]
fn a_failed_build_leaves_what_it_made_to_the_next() {
    let Some(machine) = Machine::new() else { return };
    let failing = context("FROM box\nRUN echo done > /done\nRUN exit 3\n");
    let built = build(&machine, "t=never", failing);
    assert_eq!(
        built.error,
        "The command '/bin/sh -c exit 3' returned a non-zero code: 3"
    );
    assert_eq!(built.code, 3);
    assert!(machine.ids().is_empty(), "containers of steps are gone");
    assert_eq!(machine.ask("GET", "/images/never/json", "").status, 404);
    let fixed = build(
        &machine,
        "",
        context("FROM box\nRUN echo done > /done\nRUN cat /done\n"),
    );
    fixed.id();
    assert_eq!(fixed.cached(), 1);
}

#[test]
fn with_a_given_time_the_same_files_give_the_same_image() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nWORKDIR /w\nCOPY a <<E ./\ntext\nE\nRUN echo made > made && mkdir d\n";
    let query = r#"nocache=1&buildargs={"SOURCE_DATE_EPOCH":"1000000000"}"#;
    let first = build(&machine, query, context(dockerfile).file("a", "1")).id();
    // Beyond the clock's tick, so that another time would show.
    thread::sleep(Duration::from_millis(1_100));
    let second = build(&machine, query, context(dockerfile).file("a", "1")).id();
    assert_eq!(first, second);
    let shown = machine.done("GET", &format!("/images/{first}/json"), "").json();
    assert_eq!(shown["Created"], "2001-09-09T01:46:40Z");
}

#[test]
fn builds_of_the_same_steps_at_once_take_nothing_from_each_other() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box AS a\nCOPY one /src\nRUN true\nFROM box\nCOPY --from=a /src /src\n\
        RUN echo 1 > /o\nRUN cat /o\n";
    for round in 0..3 {
        std::thread::scope(|threads| {
            for _ in 0..6 {
                threads.spawn(|| {
                    let files = context(dockerfile).file("one", format!("{round}"));
                    build(&machine, "", files).id()
                });
            }
        });
    }
}
