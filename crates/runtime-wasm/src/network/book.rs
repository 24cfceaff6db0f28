//! Who is where, by which name, and so where an address leads from whom.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use sampan_runtime::NetworkPlace;
use sampan_types::grants::Transport;
use sampan_wasm_host::net::{Border, Neighbourhood, stand_in};

use super::wire::Admission;

/// All containers with sockets, and the programs that run inside of containers.
#[derive(Default)]
pub(super) struct Book {
    members: BTreeMap<u64, Member>,
}

/// One of them.
pub(super) struct Member {
    /// Where its sockets are in the containers' namespace, one of a family. Fixed for its life.
    own: Vec<IpAddr>,
    told: Admission,
    hood: Arc<Neighbourhood>,
    pub(super) border: Arc<Border>,
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To a member of one of its networks, whose own address this is.
    Member(IpAddr),
    /// To a member whose sockets are its own, at this address. It is reached from the host.
    Apart(IpAddr),
    /// To where the host answers for a port of the container in which it runs.
    Lent(SocketAddr),
    /// To the outside of forwarded datagrams.
    Gateway,
    /// To the host itself.
    Machine,
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
        let own = self.own_addresses(admission, &admission.places)?;
        let member = Member {
            own,
            hood: Arc::default(),
            told: admission.clone(),
            border,
        };
        self.members.insert(admission.entry, member);
        self.move_to(admission.entry, admission.places.clone());
        Ok(())
    }

    /// The first address of each family that is no other container's. What runs in one container shares its own.
    fn own_addresses(&self, told: &Admission, places: &[NetworkPlace]) -> Result<Vec<IpAddr>, Taken> {
        let addresses = || places.iter().flat_map(|place| &place.addresses);
        let shares = |kin: &&Member| {
            // The container itself says where it is, also when it has left that network. What an earlier run of it
            // has left behind may be elsewhere.
            let itself = told.within.is_some() && kin.told.within.is_none();
            let here = |own: &IpAddr| addresses().any(|address| address == own);
            kin.told.container() == told.container()
                && !kin.own.is_empty()
                && (itself || kin.own.iter().all(here))
        };
        if let Some(kin) = self.members.values().find(shares) {
            return Ok(kin.own.clone());
        }
        let mut own: Vec<IpAddr> = Vec::new();
        for address in addresses() {
            let family = own.iter().any(|have| have.is_ipv4() == address.is_ipv4());
            if !family && !self.members.values().any(|member| member.own.contains(address)) {
                own.push(*address);
            }
        }
        for address in addresses() {
            if own.iter().any(|have| have.is_ipv4() == address.is_ipv4()) {
                continue;
            }
            let mut others = self.members.values();
            if others.any(|other| {
                other
                    .told
                    .places
                    .iter()
                    .any(|place| place.addresses.contains(address))
            }) {
                return Err(Taken::Address(*address));
            }
            // Only the sockets of one that has left the network are there still.
            own.push(self.stand_in(address.is_ipv4()));
        }
        Ok(own)
    }

    /// One that nobody has.
    fn stand_in(&self, v4: bool) -> IpAddr {
        let is_free = |address: &IpAddr| !self.members.values().any(|member| member.own.contains(address));
        let mut all = (1..u16::MAX).map(|number| stand_in(number, v4));
        // There are more than containers.
        all.find(is_free).unwrap_or_else(|| stand_in(u16::MAX, v4))
    }

    /// Gives a container other places. Its own addresses stay: its sockets are there.
    pub(super) fn move_to(&mut self, entry: u64, places: Vec<NetworkPlace>) -> bool {
        let fresh = match self.members.get(&entry) {
            Some(member) if member.own.is_empty() => {
                self.own_addresses(&member.told, &places).unwrap_or_default()
            }
            Some(member) => member.own.clone(),
            None => return false,
        };
        if let Some(member) = self.members.get_mut(&entry) {
            member.own = fresh;
            member.told.places = places;
            let mut hood = member.told.neighbourhood();
            hood.own.extend(&member.own);
            member.hood = Arc::new(hood);
        }
        true
    }

    pub(super) fn dismiss(&mut self, entry: u64) {
        self.members.remove(&entry);
    }

    pub(super) fn get(&self, entry: u64) -> Option<&Member> {
        self.members.get(&entry)
    }

    /// Where an address leads for a container. IPv4 written as IPv6 is IPv4.
    pub(super) fn lead(&self, entry: u64, to: SocketAddr) -> Lead {
        let Some(member) = self.members.get(&entry) else {
            return Lead::Out;
        };
        let address = to.ip();
        if member.hood.own.contains(&address) {
            return self.lead_home(member, to).unwrap_or(Lead::Nobody);
        }
        for place in member.told.places.iter().filter(|place| place.open) {
            if let Some(lead) = self.member_at(&place.network, address) {
                return lead;
            }
        }
        for place in member.told.linked() {
            let mut linked = place.links.iter().flat_map(|(_, of)| self.addresses(place, of));
            if linked.any(|known| known == address)
                && let Some(lead) = self.member_at(&place.network, address)
            {
                return lead;
            }
        }
        if member.hood.gateways.contains(&address) && member.hears_outside() {
            Lead::Gateway
        } else if member.told.machine.contains(&address) {
            Lead::Machine
        } else if member.hood.subnets.iter().any(|net| net.contains(&address)) {
            Lead::Nobody
        } else {
            Lead::Out
        }
    }

    /// Where a port of its own container leads from inside, if it has an address at all.
    pub(super) fn lead_home(&self, member: &Member, to: SocketAddr) -> Option<Lead> {
        let own = member.own_like(to.ip())?;
        let carries = |told: &Admission| {
            let mut forwards = told.forwards.iter();
            forwards.any(|one| one.transport == Transport::Tcp && one.port == to.port())
        };
        let container = member.told.container();
        let mut kin = self.members.values().filter(|m| m.told.container() == container);
        let mut lent = member.told.lent.iter();
        let lent = lent.find(|one| one.transport == Transport::Tcp && one.port == to.port());
        Some(match lent {
            // Its program listens at the host's side itself, unless what comes there is forwarded to it.
            Some(lent) if !kin.any(|m| carries(&m.told)) => Lead::Lent(reached(lent.at)),
            _ => Lead::Member(own),
        })
    }

    /// Where whoever has an address in a network is reached.
    fn member_at(&self, network: &str, address: IpAddr) -> Option<Lead> {
        let here = |member: &&Member| {
            let mut places = member.told.places.iter();
            places.any(|place| place.network == network && place.addresses.contains(&address))
        };
        let member = self.members.values().find(here)?;
        match member.told.apart {
            // It has all of its addresses.
            Some(_) => Some(Lead::Apart(address)),
            None => member.own_like(address).map(Lead::Member),
        }
    }

    /// The addresses of a name in a container's networks, or that it was given.
    pub(super) fn named(&self, entry: u64, name: &str) -> Vec<IpAddr> {
        let Some(asker) = self.members.get(&entry) else {
            return Vec::new();
        };
        for (name, network) in readings(name) {
            let places = asker.told.places.iter();
            for place in places.filter(|place| network.is_none_or(|title| title == place.title)) {
                let found = self.named_at(place, name);
                if !found.is_empty() {
                    return found;
                }
            }
        }
        let given = asker.told.hosts.iter().filter(|(known, _)| known == name);
        given.map(|(_, address)| *address).collect()
    }

    /// The same in one of them.
    fn named_at(&self, place: &NetworkPlace, name: &str) -> Vec<IpAddr> {
        let linked = place.links.iter().find(|(alias, _)| alias == name);
        let of = match (linked, place.open) {
            (Some((_, of)), _) => of,
            (None, true) => name,
            (None, false) => return Vec::new(),
        };
        let mut found: Vec<IpAddr> = Vec::new();
        for address in self.addresses(place, of) {
            // A container and what runs inside of it have the same.
            if !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }

    /// The entry of one whose own address this is.
    pub(super) fn entry_at(&self, own: IpAddr) -> Option<u64> {
        let mut members = self.members.iter();
        members
            .find(|(_, member)| member.own.contains(&own))
            .map(|(entry, _)| *entry)
    }

    /// The entry of one with interfaces that has an address, in a network with another address.
    pub(super) fn apart_at(&self, from: IpAddr, to: IpAddr) -> Option<u64> {
        let beside = |place: &NetworkPlace| {
            place.addresses.contains(&from) && place.subnets.iter().any(|net| net.contains(&to))
        };
        let here = |member: &Member| member.told.apart.is_some() && member.told.places.iter().any(beside);
        let mut members = self.members.iter();
        members.find(|(_, member)| here(member)).map(|(entry, _)| *entry)
    }

    /// Whose address this is in a network that is not internal, among those with interfaces of their own.
    pub(super) fn apart_outward(&self, from: IpAddr) -> Option<u64> {
        let here = |member: &Member| {
            let mut places = member.told.places.iter().filter(|place| !place.internal);
            member.told.apart.is_some() && places.any(|place| place.addresses.contains(&from))
        };
        let mut members = self.members.iter();
        members.find(|(_, member)| here(member)).map(|(entry, _)| *entry)
    }

    /// The name of whoever has an address in one of a container's networks, and behind it the network's, as in Docker.
    pub(super) fn name_of(&self, entry: u64, address: IpAddr) -> Option<String> {
        let asker = self.members.get(&entry)?;
        let open = |network: &str| {
            let mut places = asker.told.places.iter();
            places.any(|place| place.open && place.network == network)
        };
        let mut all = self.members.values().flat_map(|member| &member.told.places);
        let place = all.find(|place| place.addresses.contains(&address) && open(&place.network))?;
        let name = place.names.first()?;
        Some(match place.title.as_str() {
            "" => name.clone(),
            title => format!("{name}.{title}"),
        })
    }

    /// The addresses of a member's name in the network of a place.
    fn addresses<'a>(&'a self, place: &'a NetworkPlace, name: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
        let others = self.members.values().flat_map(|member| &member.told.places);
        let here = others.filter(|other| other.network == place.network);
        let named = here.filter(move |other| other.names.iter().any(|known| known == name));
        named.flat_map(|other| &other.addresses).copied()
    }
}

