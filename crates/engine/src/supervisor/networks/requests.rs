//! What is asked of networks.

use std::collections::BTreeMap;

use sampan_api::container::Filters;
use sampan_api::network::{
    ConnectRequest, CreateRequest, CreateResponse, DisconnectRequest, EndpointResource, EndpointSettings,
    Ipam, Network, PruneReport,
};
use sampan_api::{Strings, Time};
use sampan_runtime::NetworkPlace;

use super::{NetworkRecord, Networks};
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::filters::Wanted as Filter;
use crate::supervisor::record::{Record, State, Wanted};

impl Supervisor {
    /// Creates a network.
    pub async fn network_create(&self, request: CreateRequest) -> Result<CreateResponse> {
        let driver = match request.driver.as_str() {
            "" => "bridge",
            "bridge" => "bridge",
            "host" | "null" | "none" => {
                return Err(SupervisorError::Denied(format!(
                    "only one instance of \"{}\" network is allowed",
                    request.driver
                )));
            }
            other => {
                return Err(SupervisorError::NotFound(format!(
                    "could not find plugin {other} in v1 plugin registry: plugin not found"
                )));
            }
        };
        if request.name.is_empty() || request.name.contains('/') || request.name.trim() != request.name {
            return Err(SupervisorError::Invalid(format!(
                "invalid network name: `{}`",
                request.name
            )));
        }
        if matches!(request.name.as_str(), "bridge" | "host" | "none" | "default") {
            return Err(SupervisorError::Denied(format!(
                "operation is not permitted on predefined {} network ",
                request.name
            )));
        }
        let ipam = request.ipam.unwrap_or_default();
        let mut record = NetworkRecord {
            id: crate::supervisor::random_hex()?,
            name: request.name,
            created: Time::now(),
            driver: driver.to_owned(),
            subnet: None,
            gateway: None,
            subnet6: None,
            gateway6: None,
            ipam: Ipam {
                driver: if ipam.driver.is_empty() {
                    "default".to_owned()
                } else {
                    ipam.driver
                },
                ..ipam
            },
            enable_ipv4: request.enable_ipv4.unwrap_or(true),
            enable_ipv6: request.enable_ipv6.unwrap_or(false),
            internal: request.internal,
            attachable: request.attachable,
            options: request.options.unwrap_or_default(),
            labels: request.labels.unwrap_or_default(),
        };
        {
            let mut networks = self.shared.networks();
            if networks.all().any(|held| held.record.name == record.name) {
                return Err(SupervisorError::Conflict(format!(
                    "network with name {} already exists",
                    record.name
                )));
            }
            networks.fill_in(&mut record)?;
            step!("supervisor::network::journal");
            self.shared
                .journal
                .put(&NetworkRecord::key(&record.id), &record)?;
            networks.insert(record.clone());
        }
        self.shared.sync_now().await?;
        self.network_event(&record, "create", Strings::new());
        Ok(CreateResponse {
            id: record.id,
            warning: String::new(),
        })
    }

    /// Lists networks.
    pub fn network_list(&self, filters: &Filters) -> Result<Vec<Network>> {
        const KNOWN: [&str; 7] = ["dangling", "driver", "id", "label", "name", "scope", "type"];
        let wanted = Filter::of(filters, &KNOWN)?;
        let dangling = wanted.flag("dangling")?;
        for kind in wanted.get("type") {
            if !matches!(kind.as_str(), "builtin" | "custom") {
                return Err(SupervisorError::Invalid(format!(
                    "invalid filter: 'type'='{kind}'"
                )));
            }
        }
        let networks = self.shared.networks();
        let chosen = networks.all().filter(|held| {
            let record = &held.record;
            let kind = if record.is_predefined() {
                "builtin"
            } else {
                "custom"
            };
            let unused = held.is_empty() && !record.is_predefined();
            wanted.found("name", &record.name)
                && wanted.begins("id", &record.id)
                && wanted.exact("driver", &record.driver)
                && wanted.exact("scope", "local")
                && wanted.exact("type", kind)
                && wanted.labels("label", &record.labels)
                && dangling.is_none_or(|dangling| dangling == unused)
        });
        let mut list: Vec<Network> = chosen.map(|held| held.record.shown()).collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(list)
    }

    /// Everything about a network.
    pub fn network_inspect(&self, network: &str) -> Result<Network> {
        let mut shown = self.shared.networks().find(network)?.record.shown();
        let mut members = BTreeMap::new();
        for cell in self.shared.cells() {
            let live = cell.live();
            if let Some(endpoint) = live.state.endpoints.get(&shown.name) {
                let v4 = endpoint.address.map(|a| format!("{a}/{}", endpoint.prefix));
                let v6 = endpoint.address6.map(|a| format!("{a}/{}", endpoint.prefix6));
                let member = EndpointResource {
                    name: live.record.name.to_string(),
                    endpoint_id: endpoint.id.clone(),
                    mac_address: endpoint.mac(),
                    ipv4_address: v4.unwrap_or_default(),
                    ipv6_address: v6.unwrap_or_default(),
                };
                members.insert(cell.id.to_string(), member);
            }
        }
        shown.containers = Some(members);
        Ok(shown)
    }

