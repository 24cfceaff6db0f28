//! The place of a container in a network.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

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
}

impl Endpoint {
    /// As Docker makes it from the address.
    pub(crate) fn mac(&self) -> String {
        self.address.map_or_else(String::new, |address| {
            let [a, b, c, d] = address.octets();
            format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
        })
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
        Ok(Endpoint {
            network: held.record.id.clone(),
            id: endpoint,
            address: held.allot(container, wanted.address)?,
            gateway: held.record.gateway,
            prefix: held.record.subnet.map_or(0, |net| net.prefix_len()),
        })
    }

    /// Takes back the places of a container.
    pub(crate) fn leave(&mut self, container: &ContainerId, endpoints: &BTreeMap<String, Endpoint>) {
        for endpoint in endpoints.values() {
            if let Some(held) = self.by_id.get_mut(&endpoint.network) {
                held.give_back(container, endpoint.address);
            }
        }
    }

    /// Notes the places of a container that runs since before this daemon.
    pub(crate) fn keep(&mut self, container: &ContainerId, endpoints: &BTreeMap<String, Endpoint>) {
        for endpoint in endpoints.values() {
            if let Some(held) = self.by_id.get_mut(&endpoint.network) {
                held.keep(container, endpoint.address);
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
        let own = |text: Option<Ipv4Addr>| text.map(|a| a.to_string()).unwrap_or_default();
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
            ipam_config: wanted.address.map(|address| EndpointIpamConfig {
                ipv4_address: address.to_string(),
                ..EndpointIpamConfig::default()
            }),
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
            settings.gateway = own(endpoint.gateway);
            settings.ip_address = own(endpoint.address);
            settings.ip_prefix_len = i64::from(endpoint.prefix);
            if settings.mac_address.is_empty() {
                settings.mac_address = endpoint.mac();
            }
        }
        settings
    }
}
