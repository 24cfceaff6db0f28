//! `sampan run -p` from the outside: requests, bad ones, programs that fail, the limits, the end.

mod support;

#[path = "support/http.rs"]
mod http;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use http::{ask_raw, connect, ends, get, has_status, serve, until};
use rustix::process::Signal;
use sampan_testkit::guest;
use support::{leavings, sampan};

/// So many connections that have asked, and wait.
fn asked(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let ask = || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("the server reads");
        stream
    };
    std::iter::repeat_with(ask).take(count).collect()
}

#[test]
fn requests_are_answered_until_it_is_asked_to_leave() {
    for signal in [Signal::INT, Signal::TERM] {
        let sampan = sampan();
        let (running, address) = serve(&sampan, "hello", &[]);
        assert!(address.ip().is_loopback());
        for _ in 0..20 {
            let answer = get(address);
            has_status(&answer, 200);
            assert!(answer.contains("hello\n"), "{answer:?}");
        }
        // Several on one connection.
        let mut stream = connect(address);
        for _ in 0..3 {
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                .expect("the server reads");
            let mut answer = String::new();
            while !answer.ends_with("0\r\n\r\n") {
                let mut part = [0; 512];
                let n = stream.read(&mut part).expect("the server answers");
                assert!(n > 0, "closed after {answer:?}");
                answer.push_str(&String::from_utf8_lossy(&part[..n]));
            }
            has_status(&answer, 200);
        }
        let ended = ends(running, signal, 0);
        assert_eq!(ended.err().lines().count(), 1, "{ended}");
        assert!(TcpStream::connect(address).is_err(), "the port is free again");
        assert_eq!(leavings(&sampan), Vec::<String>::new());
    }
}

#[test]
fn a_server_may_have_folders_to_write_to() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &["--tmpfs", "/t"]);
    for _ in 0..3 {
        has_status(&get(address), 200);
    }
    ends(running, Signal::TERM, 0);
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn many_at_once_are_each_answered() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    let clients: Vec<_> = (0..100)
        .map(|_| std::thread::spawn(move || (0..5).map(|_| get(address)).collect::<Vec<_>>()))
        .collect();
    for client in clients {
        for answer in client.join().expect("a client does not fall") {
            has_status(&answer, 200);
            assert!(answer.contains("hello\n"), "{answer:?}");
        }
    }
    ends(running, Signal::TERM, 0);
}

#[test]
fn http_2_is_spoken_to_who_begins_with_it() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    let mut stream = connect(address);
    // The preface and an empty SETTINGS frame (RFC 9113 section 3.4).
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .expect("the server reads");
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).expect("the server answers");
    assert_eq!(frame[3], 4, "its first frame is SETTINGS: {frame:?}");
    drop(stream);
    ends(running, Signal::TERM, 0);
}

#[test]
fn a_request_that_fails_takes_no_other_with_it() {
    for (name, why) in [("trap", "unreachable"), ("silent", "response-outparam")] {
        let sampan = sampan();
        let (running, address) = serve(&sampan, name, &[]);
        for _ in 0..3 {
            has_status(&get(address), 500);
        }
        let ended = ends(running, Signal::TERM, 0);
        let told = ended.err().matches("the request `GET /path` failed").count();
        assert_eq!(told, 3, "each is told of once: {ended}");
        assert!(ended.err().contains(why), "{ended}");
    }
}

#[test]
fn bad_requests_are_refused_and_the_next_one_is_answered() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "hello", &[]);
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(200_000));
    for (request, status) in [
        (&b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"[..], "400"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            "400",
        ),
        (b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", "400"),
        (b"\0\0\0\0\r\n\r\n", "400"),
        (b"GET / HTTP/9.9\r\n\r\n", "400"),
        (long.as_bytes(), "431"),
    ] {
        let answer = ask_raw(address, request);
        assert!(
            answer.is_empty() || answer.split(' ').nth(1) == Some(status),
            "{answer:?}"
        );
    }
    // Half a request, and gone.
    let mut half = connect(address);
    half.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        .expect("the server reads");
    drop(half);
    has_status(&get(address), 200);
    let ended = ends(running, Signal::TERM, 0);
    assert!(!ended.err().contains("panicked"), "{ended}");
}

#[test]
fn a_request_that_computes_for_ever_leaves_room_for_others_and_dies_with_the_server() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "loop", &[]);
    // More than the places there are: those that wait have no answer, the next ones are sent away.
    let waiting = asked(address, sampan_places());
    // Whoever finds a place keeps it, and hears nothing: one of those that wait may not have been
    // counted yet, or been sent away for it.
    let mut found = Vec::new();
    until("an answer that there is no place", || {
        let (answer, stream) = ask_within(address, Duration::from_secs(2));
        found.push(stream);
        answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 1")
    });
    // Asked to leave, it cannot: the second signal ends it.
    running.signal(Signal::TERM);
    until("the port is free", || TcpStream::connect(address).is_err());
    let ended = ends(running, Signal::TERM, 143);
    assert!(!ended.err().contains("failed"), "{ended}");
    drop((waiting, found));
}

/// As many requests as are under way at a time.
fn sampan_places() -> usize {
    128
}

