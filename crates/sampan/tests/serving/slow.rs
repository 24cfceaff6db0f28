//! Clients that keep a server waiting lose their places; the others are answered meanwhile.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use rustix::process::Signal;

use crate::http::{connect, ends, get, has_status, rest, serve, status, until};
use crate::support::sampan;

/// One client is served at a time: whoever is answered has the place that another lost.
const ONE: [&str; 2] = ["--http-limit", "connections=1"];

/// Waits until the server has closed a connection. Whatever it said before is given back.
fn cut(mut stream: TcpStream) -> String {
    rest(&mut stream)
}

#[track_caller]
fn next_is_answered(address: SocketAddr) {
    has_status(&get(address), 200);
}

#[test]
fn who_sends_nothing_or_a_part_of_a_beginning_loses_its_connection() {
    let sampan = sampan();
    let flags = [&ONE[..], &["--http-limit", "head-time=300ms"]].concat();
    let (running, address) = serve(&sampan, "hello", &flags);
    for part in [
        &b""[..],
        b"P",
        b"PRI * HTTP/2.0\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"G",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
    ] {
        let mut stream = connect(address);
        stream.write_all(part).unwrap();
        // It waits for the only place.
        next_is_answered(address);
        cut(stream);
    }
    ends(running, Signal::TERM, 0);
}

#[test]
fn who_sends_its_head_for_ever_loses_its_connection() {
    let sampan = sampan();
    let flags = [&ONE[..], &["--http-limit", "head-time=500ms"]].concat();
    let (running, address) = serve(&sampan, "hello", &flags);
    let mut stream = connect(address);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    let drip = std::thread::spawn(move || {
        // Each line on its own, without end.
        while stream.write_all(b"A: b\r\n").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    next_is_answered(address);
    drip.join().unwrap();
    ends(running, Signal::TERM, 0);
}

#[test]
fn who_reads_nothing_of_its_answer_loses_its_place() {
    let sampan = sampan();
    let flags = ["--http-limit", "client-time=300ms", "--http-limit", "requests=1"];
    let (running, address) = serve(&sampan, "flood", &flags);
    let mut stream = connect(address);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    // The answer fills what lies between, and then nobody takes more of it.
    until("the place is free again", || {
        let mut other = connect(address);
        other.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut head = [0; 12];
        other.read_exact(&mut head).unwrap();
        &head == b"HTTP/1.1 200"
    });
    drop(stream);
    running.signal(Signal::KILL);
}

#[test]
fn who_pauses_its_body_for_ever_is_told_so_and_the_program_is_not_charged() {
    let sampan = sampan();
    let flags = [
        "--http-limit",
        "client-time=2s",
        "--http-limit",
        "request-time=200ms",
    ];
    let (running, address) = serve(&sampan, "count", &flags);
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhalf";
    let mut stream = connect(address);
    stream.write_all(head).unwrap();
    // Longer than the program may take, and not as long as the client may.
    std::thread::sleep(std::time::Duration::from_millis(600));
    stream.write_all(b" again").unwrap();
    let answer = rest(&mut stream);
    has_status(&answer, 200);
    assert!(answer.contains("10 1\n"), "{answer:?}");
    let mut stream = connect(address);
    stream.write_all(head).unwrap();
    has_status(&cut(stream), 408);
    has_status(&get(address), 200);
    let ended = ends(running, Signal::TERM, 0);
    assert!(
        !ended.err().contains("failed"),
        "it is the client's doing: {ended}"
    );
}

#[test]
fn a_program_that_takes_too_long_is_told_of_and_its_place_is_free() {
    let sampan = sampan();
    let flags = ["--http-limit", "request-time=200ms", "--http-limit", "requests=1"];
    let (running, address) = serve(&sampan, "loop", &flags);
    for _ in 0..2 {
        until("the place is free", || status(&get(address)) == 504);
    }
    let ended = ends(running, Signal::TERM, 0);
    assert!(ended.err().contains("the request `GET /path` failed"), "{ended}");
}

#[test]
fn who_goes_away_takes_its_instance_along() {
    let sampan = sampan();
    // One place alone: whoever has it computes until it is ended.
    let (running, address) = serve(&sampan, "write_and_loop", &["--http-limit", "requests=1"]);
    for _ in 0..3 {
        until("an answer that begins", || {
            let mut stream = connect(address);
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            let mut head = [0; 12];
            stream.read_exact(&mut head).unwrap();
            &head == b"HTTP/1.1 200"
        });
    }
    let ended = ends(running, Signal::TERM, 0);
    assert!(!ended.err().contains("failed"), "{ended}");
    // The same before an answer has begun.
    let (running, address) = serve(&sampan, "loop", &["--http-limit", "requests=1"]);
    for _ in 0..3 {
        let held = sampan_testkit::until("a place", || {
            let mut stream = connect(address);
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            stream
                .set_read_timeout(Some(std::time::Duration::from_millis(500)))
                .unwrap();
            // Who is sent away hears of it; who has the place waits.
            stream.read(&mut [0]).is_err().then_some(stream)
        });
        has_status(&get(address), 503);
        drop(held);
    }
    running.signal(Signal::KILL);
}
