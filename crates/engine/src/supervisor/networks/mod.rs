//! Networks as objects: names, subnets, addresses. What they carry is the runtime's business, which is told of each
//! container's places (`docs/design/networks.md`).

mod addresses;
mod connect;
mod endpoint;
mod places;
mod pool;
pub(crate) mod requests;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use sampan_api::network::{Ipam, Network};
use sampan_api::{Strings, Time};
use sampan_types::ContainerId;
use serde::{Deserialize, Serialize};

use super::defaults::Defaults;
use super::error::{Result, SupervisorError};
use super::record::Record;
pub(crate) use endpoint::Endpoint;

/// The networks that are always there, with their drivers.
const PREDEFINED: [(&str, &str); 3] = [("bridge", "bridge"), ("host", "host"), ("none", "null")];

/// What is written down of a network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Time,
    pub(crate) driver: String,
    pub(crate) subnet: Option<Ipv4Net>,
    pub(crate) gateway: Option<Ipv4Addr>,
    #[serde(default)]
    pub(crate) subnet6: Option<Ipv6Net>,
    #[serde(default)]
    pub(crate) gateway6: Option<Ipv6Addr>,
    /// As it was asked for, with what was chosen filled in.
    pub(crate) ipam: Ipam,
    pub(crate) enable_ipv4: bool,
    pub(crate) enable_ipv6: bool,
    pub(crate) internal: bool,
    pub(crate) attachable: bool,
    pub(crate) options: Strings,
    pub(crate) labels: Strings,
}

impl NetworkRecord {
    pub(crate) fn key(id: &str) -> String {
        format!("n/{id}")
    }

    pub(crate) fn is_predefined(&self) -> bool {
        PREDEFINED.iter().any(|(name, _)| *name == self.name)
    }

    fn shown(&self) -> Network {
        Network {
            name: self.name.clone(),
            id: self.id.clone(),
            created: self.created,
            scope: "local".to_owned(),
            driver: self.driver.clone(),
            enable_ipv4: self.enable_ipv4,
            enable_ipv6: self.enable_ipv6,
            ipam: self.ipam.clone(),
            internal: self.internal,
            attachable: self.attachable,
            containers: Some(BTreeMap::new()),
            options: self.options.clone(),
            labels: self.labels.clone(),
            ..Network::default()
        }
    }
}

/// A network with those that are in it.
pub(crate) struct Held {
    pub(crate) record: NetworkRecord,
    /// Its addresses, those of IPv4 first.
    pools: Vec<pool::Pool>,
    /// Members without an address.
    bare: Vec<ContainerId>,
}

impl Held {
    fn new(record: NetworkRecord) -> Self {
        Self {
            pools: pool::Pool::of(&record),
            record,
            bare: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members().next().is_none()
    }
}

/// All networks.
#[derive(Default)]
pub(crate) struct Networks {
    by_id: BTreeMap<String, Held>,
    /// Subnets that the machine uses: no network gets one of them by itself.
    foreign: Vec<ipnet::IpNet>,
    /// Ranges from which subnets are cut, with the length of their prefixes. Docker's where there is none.
    pools: Vec<(ipnet::IpNet, u8)>,
    /// Who lets packets through the host.
    forwarding: sampan_runtime::Forwarding,
}

impl Networks {
    /// Whether a container has networks, and none of them leads out.
    pub(crate) fn all_internal(&self, record: &Record) -> bool {
        let internal = |name: &String| self.find(name).is_ok_and(|held| held.record.internal);
        !record.networks.is_empty() && record.networks.keys().all(internal)
    }

    /// Notes who lets packets through the host.
    pub(crate) fn forwarded_by(&mut self, forwarding: sampan_runtime::Forwarding) {
        self.forwarding = forwarding;
    }

    /// Notes what the machine uses, before subnets are chosen.
    pub(crate) fn avoid(&mut self, foreign: Vec<ipnet::IpNet>) {
        self.foreign = foreign;
    }