/// The answer, or nothing if there is none within `time`.
fn get_within(address: SocketAddr, time: Duration) -> String {
    ask_within(address, time).0
}

/// The same, and the connection.
fn ask_within(address: SocketAddr, time: Duration) -> (String, Option<TcpStream>) {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return (String::new(), None);
    };
    stream
        .set_read_timeout(Some(time))
        .expect("a socket has a timeout");
    let mut answer = String::new();
    let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    if stream.write_all(request).is_ok() {
        let _ = stream.read_to_string(&mut answer);
    }
    (answer, Some(stream))
}

#[test]
fn memory_is_counted_over_all_requests() {
    let sampan = sampan();
    // Two instances of 40 MiB fit, a third does not.
    let (running, address) = serve(&sampan, "hog", &["--memory", "100m"]);
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(address);
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("the server reads");
        waiting.push(stream);
    }
    until("an answer that there is no memory", || {
        get_within(address, Duration::from_secs(2)).starts_with("HTTP/1.1 503 ")
    });
    running.signal(Signal::KILL);
    drop(running);

    let file = sampan.file("hog.wasm", guest::http_server("hog"));
    let ended = sampan
        .command(["run", "-p", "80", "--memory", "30m"])
        .args([file])
        .end();
    ended.fails(125).says("memory limit of 30MiB");
}

#[test]
fn a_limit_of_time_ends_the_server() {
    for limit in ["wall-time=400ms", "cpu-time=400ms"] {
        let sampan = sampan();
        let (running, address) = serve(&sampan, "loop", &["--limit", limit]);
        let mut stream = connect(address);
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("the server reads");
        let name = limit.split('=').next().unwrap_or_default();
        let ended = running.end();
        ended.code(137);
        assert!(ended.err().contains(&format!("its {name} limit")), "{ended}");
    }
}

#[test]
fn a_share_of_a_processor_is_one_for_all_requests() {
    let sampan = sampan();
    let flags = ["--cpus", "0.2", "--limit", "cpu-time=400ms"];
    let (running, address) = serve(&sampan, "loop", &flags);
    let begun = std::time::Instant::now();
    let clients = asked(address, 3);
    // The limit is what says how much they used: at a fifth of a processor that takes two seconds, on however many
    // processors they compute, less what begins with the server and is saved up.
    running.end().code(137);
    let took = begun.elapsed().as_secs_f64();
    assert!(took > 1.2, "{took:.2} s");
    drop(clients);
}

#[test]
fn an_answer_that_nobody_reads_on_does_not_hold_up_the_end() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "write_and_loop", &[]);
    let mut stream = connect(address);
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("the server reads");
    let mut answer = String::new();
    while !answer.contains("hello\n") {
        let mut part = [0; 256];
        let n = stream.read(&mut part).expect("the answer begins");
        assert!(n > 0, "closed after {answer:?}");
        answer.push_str(&String::from_utf8_lossy(&part[..n]));
    }
    has_status(&answer, 200);
    drop(stream);
    running.signal(Signal::TERM);
    until("the port is free", || TcpStream::connect(address).is_err());
    // Its instance still computes; it is cut off with the server.
    let ended = running.end();
    ended.code(0);
}

#[test]
fn a_server_needs_a_port_and_a_port_needs_a_server() {
    let sampan = sampan();
    let file = sampan.file("server.wasm", guest::http_server("hello"));
    sampan
        .command(["run"])
        .args([&file])
        .end()
        .fails(126)
        .says("is an HTTP server")
        .says("-p 8080:80");
    sampan
        .command(["run", "-p", "80"])
        .args([guest::wat("hello")])
        .end()
        .fails(126)
        .says("is no HTTP server");
    let ended = sampan
        .command(["run", "-p", "80", "--entrypoint", "x"])
        .args([&file])
        .end();
    assert_eq!(ended.status.code(), Some(125), "{ended}");
    for wrong in ["x", "80/udp", "8000-8010:80", "0"] {
        sampan.command(["run", "-p", wrong]).args([&file]).end().fails(2);
    }
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn a_port_that_is_taken_is_named() {
    let sampan = sampan();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("a bound socket has an address");
    let file = sampan.file("server.wasm", guest::http_server("hello"));
    sampan
        .command(["run", "-p", &format!("{}:80", address.port())])
        .args([file])
        .end()
        .fails(125)
        .says(&format!("cannot listen on `{address}`"))
        .says("another program has the port");
}

#[test]
fn an_image_is_served_on_several_addresses() {
    let sampan = sampan();
    let file = sampan.file("server.wasm", guest::http_server("hello"));
    sampan
        .command(["image", "pack"])
        .args([&file])
        .args(["server:1"])
        .end()
        .code(0);
    let running = sampan
        .command(["run", "-p", "80", "-p", "[::1]::80", "server:1"])
        .start();
    until("two addresses", || {
        running.stderr().matches("http://").count() == 2 && running.stderr().ends_with("/\n")
    });
    let text = running.stderr();
    for part in text.split("http://").skip(1) {
        let address = part.split('/').next().unwrap_or_default();
        has_status(&get(address.parse().expect("an address")), 200);
    }
    ends(running, Signal::INT, 0);
}
