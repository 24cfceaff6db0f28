//! Which addresses a container gets in a network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use sampan_types::ContainerId;

use super::addresses::at;
use super::{Held, NetworkRecord};
use crate::supervisor::error::{Result, SupervisorError};

/// What of the addresses of one family a network has given away.
#[derive(Debug)]
pub(super) struct Pool {
    subnet: IpNet,
    /// From where addresses are chosen.
    range: IpNet,
    gateway: Option<IpAddr>,
    /// Addresses that somebody else has.
    kept: Vec<IpAddr>,
    /// Whose each address is.
    members: BTreeMap<IpAddr, ContainerId>,
    /// Where in the range to look for a free address next.
    next: u128,
}

impl Pool {
    /// The pools of a network, that of IPv4 first.
    pub(super) fn of(record: &NetworkRecord) -> Vec<Self> {
        let subnets = record
            .subnets()
            .zip(record.gateways().map(Some).chain(std::iter::repeat(None)));
        subnets
            .map(|(subnet, gateway)| {
                let config = record.ipam.config.iter().flatten();
                let config = config.clone().find(|one| one.subnet.parse().ok() == Some(subnet));
                let range = config.and_then(|one| one.ip_range.parse().ok());
                let kept = config
                    .into_iter()
                    .flat_map(|one| one.auxiliary_addresses.values());
                Self {
                    subnet,
                    range: range.unwrap_or(subnet),
                    gateway,
                    kept: kept.filter_map(|text| text.parse().ok()).collect(),
                    members: BTreeMap::new(),
                    next: 0,
                }
            })
            .collect()
    }

    fn is_v4(&self) -> bool {
        self.subnet.addr().is_ipv4()
    }

    /// The one that was asked for, or the next free one.
    fn allot(&mut self, wanted: Option<IpAddr>, record: &NetworkRecord) -> Result<IpAddr> {
        match wanted {
            Some(address) if !self.subnet.contains(&address) => Err(SupervisorError::Invalid(format!(
                "invalid address {address}: it does not belong to any of this network's subnets"
            ))),
            Some(address) if self.is_taken(address) => {
                Err(SupervisorError::Denied("Address already in use".to_owned()))
            }
            Some(address) => Ok(address),
            None => self.next_free().ok_or_else(|| {
                let family = if self.is_v4() { "IPv4" } else { "IPv6" };
                SupervisorError::Conflict(format!(
                    "no available {family} addresses on this network's address pools: {} ({})",
                    record.name, record.id
                ))
            }),
        }
    }

    fn next_free(&mut self) -> Option<IpAddr> {
        let bits = u32::from(self.range.max_prefix_len() - self.range.prefix_len());
        let all = 1_u128.checked_shl(bits).unwrap_or(u128::MAX);
        // As many are taken at most, so that of as many and one more some address is free, if any is.
        let tries = (self.members.len() + self.kept.len() + 3) as u128 + 1;
        for _ in 0..all.min(tries) {
            let address = at(self.range, self.next);
            self.next = (self.next + 1) % all;
            if !self.is_taken(address) && !self.is_special(address) {
                return Some(address);
            }
        }
        None
    }

    /// The network's own address, and of IPv4 the one that reaches all of it.
    fn is_special(&self, address: IpAddr) -> bool {
        address == self.subnet.network() || self.is_v4() && address == self.subnet.broadcast()
    }

    fn is_taken(&self, address: IpAddr) -> bool {
        self.gateway == Some(address) || self.kept.contains(&address) || self.members.contains_key(&address)
    }
}

impl Held {
    /// Gives a container an address of each family: the one it asks for, or the next free one.
    pub(super) fn allot(&mut self, container: &ContainerId, wanted: &[IpAddr]) -> Result<Vec<IpAddr>> {
        let of = |v4: bool| move |address: &&IpAddr| address.is_ipv4() == v4;
        let configs = || self.record.ipam.config.iter().flatten();
        let configured = |address: &IpAddr| {
            let mut subnets = configs().filter_map(|one| one.subnet.parse::<IpNet>().ok());
            subnets.any(|subnet| subnet.contains(address))
        };
        for address in wanted {
            let family = self.pools.iter().any(|pool| pool.is_v4() == address.is_ipv4());
            // Of a family that is off it is kept and shown, as in Docker, where somebody wrote a subnet for it.
            if !family && !configured(address) {
                return Err(SupervisorError::Invalid(format!(
                    "invalid address {address}: it does not belong to any of this network's subnets"
                )));
            }
        }
        let mut given = Vec::new();
        for at in 0..self.pools.len() {
            let pool = &mut self.pools[at];
            let asked = wanted.iter().find(of(pool.is_v4())).copied();
            match pool.allot(asked, &self.record) {
                Ok(address) => {
                    pool.members.insert(address, container.clone());
                    given.push(address);
                }
                Err(error) => {
                    self.give_back(container, &given);
                    return Err(error);
                }
            }
        }
        if given.is_empty() {
            self.bare.push(container.clone());
        }
        Ok(given)
    }

