//! Who answers for the names and ports of containers whose sockets are their own.

use std::net::{IpAddr, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;

use async_trait::async_trait;
use sampan_runtime::{NameServers, NetworkPlace, Published};
use sampan_types::{Classified, ContainerId};

/// What can go wrong with it.
pub type DeskError = Box<dyn Classified>;

/// A container with interfaces of its own.
#[derive(Debug, Default)]
pub struct Neighbour {
    /// Where others find it.
    pub places: Vec<NetworkPlace>,
    /// Names that it knows besides those of its networks.
    pub hosts: Vec<(String, IpAddr)>,
    /// Ports of the host that are carried to it.
    pub published: Vec<Published>,
    /// Where it asks for names.
    pub asks: Option<Asks>,
}

/// Where a container asks for names: sockets in its own namespace.
#[derive(Debug)]
pub struct Asks {
    /// For one datagram each.
    pub udp: UdpSocket,
    /// For what is too long for that.
    pub tcp: TcpListener,
    /// How what no network knows is looked up.
    pub resolver: NameServers,
}

/// Where connections and datagrams for containers without interfaces are led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doorway {
    /// The port for TCP.
    pub tcp: u16,
    /// That for UDP, where the kernel tells where a datagram was going.
    pub udp: Option<u16>,
}

/// Answers names and carries ports, also while no daemon is there.
#[async_trait]
pub trait Desk: Send + Sync {
    /// A container comes.
    async fn admit(&self, id: &ContainerId, neighbour: Neighbour) -> Result<(), DeskError>;

    /// A container has other places.
    async fn places(&self, id: &ContainerId, places: Vec<NetworkPlace>) -> Result<(), DeskError>;

    /// The ports of the host to which is led what is for containers without interfaces. It is carried to where it was
    /// going, if who asks may go there.
    async fn doorway(&self) -> Result<Doorway, DeskError>;

    /// The network namespace for bridges, where the host's own may not be changed: one that containers are in already
    /// may be offered, and stays unless another one is known. Without `make` none is made.
    async fn yard(&self, offered: Option<OwnedFd>, make: bool) -> Result<Option<OwnedFd>, DeskError>;

    /// A container has gone. When this is over its ports are free.
    async fn dismiss(&self, id: &ContainerId);

    /// All but these have gone while no daemon was there. Those of them that nobody answers for, because whoever did has
    /// gone as well.
    async fn retain(&self, known: &[ContainerId]) -> Vec<ContainerId>;
}
