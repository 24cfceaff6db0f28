//! Joined streams: input, output, terminals.

use std::io::{Read, Write};
use std::net::Shutdown;

use serde_json::json;

use crate::machine::{Machine, frames};

#[test]
fn input_goes_in_and_ends_once() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "OpenStdin": true, "StdinOnce": true, "AttachStdin": true });
    let name = machine.create("cat; echo end", more);
    let path = format!("/containers/{name}/attach?stream=1&stdin=1&stdout=1&stderr=1");
    let (answer, mut stream, mut heard) = machine.connection().hijack(&path, "").unwrap();
    assert_eq!(answer.status, 101);
    machine.done("POST", &format!("/containers/{name}/start"), "");
    stream.write_all(b"one\ntwo\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    stream.read_to_end(&mut heard).unwrap();
    assert_eq!(frames(&heard).0, "one\ntwo\nend\n");
    assert_eq!(machine.end_of(&name).out, "one\ntwo\nend\n");
}

#[test]
fn a_program_without_input_finds_its_end() {
    let Some(machine) = Machine::new() else { return };
    assert_eq!(machine.run("cat; echo end", json!({})).out, "end\n");
}

#[test]
fn much_output_comes_whole_and_in_order() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.create("seq 1 100000", json!({}));
    let path = format!("/containers/{name}/attach?stream=1&stdout=1");
    let (_, mut stream, mut heard) = machine.connection().hijack(&path, "").unwrap();
    machine.done("POST", &format!("/containers/{name}/start"), "");
    stream.read_to_end(&mut heard).unwrap();
    let expected: String = (1..=100_000).map(|n| format!("{n}\n")).collect();
    assert!(frames(&heard).0 == expected);
    assert!(machine.end_of(&name).out == expected);
}

#[test]
fn a_terminal_has_a_size_and_its_keys_are_signals() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({
        "Tty": true, "OpenStdin": true, "HostConfig": { "ConsoleSize": [30, 100] },
    });
    let script = "stty size; test -t 0 && test -c /dev/console && echo tty; cat; echo over";
    let name = machine.create(script, more);
    let path = format!("/containers/{name}/attach?stream=1&stdin=1&stdout=1");
    let (_, mut stream, mut heard) = machine.connection().hijack(&path, "").unwrap();
    machine.done("POST", &format!("/containers/{name}/start"), "");
    until(&mut stream, &mut heard, "tty\r\n");
    assert!(
        String::from_utf8_lossy(&heard).starts_with("30 100\r\n"),
        "{heard:?}"
    );
    machine.done("POST", &format!("/containers/{name}/resize?h=40&w=120"), "");
    // The key that ends what is in front, and not the shell behind it.
    stream.write_all(b"x\n").unwrap();
    until(&mut stream, &mut heard, "x\r\nx\r\n");
    stream.write_all(b"\x03").unwrap();
    assert_eq!(machine.end_of(&name).code, 130);
}

#[test]
fn a_terminal_that_ends_is_ended_by_its_key() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.create("cat; stty size", json!({ "Tty": true, "OpenStdin": true }));
    let path = format!("/containers/{name}/attach?stream=1&stdin=1&stdout=1");
    let (_, mut stream, mut heard) = machine.connection().hijack(&path, "").unwrap();
    machine.done("POST", &format!("/containers/{name}/start"), "");
    machine.done("POST", &format!("/containers/{name}/resize?h=41&w=121"), "");
    stream.write_all(b"word\n\x04").unwrap();
    stream.read_to_end(&mut heard).unwrap();
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(
        heard.contains("word\r\nword\r\n") && heard.ends_with("41 121\r\n"),
        "{heard:?}"
    );
    assert_eq!(machine.end_of(&name).code, 0);
}

fn until(stream: &mut impl Read, heard: &mut Vec<u8>, text: &str) {
    let mut part = [0; 1024];
    while !String::from_utf8_lossy(heard).contains(text) {
        let n = stream.read(&mut part).unwrap();
        assert!(n > 0, "{:?}", String::from_utf8_lossy(heard));
        heard.extend_from_slice(&part[..n]);
    }
}
