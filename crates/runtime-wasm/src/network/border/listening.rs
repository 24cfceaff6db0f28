//! Sockets that are bound and listen.

use std::net::SocketAddr;
use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::net::listen;
use sampan_types::grants::Transport;

use super::super::book::Member;
use super::super::raw::Call;
use super::super::realm::Realm;
use super::super::sockets::{self, Target};
use super::{Border, Reply};

/// What waits to be accepted. Guests ask for 128 without having been asked, and a burst of connections through a
/// published port would overflow that.
const BACKLOG: std::ops::RangeInclusive<i32> = 1_024..=4_096;

impl Border {
    pub(super) fn bind(&self, call: &Call, target: Target) -> Result<Reply, Errno> {
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
        let fresh = self.realms.make(realm, at.is_ipv4(), transport)?;
        sockets::copy_options(socket.as_fd(), fresh.as_fd());
        sockets::bind_at(&fresh, place)?;
        self.replace(call, &socket, &fresh)?;
        Ok(Reply::Number(0))
    }

    /// Who listens on a port was granted it when it was bound; a port that the system picked was not.
    pub(super) fn listen(&self, call: &Call, backlog: u64) -> Result<Reply, Errno> {
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
                // Nobody's port is there.
                Realm::Yard => false,
            })
        })?;
        if !granted {
            return Err(Errno::ACCESS);
        }
        listen(&socket, (backlog as i32).clamp(*BACKLOG.start(), *BACKLOG.end()))?;
        Ok(Reply::Number(0))
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
        Realm::Yard => Err(Errno::ACCESS),
    }
}

fn own_place(member: &Member, at: SocketAddr) -> Result<SocketAddr, Errno> {
    let own = member.own_like(at.ip()).ok_or(Errno::ADDRNOTAVAIL)?;
    Ok(SocketAddr::new(own, at.port()))
}
