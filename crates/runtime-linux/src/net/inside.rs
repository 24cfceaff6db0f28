//! A container's side of its networks: interfaces, addresses and routes in its namespace, and where it asks for names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;

use sampan_network::links::Links;
use sampan_network::nft::{Batch, Chain, Hook, Rule};
use sampan_network::{NetworkError, namespace};

use sampan_process::users;
use sampan_runtime::NetworkPlace;

use super::note::Cable;
use super::number;
use sampan_types::grants::Transport;

/// Where containers ask for names, as in Docker.
const NAMES: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);
/// The table in a container's own namespace.
const TABLE: &str = "sampan";

/// A namespace for a container that is to start. The kernel takes its time to make one.
pub(crate) struct Fresh {
    pub(crate) namespace: OwnedFd,
    /// Where it asks for names, if its networks know some.
    pub(crate) asks: Option<(UdpSocket, TcpListener)>,
}

/// Who is asked for names in a container, by the sockets that are made for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nobody.
    #[default]
    None,
    /// The address for it.
    Usual,
    /// Every server, wherever it is: no datagram leads out.
    All,
}

impl Asked {
    /// Of a container with these places.
    pub(crate) fn of(places: &[NetworkPlace]) -> Self {
        let outward = |place: &NetworkPlace| !users::is_root() && !place.internal;
        match places {
            places if places.iter().any(|place| place.open) => Self::Usual,
            places if places.iter().any(outward) => Self::All,
            _ => Self::None,
        }
    }
}

/// Makes a namespace, with sockets for names in it if somebody is asked.
pub(crate) fn fresh(asked: Asked) -> Result<Fresh, NetworkError> {
    let namespace = namespace::fresh()?;
    let asks = match asked {
        Asked::None => None,
        asked => Some(named_again(&namespace, asked)?),
    };
    Ok(Fresh { namespace, asks })
}

/// Sockets for names in a namespace that may have had some before.
pub(crate) fn named_again(
    namespace: &OwnedFd,
    asked: Asked,
) -> Result<(UdpSocket, TcpListener), NetworkError> {
    namespace::within(namespace, || ears(asked))
}

/// Sockets for names. They have ports that were free: port 53 is the container's, whose program may answer names itself.
fn ears(who: Asked) -> Result<(UdpSocket, TcpListener), NetworkError> {
    let (udp, tcp) = namespace::sockets(NAMES.into())?;
    let mut batch = Batch::new(TABLE);
    // What led to earlier ones goes. What is not there cannot be removed.
    batch.add_table();
    batch.remove_table();
    batch.add_table();
    batch.add_chain(&Chain {
        name: "names",
        hook: Hook::Output,
        translates: true,
        priority: -100,
    });
    for (transport, local) in [
        (Transport::Udp, udp.local_addr()),
        (Transport::Tcp, tcp.local_addr()),
    ] {
        let Ok(SocketAddr::V4(local)) = local else {
            continue;
        };
        let asked = Rule::new().version(sampan_network::nft::Family::V4);
        let asked = match who {
            Asked::All => asked,
            Asked::Usual | Asked::None => asked.to(NAMES),
        };
        let rule = asked
            .protocol(number(transport))
            .to_port(53)
            .lead_to_socket(SocketAddrV4::new(NAMES, local.port()));
        batch.add_rule("names", &rule);
    }
    batch.commit()?;
    Ok((udp, tcp))
}

/// Gives an interface what belongs to its place.
pub(super) fn settle(namespace: &OwnedFd, cable: &Cable) -> Result<(), NetworkError> {
    namespace::within(namespace, || {
        let links = Links::here()?;
        let name = &cable.inner;
        if !cable.place.addresses.iter().any(IpAddr::is_ipv6) {
            // As in Docker. A kernel without IPv6 has nothing to be set.
            let _ = namespace::set_parameter(&format!("ipv6/conf/{name}/disable_ipv6"), "1");
        }
        let Some(index) = links.index(name)? else {
            return Err(NetworkError::new(
                format!("find the interface `{name}` in the container"),
                std::io::ErrorKind::NotFound.into(),
            ));
        };
        links.set_up(name)?;
        for address in cable.place.nets() {
            links.add_address(index, address)?;
        }
        Ok(())
    })
}

/// Sets the default routes: those of the first place that leads somewhere.
pub(super) fn route(namespace: &OwnedFd, cables: &[Cable]) -> Result<(), NetworkError> {
    namespace::within(namespace, || {
        let links = Links::here()?;
        for v4 in [true, false] {
            let way = cables
                .iter()
                .filter(|cable| !cable.place.internal)
                .find_map(|cable| {
                    let like = |address: &&IpAddr| address.is_ipv4() == v4;
                    // Without an address of the family a gateway helps nobody.
                    cable.place.addresses.iter().find(like)?;
                    cable
                        .place
                        .gateways
                        .iter()
                        .find(like)
                        .map(|gateway| (cable, *gateway))
                });
            links.remove_default_routes(v4)?;
            if let Some((cable, gateway)) = way
                && let Some(index) = links.index(&cable.inner)?
            {
                links.set_default_route(index, gateway)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
pub(super) mod tests {
    use sampan_runtime::{NetworkPlace, Wiring};

    pub(crate) fn place(address: &str, subnet: &str, gateway: &str) -> NetworkPlace {
        NetworkPlace {
            network: "0123456789ab".repeat(5),
            title: "own".to_owned(),
            addresses: vec![address.parse().unwrap()],
            subnets: vec![subnet.parse().unwrap()],
            gateways: vec![gateway.parse().unwrap()],
            names: Vec::new(),
            links: Vec::new(),
            open: true,
            internal: false,
            wiring: Wiring::default(),
        }
    }
}
