//! What a runtime is told of a container's places in networks.

use std::collections::BTreeMap;
use std::net::IpAddr;

use sampan_runtime::{Forwarding, NetworkPlace, Wiring};

use super::{Endpoint, NetworkRecord, Networks};
use crate::supervisor::links::LinkRecord;
use crate::supervisor::record::{Record, Wanted};

impl Networks {
    /// The addresses that stand for the host, in the network that all are in. They lead where a grant says so.
    pub(crate) fn machine(&self) -> Vec<IpAddr> {
        let bridge = self.find("bridge").ok();
        bridge
            .into_iter()
            .flat_map(|held| held.record.gateways())
            .collect()
    }

    /// The places of a container that has these endpoints. That of the network it was made for comes first.
    pub(crate) fn places(
        &self,
        record: &Record,
        endpoints: &BTreeMap<String, Endpoint>,
    ) -> Vec<NetworkPlace> {
        let mode = self.find(&record.host.network_mode).ok();
        let first = mode.map(|held| held.record.name.clone());
        let mut places: Vec<(&String, NetworkPlace)> = endpoints
            .iter()
            .filter_map(|(name, endpoint)| {
                let network = &self.by_id.get(&endpoint.network)?.record;
                let wanted = record.networks.get(name);
                let mut place = place(record, wanted, endpoint, network);
                place.wiring.forwarding = self.forwarding;
                Some((name, place))
            })
            // Where nothing has an address, there is nowhere to be.
            .filter(|(_, place)| !place.addresses.is_empty())
            .collect();
        places.sort_by_key(|(name, _)| first.as_ref() != Some(*name));
        places.into_iter().map(|(_, place)| place).collect()
    }
}

fn place(
    record: &Record,
    wanted: Option<&Wanted>,
    endpoint: &Endpoint,
    network: &NetworkRecord,
) -> NetworkPlace {
    let links = wanted.and_then(|wanted| wanted.links.as_ref());
    NetworkPlace {
        network: network.id.clone(),
        title: network.name.to_ascii_lowercase(),
        addresses: endpoint.addresses(),
        subnets: network.subnets().collect(),
        gateways: network.gateways().collect(),
        names: names(record, wanted)
            .map(|name| name.to_ascii_lowercase())
            .collect(),
        links: match network.name == "bridge" {
            // Whoever is linked is known by what does not change.
            true => record.links.iter().flat_map(legacy).collect(),
            false => links
                .into_iter()
                .flatten()
                .filter_map(|text| link(text))
                .collect(),
        },
        open: !network.is_predefined(),
        internal: network.internal,
        wiring: network.wiring(wanted, endpoint),
    }
}

/// All names of a container in a network, in Docker's order.
pub(super) fn names<'a>(record: &'a Record, wanted: Option<&'a Wanted>) -> impl Iterator<Item = &'a str> {
    let aliases = wanted.into_iter().flat_map(|wanted| &wanted.aliases);
    std::iter::once(record.name.as_str())
        .chain(aliases.map(String::as_str))
        .chain([record.id.short(), record.config.hostname.as_str()])
        .filter(|name| !name.is_empty())
}

/// Six numbers with colons or dashes between them.
pub(super) fn parse_mac(text: &str) -> Option<[u8; 6]> {
    let mut parts = text.split([':', '-']);
    let mut mac = [0; 6];
    for byte in &mut mac {
        *byte = u8::from_str_radix(parts.next().filter(|part| part.len() == 2)?, 16).ok()?;
    }
    parts.next().is_none().then_some(mac)
}

/// A link of the usual network, under its alias and its name.
fn legacy(link: &LinkRecord) -> impl Iterator<Item = (String, String)> {
    let of = link.child.short().to_owned();
    [&link.alias, &link.name]
        .map(|name| (name.to_ascii_lowercase(), of.clone()))
        .into_iter()
}

/// `CONTAINER:ALIAS`, or a container under its own name.
fn link(text: &str) -> Option<(String, String)> {
    let (of, alias) = text.split_once(':').unwrap_or((text, text));
    let plain = |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    (!of.is_empty()).then(|| (plain(alias), plain(of)))
}

impl NetworkRecord {
    /// Its subnets, that of IPv4 first.
    pub(super) fn subnets(&self) -> impl Iterator<Item = ipnet::IpNet> + use<> {
        let v4 = self.subnet.map(ipnet::IpNet::from);
        v4.into_iter().chain(self.subnet6.map(ipnet::IpNet::from))
    }

    /// What its driver's options say of interfaces, in Docker's names.
    fn wiring(&self, wanted: Option<&Wanted>, endpoint: &Endpoint) -> Wiring {
        let option = |name: &str| self.options.get(&format!("com.docker.network.{name}"));
        let on = |name: &str| option(name).is_none_or(|text| text != "false" && text != "0");
        // The usual network shows the name that tools look for, and which dockerd's own bridge has.
        let bridge = option("bridge.name").filter(|_| !self.is_predefined());
        let asked = wanted
            .map(|wanted| wanted.mac.clone())
            .filter(|mac| !mac.is_empty());
        Wiring {
            bridge: bridge.cloned(),
            mac: parse_mac(&asked.unwrap_or_else(|| endpoint.mac())),
            mtu: option("driver.mtu").and_then(|text| text.parse().ok()),
            masquerade: on("bridge.enable_ip_masquerade"),
            together: on("bridge.enable_icc"),
            forwarding: Forwarding::default(),
        }
    }

    /// Its gateways in the same order.
    pub(super) fn gateways(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let v4 = self.gateway.map(IpAddr::from);
        v4.into_iter().chain(self.gateway6.map(IpAddr::from))
    }
}
