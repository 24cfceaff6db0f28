//! The calls of one worker: each is read, decided and done here.
//!
//! The worker may be taken over: its registers and its memory say what it wants, and nothing that they say is looked at
//! twice. Calls are done on descriptors of this process. One thread for each worker, so that none waits for another.

use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, connect, connect_unspec, listen, sendto, sockopt};
use rustix::process::{PidfdGetfdFlags, pidfd_getfd};
use sampan_types::grants::Transport;

use super::book::{Book, Lead, Member};
use super::raw::{self, Call};
use super::realm::{Realm, Realms};
use super::sockets::{self, Target};
use crate::packet::{Packet, PacketError};

/// What waits to be accepted. Guests ask for 128 without having been asked, and a burst of connections through a
/// published port would overflow that.
const BACKLOG: std::ops::RangeInclusive<i32> = 1_024..=4_096;
/// The largest datagram.
const DATAGRAM_MAX: u64 = 65_535;
/// How long a connection is waited for on behalf of a caller that waits for it itself. No guest's does.
const PATIENCE: Duration = Duration::from_secs(10);

/// One worker, as its border sees it.
pub(super) struct Border {
    pub(super) entry: u64,
    pub(super) book: Arc<Mutex<Book>>,
    pub(super) realms: Arc<Realms>,
    /// The worker.
    pub(super) process: OwnedFd,
    pub(super) notify: Arc<OwnedFd>,
}

/// The answer to a call.
enum Reply {
    Number(i64),
    Socket(OwnedFd),
}

/// Where a connection or datagram goes, and from where.
struct Way {
    realm: Realm,
    to: SocketAddr,
    from: Option<SocketAddr>,
}

impl Border {
    /// Answers calls until the worker is gone.
    pub(super) fn run(&self) {
        loop {
            let mut fds = [PollFd::new(&*self.notify, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
            let seen = fds[0].revents();
            if seen.contains(PollFlags::IN) {
                match raw::receive(self.notify.as_fd()) {
                    Ok(Some(call)) => self.handle(&call),
                    Ok(None) => {}
                    Err(_) => return,
                }
            } else if !seen.is_empty() {
                return;
            }
        }
    }

    fn handle(&self, call: &Call) {
        let result = match self.act(call) {
            Ok(Reply::Socket(socket)) => match raw::give(self.notify.as_fd(), call, socket.as_fd(), None) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            Ok(Reply::Number(number)) => Ok(number),
            Err(error) => Err(error),
        };
        // The caller may have gone.
        let _ = raw::answer(self.notify.as_fd(), call, result);
    }

    fn act(&self, call: &Call) -> Result<Reply, Errno> {
        let [first, second, third, ..] = call.arguments;
        match call.number {
            libc::SYS_socket => self.socket(first, second, third).map(Reply::Socket),
            libc::SYS_bind => self.bind(call, self.target(call, second, third)?),
            libc::SYS_connect => self.connect(call, self.target(call, second, third)?),
            libc::SYS_listen => self.listen(call, second),
            libc::SYS_sendto => self.send(call),
            libc::SYS_sendmsg => self.pass_on(call),
            _ => Err(Errno::PERM),
        }
    }

    /// The address that a call names. Its caller waits still, so it was its caller's memory.
    fn target(&self, call: &Call, at: u64, length: u64) -> Result<Target, Errno> {
        // The kernel takes the lower half of a length.
        let target = sockets::target(call.thread, at, length & 0xffff_ffff)?;
        match raw::waits(self.notify.as_fd(), call) {
            true => Ok(target),
            false => Err(Errno::SRCH),
        }
    }

    /// A copy of the descriptor that a call names.
    fn fetch(&self, call: &Call) -> Result<OwnedFd, Errno> {
        let number = call.arguments[0] as i32;
        if number < 0 {
            return Err(Errno::BADF);
        }
        pidfd_getfd(&self.process, number, PidfdGetfdFlags::empty())
    }

    fn member<T>(&self, ask: impl FnOnce(&Book, &Member) -> Result<T, Errno>) -> Result<T, Errno> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let member = book.get(self.entry).ok_or(Errno::NETDOWN)?;
        ask(&book, member)
    }

    fn enter(&self, realm: Realm) -> Result<(), Errno> {
        let failed = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::NETDOWN);
        self.realms.enter(realm).map_err(failed)
    }

