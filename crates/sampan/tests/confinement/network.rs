//! Sockets.

use sampan_testkit::takeover::Outcome;

use super::place::{Captive, Kind, Place};
use super::{assert_refused, with_each};

const STREAM: u64 = libc::SOCK_STREAM as u64;
const INET: u64 = libc::AF_INET as u64;

#[test]
fn no_sockets_but_those_of_a_grant_are_made() {
    with_each(|_, captive| {
        let mut outcomes = Vec::new();
        let tcp = libc::IPPROTO_TCP as u64;
        for family in 0..=46 {
            for kind in 1..=6 {
                for protocol in [0, 1, tcp, 17, 132, 136, 255, 256, 262] {
                    let granted = captive.kind == Kind::Network
                        && [INET, libc::AF_INET6 as u64].contains(&family)
                        && kind == STREAM
                        && [0, tcp].contains(&protocol);
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
