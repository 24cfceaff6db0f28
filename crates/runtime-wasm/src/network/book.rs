//! Who is where, by which name, and so where an address leads from whom.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use sampan_runtime::NetworkPlace;
use sampan_types::grants::Transport;
use sampan_wasm_host::net::{Border, Neighbourhood};

use super::wire::{Admission, ForwardOrder, neighbourhood};

/// All containers with sockets.
#[derive(Default)]
pub(super) struct Book {
    members: BTreeMap<u64, Member>,
}

/// One of them.
pub(super) struct Member {
    /// Where its sockets are in the containers' namespace, one of a family. Fixed for its life.
    own: Vec<IpAddr>,
    places: Vec<NetworkPlace>,
    hosts: Vec<(String, IpAddr)>,
    forwards: Vec<ForwardOrder>,
    hood: Arc<Neighbourhood>,
    pub(super) border: Arc<Border>,
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To a member of one of its networks, whose own address this is.
    Member(IpAddr),
    /// To the outside of forwarded datagrams.
    Gateway,
    /// Into one of its networks, but to nobody.
    Nobody,
    /// Out of its networks.
    Out,
}

/// What is wrong with a container that wants to come.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum Taken {
    #[error("the address {0} is another container's")]
    Address(IpAddr),
}

impl Book {
    pub(super) fn admit(&mut self, admission: &Admission, border: Arc<Border>) -> Result<(), Taken> {
        let own = self.own_addresses(&admission.places)?;
        let member = Member {
            own,
            hood: Arc::default(),
            places: Vec::new(),
            hosts: admission.hosts.clone(),
            forwards: admission.forwards.clone(),
            border,
        };
        self.members.insert(admission.entry, member);
        self.move_to(admission.entry, admission.places.clone());
        Ok(())
    }

    /// The first address of each family that is nobody's own.
    fn own_addresses(&self, places: &[NetworkPlace]) -> Result<Vec<IpAddr>, Taken> {
        let mut own: Vec<IpAddr> = Vec::new();
        let addresses = || places.iter().flat_map(|place| &place.addresses);
        for address in addresses() {
            let family = own.iter().any(|have| have.is_ipv4() == address.is_ipv4());
            if !family && !self.members.values().any(|member| member.own.contains(address)) {
                own.push(*address);
            }
        }
        match addresses().find(|a| !own.iter().any(|have| have.is_ipv4() == a.is_ipv4())) {
            Some(taken) => Err(Taken::Address(*taken)),
            None => Ok(own),
        }
    }

    /// Gives a container other places. Its own addresses stay: its sockets are there.
    pub(super) fn move_to(&mut self, entry: u64, places: Vec<NetworkPlace>) -> bool {
        let fresh = match self.members.get(&entry) {
            Some(member) if member.own.is_empty() => self.own_addresses(&places).unwrap_or_default(),
            Some(member) => member.own.clone(),
            None => return false,
        };
        if let Some(member) = self.members.get_mut(&entry) {
            member.own = fresh;
            let mut hood = neighbourhood(&places, &member.forwards, &member.hosts);
            hood.own.extend(&member.own);
            member.hood = Arc::new(hood);
            member.places = places;
        }
        true
    }

    pub(super) fn dismiss(&mut self, entry: u64) {
        self.members.remove(&entry);
    }

    pub(super) fn get(&self, entry: u64) -> Option<&Member> {
        self.members.get(&entry)
    }

    /// Where an address leads for a container.
    pub(super) fn lead(&self, entry: u64, to: IpAddr) -> Lead {
        let Some(member) = self.members.get(&entry) else {
            return Lead::Out;
        };
        for place in member.places.iter().filter(|place| place.open) {
            if let Some(own) = self.member_at(&place.network, to) {
                return Lead::Member(own);
            }
        }
        if member.hood.gateways.contains(&to) && member.hears_outside() {
            Lead::Gateway
        } else if member.hood.has(to) {
            Lead::Nobody
        } else {
            Lead::Out
        }
    }

    /// The own address of whoever has an address in a network.
    fn member_at(&self, network: &str, address: IpAddr) -> Option<IpAddr> {
        let here = |member: &&Member| {
            let mut places = member.places.iter();
            places.any(|place| place.network == network && place.addresses.contains(&address))
        };
        self.members.values().find(here)?.own_like(address)
    }

    /// The addresses of a name in a container's networks, or that it was given.
    pub(super) fn named(&self, entry: u64, name: &str) -> Vec<IpAddr> {
        let Some(asker) = self.members.get(&entry) else {
            return Vec::new();
        };
        for place in asker.places.iter().filter(|place| place.open) {
            let linked = place.links.iter().find(|(alias, _)| alias == name);
            let name = linked.map_or(name, |(_, of)| of);
            let others = self.members.values().flat_map(|member| &member.places);
            let here = others.filter(|other| other.network == place.network);
            let named = here.filter(|other| other.names.iter().any(|known| *known == *name));
            let found: Vec<IpAddr> = named.flat_map(|other| &other.addresses).copied().collect();
            if !found.is_empty() {
                return found;
            }
        }
        let given = asker.hosts.iter().filter(|(known, _)| known == name);
        given.map(|(_, address)| *address).collect()
    }
}

impl Member {
    /// Its own address of the family of another.
    pub(super) fn own_like(&self, other: IpAddr) -> Option<IpAddr> {
        self.own
            .iter()
            .find(|own| own.is_ipv4() == other.is_ipv4())
            .copied()
    }

    pub(super) fn own(&self) -> &[IpAddr] {
        &self.own
    }

