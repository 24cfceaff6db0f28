//! Ports of the host that lead into a container, as docker-proxy does it: what is accepted outside is connected inside,
//! and bytes are carried both ways. Runs in the containers' namespace; the host's side was made by the daemon.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sampan_types::grants::Transport;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::book::Book;
use super::realm::{Realm, Realms};
use super::sockets;
use super::wire::ForwardOrder;

/// Connections of one port at a time. More wait to be accepted.
const CONNECTIONS: usize = 4_096;
/// Clients of one UDP port at a time. The datagrams of more are dropped.
const CLIENTS: usize = 1_024;
/// How long a UDP client is remembered that neither sends nor hears; docker-proxy has the same.
const SILENCE: Duration = Duration::from_secs(90);
/// The pause after no connection could be taken: no descriptors are left, most likely.
const BREATH: Duration = Duration::from_millis(50);
/// The largest datagram.
const DATAGRAM: usize = 65_535;

/// Where a forward leads.
#[derive(Clone)]
pub(super) struct Inside {
    pub(super) entry: u64,
    pub(super) book: Arc<Mutex<Book>>,
    pub(super) order: ForwardOrder,
    /// Set where the container has interfaces, which are reached from the host.
    pub(super) host: Option<Arc<Realms>>,
}

/// An address in a container, and the one from which it is reached.
struct Way {
    to: SocketAddr,
    from: Option<SocketAddr>,
}

/// Begins to forward. Whoever aborts the task ends all of its connections.
pub(super) fn start(socket: OwnedFd, inside: Inside) -> io::Result<AbortHandle> {
    let task = match inside.order.transport {
        Transport::Tcp => {
            let listener = TcpListener::from(socket);
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(connections(listener, inside)).abort_handle()
        }
        Transport::Udp => {
            let socket = UdpSocket::from(socket);
            socket.set_nonblocking(true)?;
            let socket = Arc::new(tokio::net::UdpSocket::from_std(socket)?);
            tokio::spawn(datagrams(socket, inside)).abort_handle()
        }
    };
    Ok(task)
}

impl Inside {
    /// The ways that may lead in, of which the first one mostly does.
    fn ways(&self) -> Vec<Way> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(member) = book.get(self.entry).filter(|member| member.goes_out()) else {
            return Vec::new();
        };
        let way = |own: &std::net::IpAddr| Way {
            to: SocketAddr::new(*own, self.order.port),
            // From the host it is the kernel that knows the way.
            from: member
                .gateway_like(*own)
                .map(|gateway| SocketAddr::new(gateway, 0))
                .filter(|_| self.host.is_none()),
        };
        member.own().iter().map(way).collect()
    }

    /// A socket where the container is reached.
    fn socket(&self, v4: bool, transport: Transport) -> io::Result<OwnedFd> {
        Ok(match &self.host {
            Some(realms) => realms.make(Realm::Yard, v4, transport)?,
            None => sockets::make(v4, transport)?,
        })
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let mut failed = io::Error::from(io::ErrorKind::HostUnreachable);
        for way in self.ways() {
            let socket = self.socket(way.to.is_ipv4(), Transport::Tcp)?;
            let socket = TcpSocket::from_std_stream(socket.into());
            if let Some(from) = way.from {
                sockets::connect_from(&socket, from)?;
            }
            match socket.connect(way.to).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    fn datagram_socket(&self) -> io::Result<tokio::net::UdpSocket> {
        let way = self.ways().into_iter().next();
        let way = way.ok_or_else(|| io::Error::from(io::ErrorKind::HostUnreachable))?;
        let socket = self.socket(way.to.is_ipv4(), Transport::Udp)?;
        if let Some(from) = way.from {
            sockets::bind_at(&socket, from)?;
        }
        rustix::net::connect(&socket, &way.to)?;
        tokio::net::UdpSocket::from_std(socket.into())
    }
}

async fn connections(listener: tokio::net::TcpListener, inside: Inside) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let inside = inside.clone();
                    open.spawn(async move { carry(stream, &inside).await });
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection to a published port was not taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
}

async fn carry(outer: TcpStream, inside: &Inside) {
    match inside.connect().await {
        Ok(inner) => {
            // What was written at once is sent at once. A connection that breaks is both sides' news already.
            let _ = outer.set_nodelay(true).and_then(|()| inner.set_nodelay(true));
            let _ = super::carry::carry(outer, inner).await;
        }
        Err(error) => tracing::debug!(%error, port = inside.order.port, "nobody answers a published port"),
    }
}

type Clients = HashMap<SocketAddr, Client>;

struct Client {
    socket: Arc<tokio::net::UdpSocket>,
    /// Its answers are copied as long as this is.
    task: AbortHandle,
}

async fn datagrams(outer: Arc<tokio::net::UdpSocket>, inside: Inside) {
    let mut bytes = vec![0; DATAGRAM];
    let mut clients = Clients::new();
    // Dropped with this task, and with it all that it holds.
    let mut answers: JoinSet<()> = JoinSet::new();
    loop {
        let (got, from) = tokio::select! {
            Some(_) = answers.join_next() => {
                clients.retain(|_, client| !client.task.is_finished());
                continue;
            }
            got = outer.recv_from(&mut bytes) => match got {
                Ok(got) => got,
                // An earlier datagram did not arrive.
                Err(_) => continue,
            },
        };
        if !clients.contains_key(&from) {
            if clients.len() >= CLIENTS {
                continue;
            }
            let socket = match inside.datagram_socket() {
                Ok(socket) => Arc::new(socket),
                Err(error) => {
                    tracing::debug!(%error, port = inside.order.port, "a datagram has nowhere to go");
                    continue;
                }
            };
            let task = answers.spawn(answer(socket.clone(), outer.clone(), from));
            clients.insert(from, Client { socket, task });
        }
        if let Some(client) = clients.get(&from) {
            // Datagrams may get lost.
            let _ = client.socket.send(&bytes[..got]).await;
        }
    }
}

/// Copies what the container says to one client, until neither says anything for a while.
async fn answer(inner: Arc<tokio::net::UdpSocket>, outer: Arc<tokio::net::UdpSocket>, to: SocketAddr) {
    let mut bytes = vec![0; DATAGRAM];
    while let Ok(got) = tokio::time::timeout(SILENCE, inner.recv(&mut bytes)).await {
        match got {
            Ok(got) => drop(outer.send_to(&bytes[..got], to).await),
            // Nobody listened yet when a datagram came.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            Err(_) => return,
        }
    }
}
