//! What is asked of networks.

use std::collections::BTreeMap;

use sampan_api::container::Filters;
use sampan_api::network::{CreateRequest, CreateResponse, EndpointResource, Ipam, Network, PruneReport};
use sampan_api::{Strings, Time};

use super::NetworkRecord;
use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::filters::Wanted as Filter;

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
        if request.scope == "swarm" {
            return Err(SupervisorError::Unsupported(
                "cannot create a swarm scoped network when swarm is not active".to_owned(),
            ));
        }
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
            options: self.options_of(driver, request.options.unwrap_or_default()),
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
            networks.avoid(self.shared.engine.foreign_subnets());
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

    /// What was asked for, and what networks of this driver have where that was not said.
    fn options_of(&self, driver: &str, mut asked: Strings) -> Strings {
        let usual = self.shared.config.defaults.network_options.get(driver);
        for (key, value) in usual.into_iter().flatten() {
            asked.entry(key.clone()).or_insert_with(|| value.clone());
        }
        asked
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
        self.unbridge(&record).await;
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

    /// Takes away what the runtimes have of a network that is gone.
    async fn unbridge(&self, record: &NetworkRecord) {
        for runtime in self.shared.engine.runtimes() {
            if let Err(error) = runtime.remove_network(&record.id).await {
                // The next daemon does it.
                tracing::warn!(%error, network = record.name, "what is left of a network could not be removed");
            }
        }
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
                self.unbridge(&record).await;
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

    pub(super) fn network_event(&self, record: &NetworkRecord, action: &str, mut attributes: Strings) {
        attributes.insert("name".to_owned(), record.name.clone());
        attributes.insert("type".to_owned(), record.driver.clone());
        self.shared.events.tell("network", action, &record.id, attributes);
    }
}
