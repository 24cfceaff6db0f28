//! Connections of containers with interfaces to those without: the kernel leads them here, and they are carried on to
//! where they were going.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt;
use sampan_types::grants::Transport;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::super::book::Lead;
use super::super::sockets;
use super::{Done, Hub, lock, missing};

/// Connections at a time. More wait to be accepted.
const CONNECTIONS: usize = 4_096;
/// The pause after no connection could be taken.
const BREATH: Duration = Duration::from_millis(50);

impl Hub {
    pub(super) fn open_doorway(&self, fds: Vec<OwnedFd>) -> Done {
        let fd = fds.into_iter().next().ok_or_else(missing)?;
        let held = self.doorway.get_or_init(|| fd);
        let listener = TcpListener::from(held.try_clone()?);
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(accept(Arc::new(self.shared()), listener));
        Ok(Vec::new())
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

async fn carry(hub: &Hub, mut outer: TcpStream, from: IpAddr) -> io::Result<()> {
    // Who is turned away hears it at once, as from a port on which nobody listens.
    sockopt::set_socket_linger(&outer, Some(Duration::ZERO))?;
    let to = match from {
        IpAddr::V4(_) => SocketAddr::from(sockopt::ip_original_dst(&outer)?),
        IpAddr::V6(_) => SocketAddr::from(sockopt::ipv6_original_dst(&outer)?),
    };
    // Whoever was not led here had no other address in mind.
    let Some(to) = hub.passage(from, to) else {
        return Err(io::ErrorKind::PermissionDenied.into());
    };
    let socket = TcpSocket::from_std_stream(sockets::make(to.is_ipv4(), Transport::Tcp)?.into());
    // All addresses are there, so that the container sees who asks.
    sockets::connect_from(&socket, SocketAddr::new(from, 0))?;
    let mut inner = socket.connect(to).await?;
    sockopt::set_socket_linger(&outer, None)?;
    // What was written at once is sent at once. A connection that breaks is both sides' news already.
    let _ = outer.set_nodelay(true);
    let _ = inner.set_nodelay(true);
    let _ = copy_bidirectional(&mut outer, &mut inner).await;
    Ok(())
}
