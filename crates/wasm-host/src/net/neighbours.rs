//! The networks in which a guest has a place, as far as its own process must know them.
//!
//! What is said here is what a guest may do besides its grants. It changes while the guest runs, when it joins and
//! leaves networks. Whoever makes the guest's sockets decides by the same values (`docs/design/networks.md`).

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use sampan_types::grants::{Cidr, Transport};
use serde::{Deserialize, Serialize};

/// What a guest has of its networks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Neighbourhood {
    /// Its own addresses.
    pub own: Vec<IpAddr>,
    /// The subnets of networks whose members reach each other.
    pub subnets: Vec<Cidr>,
    /// Those of other networks in which it has links: who is meant is known to whoever makes its sockets.
    pub linked: Vec<Cidr>,
    /// From where forwarded datagrams come.
    pub gateways: Vec<IpAddr>,
    /// Where it may listen on its own addresses although no network of its is open.
    pub ports: Vec<(u16, Transport)>,
    /// Names that it was given addresses for, in lower case.
    pub names: Vec<String>,
}

/// An address that takes the place of a container's own one in the namespace of its sockets, while that one is another's
/// there still. No network of containers is in these ranges (RFC 6598, RFC 4193).
#[must_use]
pub fn stand_in(number: u16, v4: bool) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    match v4 {
        true => IpAddr::from([100, 127, high, low]),
        false => IpAddr::from([0xfd00, 0x7361, 0x6d70, 0x616e, 0, 0, 0, number]),
    }
}

/// Whether whoever makes sockets has bound one to such an address.
fn is_stand_in(address: IpAddr) -> bool {
    let number = match address {
        IpAddr::V4(v4) => u16::from_be_bytes([v4.octets()[2], v4.octets()[3]]),
        IpAddr::V6(v6) => v6.segments()[7],
    };
    address == stand_in(number, address.is_ipv4())
}

impl Neighbourhood {
    /// Whether it has members to talk to.
    pub fn is_open(&self) -> bool {
        !self.subnets.is_empty()
    }

    /// Whether an address is one of a member, or its own in such a network, or may be of one that it is linked to.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let mut nets = self.subnets.iter().chain(&self.linked);
        nets.any(|net| net.contains(&address))
    }

    /// Whether an address is its own. Loopback is, where it has one, and no grant says that it is the host.
    pub fn is_own(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.own.contains(&address) || address.is_loopback() && self.is_heard()
    }

    /// Whether anybody could reach it on an address of its own.
    fn is_heard(&self) -> bool {
        !self.own.is_empty() && (self.is_open() || !self.ports.is_empty())
    }

    /// Whether it may talk to an address.
    pub fn reaches(&self, address: SocketAddr, transport: Transport) -> bool {
        let ip = address.ip();
        self.has(ip) || self.is_own(ip) || transport == Transport::Udp && self.is_gateway(ip)
    }

    fn is_gateway(&self, address: IpAddr) -> bool {
        self.gateways.contains(&address.to_canonical())
    }

    /// Whether datagrams from an address are for it.
    pub fn hears(&self, from: IpAddr) -> bool {
        self.has(from) || self.own.contains(&from.to_canonical()) || self.is_gateway(from)
    }

    /// Whether it may listen somewhere on its own addresses. No address means all of its own.
    pub fn listens(&self, at: SocketAddr, transport: Transport) -> bool {
        let ip = at.ip().to_canonical();
        let here = ip.is_unspecified() || self.own.contains(&ip) || is_stand_in(ip);
        let own = !self.own.is_empty() && here;
        own && (self.is_open() || self.ports.contains(&(at.port(), transport)))
    }

    /// Whether its networks may know a name.
    pub fn may_name(&self, name: &str) -> bool {
        let itself = name == "localhost" && self.is_heard();
        itself || self.is_open() || self.names.iter().any(|known| known == name)
    }
}

/// The same, shared with whoever changes it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(Arc<RwLock<Arc<Neighbourhood>>>);

impl Neighbours {
    /// As it stands now.
    pub fn now(&self) -> Arc<Neighbourhood> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on.
    pub fn set(&self, neighbourhood: Neighbourhood) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(neighbourhood);
    }
}

impl From<Neighbourhood> for Neighbours {
    fn from(neighbourhood: Neighbourhood) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(neighbourhood))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_open_network_is_reached_and_listened_in() {
        let open = Neighbourhood {
            own: vec!["172.18.0.2".parse().unwrap()],
            subnets: vec!["172.18.0.0/16".parse().unwrap()],
            gateways: vec!["172.18.0.1".parse().unwrap()],
            ..Neighbourhood::default()
        };
        assert!(open.reaches(at("172.18.0.9:1"), Transport::Tcp));
        assert!(open.reaches(at("[::ffff:172.18.0.9]:1"), Transport::Tcp));
        assert!(!open.reaches(at("172.19.0.9:1"), Transport::Tcp));
        assert!(
            open.listens(at("0.0.0.0:80"), Transport::Udp)
                && open.listens(at("172.18.0.2:0"), Transport::Tcp)
        );
        assert!(
            !open.listens(at("172.18.0.3:80"), Transport::Tcp),
            "another one's address"
        );
        assert!(
            !open.listens(at("127.0.0.1:80"), Transport::Tcp),
            "loopback is the host's"
        );
        assert!(open.may_name("anything"));
    }

    #[test]
    fn a_closed_network_gives_the_published_ports_alone() {
        let closed = Neighbourhood {
            own: vec!["172.17.0.2".parse().unwrap()],
            gateways: vec!["172.17.0.1".parse().unwrap()],
            ports: vec![(53, Transport::Udp), (80, Transport::Tcp)],
            names: vec!["db".to_owned()],
            ..Neighbourhood::default()
        };
        assert!(closed.listens(at("0.0.0.0:80"), Transport::Tcp));
        assert!(!closed.listens(at("0.0.0.0:80"), Transport::Udp));
        assert!(!closed.listens(at("0.0.0.0:0"), Transport::Tcp));
        assert!(!closed.reaches(at("172.17.0.3:80"), Transport::Tcp));
        assert!(!closed.reaches(at("172.17.0.1:80"), Transport::Tcp));
        // Itself, also by loopback, on which it hears nobody.
        for own in ["172.17.0.2:81", "127.0.0.1:81", "[::ffff:127.0.0.1]:81"] {
            assert!(closed.reaches(at(own), Transport::Tcp), "{own}");
        }
        assert!(closed.may_name("localhost") && !closed.may_name("other"));
        let unheard = Neighbourhood {
            ports: Vec::new(),
            ..closed.clone()
        };
        assert!(!unheard.reaches(at("127.0.0.1:80"), Transport::Tcp) && !unheard.may_name("localhost"));
        assert!(closed.hears("172.17.0.1".parse().unwrap()) && !closed.hears("172.17.0.3".parse().unwrap()));
        assert!(closed.may_name("db") && !closed.may_name("api"));
        assert!(!Neighbourhood::default().listens(at("0.0.0.0:0"), Transport::Tcp));
    }
}
