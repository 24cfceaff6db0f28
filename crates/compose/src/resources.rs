//! Networks and volumes.

use sampan_api::network::{self, Network};
use sampan_api::volume::{self, Volume};
use sampan_client::Filters;

use crate::host::Kind;
use crate::observed::of_project;
use crate::session::Session;
use crate::{ComposeError, Host, NamedNetwork, NamedVolume, labels};

impl<H: Host> Session<'_, H> {
    /// Makes the networks and volumes that are not there, and checks those that must be.
    pub(crate) async fn ensure_resources(&self) -> Result<(), ComposeError> {
        // What must be there is looked for first, so that nothing is made in vain.
        for network in self.project.networks.values().filter(|network| network.external) {
            if self.network_named(&network.name).await?.is_none() && !is_usual(&network.name) {
                return Err(ComposeError::NoExternal {
                    kind: "network",
                    name: network.name.clone(),
                });
            }
        }
        for volume in self.project.volumes.values().filter(|volume| volume.external) {
            if self.volume_named(&volume.name).await?.is_none() {
                return Err(ComposeError::NoExternal {
                    kind: "volume",
                    name: volume.name.clone(),
                });
            }
        }
        for (key, network) in self
            .project
            .networks
            .iter()
            .filter(|(_, network)| !network.external)
        {
            match self.network_named(&network.name).await? {
                None => self.make_network(key, network).await?,
                Some(there) => self.check_owner(Kind::Network, &network.name, Some(&there.labels)),
            }
        }
        for (key, volume) in self.project.volumes.iter().filter(|(_, volume)| !volume.external) {
            match self.volume_named(&volume.name).await? {
                None => self.make_volume(key, volume).await?,
                Some(there) => self.check_owner(Kind::Volume, &volume.name, there.labels.as_ref()),
            }
        }
        Ok(())
    }

    fn check_owner(&self, kind: Kind, name: &str, labels: Option<&sampan_api::Strings>) {
        let owner = labels.and_then(|labels| labels.get(labels::PROJECT));
        if owner != Some(&self.project.name) {
            self.warn(format!(
                "{} `{name}` is there and belongs to {}; write `external: true` to use it as it is",
                kind.as_str(),
                owner.map_or_else(|| "no project".to_owned(), |owner| format!("project `{owner}`"))
            ));
        }
    }

    pub(crate) async fn network_named(&self, name: &str) -> Result<Option<Network>, ComposeError> {
        let mut filters = Filters::default();
        filters.add("name", name);
        let found = self.client.networks(&filters).await?;
        Ok(found.into_iter().find(|network| network.name == name))
    }

    async fn volume_named(&self, name: &str) -> Result<Option<Volume>, ComposeError> {
        let mut filters = Filters::default();
        filters.add("name", name);
        let found = self.client.volumes(&filters).await?.volumes;
        Ok(found.into_iter().find(|volume| volume.name == name))
    }

    /// The networks that this project made.
    pub(crate) async fn own_networks(&self) -> Result<Vec<Network>, ComposeError> {
        Ok(self.client.networks(&of_project(&self.project.name)).await?)
    }

    /// The volumes that this project made.
    pub async fn own_volumes(&self) -> Result<Vec<Volume>, ComposeError> {
        Ok(self
            .client
            .volumes(&of_project(&self.project.name))
            .await?
            .volumes)
    }

    async fn make_network(&self, key: &str, wanted: &NamedNetwork) -> Result<(), ComposeError> {
        let mut all = wanted.labels.clone();
        self.mark(&mut all, labels::NETWORK, key);
        let ranges = wanted.ipam.config.iter().map(|range| network::IpamConfig {
            subnet: range.subnet.clone(),
            ip_range: range.ip_range.clone(),
            gateway: range.gateway.clone(),
            auxiliary_addresses: range.aux_addresses.clone(),
        });
        let ranges: Vec<_> = ranges.collect();
        let has_ipam =
            !ranges.is_empty() || !wanted.ipam.driver.is_empty() || !wanted.ipam.options.is_empty();
        let request = network::CreateRequest {
            name: wanted.name.clone(),
            check_duplicate: true,
            driver: wanted.driver.clone(),
            enable_ipv4: wanted.enable_ipv4,
            enable_ipv6: wanted.enable_ipv6,
            internal: wanted.internal,
            attachable: wanted.attachable,
            options: (!wanted.driver_opts.is_empty()).then(|| wanted.driver_opts.clone()),
            labels: Some(all),
            ipam: has_ipam.then(|| network::Ipam {
                driver: wanted.ipam.driver.clone(),
                options: (!wanted.ipam.options.is_empty()).then(|| wanted.ipam.options.clone()),
                config: (!ranges.is_empty()).then_some(ranges),
            }),
            ..network::CreateRequest::default()
        };
        let made = self.client.create_network(&request).await;
        made.map_err(ComposeError::call("create network", &wanted.name))?;
        self.done(Kind::Network, &wanted.name, "created");
        Ok(())
    }

    async fn make_volume(&self, key: &str, wanted: &NamedVolume) -> Result<(), ComposeError> {
        let mut all = wanted.labels.clone();
        self.mark(&mut all, labels::VOLUME, key);
        let request = volume::CreateRequest {
            name: wanted.name.clone(),
            driver: wanted.driver.clone(),
            driver_opts: (!wanted.driver_opts.is_empty()).then(|| wanted.driver_opts.clone()),
            labels: Some(all),
            ..volume::CreateRequest::default()
        };
        let made = self.client.create_volume(&request).await;
        made.map_err(ComposeError::call("create volume", &wanted.name))?;
        self.done(Kind::Volume, &wanted.name, "created");
        Ok(())
    }

    fn mark(&self, all: &mut sampan_api::Strings, kind: &str, key: &str) {
        for (name, value) in [
            (kind, key),
            (labels::PROJECT, &self.project.name),
            (labels::VERSION, labels::SPEAKS),
        ] {
            all.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Networks that every daemon has.
fn is_usual(name: &str) -> bool {
    matches!(name, "bridge" | "host" | "none")
}
