//! Requests that two readers would take for different ones: what each gets.

use rustix::process::Signal;

use crate::http::{ask_raw, ends, get, has_status, serve, status};
use crate::support::sampan;

/// A request that must never be answered: it stands where only a misled reader finds one.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn each_request_that_can_be_read_in_two_ways_has_one_answer() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &[]);
    let post =
        |headers: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}{SMUGGLED}");
    let chunked = |body: &str| post("Transfer-Encoding: chunked\r\n", body);
    for (what, request, expected) in [
        // By Transfer-Encoding alone, and the connection ends there (RFC 9112 section 6.3).
        (
            "both lengths",
            post(
                "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
            200,
        ),
        (
            "both lengths, the other way round",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 60\r\n",
                "0\r\n\r\n",
            ),
            200,
        ),
        (
            "two lengths",
            post("Content-Length: 0\r\nContent-Length: 60\r\n", ""),
            400,
        ),
        ("a list of lengths", post("Content-Length: 0, 60\r\n", ""), 400),
        ("a length with a sign", post("Content-Length: +0\r\n", ""), 400),
        (
            "a length in hexadecimal",
            post("Content-Length: 0x0\r\n", ""),
            400,
        ),
        ("a length below zero", post("Content-Length: -1\r\n", ""), 400),
        (
            "a length that is too large for a number",
            post("Content-Length: 99999999999999999999\r\n", ""),
            400,
        ),
        (
            "a coding that is not the last",
            post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
            400,
        ),
        (
            "two codings",
            post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            400,
        ),
        (
            "the same coding twice",
            post(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
            400,
        ),
        (
            "a coding that is none",
            post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
            400,
        ),
        (
            "a coding in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a header over two lines",
            post("A: b\r\n c\r\nContent-Length: 0\r\n", ""),
            400,
        ),
        ("a space before a colon", post("Content-Length : 0\r\n", ""), 400),
        ("a space before a name", post(" Content-Length: 0\r\n", ""), 400),
        ("NUL in a value", post("A: b\0c\r\n", ""), 400),
        ("NUL in a name", post("A\0: b\r\n", ""), 400),
        (
            "a return in a value",
            post("A: b\rContent-Length: 0\r\n", ""),
            400,
        ),
        ("a line without a colon", post("Content-Length\r\n", ""), 400),
        ("two hosts", post("Host: y\r\nContent-Length: 0\r\n", ""), 400),
        (
            "another host in the address",
            "GET http://y/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a user in the address",
            "GET http://x@x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            400,
        ),
        ("a size of a chunk that is none", chunked("x\r\n\r\n"), 400),
        ("a size with a sign", chunked("+0\r\n\r\n"), 400),
        ("a size below zero", chunked("-1\r\n\r\n"), 400),
        ("a size in another form", chunked("0x0\r\n\r\n"), 400),
        (
            "a size that is too large for a number",
            chunked("ffffffffffffffff1\r\n\r\n"),
            400,
        ),
        (
            "a chunk longer than its size",
            chunked("1\r\nab\r\n0\r\n\r\n"),
            400,
        ),
        ("a size without its line's end", chunked("0\r\r\n\r\n"), 400),
    ] {
        let answer = ask_raw(address, request.as_bytes());
        assert_eq!(status(&answer), expected, "{what}: {answer:?}");
        let answers = answer.matches("HTTP/1.1 ").count();
        assert_eq!(
            answers, 1,
            "{what}: the smuggled request was answered: {answer:?}"
        );
        has_status(&get(address), 200);
    }
    let ended = ends(running, Signal::TERM, 0);
    assert!(!ended.err().contains("panicked"), "{ended}");
    assert!(
        !ended.err().contains("failed"),
        "a bad body is no fault of the program: {ended}"
    );
}

#[test]
fn what_wasi_http_has_no_word_for_is_answered_by_501() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    let upgrade = "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    let answer = ask_raw(address, upgrade.as_bytes());
    has_status(&answer, 501);
    assert!(
        answer.contains("WebSockets are not served: wasi:http"),
        "{answer:?}"
    );
    let tunnel = "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\nConnection: close\r\n\r\n";
    has_status(&ask_raw(address, tunnel.as_bytes()), 501);
    // Of another upgrade nothing need be said.
    let other = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n";
    has_status(&ask_raw(address, other.as_bytes()), 200);
    ends(running, Signal::TERM, 0);
}