    /// Removes a network.
    pub async fn network_remove(&self, network: &str) -> Result<()> {
        let record = self.shared.networks().find(network)?.record.clone();
        if record.is_predefined() {
            return Err(SupervisorError::Denied(format!(
                "{} is a pre-defined network and cannot be removed",
                record.name
            )));
        }
        self.remove_network(&record)?;
        self.shared.sync_now().await?;
        self.network_event(&record, "destroy", Strings::new());
        Ok(())
    }

    fn remove_network(&self, record: &NetworkRecord) -> Result<()> {
        let mut networks = self.shared.networks();
        let held = networks.find(&record.id)?;
        let member = held.members().next();
        if let Some(member) = member {
            return Err(SupervisorError::Denied(format!(
                "error while removing network: network {} has active endpoints (id:\"{}\")",
                record.name,
                member.short()
            )));
        }
        step!("supervisor::network::journal");
        self.shared
            .journal
            .drop_keys(&[&NetworkRecord::key(&record.id)])?;
        networks.remove(&record.id);
        Ok(())
    }

    /// Connects a container to a network.
    pub async fn network_connect(&self, network: &str, request: ConnectRequest) -> Result<()> {
        let cell = self.shared.find(&request.container)?;
        let _gate = cell.gate.lock().await;
        let (name, settings) = {
            let networks = self.shared.networks();
            let record = &networks.find(network)?.record;
            if matches!(record.name.as_str(), "host" | "none") {
                return Err(SupervisorError::Denied(format!(
                    "container cannot be connected to network {}",
                    record.name
                )));
            }
            (record.name.clone(), request.endpoint_config.unwrap_or_default())
        };
        let (record, mut state) = {
            let live = cell.live();
            (live.record.clone(), live.state.clone())
        };
        if record.networks.contains_key(&name) {
            return Err(SupervisorError::Denied(format!(
                "endpoint with name {} already exists in network {name}",
                record.name
            )));
        }
        let wanted = wanted(&settings)?;
        if state.running {
            let endpoint =
                self.shared
                    .networks()
                    .join_one(&cell.id, &name, &wanted, crate::supervisor::random_hex)?;
            state.endpoints.insert(name.clone(), endpoint);
        }
        let mut record = Record::clone(&record);
        record.networks.insert(name.clone(), wanted);
        let places = self.shared.networks().places(&record, &state.endpoints);
        let joined = state.endpoints.get(&name).cloned();
        let connected = async {
            step!("supervisor::connect::move");
            move_to(&cell, places).await?;
            self.rewire(&cell, record, state)
        };
        if let Err(error) = connected.await {
            let joined = joined.map(|endpoint| (name, endpoint)).into_iter().collect();
            self.shared.networks().leave(&cell.id, &joined);
            return Err(error);
        }
        self.connection_event(&cell, &name, "connect");
        Ok(())
    }

    /// Takes a container off a network.
    pub async fn network_disconnect(&self, network: &str, request: &DisconnectRequest) -> Result<()> {
        let cell = self.shared.find(&request.container)?;
        let _gate = cell.gate.lock().await;
        let name = self.shared.networks().find(network)?.record.name.clone();
        let (record, mut state) = {
            let live = cell.live();
            (live.record.clone(), live.state.clone())
        };
        if !record.networks.contains_key(&name) {
            return Err(SupervisorError::Denied(format!(
                "container {} is not connected to network {name}",
                cell.id
            )));
        }
        let left = state.endpoints.remove(&name);
        let mut record = Record::clone(&record);
        record.networks.remove(&name);
        let places = self.shared.networks().places(&record, &state.endpoints);
        self.rewire(&cell, record, state)?;
        move_to(&cell, places).await?;
        let left = left
            .map(|endpoint| (name.clone(), endpoint))
            .into_iter()
            .collect();
        self.shared.networks().leave(&cell.id, &left);
        self.connection_event(&cell, &name, "disconnect");
        Ok(())
    }

    fn rewire(&self, cell: &Cell, record: Record, state: State) -> Result<()> {
        step!("supervisor::connect::journal");
        self.shared.journal.put(&Record::key(&cell.id), &record)?;
        self.shared.journal.put(&State::key(&cell.id), &state)?;
        let mut live = cell.live();
        live.record = record.into();
        live.state.endpoints = state.endpoints;
        Ok(())
    }

