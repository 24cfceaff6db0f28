//! Connections and datagrams of containers with interfaces to those without: the kernel leads them here, and they are carried
//! on to where they were going.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt;
use sampan_types::grants::Transport;
use tokio::io::Interest;
use tokio::net::{TcpSocket, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use super::super::book::Lead;
use super::super::realm::Realm;
use super::super::{raw, sockets};
use super::{Done, Hub, lock, missing};

/// Connections at a time. More wait to be accepted.
const CONNECTIONS: usize = 4_096;
/// The largest datagram.
const DATAGRAM: usize = 65_535;
/// The pause after no connection could be taken.
const BREATH: Duration = Duration::from_millis(50);

impl Hub {
    pub(super) fn open_doorway(&self, fds: Vec<OwnedFd>) -> Done {
        let mut held = self.doorway.get_or_init(|| fds).iter();
        let hub = Arc::new(self.shared());
        let listener = held.next().ok_or_else(missing)?;
        let listener = TcpListener::from(listener.try_clone()?);
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(accept(hub.clone(), listener));
        if let Some(socket) = held.next() {
            let socket = std::net::UdpSocket::from(socket.try_clone()?);
            socket.set_nonblocking(true)?;
            let socket = Arc::new(UdpSocket::from_std(socket)?);
            tokio::spawn(hear(hub, socket));
        }
        Ok(Vec::new())
    }

    /// Whether somebody may go on to an address that no network has, from a yard that leads nowhere by itself.
    fn leads_out(&self, from: IpAddr, to: SocketAddr) -> io::Result<bool> {
        if self.realms()?.beside() == Realm::Host || !is_elsewhere(to.ip()) {
            return Ok(false);
        }
        let book = lock(&self.book);
        Ok(book
            .apart_outward(from)
            .is_some_and(|entry| matches!(book.lead(entry, to), Lead::Out)))
    }

    /// Where a connection goes that was for somebody else, if who asks may go there.
    fn passage(&self, from: IpAddr, to: SocketAddr) -> Option<SocketAddr> {
        let book = lock(&self.book);
        match book.lead(book.apart_at(from, to.ip())?, to) {
            Lead::Member(own) => Some(SocketAddr::new(own, to.port())),
            _ => None,
        }
    }
}

/// Whether an address can be that of another machine. Whoever writes packets by hand writes any, and some lead from here to the
/// host's own loopback: `0.0.0.0`, and IPv4 written as IPv6.
fn is_elsewhere(to: IpAddr) -> bool {
    match to {
        IpAddr::V4(to) => {
            let here = to.is_loopback() || to.octets()[0] == 0;
            !(here || to.is_multicast() || to.is_broadcast())
        }
        IpAddr::V6(to) => !(to.is_multicast() || to.to_ipv4().is_some()),
    }
}

async fn accept(hub: Arc<Hub>, listener: tokio::net::TcpListener) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, from)) => {
                    let hub = hub.clone();
                    open.spawn(async move {
                        if let Err(error) = carry(&hub, stream, from.ip().to_canonical()).await {
                            tracing::debug!(%error, %from, "a connection to a container was not carried");
                        }
                    });
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection to a container was not taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
}

async fn carry(hub: &Hub, outer: TcpStream, from: IpAddr) -> io::Result<()> {
    // Who is turned away hears it at once, as from a port on which nobody listens.
    sockopt::set_socket_linger(&outer, Some(Duration::ZERO))?;
    let to = match from {
        IpAddr::V4(_) => SocketAddr::from(sockopt::ip_original_dst(&outer)?),
        IpAddr::V6(_) => SocketAddr::from(sockopt::ipv6_original_dst(&outer)?),
    };
    let inner = match hub.passage(from, to) {
        Some(to) => {
            let socket = TcpSocket::from_std_stream(sockets::make(to.is_ipv4(), Transport::Tcp)?.into());
            // All addresses are there, so that the container sees who asks.
            sockets::connect_from(&socket, SocketAddr::new(from, 0))?;
            socket.connect(to).await?
        }
        None if outer.local_addr()? != to && hub.leads_out(from, to)? => {
            let socket = hub.realms()?.make(Realm::Host, to.is_ipv4(), Transport::Tcp)?;
            TcpSocket::from_std_stream(socket.into()).connect(to).await?
        }
        // Whoever was not led here had no other address in mind.
        None => return Err(io::ErrorKind::PermissionDenied.into()),
    };
    sockopt::set_socket_linger(&outer, None)?;
    // What was written at once is sent at once. A connection that breaks is both sides' news already.
    let _ = outer.set_nodelay(true);
    let _ = inner.set_nodelay(true);
    let _ = super::super::carry::carry(outer, inner).await;
    Ok(())
}

/// Carries datagrams.
async fn hear(hub: Arc<Hub>, doorway: Arc<UdpSocket>) {
    let mut bytes = vec![0; DATAGRAM];
    loop {
        let heard = doorway
            .async_io(Interest::READABLE, || raw::hear_led(doorway.as_fd(), &mut bytes))
            .await;
        let datagram = match heard {
            Ok(datagram) => datagram,
            Err(error) => {
                tracing::debug!(%error, "a datagram to a container was not heard");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        if let Err(error) = hub.ferry_over(&doorway, datagram, &bytes[..datagram.length]) {
            tracing::debug!(%error, from = %datagram.from, "a datagram to a container was not carried");
        }
    }
}

impl Hub {
    fn ferry_over(&self, doorway: &Arc<UdpSocket>, datagram: raw::Datagram, bytes: &[u8]) -> io::Result<()> {
        // A rule has written the port there where it was going, as it stands in the datagram.
        let [high, low, ..] = datagram.mark.to_ne_bytes();
        let at = SocketAddr::new(datagram.to, u16::from_be_bytes([high, low]));
        // Whoever was not led here had no other address in mind.
        let own = self.passage(datagram.from.ip(), at);
        let own = own.ok_or(io::ErrorKind::PermissionDenied)?;
        let entry = lock(&self.book)
            .entry_at(own.ip())
            .ok_or(io::ErrorKind::NotFound)?;
        Ok(self
            .ferry()?
            .inward(entry, doorway, (datagram.from, at, own), bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_out_leads_to_another_machine() {
        for here in [
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "127.9.9.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:192.0.2.1",
            "ff02::1",
        ] {
            assert!(!is_elsewhere(here.parse().unwrap()), "{here}");
        }
        for there in ["192.0.2.1", "10.0.0.1", "169.254.1.1", "2001:db8::1", "fd00::1"] {
            assert!(is_elsewhere(there.parse().unwrap()), "{there}");
        }
    }
}