/// How a name may be meant: as it is, or with a network's name behind one of its dots.
fn readings(name: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let dots = name.rmatch_indices('.');
    let with_network = dots.map(move |(at, _)| (&name[..at], Some(&name[at + 1..])));
    std::iter::once((name, None)).chain(with_network)
}

/// Where whoever listens on an address is found on its machine.
fn reached(at: SocketAddr) -> SocketAddr {
    let ip = match at.ip() {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, at.port())
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

    /// Its address in the network of another one.
    pub(super) fn address_beside(&self, other: IpAddr) -> Option<IpAddr> {
        let mut places = self.told.places.iter();
        let beside = places.find(|place| place.subnets.iter().any(|net| net.contains(&other)))?;
        let mut own = beside.addresses.iter();
        own.find(|own| own.is_ipv4() == other.is_ipv4()).copied()
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
        let places = &self.told.places;
        places.is_empty() || places.iter().any(|place| !place.internal)
    }

    /// Whether a port is published.
    pub(super) fn is_published(&self, at: SocketAddr, transport: Transport) -> bool {
        let port = (at.port(), transport);
        let mut forwards = self.told.forwards.iter().map(|one| (one.port, one.transport));
        let mut lent = self.told.lent.iter().map(|one| (one.port, one.transport));
        let own = at.ip().is_unspecified() || self.hood.own.contains(&at.ip());
        own && !self.own.is_empty() && (forwards.any(|one| one == port) || lent.any(|one| one == port))
    }

    /// Whether datagrams of the host are forwarded to it, and answers go back.
    fn hears_outside(&self) -> bool {
        let mut forwards = self.told.forwards.iter();
        forwards.any(|one| one.transport == Transport::Udp)
    }

    /// Whether its UDP sockets are made in the containers' namespace.
    pub(super) fn datagrams_inside(&self) -> bool {
        let published = self.hears_outside();
        !self.own.is_empty() && (self.hood.is_open() || published)
    }
}

#[cfg(test)]
mod tests;
