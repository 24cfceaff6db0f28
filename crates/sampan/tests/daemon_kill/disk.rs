//! The disk beneath the data is full.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use crate::audit;
use crate::host::Host;

const CAT: &str = r#"{"Image":"cat","OpenStdin":true}"#;

/// More volumes than lines about their ends fit into a page.
const SMALL: usize = 120;

/// Writes until nothing more fits into a file.
fn fill_up(host: &Host) -> PathBuf {
    let path = host.data().join("filler");
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .expect("a file can be made");
    for size in [64 << 10, 4 << 10, 1] {
        let part = vec![7; size];
        while file.write_all(&part).is_ok() {}
    }
    path
}

/// Until nothing new fits behind the journal's last line either.
fn is_full(host: &Host) {
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
    host.done("POST", "/containers/create?name=goes", CAT);
    host.done("POST", "/volumes/create", r#"{"Name":"goes"}"#);
    for name in ["floods", "forced"] {
        host.runs(name, CAT);
    }
    let filler = fill_up(&host);
    is_full(&host);
    // What must be written down is refused, in words that say why, and nothing of it is there.
    for (method, path, body) in [
        ("POST", "/containers/create?name=more", CAT),
        ("POST", "/containers/waits/start", ""),
        ("POST", "/volumes/create", r#"{"Name":"more"}"#),
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
    // What gives room back can be done.
    host.done("POST", "/containers/floods/kill", "");
    host.state("floods", |state| state["ExitCode"] == 137);
    host.done("DELETE", "/containers/forced?force=1", "");
    host.done("DELETE", "/containers/goes", "");
    host.done("DELETE", "/volumes/goes", "");
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
    assert_eq!(host.inspect("floods")["State"]["ExitCode"], 137);
    for gone in [
        "/containers/forced/json",
        "/containers/goes/json",
        "/volumes/goes",
    ] {
        assert_eq!(host.ask("GET", gone, "").status, 404, "{gone}");
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
    for number in 0..SMALL {
        let body = format!(r#"{{"Name":"small-{number}"}}"#);
        host.done("POST", "/volumes/create", &body);
    }
    host.fell();
    // What the journal keeps for ends is used up, too.
    let journal = host.data().join("daemon/v1/journal");
    let file = File::options().write(true).open(&journal).expect("it is there");
    let length = file.metadata().expect("it is there").len();
    file.set_len(length).expect("it can be cut to its length");
    let filler = fill_up(&host);
    host.start();
    is_full(&host);
    let refused = (0..SMALL).find(|number| {
        let refused = host.ask("DELETE", &format!("/volumes/small-{number}"), "").status >= 500;
        // What a volume leaves is room.
        fill_up(&host);
        refused
    });
    assert!(refused.is_some(), "ends can still be written");
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
