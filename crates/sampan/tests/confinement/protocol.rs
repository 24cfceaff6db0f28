//! What a worker says to its daemon and its zygote.

use std::path::PathBuf;
use std::sync::Arc;

use sampan_runtime::Container;
use sampan_testkit::takeover::{Outcome, TakenOver};
use sampan_types::{Ending, Signal};

use super::fleet::{Daemon, Host, Wants};
use super::place::{Captive, Kind, Place};

const QUIET: u64 = (libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) as u64;

fn leads_to(pid: u32, fd: u64) -> PathBuf {
    std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).unwrap_or_default()
}

/// The worker's descriptors to its zygote and to its daemon: the sockets that keep packets apart.
fn sockets(captive: &mut Captive) -> (u64, u64) {
    let pid = captive.pid();
    let room = captive.taken.put(&[0; 16]);
    let mut length = Vec::from(4_u32.to_ne_bytes());
    length.resize(16, 0);
    let length = captive.taken.put(&length);
    let mut found = None;
    for fd in 0..64 {
        let own = leads_to(pid, fd);
        if !own.to_string_lossy().starts_with("socket:") || own == leads_to(pid, 0) {
            continue;
        }
        let (level, name) = (libc::SOL_SOCKET as u64, libc::SO_TYPE as u64);
        captive
            .call(libc::SYS_getsockopt, &[fd, level, name, room, length])
            .given();
        if captive.taken.look(room, 4) == libc::SOCK_SEQPACKET.to_ne_bytes() {
            found = Some(fd);
        }
    }
    captive.taken.clear();
    (
        0,
        found.expect("a worker with a container has a way to its daemon"),
    )
}

/// Sends a packet, with a descriptor beside it where one is named.
fn send(captive: &mut Captive, socket: u64, bytes: &[u8], beside: Option<u64>) -> Outcome {
    captive.taken.clear();
    let at = captive.taken.put(bytes);
    let Some(fd) = beside else {
        return captive.call(libc::SYS_sendto, &[socket, at, bytes.len() as u64, QUIET]);
    };
    let numbers = |numbers: &[u64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_ne_bytes()).collect() };
    let vector = captive.taken.put(&numbers(&[at, bytes.len() as u64]));
    // Its length, `SOL_SOCKET` and `SCM_RIGHTS`, and the descriptor.
    let rights = captive.taken.put(&numbers(&[20, 1 | 1 << 32, fd]));
    let head = captive.taken.put(&numbers(&[0, 0, vector, 1, rights, 24, 0]));
    captive.call(libc::SYS_sendmsg, &[socket, head, QUIET])
}

