//! The disk beneath the data is full.

use std::fs::{self, File};
use std::io::Write;

use crate::audit;
use crate::host::Host;

const CAT: &str = r#"{"Image":"cat","OpenStdin":true}"#;

/// Writes until nothing more fits, neither into a new file nor behind the journal's last line.
fn fill(host: &Host) -> std::path::PathBuf {
    let path = host.data().join("filler");
    let mut file = File::create(&path).expect("a file can be made");
    for size in [64 << 10, 4 << 10, 1] {
        let part = vec![7; size];
        while file.write_all(&part).is_ok() {}
    }
    let refused = (0..64).find(|number| {
        let path = format!("/containers/create?name=small-{number}");
        host.ask("POST", &path, r#"{"Image":"exit"}"#).status != 201
    });
    assert!(refused.is_some(), "the disk is not full");
    // Shorter lines might still fit.
    let refused = (0..64).find(|number| {
        let body = format!(r#"{{"Name":"v{number}"}}"#);
        host.ask("POST", "/volumes/create", &body).status != 201
    });
    assert!(refused.is_some(), "the disk is not full");
    path
}

#[test]
#[allow(clippy::print_stderr)]
fn a_full_disk_is_one_clear_error_and_loses_nothing() {
    let Some(mut host) = Host::on_a_small_disk("48m") else {
        eprintln!("not tested: this user may not mount a file system");
        return;
    };
    host.start();
    host.runs("stays", CAT);
    host.runs("ends", CAT);
    host.runs(
        "alone",
        r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"Isolation":"process"}}"#,
    );
    host.runs("done", r#"{"Image":"exit","Cmd":["3"]}"#);
    host.done("POST", "/containers/done/wait", "");
    host.done("POST", "/containers/create?name=waits", CAT);
    let filler = fill(&host);
    // What must be written down is refused, in words that say why, and nothing of it is there.
    for (method, path, body) in [
        ("POST", "/containers/create?name=more", CAT),
        ("POST", "/containers/waits/start", ""),
        ("POST", "/volumes/create", r#"{"Name":"more"}"#),
        ("DELETE", "/containers/done", ""),
    ] {
        let answer = host.ask(method, path, body);
        assert!(answer.status >= 500, "{method} {path}: {}", answer.text());
        let words = answer.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        assert!(words.contains("no space left"), "{method} {path}: {words}");
    }
    assert_eq!(host.ask("GET", "/containers/more/json", "").status, 404);
    assert_eq!(host.inspect("waits")["State"]["Running"], false);
    host.answers("stays");
    host.answers("alone");
    // What ends meanwhile is known, also to the next daemon, which finds the disk full still.
    host.ask("POST", "/containers/ends/kill?signal=TERM", "");
    host.fell();
    host.start();
    host.answers("stays");
    fs::remove_file(&filler).expect("what fills the disk can go");
    host.fell();
    host.start();
    let state = host.state("done", |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 3);
    for name in ["stays", "alone"] {
        host.answers(name);
    }
    host.done("POST", "/containers/waits/start", "");
    host.answers("waits");
    host.runs("more", CAT);
    host.answers("more");
    host.done("DELETE", "/containers/done", "");
    audit::nothing_left_over(&host);
}

#[test]
#[allow(clippy::print_stderr)]
fn an_ending_on_a_full_disk_is_written_down_when_there_is_room() {
    let Some(mut host) = Host::on_a_small_disk("48m") else {
        eprintln!("not tested: this user may not mount a file system");
        return;
    };
    host.start();
    for (name, image) in [("early", "cat"), ("late", "cat")] {
        host.runs(
            name,
            &format!(r#"{{"Image":"{image}","OpenStdin":true,"StdinOnce":true}}"#),
        );
    }
    let filler = fill(&host);
    // The end of its input ends it by itself: no order is written down for it.
    assert_eq!(host.client().last_words("early", "bye").expect("it hears"), "bye");
    let state = host.state("early", |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 0);
    // Killed before it could be written: the worker has it still.
    host.fell();
    host.start();
    let state = host.state("early", |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 0, "{state}");
    assert_eq!(host.client().last_words("late", "bye").expect("it hears"), "bye");
    host.state("late", |state| state["Status"] == "exited");
    fs::remove_file(&filler).expect("what fills the disk can go");
    // Written by itself, a while after there is room; the worker forgets it then.
    let journal = host.data().join("daemon/v1/journal");
    let before = fs::metadata(&journal).expect("it is there").len();
    sampan_testkit::until("the ending to be written down", || {
        (fs::metadata(&journal).ok()?.len() > before).then_some(())
    });
    host.fell();
    host.start();
    for name in ["early", "late"] {
        let state = host.state(name, |state| state["Status"] == "exited");
        assert_eq!(state["ExitCode"], 0, "{name}: {state}");
    }
    audit::nothing_left_over(&host);
}
