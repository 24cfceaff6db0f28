//! Who answers for the names and ports of containers whose sockets are their own.

use std::net::{IpAddr, TcpListener, UdpSocket};

use async_trait::async_trait;
use sampan_runtime::{NetworkPlace, Published};
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
    /// Who is asked for what no network knows.
    pub servers: Vec<IpAddr>,
}

/// Answers names and carries ports, also while no daemon is there.
#[async_trait]
pub trait Desk: Send + Sync {
    /// A container comes.
    async fn admit(&self, id: &ContainerId, neighbour: Neighbour) -> Result<(), DeskError>;

    /// A container has other places.
    async fn places(&self, id: &ContainerId, places: Vec<NetworkPlace>) -> Result<(), DeskError>;

    /// The port of the host to which connections are led that are for containers without interfaces. Each is carried to
    /// where it was going, if who asks may go there.
    async fn doorway(&self) -> Result<u16, DeskError>;

    /// A container has gone. When this is over its ports are free.
    async fn dismiss(&self, id: &ContainerId);

    /// All but these have gone while no daemon was there.
    async fn retain(&self, known: &[ContainerId]);
}
