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
    /// How names are looked up that none of its networks knows.
    pub resolver: NameServers,
    /// Set where it runs inside of another container and has that one's places, as an exec has.
    pub within: Option<Within>,
}

/// How names are looked up that no network knows, as `resolv.conf` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NameServers {
    /// Who is asked, one after the other. Where there is nobody, the machine looks names up its own way.
    pub servers: Vec<IpAddr>,
    /// What is put behind names.
    pub search: Vec<String>,
    /// `ndots`: names with as many dots are asked for as they are first.
    pub dots: Option<u8>,
    /// `timeout`: how many seconds a server may take.
    pub timeout: Option<u8>,
    /// `attempts`: how often each is asked.
    pub attempts: Option<u8>,
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
    /// The network's name, which may stand behind those of its members.
    #[serde(default)]
    pub title: String,
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
    /// What matters where its members have interfaces.
    #[serde(default)]
    pub wiring: Wiring,
}

/// How the interface of a container is joined with its network, where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wiring {
    /// The name of the network's bridge on the host; `None` is the runtime's choice.
    pub bridge: Option<String>,
    /// The address of the container's interface; `None` is the kernel's choice.
    pub mac: Option<[u8; 6]>,
    /// The largest packet of the network.
    pub mtu: Option<u32>,
    /// Whether what leaves the network seems to come from the host.
    pub masquerade: bool,
    /// Whether its members reach each other by their interfaces.
    pub together: bool,
    /// Who lets packets through the host.
    pub forwarding: Forwarding,
}

/// Who sees to it that the host forwards packets, without which nothing leaves a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forwarding {
    /// The runtime, and where that is news nothing passes but what comes from networks or goes to them.
    #[default]
    Guarded,
    /// The runtime, and the host is a router from then on.
    Open,
    /// Somebody else.
    Left,
}

impl Default for Wiring {
    fn default() -> Self {
        Self {
            bridge: None,
            mac: None,
            mtu: None,
            masquerade: true,
            together: true,
            forwarding: Forwarding::Guarded,
        }
    }
}

impl NetworkPlace {
    /// Each of its addresses with the length of its subnet.
    pub fn nets(&self) -> impl Iterator<Item = Cidr> + '_ {
        self.addresses.iter().filter_map(|address| {
            let subnet = self.subnets.iter().find(|net| net.contains(address));
            let whole = if address.is_ipv4() { 32 } else { 128 };
            Cidr::new(*address, subnet.map_or(whole, |net| net.prefix_len())).ok()
        })
    }

    /// Its gateways, each with the length of its subnet.
    pub fn gateway_nets(&self) -> impl Iterator<Item = Cidr> + '_ {
        self.gateways.iter().filter_map(|address| {
            let subnet = self.subnets.iter().find(|net| net.contains(address))?;
            Cidr::new(*address, subnet.prefix_len()).ok()
        })
    }
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