    /// Removes networks that no container uses.
    pub async fn network_prune(&self, filters: &Filters) -> Result<PruneReport> {
        let wanted = Filter::of(filters, &["label", "label!", "until"])?;
        let until = wanted.until()?;
        let unused: Vec<NetworkRecord> = self
            .shared
            .networks()
            .all()
            .filter(|held| held.is_empty() && !held.record.is_predefined())
            .map(|held| held.record.clone())
            .filter(|record| until.is_none_or(|until| record.created <= until))
            .filter(|record| wanted.prunes(&record.labels))
            .collect();
        let mut deleted = Vec::new();
        for record in unused {
            // Somebody may have joined it just now.
            if self.remove_network(&record).is_ok() {
                self.network_event(&record, "destroy", Strings::new());
                deleted.push(record.name);
            }
        }
        self.shared.sync_now().await?;
        let reclaimed = Strings::from([("reclaimed".to_owned(), "0".to_owned())]);
        self.shared.events.tell("network", "prune", "", reclaimed);
        Ok(PruneReport {
            networks_deleted: (!deleted.is_empty()).then_some(deleted),
        })
    }

    fn network_event(&self, record: &NetworkRecord, action: &str, mut attributes: Strings) {
        attributes.insert("name".to_owned(), record.name.clone());
        attributes.insert("type".to_owned(), record.driver.clone());
        self.shared.events.tell("network", action, &record.id, attributes);
    }

    /// Tells that a container joined or left a network.
    pub(crate) fn connection_event(&self, cell: &Cell, network: &str, action: &str) {
        // Most have nobody who listens to it, and one network each.
        let Ok(record) = self
            .shared
            .networks()
            .find(network)
            .map(|held| held.record.clone())
        else {
            return;
        };
        let attributes = Strings::from([("container".to_owned(), cell.id.to_string())]);
        self.network_event(&record, action, attributes);
    }
}

/// Tells whoever runs a container, and what runs inside of it, of its places.
async fn move_to(cell: &Cell, places: Vec<NetworkPlace>) -> Result<()> {
    let (hold, execs) = {
        let live = cell.live();
        let execs: Vec<_> = live.execs.iter().filter_map(|exec| exec.hold()).collect();
        (live.hold.clone(), execs)
    };
    if let Some(hold) = hold {
        hold.move_to(places.clone()).await?;
    }
    for exec in execs {
        if let Err(error) = exec.move_to(places.clone()).await {
            // It may have ended meanwhile.
            tracing::debug!(%error, id = cell.id.short(), "a program in a container keeps its networks");
        }
    }
    Ok(())
}

impl Supervisor {
    /// Tells whoever runs a container of its places once more.
    pub(crate) async fn places_changed(&self, cell: &Cell) -> Result<()> {
        let (record, endpoints) = {
            let live = cell.live();
            (live.record.clone(), live.state.endpoints.clone())
        };
        let places = self.shared.networks().places(&record, &endpoints);
        move_to(cell, places).await
    }
}

/// Reads what is asked of a place in a network.
pub(crate) fn wanted(settings: &EndpointSettings) -> Result<Wanted> {
    let config = settings.ipam_config.clone().unwrap_or_default();
    let wrong = |family: &str, text: &str| SupervisorError::Invalid(format!("invalid {family} address: {text}"));
    let address = match config.ipv4_address.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| wrong("IPv4", text))?),
    };
    let address6 = match config.ipv6_address.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| wrong("IPv6", text))?),
    };
    for text in &config.link_local_ips {
        text.parse::<std::net::IpAddr>()
            .map_err(|_| wrong("link-local IP", text))?;
    }
    Ok(Wanted {
        address,
        address6,
        link_local: config.link_local_ips,
        aliases: settings.aliases.clone().unwrap_or_default(),
        links: settings.links.clone(),
        mac: settings.mac_address.clone(),
        driver_opts: settings.driver_opts.clone(),
    })
}

impl Networks {
    /// Reads what a create body asks of networks: of each the name under which it is kept.
    pub(crate) fn asked(
        &self,
        mode: &str,
        configs: &BTreeMap<String, Option<EndpointSettings>>,
    ) -> Result<BTreeMap<String, Wanted>> {
        let mut asked = BTreeMap::new();
        for (name, settings) in configs {
            // A network that is made later is told at the start, as in Docker.
            let kept = self
                .find(name)
                .map_or_else(|_| name.clone(), |held| held.record.name.clone());
            asked.insert(kept, wanted(&settings.clone().unwrap_or_default())?);
        }
        let mode = self
            .find(mode)
            .map_or_else(|_| mode.to_owned(), |held| held.record.name.clone());
        asked.entry(mode).or_default();
        Ok(asked)
    }
}