    fn realm_of(&self, socket: &OwnedFd) -> Result<Realm, Errno> {
        self.realms.of(socket).map_err(|_| Errno::NOTSOCK)
    }

    fn socket(&self, family: u64, kind: u64, protocol: u64) -> Result<OwnedFd, Errno> {
        let (family, kind, protocol) = (family as i32, kind as i32, protocol as i32);
        let v4 = match family {
            libc::AF_INET => true,
            libc::AF_INET6 => false,
            _ => return Err(Errno::AFNOSUPPORT),
        };
        let transport = match (kind & 0xf, protocol) {
            (libc::SOCK_STREAM, 0 | libc::IPPROTO_TCP) => Transport::Tcp,
            (libc::SOCK_DGRAM, 0 | libc::IPPROTO_UDP) => Transport::Udp,
            _ => return Err(Errno::PROTONOSUPPORT),
        };
        let inside = self.member(|_, member| {
            Ok(match transport {
                // Its place is chosen again when it is bound or connected.
                Transport::Tcp => !member.own().is_empty(),
                Transport::Udp => member.datagrams_inside(),
            })
        })?;
        self.enter(if inside { Realm::Containers } else { Realm::Host })?;
        let socket = sockets::make(v4, transport)?;
        if kind & libc::SOCK_NONBLOCK == 0 {
            fcntl_setfl(&socket, fcntl_getfl(&socket)? & !OFlags::NONBLOCK)?;
        }
        Ok(socket)
    }

    fn bind(&self, call: &Call, target: Target) -> Result<Reply, Errno> {
        let Target::Ip(at) = target else {
            return Err(Errno::INVAL);
        };
        let socket = self.fetch(call)?;
        let transport = sockets::transport(&socket)?;
        let here = self.realm_of(&socket)?;
        let (realm, place) = match transport {
            Transport::Tcp => self.member(|_, member| listening_place(member, at))?,
            Transport::Udp => (here, self.member(|_, member| datagram_place(member, at, here))?),
        };
        if realm == here {
            sockets::bind_at(&socket, place)?;
            return Ok(Reply::Number(0));
        }
        self.enter(realm)?;
        let fresh = sockets::make(at.is_ipv4(), transport)?;
        sockets::copy_options(socket.as_fd(), fresh.as_fd());
        sockets::bind_at(&fresh, place)?;
        self.replace(call, &socket, &fresh)?;
        Ok(Reply::Number(0))
    }

    /// Puts a socket in the place of the one that the call names. It blocks where that one did.
    fn replace(&self, call: &Call, old: &OwnedFd, fresh: &OwnedFd) -> Result<(), Errno> {
        fcntl_setfl(fresh, fcntl_getfl(old)?)?;
        let place = call.arguments[0] as u32;
        raw::give(self.notify.as_fd(), call, fresh.as_fd(), Some(place))
    }

    /// Who listens on a port was granted it when it was bound; a port that the system picked was not.
    fn listen(&self, call: &Call, backlog: u64) -> Result<Reply, Errno> {
        let socket = self.fetch(call)?;
        if sockets::transport(&socket)? != Transport::Tcp {
            return Err(Errno::OPNOTSUPP);
        }
        let at = sockets::bound(&socket)?.ok_or(Errno::ACCESS)?;
        let realm = self.realm_of(&socket)?;
        let granted = self.member(|_, member| {
            let picked = SocketAddr::new(at.ip(), 0);
            Ok(match realm {
                Realm::Containers => member.hood().listens(at, Transport::Tcp),
                Realm::Host => [at, picked]
                    .iter()
                    .any(|at| member.goes_out() && member.border.listens(*at, Transport::Tcp)),
            })
        })?;
        if !granted {
            return Err(Errno::ACCESS);
        }
        listen(&socket, (backlog as i32).clamp(*BACKLOG.start(), *BACKLOG.end()))?;
        Ok(Reply::Number(0))
    }

