//! Heads and bodies: their bounds, and that they stream.

use std::io::{Read, Write};

use rustix::process::Signal;

use crate::http::{ask_raw, body, connect, ends, get, has_status, rest, serve, until};
use crate::support::sampan;

#[test]
fn a_body_beyond_its_limit_is_refused_whatever_way_it_is_told() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &["--http-limit", "body-size=10"]);
    let ask = |headers: &str, body: &str| {
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n{body}");
        ask_raw(address, head.as_bytes())
    };
    has_status(&ask("Content-Length: 10", "0123456789"), 200);
    has_status(&ask("Content-Length: 11", "01234567890"), 413);
    has_status(
        &ask("Transfer-Encoding: chunked", "a\r\n0123456789\r\n0\r\n\r\n"),
        200,
    );
    has_status(
        &ask(
            "Transfer-Encoding: chunked",
            "9\r\n012345678\r\n2\r\n90\r\n0\r\n\r\n",
        ),
        413,
    );
    has_status(&get(address), 200);
    ends(running, Signal::TERM, 0);
}

#[test]
fn a_head_beyond_its_limit_is_refused() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &["--http-limit", "head-size=8k"]);
    let ask = |size: usize| {
        let value = "a".repeat(size);
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: {value}\r\n\r\n");
        ask_raw(address, head.as_bytes())
    };
    has_status(&ask(6_000), 200);
    let refused = ask(20_000);
    assert!(refused.is_empty() || refused.contains(" 431 "), "{refused:?}");
    let many = "A: b\r\n".repeat(500);
    let refused = ask_raw(
        address,
        format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{many}\r\n").as_bytes(),
    );
    assert!(refused.is_empty() || refused.contains(" 431 "), "{refused:?}");
    has_status(&get(address), 200);
    ends(running, Signal::TERM, 0);
}

#[test]
fn bodies_stream_both_ways_at_once() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "mirror", &[]);
    let mut stream = connect(address);
    stream
        .write_all(
            b"POST /x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
        )
        .unwrap();
    let mut answer = String::new();
    for part in ["one", "two", "three"] {
        let chunk = format!("{:x}\r\n{part}\r\n", part.len());
        stream.write_all(chunk.as_bytes()).unwrap();
        // Each comes back before the next one is sent.
        let mut read = [0; 4096];
        while !answer.contains(part) {
            let n = stream.read(&mut read).unwrap();
            assert!(n > 0, "closed after {answer:?}");
            answer.push_str(&String::from_utf8_lossy(&read[..n]));
        }
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    answer.push_str(&rest(&mut stream));
    assert!(body(&answer).starts_with("a.example/x\n"), "{answer:?}");
    ends(running, Signal::TERM, 0);
}

#[test]
fn a_trace_reaches_the_program_as_it_came() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "mirror", &[]);
    let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let state = "tracestate: rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{parent}\r\n{state}\r\n\r\n");
    let answer = ask_raw(address, request.as_bytes());
    has_status(&answer, 200);
    for header in [parent, state] {
        assert!(
            body(&answer).contains(&format!("{header}\n")),
            "{header}: {answer:?}"
        );
    }
    ends(running, Signal::TERM, 0);
}

#[test]
fn limits_of_clients_are_read_with_care() {
    let sampan = sampan();
    let file = crate::http::program(&sampan, "hello");
    let run = |flags: &[&str]| sampan.command(["run"]).args(flags).args([&file]).end();
    run(&["-p", "80", "--http-limit", "body=1"])
        .fails(2)
        .says("there is no limit `body`");
    run(&["-p", "80", "--http-limit", "head-size=1k"])
        .fails(2)
        .says("between 8k and 128k");
    run(&["--http-limit", "requests=1"])
        .fails(2)
        .says("`sampan serve`");
    run(&["-d", "-p", "80", "--http-limit", "requests=1"])
        .fails(2)
        .says("work without the daemon alone");
    run(&["-p", "80", "--tls-cert", "a.pem"])
        .fails(2)
        .says("`--tls-key`");
    let missing = run(&["-p", "80", "--tls-cert", "a.pem", "--tls-key", "a.key"]);
    missing.fails(125).says("cannot read `").says("a.pem");
    until("nothing is left", || crate::support::leavings(&sampan).is_empty());
}
