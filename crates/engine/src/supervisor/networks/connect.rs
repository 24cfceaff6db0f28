//! Containers that join networks and leave them.

use std::collections::BTreeMap;

use sampan_api::Strings;
use sampan_api::network::{ConnectRequest, DisconnectRequest, EndpointSettings};
use sampan_runtime::NetworkPlace;
use sampan_types::platform::Kind;

use super::{NetworkRecord, Networks};
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::record::{Record, State, Wanted};

impl Supervisor {
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
        if record.host.network_mode.starts_with("container:") || record.host.network_mode == "host" {
            return Err(SupervisorError::Denied(
                "container sharing network namespace with another container or host cannot be connected to any other network"
                    .to_owned(),
            ));
        }
        if record.networks.contains_key(&name) {
            return Err(SupervisorError::Denied(format!(
                "endpoint with name {} already exists in network {name}",
                record.name
            )));
        }
        let wanted = wanted(&settings)?;
        addressable(
            self.shared.networks().find(network).ok().map(|held| &held.record),
            &wanted,
        )?;
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
        self.rewrite_names(&record, &places)?;
        let running = state.running;
        let joined = state.endpoints.get(&name).cloned();
        let connected = async {
            step!("supervisor::connect::move");
            if running {
                self.neighbour(&record, &places).await;
            }
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
        self.rewrite_names(&record, &places)?;
        if state.running {
            self.neighbour(&record, &places).await;
        }
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

    /// Tells of a container that runs by which names it is known now; its addresses are the same.
    pub(crate) async fn names_changed(&self, cell: &Cell) -> Result<()> {
        let (record, state) = {
            let live = cell.live();
            (live.record.clone(), live.state.clone())
        };
        if !state.running {
            return Ok(());
        }
        let places = self.shared.networks().places(&record, &state.endpoints);
        self.neighbour(&record, &places).await;
        move_to(cell, places).await
    }

    /// Tells whoever runs a container of its places once more.
    pub(crate) async fn places_changed(&self, cell: &Cell) -> Result<()> {
        let (record, endpoints) = {
            let live = cell.live();
            (live.record.clone(), live.state.endpoints.clone())
        };
        let places = self.shared.networks().places(&record, &endpoints);
        self.rewrite_names(&record, &places)?;
        self.neighbour(&record, &places).await;
        move_to(cell, places).await
    }

    /// Tells runtimes of other kinds where a container is.
    pub(crate) async fn neighbour(&self, record: &Record, places: &[NetworkPlace]) {
        for runtime in self.shared.engine.runtimes() {
            if runtime.kind() != record.kind {
                runtime.neighbour(&record.id, places).await;
            }
        }
    }

    /// Writes what a Linux container finds of names in other places.
    fn rewrite_names(&self, record: &Record, places: &[NetworkPlace]) -> Result<()> {
        match record.kind == Kind::Linux && self.names_written(record) {
            true => self.write_names(record, places),
            false => Ok(()),
        }
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

/// Reads what is asked of a place in a network.
pub(crate) fn wanted(settings: &EndpointSettings) -> Result<Wanted> {
    let config = settings.ipam_config.clone().unwrap_or_default();
    let wrong =
        |family: &str, text: &str| SupervisorError::Invalid(format!("invalid {family} address: {text}"));
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
    if !settings.mac_address.is_empty() && super::places::parse_mac(&settings.mac_address).is_none() {
        return Err(SupervisorError::Invalid(format!(
            "invalid MAC address: {}",
            settings.mac_address
        )));
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

/// Whether somebody may say which address a container has in a network: not in those that are always there.
fn addressable(network: Option<&NetworkRecord>, wanted: &Wanted) -> Result<()> {
    let named = wanted.address.is_some() || wanted.address6.is_some();
    match named && network.is_some_and(NetworkRecord::is_predefined) {
        true => Err(SupervisorError::Invalid(
            "user specified IP address is supported on user defined networks only".to_owned(),
        )),
        false => Ok(()),
    }
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
            let held = self.find(name).ok();
            let kept = held.map_or_else(|| name.clone(), |held| held.record.name.clone());
            let wanted = wanted(&settings.clone().unwrap_or_default())?;
            addressable(held.map(|held| &held.record), &wanted)?;
            asked.insert(kept, wanted);
        }
        if mode.starts_with("container:") {
            // It has none of its own.
            return Ok(BTreeMap::new());
        }
        let mode = self
            .find(mode)
            .map_or_else(|_| mode.to_owned(), |held| held.record.name.clone());
        asked.entry(mode).or_default();
        Ok(asked)
    }
}
