//! Datagrams with what the kernel tells beside them: the address where each was going, and a mark.

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::os::fd::{AsRawFd, BorrowedFd};

/// `SO_RCVMARK`, which not every C library has; kernels from 5.19 on do.
const SO_RCVMARK: libc::c_int = 75;
/// Room for an address and a mark beside a datagram, at an address that fits their heads.
type Beside = [u64; 16];

/// A datagram that was led here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Datagram {
    pub(crate) length: usize,
    pub(crate) from: SocketAddr,
    /// The address where it was going.
    pub(crate) to: IpAddr,
    /// What a rule has written on it.
    pub(crate) mark: u32,
}

/// Lets a socket of IPv6, which hears IPv4 as well, hear where datagrams were going and how they are marked. Needs the
/// right to administer networks.
pub(crate) fn tell_of_led(socket: BorrowedFd<'_>) -> io::Result<()> {
    for (level, option) in [
        (libc::SOL_SOCKET, SO_RCVMARK),
        (libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO),
    ] {
        let on: libc::c_int = 1;
        let size = size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: both options are an `int`, and the length says so.
        let done =
            unsafe { libc::setsockopt(socket.as_raw_fd(), level, option, (&raw const on).cast(), size) };
        if done != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Hears a datagram at such a socket, which does not block.
pub(crate) fn hear_led(socket: BorrowedFd<'_>, bytes: &mut [u8]) -> io::Result<Datagram> {
    // SAFETY: zeroes are a value of it.
    let mut name: libc::sockaddr_in6 = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut beside: Beside = [0; 16];
    let mut vector = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    let mut head = head(&mut name, &mut vector, &mut beside);
    // SAFETY: all that the head points to lives through the call and has the size that it says.
    let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut head, libc::MSG_DONTWAIT) };
    let length = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
    let (mut to, mut mark) = (None, 0);
    // SAFETY: the kernel has filled the control messages and set their length; each that has the type which is asked for
    // holds what is read of it, and is read without regard to where it lies.
    unsafe {
        let mut one = libc::CMSG_FIRSTHDR(&raw const head);
        while !one.is_null() {
            let data = libc::CMSG_DATA(one);
            match ((*one).cmsg_level, (*one).cmsg_type) {
                (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                    let told = data.cast::<libc::in6_pktinfo>().read_unaligned();
                    to = Some(Ipv6Addr::from(told.ipi6_addr.s6_addr));
                }
                (libc::SOL_SOCKET, libc::SO_MARK) => mark = data.cast::<u32>().read_unaligned(),
                _ => {}
            }
            one = libc::CMSG_NXTHDR(&raw const head, one);
        }
    }
    let from = SocketAddrV6::new(
        Ipv6Addr::from(name.sin6_addr.s6_addr),
        u16::from_be(name.sin6_port),
        0,
        name.sin6_scope_id,
    );
    let to = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(Datagram {
        length,
        from: SocketAddr::new(from.ip().to_canonical(), from.port()),
        to: to.to_canonical(),
        mark,
    })
}

/// Sends a datagram from a socket of IPv6 that is bound to no address, as one of this machine's addresses.
pub(crate) fn say_as(socket: BorrowedFd<'_>, bytes: &[u8], from: IpAddr, to: SocketAddr) -> io::Result<()> {
    // SAFETY: zeroes are a value of it.
    let mut name: libc::sockaddr_in6 = unsafe { MaybeUninit::zeroed().assume_init() };
    name.sin6_family = libc::AF_INET6 as libc::sa_family_t;
    name.sin6_port = to.port().to_be();
    name.sin6_addr.s6_addr = mapped(to.ip()).octets();
    let mut beside: Beside = [0; 16];
    let mut vector = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    let mut head = head(&mut name, &mut vector, &mut beside);
    let own = libc::in6_pktinfo {
        ipi6_addr: libc::in6_addr {
            s6_addr: mapped(from).octets(),
        },
        ipi6_ifindex: 0,
    };
    let size = size_of::<libc::in6_pktinfo>() as libc::c_uint;
    // SAFETY: there is room for one control message of this size, which is written whole; all that the head points to lives
    // through the call, which writes nothing.
    let sent = unsafe {
        head.msg_controllen = libc::CMSG_SPACE(size) as _;
        let one = libc::CMSG_FIRSTHDR(&raw const head);
        (*one).cmsg_level = libc::IPPROTO_IPV6;
        (*one).cmsg_type = libc::IPV6_PKTINFO;
        (*one).cmsg_len = libc::CMSG_LEN(size) as _;
        libc::CMSG_DATA(one)
            .cast::<libc::in6_pktinfo>()
            .write_unaligned(own);
        let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
        libc::sendmsg(socket.as_raw_fd(), &raw const head, flags)
    };
    match sent {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn head(name: &mut libc::sockaddr_in6, vector: &mut libc::iovec, beside: &mut Beside) -> libc::msghdr {
    // SAFETY: zeroes are a value of it.
    let mut head: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    head.msg_name = std::ptr::from_mut(name).cast();
    head.msg_namelen = size_of::<libc::sockaddr_in6>() as libc::socklen_t;
    head.msg_iov = vector;
    head.msg_iovlen = 1;
    head.msg_control = beside.as_mut_ptr().cast();
    head.msg_controllen = size_of::<Beside>() as _;
    head
}

/// An address as a socket of IPv6 has it.
fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;
    use std::os::fd::AsFd;

    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;

    #[test]
    fn a_datagram_tells_where_it_was_going_and_is_answered_from_there() {
        let led = UdpSocket::bind("[::]:0").unwrap();
        if let Err(error) = tell_of_led(led.as_fd()) {
            // Who has no rights over networks cannot hear marks.
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            return;
        }
        let port = led.local_addr().unwrap().port();
        for (to, own) in [("127.0.0.9", "127.0.0.1:0"), ("::1", "[::1]:0")] {
            let to: IpAddr = to.parse().unwrap();
            let client = UdpSocket::bind(own).unwrap();
            client.connect(SocketAddr::new(to, port)).unwrap();
            client.send(b"hello").unwrap();
            let mut bytes = [0; 16];
            poll(&mut [PollFd::new(&led, PollFlags::IN)], None).unwrap();
            let heard = hear_led(led.as_fd(), &mut bytes).unwrap();
            assert_eq!(heard.to, to);
            assert_eq!((heard.from, heard.mark), (client.local_addr().unwrap(), 0));
            assert_eq!(&bytes[..heard.length], b"hello");
            say_as(led.as_fd(), b"again", heard.to, heard.from).unwrap();
            // It is connected, and hears nobody else.
            assert_eq!(client.recv(&mut bytes).unwrap(), 5);
        }
    }
}
