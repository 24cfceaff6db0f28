//! Takes a project away.

use std::collections::BTreeSet;

use crate::graph::{self, Way};
use crate::host::Kind;
use crate::session::Session;
use crate::{ComposeError, Container, Host, Observed, Project, Service, labels};

/// Which images go with a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveImages {
    /// Those that have no name of their own.
    Local,
    /// All.
    All,
}

/// How a project is taken away.
#[derive(Clone, Debug, Default)]
pub struct DownOptions {
    /// Which services; all, with networks, where none is named.
    pub services: Vec<String>,
    /// Seconds until a container is killed.
    pub timeout: Option<i64>,
    /// Volumes too.
    pub volumes: bool,
    /// Images too.
    pub images: Option<RemoveImages>,
    /// Containers of services that are not in the files too.
    pub remove_orphans: bool,
}

impl Project {
    /// A project of which only the name is known: its services are those that have containers.
    pub fn of_containers(name: &str, observed: &Observed) -> Self {
        let mut project = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for container in &observed.containers {
            let service = project
                .services
                .entry(container.service.clone())
                .or_insert_with(|| Service {
                    name: container.service.clone(),
                    ..Service::default()
                });
            service.image = Some(container.summary.image.clone());
            for part in container.label(labels::DEPENDS_ON).split(',') {
                let other = part.split(':').next().unwrap_or_default();
                if !other.is_empty() {
                    service.depends_on.entry(other.to_owned()).or_default();
                }
            }
        }
        project
    }
}

impl<H: Host> Session<'_, H> {
    /// Stops and removes containers, networks, and what else is asked for.
    pub async fn down(&self, options: &DownOptions) -> Result<(), ComposeError> {
        let selected = self.selected(&options.services, true)?;
        let observed = self.observed().await?;
        let observed = &observed;
        let errors = graph::each(self.project, &selected, Way::Down, |name| async move {
            let own = observed
                .containers
                .iter()
                .filter(|container| container.service == name);
            self.with_each(own, async |container| {
                self.stop_and_remove(container, options.timeout, options.volumes)
                    .await
            })
            .await
        });
        self.gathered(errors.await)?;
        if !options.services.is_empty() {
            return Ok(());
        }
        let orphans: Vec<&Container> = observed
            .containers
            .iter()
            .filter(|container| !selected.contains(&container.service))
            .filter(|container| options.remove_orphans || self.project.disabled.contains(&container.service))
            .collect();
        self.with_each(orphans, async |container| {
            self.stop_and_remove(container, options.timeout, options.volumes)
                .await
        })
        .await?;
        for network in self.own_networks().await? {
            match self.client.remove_network(&network.id).await {
                Ok(()) => self.done(Kind::Network, &network.name, "removed"),
                Err(error) if error.is_not_found() => {}
                Err(error) => {
                    let stays = observed
                        .containers
                        .iter()
                        .any(|container| !selected.contains(&container.service));
                    if !stays {
                        return Err(ComposeError::call("remove network", &network.name)(error));
                    }
                    self.warn(format!(
                        "network `{}` stays, because containers of other services are in it; `--remove-orphans` removes those",
                        network.name
                    ));
                }
            }
        }
        if options.volumes {
            for volume in self.own_volumes().await? {
                match self.client.remove_volume(&volume.name, false).await {
                    Ok(()) => self.done(Kind::Volume, &volume.name, "removed"),
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(ComposeError::call("remove volume", &volume.name)(error)),
                }
            }
        }
        match options.images {
            Some(which) => self.remove_images(which, observed).await,
            None => Ok(()),
        }
    }

    async fn remove_images(&self, which: RemoveImages, observed: &Observed) -> Result<(), ComposeError> {
        let mut names = BTreeSet::new();
        for service in self.project.services.values() {
            let local = service.image.is_none();
            if which == RemoveImages::All || local {
                let name = service.image_name(&self.project.name);
                // A Wasm file's image has a name that its containers know.
                let used = observed
                    .of_service(&service.name)
                    .map(|container| container.summary.image.clone());
                if crate::is_wasm_file(&name) {
                    names.extend(used);
                } else {
                    names.insert(name);
                }
            }
        }
        for name in names {
            match self.client.remove_image(&name, false).await {
                Ok(_) => self.done(Kind::Image, &name, "removed"),
                Err(error) if error.is_not_found() => {}
                Err(error) => self.warn(format!("image `{name}` stays: {error}")),
            }
        }
        Ok(())
    }
}