    pub(super) fn hood(&self) -> &Arc<Neighbourhood> {
        &self.hood
    }

    /// From where forwarded connections come, in the family of an address.
    pub(super) fn gateway_like(&self, other: IpAddr) -> Option<IpAddr> {
        let mut gateways = self.hood.gateways.iter();
        gateways
            .find(|gateway| gateway.is_ipv4() == other.is_ipv4())
            .copied()
    }

    /// Whether its grants lead anywhere: not out of networks that lead nowhere.
    pub(super) fn goes_out(&self) -> bool {
        self.places.is_empty() || self.places.iter().any(|place| !place.internal)
    }

    /// Whether a port is published.
    pub(super) fn is_published(&self, at: SocketAddr, transport: Transport) -> bool {
        let port = (at.port(), transport);
        let own = at.ip().is_unspecified() || self.hood.own.contains(&at.ip());
        own && !self.own.is_empty() && self.hood.ports.contains(&port)
    }

    /// Whether datagrams of the host are forwarded to it, and answers go back.
    fn hears_outside(&self) -> bool {
        self.forwards.iter().any(|one| one.transport == Transport::Udp)
    }

    /// Whether its UDP sockets are made in the containers' namespace.
    pub(super) fn datagrams_inside(&self) -> bool {
        let published = self.hears_outside();
        !self.own.is_empty() && (self.hood.is_open() || published)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sampan_types::{ContainerId, Grants};
    use sampan_wasm_host::net::SystemResolver;

    fn place(network: &str, address: &str, names: &[&str]) -> NetworkPlace {
        let net = address.rsplit_once('.').unwrap().0;
        NetworkPlace {
            network: network.to_owned(),
            addresses: vec![address.parse().unwrap()],
            subnets: vec![format!("{net}.0/24").parse().unwrap()],
            gateways: vec![format!("{net}.1").parse().unwrap()],
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            links: vec![("linked".to_owned(), "web".to_owned())],
            open: network != "bridge",
            internal: false,
        }
    }

    fn book(members: &[(u64, Vec<NetworkPlace>)]) -> Book {
        let mut book = Book::default();
        for (entry, places) in members {
            let admission = Admission {
                entry: *entry,
                id: ContainerId::from_random([*entry as u8; 32]),
                pid: None,
                grants: Grants::default(),
                places: places.clone(),
                hosts: vec![("extra".to_owned(), "192.0.2.1".parse().unwrap())],
                forwards: Vec::new(),
                socket: false,
                notify: false,
            };
            let border = Arc::new(Border::new(&Grants::default(), Arc::new(SystemResolver)));
            book.admit(&admission, border).unwrap();
        }
        book
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn names_and_addresses_are_known_in_common_networks_alone() {
        let book = book(&[
            (1, vec![place("a", "10.0.1.2", &["web", "w"])]),
            (
                2,
                vec![place("a", "10.0.1.3", &["api"]), place("b", "10.0.2.3", &["api"])],
            ),
            (3, vec![place("b", "10.0.2.4", &["db"])]),
            (4, vec![place("bridge", "10.0.3.2", &["alone"])]),
            (5, vec![place("bridge", "10.0.3.3", &["other"])]),
        ]);
        assert_eq!(book.named(1, "api"), [ip("10.0.1.3")]);
        assert_eq!(book.named(3, "api"), [ip("10.0.2.3")]);
        assert_eq!(book.named(2, "linked"), [ip("10.0.1.2")]);
        assert_eq!(book.named(2, "w"), [ip("10.0.1.2")]);
        assert!(book.named(1, "db").is_empty() && book.named(4, "other").is_empty());
        assert_eq!(book.named(1, "extra"), [ip("192.0.2.1")]);
        assert_eq!(book.lead(1, ip("10.0.1.3")), Lead::Member(ip("10.0.1.3")));
        // A second address leads to where its owner listens.
        assert_eq!(book.lead(3, ip("10.0.2.3")), Lead::Member(ip("10.0.1.3")));
        assert_eq!(book.lead(1, ip("10.0.2.4")), Lead::Out);
        assert_eq!(
            book.lead(3, ip("10.0.1.3")),
            Lead::Out,
            "the own address of a network it is not in"
        );
        assert_eq!(book.lead(1, ip("10.0.1.9")), Lead::Nobody);
        assert_eq!(book.lead(4, ip("10.0.3.3")), Lead::Out);
        assert_eq!(
            book.lead(4, ip("10.0.3.1")),
            Lead::Out,
            "nothing is forwarded to it"
        );
        assert_eq!(book.lead(1, ip("10.0.1.1")), Lead::Nobody);
    }

    #[test]
    fn a_place_that_is_left_is_known_no_more_and_its_sockets_stay() {
        let mut book = book(&[
            (1, vec![place("a", "10.0.1.2", &["web"])]),
            (2, vec![place("a", "10.0.1.3", &["api"])]),
        ]);
        assert!(book.move_to(2, vec![place("b", "10.0.2.3", &["api"])]));
        assert!(book.named(1, "api").is_empty());
        assert_eq!(book.lead(1, ip("10.0.1.3")), Lead::Nobody);
        assert_eq!(book.get(2).unwrap().own(), [ip("10.0.1.3")]);
        book.move_to(1, vec![place("b", "10.0.2.2", &["web"])]);
        assert_eq!(book.lead(1, ip("10.0.2.3")), Lead::Member(ip("10.0.1.3")));
        book.dismiss(2);
        assert_eq!(book.lead(1, ip("10.0.2.3")), Lead::Nobody);
        assert!(!book.move_to(2, Vec::new()));
    }
}
