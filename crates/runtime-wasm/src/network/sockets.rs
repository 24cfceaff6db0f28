//! Sockets as the network process sees them: addresses of other processes' calls, and options that are copied.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, ipproto, socket_with, sockopt};
use sampan_types::grants::Transport;

use super::raw;
use crate::packet::{FDS_MAX, PACKET_MAX};

/// The largest address of a family that is known here (`sockaddr_in6`).
const ADDRESS_MAX: u64 = 28;

/// An address that a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An address of IP.
    Ip(SocketAddr),
    /// `AF_UNSPEC`: none any more.
    None,
}

/// Reads an address from the caller's memory: once.
pub(super) fn target(thread: u32, at: u64, length: u64) -> Result<Target, Errno> {
    if length > 128 {
        return Err(Errno::INVAL);
    }
    let mut bytes = [0; ADDRESS_MAX as usize];
    let length = usize::try_from(length.min(ADDRESS_MAX)).map_err(|_| Errno::INVAL)?;
    raw::read_memory(thread, at, &mut bytes[..length])?;
    parse(&bytes[..length])
}

fn parse(bytes: &[u8]) -> Result<Target, Errno> {
    let pair = |at: usize| -> Option<[u8; 2]> { bytes.get(at..at + 2)?.try_into().ok() };
    let family = pair(0).map(u16::from_ne_bytes).ok_or(Errno::INVAL)?;
    let port = || pair(2).map(u16::from_be_bytes).ok_or(Errno::INVAL);
    match i32::from(family) {
        libc::AF_UNSPEC => Ok(Target::None),
        libc::AF_INET => {
            let octets: [u8; 4] = bytes
                .get(4..8)
                .filter(|_| bytes.len() >= 16)
                .and_then(|octets| octets.try_into().ok())
                .ok_or(Errno::INVAL)?;
            Ok(Target::Ip(SocketAddr::new(
                Ipv4Addr::from(octets).into(),
                port()?,
            )))
        }
        libc::AF_INET6 => {
            let octets: [u8; 16] = bytes
                .get(8..24)
                .and_then(|octets| octets.try_into().ok())
                .ok_or(Errno::INVAL)?;
            let scope = bytes.get(24..28).and_then(|scope| scope.try_into().ok());
            let scope = scope.map_or(0, u32::from_ne_bytes);
            let address = SocketAddrV6::new(Ipv6Addr::from(octets), port()?, 0, scope);
            Ok(Target::Ip(match address.ip().to_ipv4_mapped() {
                Some(v4) => SocketAddr::new(v4.into(), address.port()),
                None => address.into(),
            }))
        }
        _ => Err(Errno::AFNOSUPPORT),
    }
}

/// A message without an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<i32>,
}

/// Reads a message from the caller's memory: its head once, then what that says, in one piece, with descriptors beside
/// it at most.
pub(super) fn message(thread: u32, at: u64) -> Result<Message, Errno> {
    // A `msghdr`: name, its length, vector, its length, control, its length, flags.
    let head: [u64; 6] = numbers(thread, at)?;
    let [name, _, vector, count, control, length] = head;
    if name != 0 {
        return Err(Errno::ACCESS);
    }
    if count != 1 {
        return Err(Errno::INVAL);
    }
    let [start, size]: [u64; 2] = numbers(thread, vector)?;
    let size = usize::try_from(size).map_err(|_| Errno::MSGSIZE)?;
    if size > PACKET_MAX {
        return Err(Errno::MSGSIZE);
    }
    let mut bytes = vec![0; size];
    raw::read_memory(thread, start, &mut bytes)?;
    Ok(Message {
        bytes,
        descriptors: descriptors(thread, control, length)?,
    })
}

/// The descriptors that a message names: one `cmsghdr` of `SCM_RIGHTS`, or none.
fn descriptors(thread: u32, at: u64, length: u64) -> Result<Vec<i32>, Errno> {
    const HEAD: usize = 16;
    if at == 0 || length == 0 {
        return Ok(Vec::new());
    }
    let most = HEAD + 4 * FDS_MAX + 8;
    let length = usize::try_from(length)
        .ok()
        .filter(|length| (HEAD..=most).contains(length));
    let mut control = vec![0; length.ok_or(Errno::INVAL)?];
    raw::read_memory(thread, at, &mut control)?;
    let (head, body) = control.split_at(HEAD);
    let number = |at: usize| {
        head.get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map(i32::from_ne_bytes)
    };
    let size = head
        .get(..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_ne_bytes);
    let size = size
        .and_then(|size| usize::try_from(size).ok()?.checked_sub(HEAD))
        .ok_or(Errno::INVAL)?;
    if number(8) != Some(libc::SOL_SOCKET) || number(12) != Some(libc::SCM_RIGHTS) {
        return Err(Errno::ACCESS);
    }
    let named = body.get(..size).ok_or(Errno::INVAL)?.chunks_exact(4);
    Ok(named
        .filter_map(|bytes| bytes.try_into().ok())
        .map(i32::from_ne_bytes)
        .collect())
}

fn numbers<const N: usize>(thread: u32, at: u64) -> Result<[u64; N], Errno> {
    let mut bytes = vec![0; N * 8];
    raw::read_memory(thread, at, &mut bytes)?;
    let mut numbers = [0; N];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
        *number = bytes
            .try_into()
            .map(u64::from_ne_bytes)
            .map_err(|_| Errno::INVAL)?;
    }
    Ok(numbers)
}

