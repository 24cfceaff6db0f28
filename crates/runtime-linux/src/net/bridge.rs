//! Bridges: one for each network that has had a Linux member here.

use std::collections::HashMap;
use std::io;

use sampan_network::links::{Bridge, Link, Links, Mac};
use sampan_network::{NetworkError, namespace};
use sampan_runtime::NetworkPlace;

use super::table;

/// A bridge of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) index: u32,
    pub(super) name: String,
    /// Whether what is in it leads nowhere else.
    pub(super) internal: bool,
    /// Whether what leaves it seems to come from the host.
    pub(super) masquerade: bool,
    /// Whether its members reach each other.
    pub(super) together: bool,
}

/// By the ids of their networks.
#[derive(Default)]
pub(super) struct Bridges(HashMap<String, Made>);

/// The network of a bridge, which stands at the end of its alias.
pub(super) fn network_of(alias: &str) -> Option<&str> {
    alias.rsplit_once(" bridge ").map(|(_, network)| network)
}

fn name_of(place: &NetworkPlace) -> String {
    let usual = || format!("sp-{}", place.network.get(..10).unwrap_or(&place.network));
    place.wiring.bridge.clone().unwrap_or_else(usual)
}

/// The address of a bridge follows from its network's id, so that it is the same after a restart.
fn mac_of(network: &str) -> Mac {
    let digits = |at: usize| {
        let pair = network.get(at..at + 2).unwrap_or_default();
        u8::from_str_radix(pair, 16).unwrap_or_default()
    };
    // Set by hand, and of one machine.
    [0x02, 0x42, digits(0), digits(2), digits(4), digits(6)]
}

impl Bridges {
    pub(super) fn all(&self) -> impl Iterator<Item = &Made> {
        self.0.values()
    }

    /// The number of the bridge of a network.
    pub(super) fn index(&self, network: &str) -> Option<u32> {
        self.0.get(network).map(|made| made.index)
    }

    /// The networks with bridges, and their numbers.
    pub(super) fn indices(&self) -> impl Iterator<Item = (String, u32)> {
        self.0.iter().map(|(network, made)| (network.clone(), made.index))
    }

    /// One of an earlier daemon. What its network is like says the first member; until then it is closed.
    pub(super) fn found(&mut self, network: &str, link: &Link) {
        let made = Made {
            index: link.index,
            name: link.name.clone(),
            internal: true,
            ..Made::default()
        };
        self.0.insert(network.to_owned(), made);
    }

    /// What a network is like.
    pub(super) fn learn(&mut self, place: &NetworkPlace) {
        if let Some(made) = self.0.get_mut(&place.network) {
            made.internal = place.internal;
            made.masquerade = place.wiring.masquerade;
            made.together = place.wiring.together;
        }
    }

    /// Whether one of them has this number.
    pub(super) fn has(&self, index: u32) -> bool {
        self.0.values().any(|made| made.index == index)
    }

    /// Makes the bridge of a place what it was, whatever somebody did to it.
    pub(super) fn mend(
        &mut self,
        links: &Links,
        owner: &str,
        place: &NetworkPlace,
    ) -> Result<u32, NetworkError> {
        let index = self.ensure(links, owner, place)?;
        links.set_up(&name_of(place))?;
        gateways(links, index, place)?;
        Ok(index)
    }

    pub(super) fn take(&mut self, network: &str) -> Option<Made> {
        self.0.remove(network)
    }

    /// Takes out all but those of these networks: their numbers.
    pub(super) fn others(&mut self, known: &[String]) -> Vec<u32> {
        let gone: Vec<String> = self.0.keys().filter(|id| !known.contains(id)).cloned().collect();
        gone.iter()
            .filter_map(|id| self.0.remove(id))
            .map(|made| made.index)
            .collect()
    }

    /// The number of the bridge of a place, which is made where it is not there.
    pub(super) fn ensure(
        &mut self,
        links: &Links,
        owner: &str,
        place: &NetworkPlace,
    ) -> Result<u32, NetworkError> {
        let name = name_of(place);
        let alias = format!("{owner} bridge {}", place.network);
        let index = match links.find(&name)? {
            Some(link) if link.alias == alias => link.index,
            Some(_) => {
                let taken = io::Error::from(io::ErrorKind::AlreadyExists);
                return Err(NetworkError::new(
                    format!("make the bridge `{name}`: the host has another interface of this name"),
                    taken,
                ));
            }
            None => {
                let index = links.make_bridge(&Bridge {
                    name: &name,
                    alias: &alias,
                    mtu: place.wiring.mtu,
                    mac: mac_of(&place.network),
                })?;
                let settled = settle(links, index, &name, place);
                if settled.is_err() {
                    // The first failure is told.
                    let _ = links.delete(index);
                }
                settled?;
                index
            }
        };
        let made = Made {
            index,
            name,
            internal: place.internal,
            masquerade: place.wiring.masquerade,
            together: place.wiring.together,
        };
        if self.0.get(&place.network) != Some(&made) {
            gateways(links, index, place)?;
            if let Some(old) = self.0.insert(place.network.clone(), made.clone()) {
                table::remove_bridge(&old)?;
            }
            table::add_bridge(&made)?;
        }
        Ok(index)
    }
}

/// Gives a bridge the addresses that its network has by now, in place of those that it had. Single ones are those of Wasm
/// members.
fn gateways(links: &Links, index: u32, place: &NetworkPlace) -> Result<(), NetworkError> {
    let wanted: Vec<_> = place.gateway_nets().collect();
    let own = links.addresses(index)?;
    for old in &own {
        let link_local = matches!(old.addr(), std::net::IpAddr::V6(v6) if v6.is_unicast_link_local());
        if old.prefix_len() < old.max_prefix_len() && !link_local && !wanted.contains(old) {
            links.remove_address(index, *old)?;
        }
    }
    for missing in wanted.iter().filter(|net| !own.contains(net)) {
        links.add_address(index, *missing)?;
    }
    Ok(())
}

fn settle(links: &Links, index: u32, name: &str, place: &NetworkPlace) -> Result<(), NetworkError> {
    let v6 = place.subnets.iter().any(|net| net.addr().is_ipv6());
    // Before it has an address. A kernel without IPv6 has nothing to be set.
    let _ = namespace::set_parameter(
        &format!("ipv6/conf/{name}/disable_ipv6"),
        if v6 { "0" } else { "1" },
    );
    let _ = namespace::set_parameter(&format!("ipv6/conf/{name}/accept_ra"), "0");
    gateways(links, index, place)?;
    Ok(())
}
