//! Sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};

use sampan_testkit::takeover::Outcome;

use super::place::{Captive, Kind, OWN, Place};
use super::{assert_refused, with_each};

const STREAM: u64 = libc::SOCK_STREAM as u64;
const DATAGRAM: u64 = libc::SOCK_DGRAM as u64;
const INET: u64 = libc::AF_INET as u64;

#[test]
fn no_sockets_but_those_of_a_grant_are_made() {
    with_each(|_, captive| {
        let mut outcomes = Vec::new();
        let (tcp, udp) = (libc::IPPROTO_TCP as u64, libc::IPPROTO_UDP as u64);
        for family in 0..=46 {
            for kind in 1..=6 {
                for protocol in [0, 1, tcp, 17, 132, 136, 255, 256, 262] {
                    let inet = [INET, libc::AF_INET6 as u64].contains(&family);
                    let stream = kind == STREAM && [0, tcp].contains(&protocol);
                    let datagram = kind == DATAGRAM && [0, udp].contains(&protocol);
                    let granted = inet
                        && match captive.kind {
                            Kind::Network => stream,
                            Kind::Datagrams | Kind::Member => stream || datagram,
                            Kind::Shared | Kind::Reads | Kind::Writes => false,
                        };
                    let outcome = captive.call(libc::SYS_socket, &[family, kind, protocol]);
                    if granted {
                        captive.call(libc::SYS_close, &[outcome.given()]).given();
                    } else {
                        outcomes.push((format!("socket {family} {kind} {protocol}"), outcome));
                    }
                }
            }
            let room = captive.taken.put(&[0; 8]);
            let pair = captive.call(libc::SYS_socketpair, &[family, STREAM, 0, room]);
            outcomes.push((format!("socketpair {family}"), pair));
        }
        assert_refused(captive.kind, &outcomes);
    });
}

/// A message of three bytes to an address, as `sendmsg` takes it.
fn message(captive: &mut Captive, address: u64, bytes: u64) -> u64 {
    let vector: Vec<u8> = [bytes, 3].iter().flat_map(|n: &u64| n.to_ne_bytes()).collect();
    let vector = captive.taken.put(&vector);
    let head: Vec<u8> = [address, 16, vector, 1, 0, 0, 0]
        .iter()
        .flat_map(|n: &u64| n.to_ne_bytes())
        .collect();
    captive.taken.put(&head)
}

#[test]
fn a_granted_port_leads_to_no_other() {
    let place = Place::new();
    let mut captive = place.captive(Kind::Network);
    let socket = |captive: &mut Captive| captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
    let granted = captive.address(place.granted_port.address());
    let fd = socket(&mut captive);
    assert_eq!(
        captive.call(libc::SYS_connect, &[fd, granted, 16]),
        Outcome::Gave(0)
    );
    let other = captive.address(place.other_port.address());
    let any = captive.address(([0, 0, 0, 0], 0).into());
    let bytes = captive.taken.put(b"abc");
    let head = message(&mut captive, other, bytes);
    let fast = libc::MSG_FASTOPEN as u64;
    let fd = socket(&mut captive);
    let mut outcomes = vec![
        ("connect", captive.call(libc::SYS_connect, &[fd, other, 16])),
        (
            "sendto",
            captive.call(libc::SYS_sendto, &[fd, bytes, 3, fast, other, 16]),
        ),
        (
            "sendto without",
            captive.call(
                libc::SYS_sendto,
                &[fd, bytes, 3, libc::MSG_NOSIGNAL as u64, other, 16],
            ),
        ),
        ("sendmsg", captive.call(libc::SYS_sendmsg, &[fd, head, fast])),
        ("sendmmsg", captive.call(libc::SYS_sendmmsg, &[fd, head, 1, fast])),
        ("bind", captive.call(libc::SYS_bind, &[fd, any, 16])),
        ("listen", captive.call(libc::SYS_listen, &[fd, 1])),
    ];
    // A connection that is put off until something is written is still one.
    let fd = socket(&mut captive);
    let on = captive.taken.put(&1_u32.to_ne_bytes());
    let tcp = libc::IPPROTO_TCP as u64;
    captive.call(libc::SYS_setsockopt, &[fd, tcp, 30, on, 4]);
    outcomes.push((
        "connect put off",
        captive.call(libc::SYS_connect, &[fd, other, 16]),
    ));
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|(call, outcome)| (call.to_owned(), outcome))
        .collect();
    assert_refused(captive.kind, &outcomes);
    assert_eq!(place.other_port.accepted(), 0);
    captive.goes_on(&place);
}

