//! The containers' namespace as the kernel is told of it (`rtnetlink`).

use std::io;
use std::mem::size_of;
use std::net::{Ipv4Addr, Ipv6Addr};

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};
use sampan_types::grants::Cidr;

/// The loopback interface, in each namespace.
const LO: u32 = 1;

/// Asks the kernel for a change of its network (`rtnetlink`). What is so already is no error.
fn ask_kernel(message: &[u8]) -> io::Result<()> {
    let kernel = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        // `NETLINK_ROUTE`.
        None,
    )?;
    send(&kernel, message, SendFlags::empty())?;
    let mut answer = [0; 1_024];
    let (got, _) = recv(&kernel, &mut answer[..], RecvFlags::empty())?;
    let code = answer[..got]
        .get(HEAD..HEAD + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(i32::from_ne_bytes)
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    match code.checked_neg() {
        Some(0) => Ok(()),
        Some(libc::EEXIST) => Ok(()),
        Some(code) => Err(Errno::from_raw_os_error(code).into()),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The size of a `nlmsghdr`.
const HEAD: usize = size_of::<libc::nlmsghdr>();

/// A message of `rtnetlink` with its head, that wants an answer.
fn message(kind: u16, flags: i32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    let flags = (libc::NLM_F_REQUEST | libc::NLM_F_ACK | flags) as u16;
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    // Sequence and sender: one question for each socket.
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

pub(super) fn link_up() -> io::Result<()> {
    let up = (libc::IFF_UP as u32).to_ne_bytes();
    // An `ifinfomsg`: family, padding, type, index, flags, and which of them change.
    let mut body = vec![0; 4];
    body.extend(LO.to_ne_bytes());
    body.extend(up);
    body.extend(up);
    ask_kernel(&message(libc::RTM_NEWLINK, 0, &body))
}

/// Makes all addresses addresses of the namespace: who may have which is decided before a socket is bound or connected.
pub(super) fn all_is_local() -> io::Result<()> {
    ask_kernel(&local_route(Cidr::new_assert(Ipv4Addr::UNSPECIFIED.into(), 0)))?;
    // Where the kernel has no IPv6 its addresses cannot be bound, which is told there.
    if let Err(error) = ask_kernel(&local_route(Cidr::new_assert(Ipv6Addr::UNSPECIFIED.into(), 0))) {
        tracing::warn!(%error, "containers have no IPv6 here");
    }
    Ok(())
}

/// `ip route add local SUBNET dev lo`.
fn local_route(subnet: Cidr) -> Vec<u8> {
    let (family, address): (i32, Vec<u8>) = match subnet.network() {
        std::net::IpAddr::V4(v4) => (libc::AF_INET, v4.octets().to_vec()),
        std::net::IpAddr::V6(v6) => (libc::AF_INET6, v6.octets().to_vec()),
    };
    // An `rtmsg`: family, lengths of destination and source, service, table, protocol, scope, type, flags.
    let mut body = vec![
        family as u8,
        subnet.prefix_len(),
        0,
        0,
        libc::RT_TABLE_LOCAL,
        libc::RTPROT_STATIC,
        libc::RT_SCOPE_HOST,
        libc::RTN_LOCAL,
    ];
    body.extend([0; 4]);
    for (kind, value) in [
        (libc::RTA_DST, address),
        (libc::RTA_OIF, LO.to_ne_bytes().to_vec()),
    ] {
        body.extend(((4 + value.len()) as u16).to_ne_bytes());
        body.extend(kind.to_ne_bytes());
        body.extend(value);
    }
    message(libc::RTM_NEWROUTE, libc::NLM_F_CREATE, &body)
}