    /// Takes back what a container has here.
    pub(super) fn give_back(&mut self, container: &ContainerId, addresses: &[IpAddr]) {
        for address in addresses {
            for pool in &mut self.pools {
                if pool.members.get(address) == Some(container) {
                    pool.members.remove(address);
                }
            }
        }
        if addresses.is_empty() {
            self.bare.retain(|member| member != container);
        }
    }

    /// Notes addresses that a running container has had since before this daemon.
    pub(super) fn keep(&mut self, container: &ContainerId, addresses: &[IpAddr]) {
        for address in addresses {
            let mut pools = self.pools.iter_mut();
            if let Some(pool) = pools.find(|pool| pool.is_v4() == address.is_ipv4()) {
                pool.members.insert(*address, container.clone());
            }
        }
        if addresses.is_empty() {
            self.bare.push(container.clone());
        }
    }

    /// All that are in it.
    pub(super) fn members(&self) -> impl Iterator<Item = &ContainerId> {
        let addressed = self.pools.iter().flat_map(|pool| pool.members.values());
        addressed.chain(&self.bare)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Networks;
    use super::super::addresses::tests::{record, subnet};
    use super::*;

    fn id(n: u8) -> ContainerId {
        ContainerId::from_random([n; 32])
    }

    fn text(addresses: &[IpAddr]) -> String {
        let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        texts.join(" ")
    }

    #[test]
    fn a_range_is_given_from_its_first_address_on() {
        let mut networks = Networks::default();
        let mut made = record(vec![subnet("10.9.7.0/24", "10.9.7.128/30", "")]);
        made.enable_ipv6 = false;
        networks.fill_in(&mut made).unwrap();
        networks.insert(made);
        let held = networks.find_mut("n").unwrap();
        let given: Vec<String> = (1..5).map(|n| text(&held.allot(&id(n), &[]).unwrap())).collect();
        assert_eq!(given, ["10.9.7.128", "10.9.7.129", "10.9.7.130", "10.9.7.131"]);
        assert!(held.allot(&id(5), &[]).is_err(), "none is left");
    }

    #[test]
    fn addresses_of_both_families_are_given_and_taken_back() {
        let mut networks = Networks::default();
        let mut made = record(vec![
            subnet("10.9.8.0/29", "", "10.9.8.6"),
            subnet("fd00:9::/64", "", ""),
        ]);
        networks.fill_in(&mut made).unwrap();
        networks.insert(made);
        assert!(
            networks
                .fill_in(&mut record(vec![subnet("fd00:9::/72", "", "")]))
                .is_err(),
            "it is taken"
        );
        let held = networks.find_mut("n").unwrap();
        assert_eq!(text(&held.allot(&id(1), &[]).unwrap()), "10.9.8.1 fd00:9::2");
        let asked = ["10.9.8.2".parse().unwrap(), "fd00:9::f00d".parse().unwrap()];
        assert_eq!(
            text(&held.allot(&id(2), &asked).unwrap()),
            "10.9.8.2 fd00:9::f00d"
        );
        // Nothing is kept of what could not be had whole.
        assert!(held.allot(&id(3), &["fd00:9::f00d".parse().unwrap()]).is_err());
        assert!(held.allot(&id(3), &["fd00:8::1".parse().unwrap()]).is_err());
        let left: Vec<String> = (3..6).map(|n| text(&held.allot(&id(n), &[]).unwrap())).collect();
        assert_eq!(
            left,
            ["10.9.8.5 fd00:9::3", "10.9.8.3 fd00:9::4", "10.9.8.4 fd00:9::5"]
        );
        assert!(held.allot(&id(6), &[]).is_err(), "none is left");
        let mut off = record(vec![subnet("fd00:7::/64", "", "")]);
        off.enable_ipv6 = false;
        Networks::default().fill_in(&mut off).unwrap();
        let mut off = Held::new(off);
        assert_eq!(
            text(&off.allot(&id(1), &["fd00:7::9".parse().unwrap()]).unwrap()),
            "172.17.0.2"
        );
        assert!(off.allot(&id(2), &["fd00:8::9".parse().unwrap()]).is_err());
        held.give_back(&id(2), &asked);
        assert_eq!(text(&held.allot(&id(6), &[]).unwrap()), "10.9.8.2 fd00:9::6");
    }
}