    /// Notes from where subnets are cut.
    pub(crate) fn cut_from(&mut self, pools: Vec<(ipnet::IpNet, u8)>) {
        self.pools = pools;
    }

    pub(crate) fn insert(&mut self, record: NetworkRecord) {
        self.by_id.insert(record.id.clone(), Held::new(record));
    }

    /// Those of the networks that are always there which are not yet. Each is given the id that `id` draws.
    pub(crate) fn missing(
        &self,
        defaults: &Defaults,
        mut id: impl FnMut() -> Result<String>,
    ) -> Result<Vec<NetworkRecord>> {
        let mut made = Vec::new();
        for (name, driver) in PREDEFINED {
            if self.by_id.values().any(|held| held.record.name == name) {
                continue;
            }
            let mut record = NetworkRecord {
                id: id()?,
                name: name.to_owned(),
                created: Time::now(),
                driver: driver.to_owned(),
                subnet: None,
                gateway: None,
                subnet6: None,
                gateway6: None,
                ipam: Ipam {
                    driver: "default".to_owned(),
                    options: None,
                    config: None,
                },
                enable_ipv4: true,
                enable_ipv6: false,
                internal: false,
                attachable: false,
                options: Strings::new(),
                labels: Strings::new(),
            };
            if name == "bridge" {
                record.ipam.config = defaults.bridge.ipam();
                self.fill_in(&mut record)?;
                record.options = defaults.bridge.options(defaults.ip);
            }
            made.push(record);
        }
        Ok(made)
    }

    /// The network `bridge` as the settings have it by now, where it is another one. It keeps its addresses as long as it is
    /// `used`.
    pub(crate) fn changed_bridge(
        &mut self,
        defaults: &Defaults,
        used: bool,
    ) -> Result<Option<NetworkRecord>> {
        let Some(held) = self.by_id.values().find(|held| held.record.name == "bridge") else {
            return Ok(None);
        };
        let old = held.record.clone();
        let mut new = old.clone();
        new.options = defaults.bridge.options(defaults.ip);
        let asked = defaults.bridge.ipam();
        if !used && asked.is_some() {
            self.by_id.remove(&old.id);
            new.ipam.config = asked;
            let filled = self.fill_in(&mut new);
            self.insert(old.clone());
            filled?;
        }
        let same = new.options == old.options && new.ipam.config == old.ipam.config;
        Ok((!same).then_some(new))
    }

    /// Whether the network `bridge` has this gateway.
    pub(crate) fn has_gateway(&self, gateway: ipnet::IpNet) -> bool {
        let bridge = self.by_id.values().find(|held| held.record.name == "bridge");
        bridge.is_none_or(|held| held.record.gateways().any(|own| own == gateway.addr()))
    }

    /// By its id, its name or the beginning of its id, in this order.
    pub(crate) fn find(&self, text: &str) -> Result<&Held> {
        // What Docker's create body calls the usual network.
        let text = if text == "default" { "bridge" } else { text };
        if let Some(held) = self.by_id.get(text) {
            return Ok(held);
        }
        if let Some(held) = self.by_id.values().find(|held| held.record.name == text) {
            return Ok(held);
        }
        let mut matches = self
            .by_id
            .values()
            .filter(|held| !text.is_empty() && held.record.id.starts_with(text));
        match (matches.next(), matches.next()) {
            (Some(held), None) => Ok(held),
            (Some(_), Some(_)) => Err(SupervisorError::Invalid(format!(
                "network {text} is ambiguous: it matches more than one id"
            ))),
            (None, _) => Err(SupervisorError::NoNetwork(text.to_owned())),
        }
    }

    fn find_mut(&mut self, text: &str) -> Result<&mut Held> {
        let id = self.find(text)?.record.id.clone();
        self.by_id
            .get_mut(&id)
            .ok_or_else(|| SupervisorError::NoNetwork(text.to_owned()))
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Held> {
        self.by_id.values()
    }
}
