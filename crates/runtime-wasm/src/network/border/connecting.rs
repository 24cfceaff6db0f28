//! Sockets that connect, and datagrams that are sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::Errno;
use rustix::net::{SendFlags, connect, connect_unspec, sendto, sockopt};
use sampan_types::grants::Transport;

use super::super::book::{Lead, Member};
use super::super::raw::{self, Call};
use super::super::realm::Realm;
use super::super::sockets::{self, Target};
use super::{Border, Reply};

/// The largest datagram.
const DATAGRAM_MAX: u64 = 65_535;
/// How long a connection is waited for on behalf of a caller that waits for it itself. No guest's does.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a connection or datagram goes, and from where.
struct Way {
    realm: Realm,
    to: SocketAddr,
    from: Option<SocketAddr>,
}

impl Border {
    pub(super) fn connect(&self, call: &Call, target: Target) -> Result<Reply, Errno> {
        let socket = self.fetch(call)?;
        let transport = sockets::transport(&socket)?;
        let to = match (target, transport) {
            (Target::Ip(to), _) => to,
            (Target::None, Transport::Udp) => {
                connect_unspec(&socket)?;
                return Ok(Reply::Number(0));
            }
            (Target::None, Transport::Tcp) => return Err(Errno::ACCESS),
        };
        if transport == Transport::Udp {
            let to = self.datagram_way(&socket, to)?;
            connect(&socket, &to)?;
            return Ok(Reply::Number(0));
        }
        let way = self.way(to, transport)?;
        let fresh = self.realms.make(way.realm, way.to.is_ipv4(), transport)?;
        sockets::copy_options(socket.as_fd(), fresh.as_fd());
        if let Some(from) = way.from {
            match sockets::connect_from(&fresh, from) {
                // It has just come: then it is the host that is seen.
                Err(Errno::ADDRNOTAVAIL) if way.realm != Realm::Containers => {}
                other => other?,
            }
        }
        let mut begun = connect(&fresh, &way.to);
        let blocks = !fcntl_getfl(&socket)?.contains(OFlags::NONBLOCK);
        if blocks && begun == Err(Errno::INPROGRESS) {
            begun = connected(&fresh);
        }
        match begun {
            Ok(()) | Err(Errno::INPROGRESS) => self.replace(call, &socket, &fresh)?,
            Err(_) => {}
        }
        begun.map(|()| Reply::Number(0))
    }

    /// Where a connection goes.
    fn way(&self, to: SocketAddr, transport: Transport) -> Result<Way, Errno> {
        let to = SocketAddr::new(to.ip().to_canonical(), to.port());
        self.member(|book, member| {
            let lead = book.lead(self.entry, to);
            let granted = member.goes_out() && member.border.connects(to, transport);
            match lead {
                Lead::Member(address) => inside(member, SocketAddr::new(address, to.port())),
                // The bridge of its network has the address of this one.
                Lead::Apart(address) => Ok(Way {
                    realm: self.realms.beside(),
                    from: member.address_beside(address).map(|own| SocketAddr::new(own, 0)),
                    ..outside(SocketAddr::new(address, to.port()))
                }),
                Lead::Lent(at) if transport == Transport::Tcp => Ok(outside(at)),
                Lead::Gateway if transport == Transport::Udp => inside(member, to),
                Lead::Machine if granted => Ok(outside(SocketAddr::new(loopback_like(to.ip()), to.port()))),
                Lead::Gateway | Lead::Out if granted => Ok(outside(to)),
                Lead::Nobody => Err(Errno::HOSTUNREACH),
                // Loopback is the container itself, where no grant says that it is the host.
                Lead::Out if to.ip().is_loopback() => match book.lead_home(member, to) {
                    Some(Lead::Lent(at)) if transport == Transport::Tcp => Ok(outside(at)),
                    Some(Lead::Member(own)) => inside(member, SocketAddr::new(own, to.port())),
                    _ => Err(Errno::ACCESS),
                },
                Lead::Lent(_) | Lead::Gateway | Lead::Machine | Lead::Out => Err(Errno::ACCESS),
            }
        })
    }

