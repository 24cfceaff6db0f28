//! `sampan serve`: one program, and several on one port.

use rustix::process::Signal;

use crate::http::{ask_raw, body, ends, get, has_status, program, started};
use crate::support::{leavings, sampan};

#[test]
fn serve_answers_as_run_does() {
    let sampan = sampan();
    let file = program(&sampan, "hello");
    let (running, address) = started(&sampan, &["serve"], &["-p", "80"], &[file]);
    for _ in 0..3 {
        let answer = get(address);
        has_status(&answer, 200);
        assert!(answer.contains("hello\n"), "{answer:?}");
    }
    let ended = ends(running, Signal::INT, 0);
    assert!(ended.err().contains("serving"), "{ended}");
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn hosts_and_paths_lead_to_their_services() {
    let sampan = sampan();
    program(&sampan, "hello");
    program(&sampan, "count");
    program(&sampan, "mirror");
    program(&sampan, "trap");
    let flags = [
        "-p",
        "80",
        "--route",
        "a.example=./hello.wasm",
        "--route",
        "a.example/count=./count.wasm",
        "--route",
        "*.b.example/=./mirror.wasm",
        "--route",
        "b.example/trap=./trap.wasm",
        "--route",
        "b.example/also=./count.wasm",
    ];
    let (running, address) = started(&sampan, &["serve"], &flags, &[]);
    let ask = |host: &str, path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        ask_raw(address, request.as_bytes())
    };
    for (host, path, status, says) in [
        ("a.example", "/", 200, "hello\n"),
        ("A.EXAMPLE:8080", "/x/y", 200, "hello\n"),
        ("a.example", "/count", 200, "0 1\n"),
        ("a.example", "/count/x?y", 200, "0 1\n"),
        ("a.example", "/counts", 200, "hello\n"),
        ("x.b.example", "/p?q", 200, "x.b.example/p?q\n"),
        ("b.example", "/also", 200, "0 1\n"),
        ("b.example", "/", 404, "no service of this host has this path"),
        ("c.example", "/", 421, "no service on this port has this host"),
        ("b.example", "/trap", 500, "the program failed"),
        // A neighbour's fall is its own.
        ("a.example", "/", 200, "hello\n"),
    ] {
        let answer = ask(host, path);
        has_status(&answer, status);
        // A program's answer comes in chunks, one of the server's own whole.
        let said = if status == 200 { body(&answer) } else { answer };
        assert!(said.contains(says), "{host}{path}: {said:?}");
    }
    let ended = ends(running, Signal::TERM, 0);
    assert_eq!(ended.err().matches("serving").count(), 1, "{ended}");
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn services_of_one_port_end_together_by_the_limit_of_one() {
    let sampan = sampan();
    program(&sampan, "hello");
    program(&sampan, "loop");
    let flags = [
        "-p",
        "80",
        "--limit",
        "cpu-time=400ms",
        "--route",
        "a.example=./hello.wasm",
        "--route",
        "/loop=./loop.wasm",
    ];
    let (running, address) = started(&sampan, &["serve"], &flags, &[]);
    let mut looping = crate::http::connect(address);
    use std::io::Write;
    looping
        .write_all(b"GET /loop HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let ended = running.end();
    ended.code(137);
    assert!(ended.err().contains("its cpu-time limit"), "{ended}");
}

#[test]
fn routes_that_cannot_be_are_refused() {
    let sampan = sampan();
    let file = program(&sampan, "hello");
    let fails = |words: &[&str], code: i32, says: &str| {
        sampan
            .command(["serve", "-p", "80"])
            .args(words)
            .end()
            .fails(code)
            .says(says);
    };
    fails(&[], 2, "name a file or image to serve");
    fails(&["--route", "a.example"], 2, "HOST/PATH=FILE|IMAGE");
    fails(&["--route", "a b=x.wasm"], 2, "is no host name");
    fails(&["--route", "a/../b=x.wasm"], 2, "is no path");
    let named = file.display().to_string();
    fails(
        &["--route", "a=x.wasm", &named],
        2,
        "leave out the one that stands alone",
    );
    fails(&["--route", "a=./missing.wasm"], 127, "missing.wasm");
    let ended = sampan.command(["serve", "-d"]).args([&file]).end();
    ended.fails(2).says("sampan run -d");
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}
