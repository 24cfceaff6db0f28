//! Clients of a server, byte by byte.

#![allow(dead_code, reason = "not every file of tests uses all of it")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use sampan_testkit::{Running, Sampan, guest};

/// Far more than an answer takes, and less than a person waits.
const LONG: Duration = Duration::from_secs(60);

/// Waits until something holds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    sampan_testkit::until(what, || holds().then_some(()));
}

/// Serves `guests/http/NAME.wat` on a free port.
pub(crate) fn serve(sampan: &Sampan, name: &str, flags: &[&str]) -> (Running, SocketAddr) {
    let file = program(sampan, name);
    started(sampan, &["run", "-p", "80"], flags, &[file])
}

/// `guests/http/NAME.wat` as a file of its own.
pub(crate) fn program(sampan: &Sampan, name: &str) -> PathBuf {
    sampan.file(&format!("{name}.wasm"), guest::http_server(name))
}

/// A server, once it tells its address.
pub(crate) fn started(
    sampan: &Sampan,
    command: &[&str],
    flags: &[&str],
    files: &[PathBuf],
) -> (Running, SocketAddr) {
    let running = sampan
        .command(command)
        .args(flags)
        .args(files)
        .deadline(Duration::from_secs(240))
        .start();
    until("an address to ask", || running.stderr().contains("/\n"));
    let line = running.stderr();
    let address = line.split("://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address
        .and_then(|a| a.parse().ok())
        .unwrap_or_else(|| panic!("no address in {line:?}"));
    (running, address)
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream
        .set_read_timeout(Some(LONG))
        .expect("a socket has a timeout");
    stream
}

/// Sends bytes, and reads the answer to the end of the connection.
pub(crate) fn ask_raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = connect(address);
    stream.write_all(request).expect("the server reads");
    rest(&mut stream)
}

/// What comes until the end of the connection.
pub(crate) fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A server that refuses a head need not read all of it.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn get(address: SocketAddr) -> String {
    ask_raw(
        address,
        b"GET /path?query HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
    )
}

/// The body of an answer that came in chunks, put together.
pub(crate) fn body(answer: &str) -> String {
    let mut rest = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a chunk has its size");
        body.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    body
}

/// The status of an answer, or 0 where there is none.
pub(crate) fn status(answer: &str) -> u16 {
    let line = answer.strip_prefix("HTTP/1.1 ").unwrap_or_default();
    line.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0)
}

#[track_caller]
pub(crate) fn has_status(answer: &str, expected: u16) {
    assert_eq!(status(answer), expected, "{answer:?}");
}

/// Ends a server by a signal, and holds it to its code.
#[track_caller]
pub(crate) fn ends(running: Running, signal: rustix::process::Signal, code: i32) -> sampan_testkit::Ended {
    running.signal(signal);
    let ended = running.end();
    ended.code(code);
    ended
}
