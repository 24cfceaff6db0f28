//! Floods of HTTP/2: each ends in its named answer or the end of its connection, and a neighbour is answered meanwhile.

use rustix::process::Signal;
use sampan_testkit::Running;

use super::frames::{
    ACK, CONTINUATION, Client, DATA, END_HEADERS, END_STREAM, GET, GOAWAY, HEADERS, PING, POST, RST_STREAM,
    SETTINGS, WINDOW_UPDATE,
};
use crate::http::{ends, get, has_status, serve, status, until};
use crate::support::sampan;

/// The error of who does too much (RFC 9113 section 7).
const ENHANCE_YOUR_CALM: [u8; 4] = [0, 0, 0, 0xb];
const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
const CANCEL: [u8; 4] = [0, 0, 0, 8];

fn over(running: Running) {
    let ended = ends(running, Signal::TERM, 0);
    assert!(!ended.err().contains("panicked"), "{ended}");
}

#[test]
fn streams_beyond_the_agreed_number_are_refused_and_the_others_are_answered() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &["--http-limit", "streams=4"]);
    let mut client = Client::new(address);
    let settings = client.find(|frame| frame.kind == SETTINGS && frame.flags & ACK == 0);
    let settings = settings.expect("the server begins with its settings").payload;
    let told: Vec<_> = settings.chunks(6).map(|one| (one[1], one[5])).collect();
    assert!(told.contains(&(3, 4)), "four streams at a time: {settings:?}");
    for stream in (1..=9).step_by(2) {
        assert!(client.send(HEADERS, END_HEADERS, stream, &POST));
    }
    let refused = client
        .find(|frame| frame.kind == RST_STREAM)
        .expect("the fifth is refused");
    assert_eq!((refused.stream, &refused.payload[..]), (9, &REFUSED_STREAM[..]));
    has_status(&get(address), 200);
    assert!(client.send(DATA, END_STREAM, 1, b"abc"));
    let answer = client.find(|frame| frame.kind == DATA && frame.stream == 1);
    assert_eq!(answer.expect("the first is answered").payload, b"3 1\n");
    over(running);
}

#[test]
fn requests_that_are_left_at_once_end_their_connection() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &[]);
    let mut client = Client::new(address);
    let drain = client.drain();
    // What a client may legitimately do a few times (CVE-2023-44487).
    let mut stream = 1;
    until("the connection is closed", || {
        let went =
            client.send(HEADERS, END_HEADERS, stream, &POST) && client.send(RST_STREAM, 0, stream, &CANCEL);
        stream += 2;
        !went
    });
    drain.join().unwrap();
    has_status(&get(address), 200);
    over(running);
}

#[test]
fn a_flood_of_settings_and_pings_takes_no_memory_and_no_neighbour() {
    for (kind, payload) in [(SETTINGS, &[][..]), (PING, &[7; 8])] {
        let sampan = sampan();
        let (running, address) = serve(&sampan, "hello", &[]);
        let mut client = Client::new(address);
        // Its acknowledgements are not read: at some point nothing more is taken, and nothing more is kept.
        let before = resident(&running);
        let flood = std::thread::spawn(move || {
            for _ in 0..2_000_000 {
                if !client.send(kind, 0, 0, payload) {
                    return;
                }
            }
        });
        for _ in 0..20 {
            has_status(&get(address), 200);
        }
        let grown = resident(&running).saturating_sub(before);
        assert!(grown < 64 << 20, "{grown} bytes more");
        // Whoever is held up goes with the server.
        running.signal(Signal::KILL);
        drop(running);
        flood.join().unwrap();
    }
}

/// The memory of a server, in bytes.
fn resident(running: &Running) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/statm", running.pid())).unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    pages * 4096
}

#[test]
fn a_head_without_end_is_refused() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    let mut client = Client::new(address);
    assert!(client.send(HEADERS, END_STREAM, 1, &GET));
    let header = [&[0x00, 1, b'a', 127, 0x81, 0x7c][..], &[b'b'; 16_000]].concat();
    let mut told = None;
    for _ in 0..200 {
        if !client.send(CONTINUATION, 0, 1, &header) {
            break;
        }
    }
    while let Some(frame) = client.next() {
        if frame.kind == GOAWAY {
            told = Some(frame.payload[4..8].to_vec());
        }
    }
    if let Some(why) = told {
        assert_eq!(why, ENHANCE_YOUR_CALM);
    }
    assert!(client.next().is_none(), "the connection is closed");
    has_status(&get(address), 200);
    over(running);
}

#[test]
fn an_answer_for_which_no_window_is_opened_ends_its_connection() {
    let sampan = sampan();
    let flags = ["--http-limit", "client-time=300ms", "--http-limit", "requests=1"];
    let (running, address) = serve(&sampan, "flood", &flags);
    let mut client = Client::new(address);
    assert!(client.send(HEADERS, END_HEADERS | END_STREAM, 1, &GET));
    // It reads all there is, answers pings, and opens no window for more.
    while let Some(frame) = client.next() {
        if frame.kind == PING && frame.flags & ACK == 0 {
            client.send(PING, ACK, 0, &frame.payload);
        }
    }
    until("the place is free again", || status(&get_head(address)) == 200);
    running.signal(Signal::KILL);
}

/// The beginning of an answer that has no end.
fn get_head(address: std::net::SocketAddr) -> String {
    use std::io::{Read, Write};
    let mut stream = crate::http::connect(address);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut head = [0; 16];
    let read = stream.read(&mut head).unwrap_or(0);
    String::from_utf8_lossy(&head[..read]).into_owned()
}

#[test]
fn frames_that_are_no_request_end_their_connection_with_a_word() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    for (what, kind, stream, payload) in [
        ("data of no stream", DATA, 1, &b"x"[..]),
        ("headers of stream 0", HEADERS, 0, &GET),
        ("headers of an even stream", HEADERS, 2, &GET),
        ("headers that are no HPACK", HEADERS, 1, &[0x80]),
        ("a window of nothing", WINDOW_UPDATE, 0, &[0, 0, 0, 0]),
        ("a window too large", WINDOW_UPDATE, 0, &[0x7f, 0xff, 0xff, 0xff]),
        ("settings of a wrong size", SETTINGS, 0, &[1, 2, 3]),
        ("a ping of a wrong size", PING, 0, &[1]),
        ("a continuation of nothing", CONTINUATION, 1, &GET),
    ] {
        let mut client = Client::new(address);
        client.send(kind, END_HEADERS, stream, payload);
        let told = client.find(|frame| frame.kind == GOAWAY);
        assert!(told.is_some(), "{what}: no word");
        while client.next().is_some() {}
        has_status(&get(address), 200);
    }
    over(running);
}