/// What a socket carries; no other ones are touched.
pub(super) fn transport(socket: impl AsFd) -> Result<Transport, Errno> {
    let family = sockopt::socket_domain(&socket).map_err(|_| Errno::NOTSOCK)?;
    if !matches!(family, AddressFamily::INET | AddressFamily::INET6) {
        return Err(Errno::ACCESS);
    }
    match sockopt::socket_type(&socket)? {
        SocketType::STREAM => Ok(Transport::Tcp),
        SocketType::DGRAM => Ok(Transport::Udp),
        _ => Err(Errno::ACCESS),
    }
}

/// Makes a socket that does not block, in the namespace of this thread.
pub(super) fn make(v4: bool, transport: Transport) -> Result<OwnedFd, Errno> {
    let family = if v4 {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let (kind, protocol) = match transport {
        Transport::Tcp => (SocketType::STREAM, ipproto::TCP),
        Transport::Udp => (SocketType::DGRAM, ipproto::UDP),
    };
    socket_with(
        family,
        kind,
        SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
        Some(protocol),
    )
}

/// Binds a socket, also to an address of IPv6 that no interface has.
pub(super) fn bind_at(socket: impl AsFd, at: SocketAddr) -> Result<(), Errno> {
    if at.is_ipv6() {
        sockopt::set_ipv6_freebind(&socket, true)?;
    }
    bind(socket, &at)
}

/// Gives a socket for TCP the address that it connects from. Its port is chosen when it connects, so that it need be
/// free towards that place alone.
pub(super) fn connect_from(socket: impl AsFd, from: SocketAddr) -> Result<(), Errno> {
    raw::port_at_connection(socket.as_fd())?;
    bind_at(socket, from)
}

/// Where a socket is, if it is bound.
pub(super) fn bound(socket: impl AsFd) -> Result<Option<SocketAddr>, Errno> {
    let name = SocketAddr::try_from(getsockname(socket)?).map_err(|_| Errno::NOTSOCK)?;
    Ok((name.port() != 0).then(|| SocketAddr::new(name.ip().to_canonical(), name.port())))
}

/// Gives a socket the options of another that a guest can set. What cannot be copied stays as it is.
pub(super) fn copy_options(from: BorrowedFd<'_>, to: BorrowedFd<'_>) {
    let copied = (|| {
        sockopt::set_socket_reuseaddr(to, sockopt::socket_reuseaddr(from)?)?;
        sockopt::set_socket_keepalive(to, sockopt::socket_keepalive(from)?)?;
        sockopt::set_tcp_keepidle(to, sockopt::tcp_keepidle(from)?)?;
        sockopt::set_tcp_keepintvl(to, sockopt::tcp_keepintvl(from)?)?;
        sockopt::set_tcp_keepcnt(to, sockopt::tcp_keepcnt(from)?)?;
        sockopt::set_tcp_nodelay(to, sockopt::tcp_nodelay(from)?)?;
        // The kernel doubles what is asked for.
        let mut fresh = (
            sockopt::socket_recv_buffer_size(from)?,
            sockopt::socket_recv_buffer_size(to)?,
        );
        if fresh.0 != fresh.1 {
            sockopt::set_socket_recv_buffer_size(to, fresh.0 / 2)?;
        }
        fresh = (
            sockopt::socket_send_buffer_size(from)?,
            sockopt::socket_send_buffer_size(to)?,
        );
        if fresh.0 != fresh.1 {
            sockopt::set_socket_send_buffer_size(to, fresh.0 / 2)?;
        }
        match (sockopt::socket_domain(from)?, sockopt::socket_domain(to)?) {
            (AddressFamily::INET, AddressFamily::INET) => sockopt::set_ip_ttl(to, sockopt::ip_ttl(from)?)?,
            (AddressFamily::INET6, AddressFamily::INET6) => {
                sockopt::set_ipv6_v6only(to, sockopt::ipv6_v6only(from)?)?;
                sockopt::set_ipv6_unicast_hops(to, Some(sockopt::ipv6_unicast_hops(from)?))?;
            }
            _ => {}
        }
        Ok::<(), Errno>(())
    })();
    if let Err(error) = copied {
        tracing::debug!(%error, "options of a socket are left behind");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_kernel_reads_them() {
        let v4 = [2, 0, 0, 80, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(parse(&v4), Ok(Target::Ip("10.0.0.1:80".parse().unwrap())));
        assert_eq!(parse(&v4[..15]), Err(Errno::INVAL));
        assert_eq!(parse(&[0, 0]), Ok(Target::None));
        assert_eq!(parse(&[1, 0, 47]), Err(Errno::AFNOSUPPORT));
        assert_eq!(parse(&[2]), Err(Errno::INVAL));
        let mut v6 = vec![10, 0, 0, 80, 0, 0, 0, 0];
        v6.extend("::ffff:10.0.0.1".parse::<Ipv6Addr>().unwrap().octets());
        assert_eq!(
            parse(&v6),
            Ok(Target::Ip("10.0.0.1:80".parse().unwrap())),
            "without a scope"
        );
        v6[8] = 0xfd;
        v6.extend([3, 0, 0, 0]);
        let Ok(Target::Ip(SocketAddr::V6(address))) = parse(&v6) else {
            panic!()
        };
        assert_eq!((address.port(), address.scope_id()), (80, 3));
        assert_eq!(target(std::process::id(), 8, 16), Err(Errno::FAULT));
    }

    #[test]
    fn only_ip_sockets_are_touched() {
        let unix = std::os::unix::net::UnixStream::pair().unwrap().0;
        assert_eq!(transport(&unix), Err(Errno::ACCESS));
        let file = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(transport(&file), Err(Errno::NOTSOCK));
        let udp = make(true, Transport::Udp).unwrap();
        assert_eq!(transport(&udp), Ok(Transport::Udp));
        assert_eq!(bound(&udp), Ok(None));
    }
}
