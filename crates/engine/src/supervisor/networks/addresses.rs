//! Which subnets a network gets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use sampan_api::Strings;
use sampan_api::network::IpamConfig;

use super::{NetworkRecord, Networks};
use crate::supervisor::defaults::BridgeDefaults;
use crate::supervisor::error::{Result, SupervisorError};

/// How many subnets are looked at for a free one.
const LOOKED_AT: usize = 1 << 16;

impl Networks {
    /// Chooses subnets and gateways where none were asked for, and refuses a subnet that another network has.
    pub(super) fn fill_in(&self, record: &mut NetworkRecord) -> Result<()> {
        if !record.enable_ipv4 && !record.enable_ipv6 {
            return Err(SupervisorError::Invalid(
                "IPv4 or IPv6 must be enabled".to_owned(),
            ));
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
        let docker: Vec<_> = pools().map(|net| (net.into(), net.prefix_len())).collect();
        self.cut(true, &docker).ok_or_else(fully_subnetted)
    }

    /// A subnet that nobody else is likely to have: unique local, as RFC 4193 (section 3.2) draws them, unless ranges of
    /// IPv6 were named.
    fn free_v6(&self) -> Result<IpNet> {
        if self.pools.iter().any(|(range, _)| range.addr().is_ipv6()) {
            return self.cut(false, &[]).ok_or_else(fully_subnetted);
        }
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

    /// The first subnet of the ranges of a family that nobody has. `usual` are the ranges where none were named.
    fn cut(&self, v4: bool, usual: &[(IpNet, u8)]) -> Option<IpNet> {
        let of_family = |all: &[(IpNet, u8)]| -> Vec<(IpNet, u8)> {
            let family = all.iter().filter(|(range, _)| range.addr().is_ipv4() == v4);
            family.copied().collect()
        };
        let own = of_family(&self.pools);
        let ranges = if own.is_empty() { of_family(usual) } else { own };
        let overlaps = |net: &IpNet, other: &IpNet| other.contains(net) || net.contains(other);
        let subnets = ranges
            .iter()
            .filter_map(|(range, length)| range.trunc().subnets(*length).ok())
            .flatten();
        // A range can have more subnets than anybody looks through.
        subnets
            .take(LOOKED_AT)
            .find(|net| !self.is_taken(*net) && !self.foreign.iter().any(|foreign| overlaps(net, foreign)))
    }
}

fn fully_subnetted() -> SupervisorError {
    SupervisorError::Conflict("all predefined address pools have been fully subnetted".to_owned())
}

impl BridgeDefaults {
    /// What was asked of the addresses of the network `bridge`.
    pub(super) fn ipam(&self) -> Option<Vec<IpamConfig>> {
        let range = self.range.map(|range| range.to_string()).unwrap_or_default();
        let subnet = match (self.address, self.range) {
            (None, None) => return None,
            (Some(address), _) => address.trunc(),
            (None, Some(range)) => range.trunc(),
        };
        Some(vec![IpamConfig {
            subnet: subnet.to_string(),
            gateway: self.address.map(|net| net.addr().to_string()).unwrap_or_default(),
            ip_range: range,
            ..IpamConfig::default()
        }])
    }

    /// The options that Docker gives its own bridge; tools look for some of them.
    pub(super) fn options(&self, publish_at: IpAddr) -> Strings {
        let flag = |flag: Option<bool>| flag.unwrap_or(true).to_string();
        let options = [
            ("com.docker.network.bridge.default_bridge", "true".to_owned()),
            ("com.docker.network.bridge.enable_icc", flag(self.icc)),
            (
                "com.docker.network.bridge.enable_ip_masquerade",
                flag(self.masquerade),
            ),
            (
                "com.docker.network.bridge.host_binding_ipv4",
                publish_at.to_string(),
            ),
            ("com.docker.network.bridge.name", "docker0".to_owned()),
            (
                "com.docker.network.driver.mtu",
                self.mtu.unwrap_or(1500).to_string(),
            ),
        ];
        options.map(|(key, value)| (key.to_owned(), value)).into()
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
    let net: IpNet = text.parse().map_err(|_| {
        SupervisorError::Invalid(format!("invalid subnet {text}: invalid CIDR block notation"))
    })?;
    Ok(net.trunc())
}

/// The subnets that networks get by themselves, those of Docker.
fn pools() -> impl Iterator<Item = Ipv4Net> {
    let wide = (17..32).map(|second| (Ipv4Addr::new(172, second, 0, 0), 16));
    let narrow = (0..16).map(|third| (Ipv4Addr::new(192, 168, third * 16, 0), 20));
    wide.chain(narrow)
        .filter_map(|(address, prefix)| Ipv4Net::new(address, prefix).ok())
}

/// An address of a net by its number in it.
pub(super) fn at(net: IpNet, offset: u128) -> IpAddr {
    match net.network() {
        IpAddr::V4(v4) => {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            Ipv4Addr::from(u32::from(v4).saturating_add(offset)).into()
        }
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6).saturating_add(offset)).into(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use sampan_api::network::Ipam;
    use sampan_api::{Strings, Time};

    use super::*;

    pub(crate) fn record(config: Vec<IpamConfig>) -> NetworkRecord {
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

    pub(crate) fn subnet(subnet: &str, range: &str, gateway: &str) -> IpamConfig {
        IpamConfig {
            subnet: subnet.into(),
            ip_range: range.into(),
            gateway: gateway.into(),
            ..IpamConfig::default()
        }
    }

    #[test]
    fn a_network_has_a_subnet_of_each_family_that_is_on() {
        let networks = Networks::default();
        let mut made = record(Vec::new());
        networks.fill_in(&mut made).unwrap();
        let unique = made.subnet6.unwrap();
        assert!(
            unique.network().is_unique_local() && unique.prefix_len() == 64,
            "{unique}"
        );
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
            assert!(
                networks.fill_in(&mut record(vec![config.clone()])).is_err(),
                "{config:?}"
            );
        }
        let mut none = record(Vec::new());
        (none.enable_ipv4, none.enable_ipv6) = (false, false);
        assert!(networks.fill_in(&mut none).is_err());
    }

    #[test]
    fn subnets_are_cut_from_the_ranges_that_were_named() {
        let mut networks = Networks::default();
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        networks.cut_from(vec![(net("10.9.0.0/23"), 24), (net("fd00:9::/63"), 64)]);
        let mut made = Vec::new();
        for number in 0..2 {
            let mut one = record(Vec::new());
            one.id = number.to_string();
            networks.fill_in(&mut one).unwrap();
            made.push((one.subnet.unwrap().to_string(), one.subnet6.unwrap().to_string()));
            networks.insert(one);
        }
        let expected = [("10.9.0.0/24", "fd00:9::/64"), ("10.9.1.0/24", "fd00:9:0:1::/64")];
        assert_eq!(made, expected.map(|(v4, v6)| (v4.to_owned(), v6.to_owned())));
        let error = networks.fill_in(&mut record(Vec::new())).unwrap_err();
        assert!(error.to_string().contains("fully subnetted"), "{error}");
    }

    #[test]
    fn the_bridge_is_as_the_settings_have_it() {
        let bridge = BridgeDefaults {
            address: Some("10.8.0.5/24".parse().unwrap()),
            range: Some("10.8.0.128/25".parse().unwrap()),
            mtu: Some(1400),
            icc: Some(false),
            masquerade: None,
        };
        let mut made = record(bridge.ipam().unwrap());
        made.enable_ipv6 = false;
        Networks::default().fill_in(&mut made).unwrap();
        assert_eq!(made.subnet.unwrap().to_string(), "10.8.0.0/24");
        assert_eq!(made.gateway.unwrap().to_string(), "10.8.0.5");
        let config = &made.ipam.config.unwrap()[0];
        assert_eq!(config.ip_range, "10.8.0.128/25");
        let options = bridge.options([0, 0, 0, 0].into());
        for (key, value) in [
            ("bridge.enable_icc", "false"),
            ("bridge.enable_ip_masquerade", "true"),
            ("bridge.host_binding_ipv4", "0.0.0.0"),
            ("driver.mtu", "1400"),
        ] {
            assert_eq!(options[&format!("com.docker.network.{key}")], value);
        }
        assert_eq!(BridgeDefaults::default().ipam(), None);
    }
}