    fn connect(&self, call: &Call, target: Target) -> Result<Reply, Errno> {
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
        self.enter(way.realm)?;
        let fresh = sockets::make(way.to.is_ipv4(), transport)?;
        sockets::copy_options(socket.as_fd(), fresh.as_fd());
        if let Some(from) = way.from {
            sockets::bind_at(&fresh, from)?;
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
        self.member(|book, member| {
            let own = |to: SocketAddr| -> Result<Way, Errno> {
                let from = member.own_like(to.ip()).ok_or(Errno::ADDRNOTAVAIL)?;
                Ok(Way {
                    realm: Realm::Containers,
                    to,
                    from: Some(SocketAddr::new(from, 0)),
                })
            };
            match book.lead(self.entry, to.ip().to_canonical()) {
                Lead::Member(address) => own(SocketAddr::new(address, to.port())),
                Lead::Gateway if transport == Transport::Udp => own(to),
                Lead::Nobody => Err(Errno::HOSTUNREACH),
                Lead::Gateway | Lead::Out => match member.goes_out() && member.border.connects(to, transport)
                {
                    true => Ok(Way {
                        realm: Realm::Host,
                        to,
                        from: None,
                    }),
                    false => Err(Errno::ACCESS),
                },
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
        let way = self.way(to, Transport::Udp)?;
        if way.realm != here {
            return Err(Errno::ACCESS);
        }
        if let (None, Some(from)) = (bound, way.from) {
            sockets::bind_at(socket, from)?;
        }
        Ok(way.to)
    }

    /// Sends a packet of the worker to one of its own processes, with descriptors beside it. Messages to addresses are
    /// sent by nobody.
    fn pass_on(&self, call: &Call) -> Result<Reply, Errno> {
        let socket = self.fetch(call)?;
        if sockopt::socket_domain(&socket).map_err(|_| Errno::NOTSOCK)? != AddressFamily::UNIX {
            return Err(Errno::ACCESS);
        }
        let message = sockets::message(call.thread, call.arguments[1])?;
        let mut beside = Vec::with_capacity(message.descriptors.len());
        for number in message.descriptors {
            if number < 0 {
                return Err(Errno::BADF);
            }
            beside.push(pidfd_getfd(&self.process, number, PidfdGetfdFlags::empty())?);
        }
        if !raw::waits(self.notify.as_fd(), call) {
            return Err(Errno::SRCH);
        }
        let sent = message.bytes.len();
        let packet = Packet::made(message.bytes, beside);
        match packet.send(&socket, SendFlags::DONTWAIT) {
            Ok(()) => i64::try_from(sent).map(Reply::Number).map_err(|_| Errno::MSGSIZE),
            Err(PacketError::Socket(error)) => Err(Errno::from_io_error(&error).unwrap_or(Errno::PIPE)),
            Err(_) => Err(Errno::PIPE),
        }
    }

    fn send(&self, call: &Call) -> Result<Reply, Errno> {
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

/// Where a TCP socket is bound.
fn listening_place(member: &Member, at: SocketAddr) -> Result<(Realm, SocketAddr), Errno> {
    let outside = |granted: bool| member.goes_out() && granted;
    let tcp = Transport::Tcp;
    if member.is_published(at, tcp) {
        return Ok((Realm::Containers, own_place(member, at)?));
    }
    if outside(member.border.listens(at, tcp)) {
        return Ok((Realm::Host, at));
    }
    if member.hood().listens(at, tcp) {
        return Ok((Realm::Containers, own_place(member, at)?));
    }
    Err(Errno::ACCESS)
}

/// Where a UDP socket is bound, whose namespace is chosen already.
fn datagram_place(member: &Member, at: SocketAddr, here: Realm) -> Result<SocketAddr, Errno> {
    let udp = Transport::Udp;
    match here {
        Realm::Containers => {
            let own = at.ip().is_unspecified() || member.hood().own.contains(&at.ip());
            // A client's: it hears only whom it may.
            match member.hood().listens(at, udp) || own && at.port() == 0 {
                true => own_place(member, at),
                false => Err(Errno::ACCESS),
            }
        }
        Realm::Host => {
            match member.goes_out() && (member.border.listens(at, udp) || member.border.binds(at, udp)) {
                true => Ok(at),
                false => Err(Errno::ACCESS),
            }
        }
    }
}

fn own_place(member: &Member, at: SocketAddr) -> Result<SocketAddr, Errno> {
    let own = member.own_like(at.ip()).ok_or(Errno::ADDRNOTAVAIL)?;
    Ok(SocketAddr::new(own, at.port()))
}