    /// Where datagrams of a socket go. It is bound where its first one would bind it, to its own address.
    fn datagram_way(&self, socket: &OwnedFd, to: SocketAddr) -> Result<SocketAddr, Errno> {
        let here = self.realm_of(socket)?;
        let bound = sockets::bound(socket)?;
        if here == Realm::Host
            && let Some(at) = bound
        {
            let serves = self.member(|_, member| {
                let border = &member.border;
                Ok(member.goes_out() && border.serves_datagrams() && border.listens(at, Transport::Udp))
            })?;
            if serves {
                return Ok(to);
            }
        }
        if here == Realm::Containers
            && let Some(to) = self.ferried(socket, bound, to)?
        {
            return Ok(to);
        }
        let way = self.way(to, Transport::Udp)?;
        if way.realm != here {
            return Err(Errno::ACCESS);
        }
        if let (None, Some(from)) = (bound, way.from) {
            sockets::bind_at(socket, from)?;
        }
        Ok(way.to)
    }

    /// Makes a way to a member whose sockets are its own, if it is one. Its face has the same address.
    fn ferried(
        &self,
        socket: &OwnedFd,
        bound: Option<SocketAddr>,
        to: SocketAddr,
    ) -> Result<Option<SocketAddr>, Errno> {
        let to = SocketAddr::new(to.ip().to_canonical(), to.port());
        let apart = self.member(|book, member| match book.lead(self.entry, to) {
            Lead::Apart(address) => {
                let own = member.own_like(address).ok_or(Errno::ADDRNOTAVAIL)?;
                Ok(Some((own, member.address_beside(address))))
            }
            _ => Ok(None),
        })?;
        let Some((own, place)) = apart else {
            return Ok(None);
        };
        let own = match bound {
            Some(at) => at,
            None => {
                sockets::bind_at(socket, SocketAddr::new(own, 0))?;
                sockets::bound(socket)?.ok_or(Errno::ADDRNOTAVAIL)?
            }
        };
        self.ferry.outward(self.entry, own, place, to)?;
        Ok(Some(to))
    }

    pub(super) fn send(&self, call: &Call) -> Result<Reply, Errno> {
        let [_, at, length, flags, address, size] = call.arguments;
        let Target::Ip(to) = self.target(call, address, size)? else {
            return Err(Errno::INVAL);
        };
        let socket = self.fetch(call)?;
        if sockets::transport(&socket)? != Transport::Udp {
            return Err(Errno::ISCONN);
        }
        if length > DATAGRAM_MAX {
            return Err(Errno::MSGSIZE);
        }
        let to = self.datagram_way(&socket, to)?;
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| Errno::MSGSIZE)?];
        raw::read_memory(call.thread, at, &mut bytes)?;
        if flags as i32 & !(libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) != 0 {
            return Err(Errno::INVAL);
        }
        let sent = sendto(&socket, &bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL, &to)?;
        i64::try_from(sent).map(Reply::Number).map_err(|_| Errno::MSGSIZE)
    }
}

/// To an address of the containers' namespace, from the own one.
fn inside(member: &Member, to: SocketAddr) -> Result<Way, Errno> {
    let from = member.own_like(to.ip()).ok_or(Errno::ADDRNOTAVAIL)?;
    Ok(Way {
        realm: Realm::Containers,
        to,
        from: Some(SocketAddr::new(from, 0)),
    })
}

/// To an address of the host's namespace.
fn outside(to: SocketAddr) -> Way {
    Way {
        realm: Realm::Host,
        to,
        from: None,
    }
}

fn loopback_like(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    }
}

/// Waits until a connection is there, for a caller that does.
fn connected(socket: &OwnedFd) -> Result<(), Errno> {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut fds = [PollFd::new(socket, PollFlags::OUT)];
        match poll(&mut fds, Some(&left)) {
            Ok(0) => return Err(Errno::TIMEDOUT),
            Ok(_) => return sockopt::socket_error(socket)?,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
}