fn lost(place: &Place, container: &Arc<dyn Container>) -> String {
    match place.daemon.block_on(container.wait()).unwrap() {
        Ending::Lost { how } => how,
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_breaks_the_protocol_is_ended_alone() {
    let place = Place::new();
    let bystander = place.captive(Kind::Shared);
    let stranger = place.daemon.last_id(0);
    let log_full = |id: &str| format!(r#"{{"say":"log-full","id":"{id}"}}"#).into_bytes();
    let ask = |id: &str| {
        format!(r#"{{"say":"ask","id":"{id}","ask":1,"what":{{"ask":"processes"}}}}"#).into_bytes()
    };
    let deep = [b"[".repeat(60_000), b"]".repeat(60_000)].concat();
    let lies: Vec<(&str, Vec<u8>)> = vec![
        ("no document", b"{".to_vec()),
        ("no text", vec![0xff; 64]),
        ("no object", b"[1]".to_vec()),
        ("nested without end", deep),
        ("as large as can be sent", vec![b' '; 180_000]),
        ("a file that is not there", b"@".to_vec()),
        ("an unknown word", br#"{"say":"format-the-disk"}"#.to_vec()),
        (
            "a wrong type",
            br#"{"say":"answer","order":"1","answer":{"is":"done"}}"#.to_vec(),
        ),
        (
            "a number too large",
            br#"{"say":"answer","order":18446744073709551616,"answer":{"is":"done"}}"#.to_vec(),
        ),
        ("a container that is not there", log_full(&"ab".repeat(32))),
        ("a container of another worker", log_full(stranger.as_str())),
        (
            "a container whose id is a path",
            log_full("../../../../etc/shadow"),
        ),
        (
            "an answer to an order that nobody gave",
            br#"{"say":"answer","order":999999,"answer":{"is":"done"}}"#.to_vec(),
        ),
        (
            "an answer to no order",
            br#"{"say":"answer","order":0,"answer":{"is":"done"}}"#.to_vec(),
        ),
        (
            "a second greeting",
            br#"{"say":"known","containers":[],"last":true}"#.to_vec(),
        ),
        ("a question in a stranger's name", ask(stranger.as_str())),
        ("a question that its guest may not ask", ask("OWN")),
    ];
    for (what, bytes) in lies {
        let mut captive = place.alone();
        let (_, daemon) = sockets(&mut captive);
        let own = place.daemon.last_id(0);
        let bytes = match String::from_utf8(bytes.clone()) {
            Ok(text) => text.replace("OWN", own.as_str()).into_bytes(),
            Err(_) => bytes,
        };
        let sent = send(&mut captive, daemon, &bytes, None);
        assert_eq!(sent, Outcome::Gave(bytes.len() as u64), "{what}");
        let pid = captive.pid();
        let Captive { container, taken, .. } = captive;
        drop(taken);
        assert_eq!(lost(&place, &container), "it broke the protocol", "{what}");
        let gone = || !std::path::Path::new(&format!("/proc/{pid}")).exists();
        sampan_testkit::until("the worker's end", || gone().then_some(()));
    }
    bystander.goes_on(&place);
}

#[test]
fn a_document_in_a_file_that_can_change_ends_its_sender() {
    let place = Place::new();
    let mut captive = place.alone();
    let (_, daemon) = sockets(&mut captive);
    let log = (0..64).find(|fd| leads_to(captive.pid(), *fd).to_string_lossy().contains("/logs/"));
    assert!(send(&mut captive, daemon, b"@", Some(log.expect("its log"))) != Outcome::Ended);
    let Captive { container, taken, .. } = captive;
    drop(taken);
    assert_eq!(lost(&place, &container), "it broke the protocol");
    place.goes_on();
}

#[test]
fn a_way_that_is_shut_is_an_end() {
    let place = Place::new();
    for packet in [true, false] {
        let mut captive = place.alone();
        let (_, daemon) = sockets(&mut captive);
        match packet {
            true => send(&mut captive, daemon, b"", None).given(),
            false => captive
                .call(libc::SYS_shutdown, &[daemon, libc::SHUT_RDWR as u64])
                .given(),
        };
        // It stays held, and so does not end by itself.
        sampan_testkit::until("the worker to be ended", || {
            (captive.call(libc::SYS_getpid, &[]) == Outcome::Ended).then_some(())
        });
        assert!(!lost(&place, &captive.container).is_empty());
        place.goes_on();
    }
}

#[test]
fn ten_thousand_packets_with_descriptors_leave_nothing() {
    let place = Place::new();
    let mut captive = place.alone();
    let (_, daemon) = sockets(&mut captive);
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let before = open();
    let answer = br#"{"say":"answer","order":1,"answer":{"is":"done"}}"#;
    for _ in 0..10_000 {
        // Until the daemon has read what it has.
        while send(&mut captive, daemon, answer, Some(0)) == Outcome::Refused(libc::EAGAIN) {
            std::thread::yield_now();
        }
    }
    place.goes_on();
    sampan_testkit::until("the daemon to close what it was sent", || {
        (open() <= before + 8).then_some(())
    });
    captive.goes_on(&place);
}

#[test]
fn the_zygote_hears_nothing_from_its_workers() {
    let place = Place::new();
    let mut captive = place.alone();
    let (zygote, _) = sockets(&mut captive);
    for bytes in [&br#"{"do":"kill","number":1}"#[..], b"\xff", b"@"] {
        for _ in 0..500 {
            // Once its buffer is full, no more goes in.
            send(&mut captive, zygote, bytes, Some(zygote));
        }
    }
    // Another process is started by it.
    let other = place.alone();
    other.goes_on(&place);
    captive.goes_on(&place);
}

#[test]
fn whoever_does_not_obey_is_ended() {
    let place = Place::new();
    let mut captive = place.alone();
    // It is held, and reads no orders.
    captive.container.kill(Signal::Kill);
    sampan_testkit::until("the worker to be ended", || {
        (captive.call(libc::SYS_getpid, &[]) == Outcome::Ended).then_some(())
    });
    assert!(lost(&place, &captive.container).contains("signal: 9"));
    place.goes_on();
}

#[test]
fn whoever_says_nothing_keeps_no_daemon_from_beginning() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let (_, mut taken) = daemon.block_on(async {
        let (container, _) = daemon.create("stays", Wants::default()).await;
        container.start().await.unwrap();
        let pid = container.pid().expect("it runs");
        (container, TakenOver::seize(pid))
    });
    daemon.fall();
    let daemon = Daemon::start(&host);
    // It was asked for its first words, is held, and was ended for its silence.
    sampan_testkit::until("the worker to be ended", || {
        (taken.call(libc::SYS_getpid, &[]) == Outcome::Ended).then_some(())
    });
    daemon.block_on(async { assert!(daemon.survivors().await.is_empty()) });
}