/// Every address that a worker could try and was not granted.
fn elsewhere(place: &Place) -> Vec<SocketAddr> {
    let other = place.other_port.address();
    let datagrams = place.other_datagrams.address();
    let at = |a, b, c, d, port| SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), port);
    vec![
        other,
        datagrams,
        at(0, 0, 0, 0, other.port()),
        at(127, 9, 9, 9, other.port()),
        at(10, 98, 0, 2, 80),
        at(10, 98, 0, 1, 80),
        at(10, 99, 0, 1, 80),
        at(10, 99, 0, 77, 80),
        at(169, 254, 169, 254, 80),
        at(255, 255, 255, 255, 9),
        at(224, 0, 0, 251, 5353),
    ]
}

#[test]
fn no_address_is_reached_but_those_that_were_granted() {
    let place = Place::new();
    // Somebody is there, in a network that none of them is in.
    let victim = place.listening(Ipv4Addr::new(10, 98, 0, 2));
    for kind in [Kind::Network, Kind::Datagrams, Kind::Member] {
        let mut captive = place.captive(kind);
        let mut outcomes = Vec::new();
        for to in elsewhere(&place) {
            let address = captive.address(to);
            let bytes = captive.taken.put(b"abc");
            let head = message(&mut captive, address, bytes);
            for socket_kind in [STREAM, DATAGRAM] {
                let made = captive.call(libc::SYS_socket, &[INET, socket_kind, 0]);
                let Outcome::Gave(fd) = made else { continue };
                let quiet = libc::MSG_NOSIGNAL as u64;
                for (call, number, arguments) in [
                    ("connect", libc::SYS_connect, vec![fd, address, 16]),
                    ("sendto", libc::SYS_sendto, vec![fd, bytes, 3, quiet, address, 16]),
                    ("sendmsg", libc::SYS_sendmsg, vec![fd, head, quiet]),
                    ("sendmmsg", libc::SYS_sendmmsg, vec![fd, head, 1, quiet]),
                    ("bind", libc::SYS_bind, vec![fd, address, 16]),
                ] {
                    // Where it may listen, no address is its own; and loopback is itself.
                    let unspecified = to.ip().is_unspecified() && number == libc::SYS_bind;
                    let itself = to.ip().is_loopback() && socket_kind == DATAGRAM;
                    if kind != Kind::Member || !(unspecified || itself) {
                        let outcome = captive.call(number, &arguments);
                        outcomes.push((format!("{call} {to} {socket_kind}"), outcome));
                    }
                }
                captive.call(libc::SYS_close, &[fd]).given();
            }
            captive.taken.clear();
        }
        assert_refused(kind, &outcomes);
        captive.goes_on(&place);
    }
    assert_eq!(place.other_port.accepted(), 0);
    assert_eq!(place.other_datagrams.heard(), 0);
    victim.goes_on(&place);
}

#[test]
fn an_address_that_changes_while_it_is_looked_at_leads_to_no_other() {
    let place = Place::new();
    let mut captive = place.captive(Kind::Network);
    let granted = captive.address(place.granted_port.address());
    let memory = std::fs::File::options()
        .write(true)
        .open(format!("/proc/{}/mem", captive.pid()))
        .unwrap();
    let over = AtomicBool::new(false);
    let through = std::thread::scope(|scope| {
        scope.spawn(|| {
            let ports = [
                place.other_port.address().port(),
                place.granted_port.address().port(),
            ];
            while !over.load(Ordering::Relaxed) {
                for port in ports {
                    memory.write_all_at(&port.to_be_bytes(), granted + 2).unwrap();
                }
            }
        });
        let mut through = 0;
        for _ in 0..400 {
            let fd = captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
            let outcome = captive.call(libc::SYS_connect, &[fd, granted, 16]);
            through += u32::from(outcome == Outcome::Gave(0));
            captive.call(libc::SYS_close, &[fd]).given();
        }
        over.store(true, Ordering::Relaxed);
        through
    });
    assert!(through > 0, "none was connected: the test shows nothing");
    assert_eq!(place.other_port.accepted(), 0);
    captive.goes_on(&place);
}

