//! Instances that answer several requests.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::SocketAddr;

use rustix::process::Signal;

use crate::http::{ask_raw, connect, ends, get, has_status, serve, status, until};
use crate::support::sampan;

/// One request at a time: who finds the place of the last one taken waits for it.
const ONE: [&str; 2] = ["--http-limit", "requests=1"];

/// The how many-th request of its instance an answer was.
fn turn(answer: &str) -> u32 {
    has_status(answer, 200);
    let line = answer.lines().find_map(|line| line.strip_prefix("0 "));
    line.and_then(|turn| turn.parse().ok())
        .unwrap_or_else(|| panic!("no turn in {answer:?}"))
}

/// The same of the next request, once there is a place for it.
fn next(address: SocketAddr) -> u32 {
    turn(&sampan_testkit::until("a place", || {
        let answer = get(address);
        (status(&answer) != 503).then_some(answer)
    }))
}

#[test]
fn an_instance_answers_as_many_requests_as_it_may_and_then_there_is_another() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &["--reuse", "3", ONE[0], ONE[1]]);
    let turns: Vec<_> = (0..9).map(|_| next(address)).collect();
    assert_eq!(turns, [1, 2, 3, 1, 2, 3, 1, 2, 3]);
    ends(running, Signal::TERM, 0);
    let (running, address) = serve(&sampan, "count", &[]);
    for _ in 0..3 {
        assert_eq!(turn(&get(address)), 1, "nothing of one is seen by the next");
    }
    ends(running, Signal::TERM, 0);
}

#[test]
fn requests_at_one_time_never_share_an_instance() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &["--reuse", "50"]);
    let clients: Vec<_> = (0..20)
        .map(|_| std::thread::spawn(move || (0..10).map(|_| turn(&get(address))).collect::<Vec<_>>()))
        .collect();
    let mut seen = BTreeMap::<u32, u32>::new();
    for client in clients {
        for turn in client.join().unwrap() {
            *seen.entry(turn).or_default() += 1;
        }
    }
    // As many instances had a second request as had a third, or more: each counts for itself, from one on.
    let counts: Vec<_> = seen.values().copied().collect();
    assert_eq!(counts.iter().sum::<u32>(), 200);
    assert!(counts.is_sorted_by(|one, next| one >= next), "{seen:?}");
    assert!(seen.keys().all(|turn| (1..=50).contains(turn)), "{seen:?}");
    ends(running, Signal::TERM, 0);
}

#[test]
fn an_instance_that_trapped_or_was_left_answers_nobody_else() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "count", &["--reuse", "100", ONE[0], ONE[1]]);
    assert_eq!([next(address), next(address)], [1, 2]);
    // A body that breaks off is a trap of this program.
    let bad = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n";
    until("its answer", || status(&ask_raw(address, bad.as_bytes())) == 400);
    assert_eq!(next(address), 1, "the one that trapped is gone");
    assert_eq!(next(address), 2);
    // Left in the middle: it waits for a body that never comes.
    until("the program reads", || {
        let mut left = connect(address);
        left.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
            .unwrap();
        let mut go_on = [0; 12];
        left.read_exact(&mut go_on).unwrap();
        &go_on == b"HTTP/1.1 100"
    });
    assert_eq!(next(address), 1, "the one that was left is gone");
    ends(running, Signal::TERM, 0);
}
