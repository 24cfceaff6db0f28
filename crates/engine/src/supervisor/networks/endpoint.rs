//! The place of a container in a network.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sampan_api::network::{EndpointIpamConfig, EndpointSettings};
use sampan_types::ContainerId;
use serde::{Deserialize, Serialize};

use super::{Networks, places};
use crate::supervisor::error::Result;
use crate::supervisor::record::{Record, State, Wanted};

/// What a running container has in a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    /// The network's id.
    pub(crate) network: String,
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<Ipv4Addr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway: Option<Ipv4Addr>,
    #[serde(default)]
    pub(crate) prefix: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address6: Option<Ipv6Addr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gateway6: Option<Ipv6Addr>,
    #[serde(default)]
    pub(crate) prefix6: u8,
}

impl Endpoint {
    /// As Docker makes it from the address.
    pub(crate) fn mac(&self) -> String {
        let last = |octets: [u8; 16]| [octets[12], octets[13], octets[14], octets[15]];
        let v6 = self.address6.map(|address| last(address.octets()));
        let octets = self.address.map(|address| address.octets()).or(v6);
        octets.map_or_else(String::new, |[a, b, c, d]| {
            format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
        })
    }

    /// All of its addresses.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let v4 = self.address.map(IpAddr::from).into_iter();
        v4.chain(self.address6.map(IpAddr::from)).collect()
    }
}

impl Wanted {
    fn addresses(&self) -> Vec<IpAddr> {
        let v4 = self.address.map(IpAddr::from).into_iter();
        v4.chain(self.address6.map(IpAddr::from)).collect()
    }

    /// The addresses as `inspect` shows them, if any were asked for.
    fn shown(&self) -> Option<EndpointIpamConfig> {
        let text = |address: Option<IpAddr>| address.map(|a| a.to_string()).unwrap_or_default();
        let shown = EndpointIpamConfig {
            ipv4_address: text(self.address.map(IpAddr::from)),
            ipv6_address: text(self.address6.map(IpAddr::from)),
            link_local_ips: self.link_local.clone(),
        };
        (shown != EndpointIpamConfig::default()).then_some(shown)
    }
}

impl Networks {
    /// Gives a container its place in each of its networks. Where one fails, the others are given back.
    pub(crate) fn join(
        &mut self,
        container: &ContainerId,
        wanted: &BTreeMap<String, Wanted>,
        mut id: impl FnMut() -> Result<String>,
    ) -> Result<BTreeMap<String, Endpoint>> {
        let mut joined = BTreeMap::new();
        for (name, want) in wanted {
            let one = self.join_one(container, name, want, &mut id);
            match one {
                Ok(endpoint) => {
                    joined.insert(name.clone(), endpoint);
                }
                Err(error) => {
                    self.leave(container, &joined);
                    return Err(error);
                }
            }
        }
        Ok(joined)
    }

    pub(crate) fn join_one(
        &mut self,
        container: &ContainerId,
        name: &str,
        wanted: &Wanted,
        mut id: impl FnMut() -> Result<String>,
    ) -> Result<Endpoint> {
        let endpoint = id()?;
        let held = self.find_mut(name)?;
        let given = held.allot(container, &wanted.addresses())?;
        let v4 = given.iter().find_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        });
        let v6 = given.iter().find_map(|address| match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(v6) => Some(*v6),
        });
        let record = &held.record;
        Ok(Endpoint {
            network: record.id.clone(),
            id: endpoint,
            address: v4,
            gateway: record.gateway,
            prefix: record.subnet.map_or(0, |net| net.prefix_len()),
            address6: v6,
            gateway6: record.gateway6,
            prefix6: record.subnet6.map_or(0, |net| net.prefix_len()),
        })
    }

    /// Takes back the places of a container.
    pub(crate) fn leave(&mut self, container: &ContainerId, endpoints: &BTreeMap<String, Endpoint>) {
        for endpoint in endpoints.values() {
            if let Some(held) = self.by_id.get_mut(&endpoint.network) {
                held.give_back(container, &endpoint.addresses());
            }
        }
    }

    /// Notes the places of a container that runs since before this daemon.
    pub(crate) fn keep(&mut self, container: &ContainerId, endpoints: &BTreeMap<String, Endpoint>) {
        for endpoint in endpoints.values() {
            if let Some(held) = self.by_id.get_mut(&endpoint.network) {
                held.keep(container, &endpoint.addresses());
            }
        }
    }

    /// What `inspect` and lists show of a container's networks.
    pub(crate) fn shown(&self, record: &Record, state: &State) -> BTreeMap<String, EndpointSettings> {
        record
            .networks
            .iter()
            .map(|(name, wanted)| (name.clone(), self.settings(record, name, wanted, state)))
            .collect()
    }

    fn settings(&self, record: &Record, name: &str, wanted: &Wanted, state: &State) -> EndpointSettings {
        let own = |address: Option<IpAddr>| address.map(|a| a.to_string()).unwrap_or_default();
        let held = self.find(name).ok();
        // The name is known in networks that people make, not in the one that all are in.
        let named = held.is_some_and(|held| !held.record.is_predefined());
        let mut names: Vec<String> = Vec::new();
        for name in places::names(record, Some(wanted)) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        let mut settings = EndpointSettings {
            ipam_config: wanted.shown(),
            links: wanted.links.clone(),
            aliases: (!wanted.aliases.is_empty()).then(|| wanted.aliases.clone()),
            mac_address: wanted.mac.clone(),
            driver_opts: wanted.driver_opts.clone(),
            network_id: held.map(|held| held.record.id.clone()).unwrap_or_default(),
            dns_names: named.then_some(names),
            ..EndpointSettings::default()
        };
        if let Some(endpoint) = state.endpoints.get(name) {
            settings.network_id.clone_from(&endpoint.network);
            settings.endpoint_id.clone_from(&endpoint.id);
            settings.gateway = own(endpoint.gateway.map(IpAddr::from));
            settings.ip_address = own(endpoint.address.map(IpAddr::from));
            settings.ip_prefix_len = i64::from(endpoint.prefix);
            settings.ipv6_gateway = own(endpoint.gateway6.map(IpAddr::from));
            settings.global_ipv6_address = own(endpoint.address6.map(IpAddr::from));
            settings.global_ipv6_prefix_len = i64::from(endpoint.prefix6);
            if settings.mac_address.is_empty() {
                settings.mac_address = endpoint.mac();
            }
        }
        settings
    }
}
