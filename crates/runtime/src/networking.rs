//! What a container has of networks: addresses, names, and ports of the host that lead to it.

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

use sampan_types::ContainerId;
use sampan_types::grants::{Cidr, Transport};
use serde::{Deserialize, Serialize};

/// All that a container has of networks.
#[derive(Debug, Default)]
pub struct Networking {
    /// Where it has a place. The addresses of the first one are those that it listens on.
    pub places: Vec<NetworkPlace>,
    /// Ports of the host that lead to it.
    pub published: Vec<Published>,
    /// TCP ports on which its image says that it listens.
    pub exposed: Vec<u16>,
    /// Names that it knows besides those of its networks, in lower case.
    pub hosts: Vec<(String, IpAddr)>,
    /// Addresses that stand for the host itself.
    pub machine: Vec<IpAddr>,
    /// Set where it runs inside of another container and has that one's places, as an exec has.
    pub within: Option<Within>,
}

/// The running container in which another program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// Whose places these are.
    pub container: ContainerId,
    /// The ports that are published of it.
    pub ports: Vec<LentPort>,
}

/// A published port of a container, as a program inside of it finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LentPort {
    /// The container's port.
    pub port: u16,
    /// What it carries.
    pub transport: Transport,
    /// Where the host answers for it.
    pub at: SocketAddr,
}

/// The place of a container in one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkPlace {
    /// The network's id.
    pub network: String,
    /// Its addresses there, at most one of a family.
    pub addresses: Vec<IpAddr>,
    /// The network's subnets.
    pub subnets: Vec<Cidr>,
    /// The addresses from which what comes from outside is seen.
    pub gateways: Vec<IpAddr>,
    /// Its names there, in lower case.
    pub names: Vec<String>,
    /// Names that it alone gives to names of others there.
    #[serde(default)]
    pub links: Vec<(String, String)>,
    /// Whether its members reach each other.
    pub open: bool,
    /// Whether it leads nowhere else.
    pub internal: bool,
}

/// A port of a container that the host answers for.
#[derive(Debug)]
pub struct Published {
    /// The container's port.
    pub port: u16,
    /// The host's side, bound already.
    pub socket: PublishedSocket,
}

/// The host's side of a published port.
#[derive(Debug)]
pub enum PublishedSocket {
    /// For TCP.
    Tcp(TcpListener),
    /// For UDP.
    Udp(UdpSocket),
}

impl PublishedSocket {
    /// What it carries.
    pub fn transport(&self) -> Transport {
        match self {
            Self::Tcp(_) => Transport::Tcp,
            Self::Udp(_) => Transport::Udp,
        }
    }
}

impl AsFd for PublishedSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Udp(socket) => socket.as_fd(),
        }
    }
}
