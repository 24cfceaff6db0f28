//! Hands the calls that lead a socket somewhere to the process that makes sockets.
//!
//! The filter stops them until that process has answered. It is installed before the list of calls, after which none
//! can be; of both the stricter answer counts, so the list still refuses what it refuses.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::net::{RecvFlags, SendFlags};

use crate::confine::ConfineError;
use crate::network::raw;
use crate::network::wire::{Ask, Told};
use crate::packet::{Packet, Receiver};

/// Calls that are always answered by the other process.
const LED: [libc::c_long; 5] = [
    libc::SYS_socket,
    libc::SYS_bind,
    libc::SYS_connect,
    libc::SYS_listen,
    libc::SYS_sendmsg,
];
/// `seccomp_data.nr`, and `args[4]` in its two halves: the address of `sendto`.
const NUMBER: u32 = 0;
const FIFTH: [u32; 2] = [48, 52];

/// Installs the filter and waits until the other process answers calls.
pub(super) fn cross(border: &OwnedFd) -> Result<(), ConfineError> {
    let failed = |error: io::Error| ConfineError::Rights("making sockets", error);
    let notify = raw::listen_to_calls(&mut filter()).map_err(failed)?;
    let hail = Ask::Hail {
        notify: notify.as_raw_fd(),
    };
    let hail = Packet::new(&hail, Vec::new()).map_err(failed)?;
    let refused = |error| ConfineError::Rights("making sockets", io::Error::other(error));
    hail.send(border.as_fd(), SendFlags::empty()).map_err(refused)?;
    let told = Receiver::new()
        .receive::<Told>(border, RecvFlags::empty())
        .map_err(refused)?;
    match told {
        (Told::Welcome, _) => Ok(()),
        _ => Err(failed(io::ErrorKind::InvalidData.into())),
    }
}

/// Of a foreign architecture the list of calls lets none through, so that its numbers need not be told apart here.
fn filter() -> Vec<libc::sock_filter> {
    let load = |at: u32| statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, at);
    let give = |action: u32| statement(libc::BPF_RET | libc::BPF_K, action);
    let count = LED.len() as u8;
    let mut code = vec![load(NUMBER)];
    // Behind these come: `sendto`?, its address's halves, let through, lead.
    for (at, call) in (0..).zip(LED) {
        code.push(jump(call as u32, count - at + 5, 0));
    }
    code.extend([
        jump(libc::SYS_sendto as u32, 0, 4),
        load(FIFTH[0]),
        jump(0, 0, 3),
        load(FIFTH[1]),
        jump(0, 0, 1),
        give(libc::SECCOMP_RET_ALLOW),
        give(libc::SECCOMP_RET_USER_NOTIF),
    ]);
    code
}

fn statement(code: u32, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    }
}

/// Goes on behind `equal` more statements where the value is `k`, else behind `other`.
fn jump(k: u32, equal: u8, other: u8) -> libc::sock_filter {
    libc::sock_filter {
        code: (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16,
        jt: equal,
        jf: other,
        k,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter says of a call, by a small machine of the same language.
    fn says(number: libc::c_long, fifth: u64) -> u32 {
        let code = filter();
        let (mut at, mut value) = (0_usize, 0_u32);
        loop {
            let line = &code[at];
            at += 1;
            match u32::from(line.code) & 7 {
                libc::BPF_LD => {
                    value = match line.k {
                        0 => number as u32,
                        48 => fifth as u32,
                        52 => (fifth >> 32) as u32,
                        other => panic!("loads {other}"),
                    }
                }
                libc::BPF_JMP => at += usize::from(if value == line.k { line.jt } else { line.jf }),
                libc::BPF_RET => return line.k,
                other => panic!("code {other}"),
            }
        }
    }

    #[test]
    fn calls_that_lead_somewhere_are_led() {
        for call in LED {
            assert_eq!(says(call, 0), libc::SECCOMP_RET_USER_NOTIF, "{call}");
        }
        assert_eq!(says(libc::SYS_sendto, 0), libc::SECCOMP_RET_ALLOW);
        for address in [1, 1 << 32, u64::MAX] {
            assert_eq!(says(libc::SYS_sendto, address), libc::SECCOMP_RET_USER_NOTIF);
        }
        for call in [
            libc::SYS_read,
            libc::SYS_sendmmsg,
            libc::SYS_recvfrom,
            libc::SYS_accept4,
        ] {
            assert_eq!(says(call, 1), libc::SECCOMP_RET_ALLOW, "{call}");
        }
    }
}