#[test]
fn a_member_talks_with_members_and_listens_on_its_own_address() {
    let place = Place::new();
    let beside = Ipv4Addr::new(10, 99, 0, 3);
    let neighbour = place.listening(beside);
    let mut captive = place.captive(Kind::Member);
    let to = captive.address((beside, 80).into());
    let fd = captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
    assert_eq!(captive.call(libc::SYS_connect, &[fd, to, 16]), Outcome::Gave(0));
    // Not on the address of another one, and not on what the kernel would choose.
    let fd = captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
    assert!(captive.call(libc::SYS_bind, &[fd, to, 16]).is_refused());
    assert!(captive.call(libc::SYS_listen, &[fd, 1]).is_refused());
    let own = captive.address((OWN, 81).into());
    assert_eq!(captive.call(libc::SYS_bind, &[fd, own, 16]), Outcome::Gave(0));
    assert_eq!(captive.call(libc::SYS_listen, &[fd, 1]), Outcome::Gave(0));
    // What is no socket is not taken for one.
    for fd in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, u64::MAX] {
        let outcome = captive.call(libc::SYS_connect, &[fd, to, 16]);
        assert!(outcome.is_refused() || fd > 8, "{fd}: {outcome:?}");
    }
    for length in [0, 1, 15, 129, u64::MAX] {
        let fd = captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
        assert!(
            captive.call(libc::SYS_connect, &[fd, to, length]).is_refused(),
            "{length}"
        );
        assert!(captive.call(libc::SYS_connect, &[fd, 8, 16]).is_refused());
    }
    neighbour.goes_on(&place);
    captive.goes_on(&place);
}

/// The worker's descriptor to the process that makes its sockets: the first that keeps packets apart and is not its
/// zygote's.
fn border(captive: &mut Captive) -> u64 {
    let leads_to = |pid: u32, fd: u64| std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).unwrap_or_default();
    let pid = captive.pid();
    let room = captive.taken.put(&[0; 16]);
    let length = captive
        .taken
        .put(&[4_u32.to_ne_bytes(), [0; 4], [0; 4], [0; 4]].concat());
    let found = (1..64).find(|fd| {
        let own = leads_to(pid, *fd);
        if !own.to_string_lossy().starts_with("socket:") || own == leads_to(pid, 0) {
            return false;
        }
        let what = [*fd, libc::SOL_SOCKET as u64, libc::SO_TYPE as u64, room, length];
        captive.call(libc::SYS_getsockopt, &what).given();
        captive.taken.look(room, 4) == libc::SOCK_SEQPACKET.to_ne_bytes()
    });
    captive.taken.clear();
    found.expect("a worker with sockets has a way to who makes them")
}

#[test]
fn who_lies_to_the_network_process_loses_its_own_networks_alone() {
    let place = Place::new();
    let beside = Ipv4Addr::new(10, 99, 0, 3);
    let neighbour = place.listening(beside);
    let deep = [b"[".repeat(60_000), b"]".repeat(60_000)].concat();
    let long = format!(r#"{{"wants":"look-up","ask":1,"name":"{}"}}"#, "a".repeat(400));
    for lie in [
        b"{".to_vec(),
        vec![0xff; 64],
        b"@".to_vec(),
        deep,
        br#"{"wants":"hail","notify":3}"#.to_vec(),
        br#"{"do":"dismiss","order":1,"entry":1}"#.to_vec(),
        long.into_bytes(),
    ] {
        let mut captive = place.captive(Kind::Member);
        let to = captive.address((beside, 80).into());
        let fd = captive.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
        assert_eq!(captive.call(libc::SYS_connect, &[fd, to, 16]), Outcome::Gave(0));
        let border = border(&mut captive);
        let bytes = captive.taken.put(&lie);
        let quiet = libc::MSG_NOSIGNAL as u64;
        captive
            .call(libc::SYS_sendto, &[border, bytes, lie.len() as u64, quiet])
            .given();
        captive.taken.clear();
        let to = captive.address((beside, 80).into());
        // It is heard at some time, and nothing that this one wants is done any more.
        sampan_testkit::until("its networks to be gone", || {
            captive
                .call(libc::SYS_socket, &[INET, STREAM, 0])
                .is_refused()
                .then_some(())
        });
        assert!(captive.call(libc::SYS_connect, &[fd, to, 16]).is_refused());
        captive.goes_on(&place);
    }
    let mut other = place.captive(Kind::Member);
    let to = other.address((beside, 80).into());
    let fd = other.call(libc::SYS_socket, &[INET, STREAM, 0]).given();
    assert_eq!(other.call(libc::SYS_connect, &[fd, to, 16]), Outcome::Gave(0));
    other.goes_on(&place);
    neighbour.goes_on(&place);
}
