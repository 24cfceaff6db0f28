//! Which subnets a network gets, and which addresses a container in it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use sampan_api::network::IpamConfig;
use sampan_types::ContainerId;

use super::{Held, NetworkRecord, Networks};
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
        let subnets = record.subnets().zip(record.gateways().map(Some).chain(std::iter::repeat(None)));
        subnets
            .map(|(subnet, gateway)| {
                let config = record.ipam.config.iter().flatten();
                let config = config.clone().find(|one| one.subnet.parse().ok() == Some(subnet));
                let range = config.and_then(|one| one.ip_range.parse().ok());
                let kept = config.into_iter().flat_map(|one| one.auxiliary_addresses.values());
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
            self.next = (self.next + 1) % all;
            let address = at(self.range, self.next);
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

impl Networks {
    /// Chooses subnets and gateways where none were asked for, and refuses a subnet that another network has.
    pub(super) fn fill_in(&self, record: &mut NetworkRecord) -> Result<()> {
        if !record.enable_ipv4 && !record.enable_ipv6 {
            return Err(SupervisorError::Invalid("IPv4 or IPv6 must be enabled".to_owned()));
        }
        let mut configs = record.ipam.config.take().unwrap_or_default();
        for config in &mut configs {
            let subnet = match config.subnet.as_str() {
                // Whose gateway alone was said.
                "" => continue,
                text => read_subnet(text)?,
            };
            config.subnet = subnet.to_string();
        }
        if record.enable_ipv4 {
            let config = config_of(&mut configs, true);
            let subnet = match config.subnet.as_str() {
                "" => self.free_v4()?,
                text => read_subnet(text)?,
            };
            let (subnet, gateway) = self.settle(config, subnet)?;
            if let (IpNet::V4(subnet), IpAddr::V4(gateway)) = (subnet, gateway) {
                (record.subnet, record.gateway) = (Some(subnet), Some(gateway));
            }
        }
        if record.enable_ipv6 {
            let config = config_of(&mut configs, false);
            let subnet = match config.subnet.as_str() {
                "" => self.free_v6()?,
                text => read_subnet(text)?,
            };
            let (subnet, gateway) = self.settle(config, subnet)?;
            if let (IpNet::V6(subnet), IpAddr::V6(gateway)) = (subnet, gateway) {
                (record.subnet6, record.gateway6) = (Some(subnet), Some(gateway));
            }
        }
        record.ipam.config = Some(configs);
        Ok(())
    }

    /// Checks what was asked of one subnet, and writes down what was chosen.
    fn settle(&self, config: &mut IpamConfig, subnet: IpNet) -> Result<(IpNet, IpAddr)> {
        if self.is_taken(subnet) {
            return Err(SupervisorError::Denied(
                "invalid pool request: Pool overlaps with other one on this address space".to_owned(),
            ));
        }
        if !config.ip_range.is_empty() {
            let range = config.ip_range.parse::<IpNet>().map_err(|_| {
                SupervisorError::Invalid(format!(
                    "invalid ip-range {}: invalid CIDR block notation",
                    config.ip_range
                ))
            })?;
            if !subnet.contains(&range) {
                return Err(SupervisorError::Invalid(format!(
                    "invalid ip-range {range}: it is not a part of {subnet}"
                )));
            }
        }
        for (name, text) in &config.auxiliary_addresses {
            let address: Option<IpAddr> = text.parse().ok();
            if address.is_none_or(|address| !subnet.contains(&address)) {
                return Err(SupervisorError::Invalid(format!(
                    "invalid auxiliary address {name}: {text} is not an address of {subnet}"
                )));
            }
        }
        let gateway = match config.gateway.as_str() {
            "" => at(subnet, 1),
            text => text.parse().ok().filter(|a| subnet.contains(a)).ok_or_else(|| {
                SupervisorError::Invalid(format!(
                    "invalid gateway {text}: it is not an address of {subnet}"
                ))
            })?,
        };
        config.subnet = subnet.to_string();
        config.gateway = gateway.to_string();
        Ok((subnet, gateway))
    }

    fn is_taken(&self, subnet: IpNet) -> bool {
        let mut taken = self.by_id.values().flat_map(|held| held.record.subnets());
        taken.any(|other| other.contains(&subnet) || subnet.contains(&other))
    }

    fn free_v4(&self) -> Result<IpNet> {
        let mut pools = pools().map(IpNet::from);
        pools.find(|net| !self.is_taken(*net)).ok_or_else(|| {
            SupervisorError::Conflict("all predefined address pools have been fully subnetted".to_owned())
        })
    }

    /// A subnet that nobody else is likely to have: unique local, as RFC 4193 (section 3.2) draws them.
    fn free_v6(&self) -> Result<IpNet> {
        loop {
            let [a, b, c, d, e, f, g] = random()?;
            let address = Ipv6Addr::from([0xfd, a, b, c, d, e, f, g, 0, 0, 0, 0, 0, 0, 0, 0]);
            // The length is one of IPv6.
            let subnet = IpNet::V6(Ipv6Net::new_assert(address, 64));
            if !self.is_taken(subnet) {
                return Ok(subnet);
            }
        }
    }
}

fn random() -> Result<[u8; 7]> {
    let text = crate::supervisor::random_hex()?;
    let mut bytes = [0; 7];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digits = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
    }
    Ok(bytes)
}

/// What was asked of the addresses of one family, or a place for what is chosen.
fn config_of(configs: &mut Vec<IpamConfig>, v4: bool) -> &mut IpamConfig {
    let is = |text: &str| {
        let subnet = text.parse::<IpNet>().map(|net| net.addr());
        let address = subnet.ok().or_else(|| text.parse().ok());
        address.map(|address| address.is_ipv4() == v4)
    };
    let told = |config: &IpamConfig| is(&config.subnet).or_else(|| is(&config.gateway)).unwrap_or(v4);
    let found = configs.iter().position(told);
    let at = found.unwrap_or_else(|| {
        // IPv4 comes first, as Docker shows them.
        let at = if v4 { 0 } else { configs.len() };
        configs.insert(at, IpamConfig::default());
        at
    });
    &mut configs[at]
}

fn read_subnet(text: &str) -> Result<IpNet> {
    let net: IpNet = text
        .parse()
        .map_err(|_| SupervisorError::Invalid(format!("invalid subnet {text}: invalid CIDR block notation")))?;
    Ok(net.trunc())
}

/// The options that Docker gives its own bridge; tools look for some of them.
pub(super) fn bridge_options() -> sampan_api::Strings {
    let options = [
        ("com.docker.network.bridge.default_bridge", "true"),
        ("com.docker.network.bridge.enable_icc", "true"),
        ("com.docker.network.bridge.enable_ip_masquerade", "true"),
        ("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"),
        ("com.docker.network.bridge.name", "docker0"),
        ("com.docker.network.driver.mtu", "1500"),
    ];
    options
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

impl Held {
    /// Gives a container an address of each family: the one it asks for, or the next free one.
    pub(super) fn allot(&mut self, container: &ContainerId, wanted: &[IpAddr]) -> Result<Vec<IpAddr>> {
        let of = |v4: bool| move |address: &&IpAddr| address.is_ipv4() == v4;
        for address in wanted {
            if !self.pools.iter().any(|pool| pool.is_v4() == address.is_ipv4()) {
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

/// The subnets that networks get by themselves, those of Docker.
fn pools() -> impl Iterator<Item = Ipv4Net> {
    let wide = (17..32).map(|second| (Ipv4Addr::new(172, second, 0, 0), 16));
    let narrow = (0..16).map(|third| (Ipv4Addr::new(192, 168, third * 16, 0), 20));
    wide.chain(narrow)
        .filter_map(|(address, prefix)| Ipv4Net::new(address, prefix).ok())
}

/// An address of a net by its number in it.
fn at(net: IpNet, offset: u128) -> IpAddr {
    match net.network() {
        IpAddr::V4(v4) => {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            Ipv4Addr::from(u32::from(v4).saturating_add(offset)).into()
        }
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6).saturating_add(offset)).into(),
    }
}

#[cfg(test)]
mod tests {
    use sampan_api::network::Ipam;
    use sampan_api::{Strings, Time};

    use super::*;

    fn record(config: Vec<IpamConfig>) -> NetworkRecord {
        NetworkRecord {
            id: "id".into(),
            name: "n".into(),
            created: Time::ZERO,
            driver: "bridge".into(),
            subnet: None,
            gateway: None,
            subnet6: None,
            gateway6: None,
            ipam: Ipam {
                config: (!config.is_empty()).then_some(config),
                ..Ipam::default()
            },
            enable_ipv4: true,
            enable_ipv6: true,
            internal: false,
            attachable: false,
            options: Strings::new(),
            labels: Strings::new(),
        }
    }

    fn subnet(subnet: &str, range: &str, gateway: &str) -> IpamConfig {
        IpamConfig {
            subnet: subnet.into(),
            ip_range: range.into(),
            gateway: gateway.into(),
            ..IpamConfig::default()
        }
    }

    fn id(n: u8) -> ContainerId {
        ContainerId::from_random([n; 32])
    }

    fn text(addresses: &[IpAddr]) -> String {
        let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        texts.join(" ")
    }

    #[test]
    fn a_network_has_a_subnet_of_each_family_that_is_on() {
        let networks = Networks::default();
        let mut made = record(Vec::new());
        networks.fill_in(&mut made).unwrap();
        let unique = made.subnet6.unwrap();
        assert!(unique.network().is_unique_local() && unique.prefix_len() == 64, "{unique}");
        assert_eq!(made.subnet.unwrap().to_string(), "172.17.0.0/16");
        let config = made.ipam.config.as_ref().unwrap();
        assert_eq!(config.len(), 2);
        assert_eq!(config[1].gateway, at(unique.into(), 1).to_string());

        let mut given = record(vec![subnet("2001:389::/64", "2001:389::/96", "2001:389::ffff")]);
        networks.fill_in(&mut given).unwrap();
        assert_eq!(given.subnet6.unwrap().to_string(), "2001:389::/64");
        assert_eq!(given.gateway6.unwrap().to_string(), "2001:389::ffff");
        assert!(given.subnet.is_some(), "IPv4 is chosen");

        let mut alone = record(Vec::new());
        alone.enable_ipv4 = false;
        networks.fill_in(&mut alone).unwrap();
        assert!(alone.subnet.is_none() && alone.subnet6.is_some());
        for config in [
            subnet("2001:389::/64", "2001:388::/96", ""),
            subnet("2001:389::/64", "x", ""),
            subnet("2001:389::/64", "", "2001:388::1"),
            subnet("2001:389::/640", "", ""),
        ] {
            assert!(networks.fill_in(&mut record(vec![config.clone()])).is_err(), "{config:?}");
        }
        let mut none = record(Vec::new());
        (none.enable_ipv4, none.enable_ipv6) = (false, false);
        assert!(networks.fill_in(&mut none).is_err());
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
        assert!(networks.fill_in(&mut record(vec![subnet("fd00:9::/72", "", "")])).is_err(), "it is taken");
        let held = networks.find_mut("n").unwrap();
        assert_eq!(text(&held.allot(&id(1), &[]).unwrap()), "10.9.8.1 fd00:9::2");
        let asked = ["10.9.8.2".parse().unwrap(), "fd00:9::f00d".parse().unwrap()];
        assert_eq!(text(&held.allot(&id(2), &asked).unwrap()), "10.9.8.2 fd00:9::f00d");
        // Nothing is kept of what could not be had whole.
        assert!(held.allot(&id(3), &["fd00:9::f00d".parse().unwrap()]).is_err());
        assert!(held.allot(&id(3), &["fd00:8::1".parse().unwrap()]).is_err());
        let left: Vec<String> = (3..6).map(|n| text(&held.allot(&id(n), &[]).unwrap())).collect();
        assert_eq!(left, ["10.9.8.5 fd00:9::3", "10.9.8.3 fd00:9::4", "10.9.8.4 fd00:9::5"]);
        assert!(held.allot(&id(6), &[]).is_err(), "none is left");
        held.give_back(&id(2), &asked);
        assert_eq!(text(&held.allot(&id(6), &[]).unwrap()), "10.9.8.2 fd00:9::6");
    }
}
