//! Which subnet a network gets, and which address a container in it.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use sampan_api::Strings;
use sampan_api::network::IpamConfig;
use sampan_types::ContainerId;

use super::{Held, NetworkRecord, Networks};
use crate::supervisor::error::{Result, SupervisorError};

impl Networks {
    /// Chooses a subnet and gateway where none was asked for, and refuses one that another network has.
    pub(super) fn fill_in(&self, record: &mut NetworkRecord) -> Result<()> {
        let asked = record.ipam.config.as_ref().and_then(|c| c.first()).cloned();
        let asked = asked.unwrap_or_default();
        let taken = |net: &Ipv4Net| {
            self.by_id
                .values()
                .filter_map(|held| held.record.subnet)
                .any(|other| other.contains(net) || net.contains(&other))
        };
        let subnet = match asked.subnet.as_str() {
            "" => pools().find(|net| !taken(net)).ok_or_else(|| {
                SupervisorError::Conflict("all predefined address pools have been fully subnetted".to_owned())
            })?,
            text => {
                let net: Ipv4Net = text.parse().map_err(|_| {
                    SupervisorError::Invalid(format!("invalid subnet {text}: invalid CIDR block notation"))
                })?;
                let net = net.trunc();
                if taken(&net) {
                    return Err(SupervisorError::Denied(
                        "invalid pool request: Pool overlaps with other one on this address space".to_owned(),
                    ));
                }
                net
            }
        };
        let gateway = match asked.gateway.as_str() {
            "" => at(subnet, 1),
            text => text.parse().ok().filter(|a| subnet.contains(a)).ok_or_else(|| {
                SupervisorError::Invalid(format!(
                    "invalid gateway {text}: it is not an address of {subnet}"
                ))
            })?,
        };
        record.subnet = Some(subnet);
        record.gateway = Some(gateway);
        record.ipam.config = Some(vec![IpamConfig {
            subnet: subnet.to_string(),
            gateway: gateway.to_string(),
            ..asked
        }]);
        Ok(())
    }
}

/// The options that Docker gives its own bridge; tools look for some of them.
pub(super) fn bridge_options() -> Strings {
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
    /// Gives a container an address: the one it asks for, or the next free one.
    pub(super) fn allot(
        &mut self,
        container: &ContainerId,
        wanted: Option<Ipv4Addr>,
    ) -> Result<Option<Ipv4Addr>> {
        let Some(subnet) = self.record.subnet else {
            self.bare.push(container.clone());
            return Ok(None);
        };
        let address = match wanted {
            Some(address) if !subnet.contains(&address) => {
                return Err(SupervisorError::Invalid(format!(
                    "invalid address {address}: it does not belong to any of this network's subnets"
                )));
            }
            Some(address) if self.is_taken(address) => {
                return Err(SupervisorError::Denied("Address already in use".to_owned()));
            }
            Some(address) => address,
            None => self.next_free(subnet)?,
        };
        self.members.insert(address, container.clone());
        Ok(Some(address))
    }

    fn next_free(&mut self, subnet: Ipv4Net) -> Result<Ipv4Addr> {
        // Neither the network's own address nor the one that reaches all of it.
        let hosts = 1_u64 << (32 - subnet.prefix_len());
        let usable = u32::try_from(hosts.saturating_sub(2)).unwrap_or(u32::MAX);
        for _ in 0..usable {
            self.next = self.next % usable + 1;
            let address = at(subnet, self.next);
            if !self.is_taken(address) {
                return Ok(address);
            }
        }
        Err(SupervisorError::Conflict(format!(
            "no available IPv4 addresses on this network's address pools: {} ({})",
            self.record.name, self.record.id
        )))
    }

    fn is_taken(&self, address: Ipv4Addr) -> bool {
        self.record.gateway == Some(address) || self.members.contains_key(&address)
    }

    /// Takes back what a container has here.
    pub(super) fn give_back(&mut self, container: &ContainerId, address: Option<Ipv4Addr>) {
        match address {
            Some(address) if self.members.get(&address) == Some(container) => {
                self.members.remove(&address);
            }
            Some(_) => {}
            None => self.bare.retain(|member| member != container),
        }
    }

    /// Notes an address that a running container has had since before this daemon.
    pub(super) fn keep(&mut self, container: &ContainerId, address: Option<Ipv4Addr>) {
        match address {
            Some(address) => {
                self.members.insert(address, container.clone());
            }
            None => self.bare.push(container.clone()),
        }
    }
}

/// The subnets that networks get by themselves, those of Docker.
fn pools() -> impl Iterator<Item = Ipv4Net> {
    let wide = (17..32).map(|second| (Ipv4Addr::new(172, second, 0, 0), 16));
    let narrow = (0..16).map(|third| (Ipv4Addr::new(192, 168, third * 16, 0), 20));
    wide.chain(narrow)
        .filter_map(|(address, prefix)| Ipv4Net::new(address, prefix).ok())
}

fn at(subnet: Ipv4Net, offset: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(subnet.network()).saturating_add(offset))
}
