//! Makes the daemon's containers what the project says.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, TryStreamExt};
use sampan_client::Stop;

use crate::graph::{self, Way};
use crate::host::Kind;
use crate::requests::{self, Kept, Own};
use crate::session::{AT_ONCE, Session};
use crate::{ComposeError, Container, Host, Observed, Service, labels};

mod create;
mod images;
mod links;

pub(crate) use images::Found;
pub use links::Linking;

/// Which containers are made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recreate {
    /// Those that are no more what the project says.
    #[default]
    Changed,
    /// All.
    Always,
    /// None.
    Never,
}

/// When images are downloaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pull {
    /// As each service says; where it says nothing, when it is not there.
    #[default]
    Policy,
    /// Always.
    Always,
    /// When it is not there.
    Missing,
    /// Never.
    Never,
}

/// How a project is brought up.
#[derive(Clone, Debug, Default)]
pub struct UpOptions {
    /// Which services, with those that they depend on; all where none is named.
    pub services: Vec<String>,
    /// Without those that they depend on.
    pub no_deps: bool,
    /// Which containers are made anew.
    pub recreate: Recreate,
    /// Also those of services that were not named.
    pub recreate_deps: bool,
    /// Other numbers of containers than the files say.
    pub scale: BTreeMap<String, usize>,
    /// Remove containers of services that are not in the files.
    pub remove_orphans: bool,
    /// Say nothing of them.
    pub ignore_orphans: bool,
    /// Do not take over anonymous volumes.
    pub renew_volumes: bool,
    /// When images are downloaded.
    pub pull: Pull,
    /// Build images that can be built, also where they are there.
    pub build: bool,
    /// Never build.
    pub no_build: bool,
    /// Make containers, and start them not.
    pub no_start: bool,
    /// Seconds until a container that is replaced is killed.
    pub timeout: Option<i64>,
    /// Compile Wasm programs quickly, since others will soon take their places. The next that is not quick makes them anew.
    pub quick: bool,
}

/// What the steps of one `up` know together.
struct Round<'o> {
    options: &'o UpOptions,
    images: BTreeMap<String, Found>,
    /// Services of which a container was made anew.
    changed: RefCell<BTreeSet<String>>,
}

impl<H: Host> Session<'_, H> {
    /// Brings the project up.
    pub async fn up(&self, options: &UpOptions) -> Result<(), ComposeError> {
        let selected = self.selected(&options.services, options.no_deps)?;
        if self.project.services.is_empty() {
            return Err(ComposeError::NoServices);
        }
        for name in options.scale.keys() {
            self.project.service(name)?;
        }
        self.check_names(options)?;
        let images = self.images(&selected, options).await?;
        self.ensure_resources().await?;
        let observed = self.observed().await?;
        self.orphans(&observed, options).await?;
        let round = Round {
            options,
            images,
            changed: RefCell::default(),
        };
        let (round, observed) = (&round, &observed);
        let made = graph::each(self.project, &selected, Way::Up, |name| async move {
            self.converge(&name, round, observed).await
        });
        self.gathered(made.await)?;
        if options.no_start {
            return Ok(());
        }
        self.stop_who_must_follow(&selected, round).await?;
        let started = graph::each(self.project, &selected, Way::Up, |name| async move {
            self.start_service(&name, !options.no_deps).await
        });
        self.gathered(started.await)
    }

    /// The services that are meant.
    pub(crate) fn selected(&self, names: &[String], no_deps: bool) -> Result<Vec<String>, ComposeError> {
        for name in names {
            self.project.service(name)?;
        }
        if no_deps && !names.is_empty() {
            return Ok(names.to_vec());
        }
        self.project.with_dependencies(names)
    }

    fn check_names(&self, options: &UpOptions) -> Result<(), ComposeError> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, service) in &self.project.services {
            let Some(container) = service.container_name.as_deref() else {
                continue;
            };
            let place = || format!("services.{name}.container_name");
            if options.scale.get(name).is_some_and(|scale| *scale > 1) {
                return Err(ComposeError::model(
                    place(),
                    "is one name, and the service has several containers",
                ));
            }
            if let Some(other) = seen.insert(container, name) {
                return Err(ComposeError::model(
                    place(),
                    format!("is that of service `{other}` too"),
                ));
            }
        }
        Ok(())
    }

    async fn orphans(&self, observed: &Observed, options: &UpOptions) -> Result<(), ComposeError> {
        let is_orphan = |container: &&Container| {
            !container.one_off
                && !self.project.services.contains_key(&container.service)
                && !self.project.disabled.contains(&container.service)
        };
        let orphans: Vec<&Container> = observed.containers.iter().filter(is_orphan).collect();
        if orphans.is_empty() {
            return Ok(());
        }
        if options.remove_orphans {
            let timeout = options.timeout;
            return self
                .with_each(orphans, async |container| {
                    self.stop_and_remove(container, timeout, false).await
                })
                .await;
        }
        if !options.ignore_orphans {
            let names: Vec<_> = orphans
                .iter()
                .map(|container| format!("`{}`", container.name))
                .collect();
            self.warn(format!(
                "{} belong to services that are not in the files; `--remove-orphans` removes them",
                names.join(", ")
            ));
        }
        Ok(())
    }

    /// Brings one service's containers to what they should be, without starting them.
    async fn converge(&self, name: &str, round: &Round<'_>, observed: &Observed) -> Result<(), ComposeError> {
        let service = self.project.service(name)?;
        let Some(image) = round.images.get(name) else {
            return Ok(());
        };
        let scale = round
            .options
            .scale
            .get(name)
            .copied()
            .unwrap_or_else(|| service.replicas());
        let shared = self.shared(service).await?;
        let quick = round.options.quick && image.is_wasm;
        let hash = match quick {
            true => format!("{}-quick", service.config_hash()),
            false => service.config_hash(),
        };
        let contents = self.contents(service, !image.is_wasm)?;
        let digest = contents.as_deref().map(crate::model::digest).unwrap_or_default();
        let is_current = |container: &Container| {
            let mode = container.summary.host_config.network_mode.as_str();
            container.label(labels::CONFIG_HASH) == hash
                && container.label(labels::IMAGE) == image.id
                && container.label(labels::CONTENTS) == digest
                && shared.network_of.as_deref().is_none_or(|wanted| wanted == mode)
                && container.label(labels::REPLACE).is_empty()
        };
        let mut there: Vec<&Container> = observed.of_service(name).collect();
        // Those that can stay come first, so that the others are the ones that are too many.
        there.sort_by_key(|container| (!is_current(container), container.number));
        let surplus = there.split_off(scale.min(there.len()));
        let timeout = round.options.timeout;
        self.with_each(surplus, async |container| {
            self.stop_and_remove(container, timeout, false).await
        })
        .await?;
        let named =
            round.options.services.is_empty() || round.options.services.iter().any(|named| named == name);
        let always = round.options.recreate == Recreate::Always && (named || round.options.recreate_deps);
        let stale: Vec<&Container> = there
            .iter()
            .filter(|container| {
                always || (round.options.recreate != Recreate::Never && !is_current(container))
            })
            .copied()
            .collect();
        let taken: BTreeSet<u64> = there.iter().map(|container| container.number).collect();
        let free = (1..).filter(|number| !taken.contains(number));
        let missing: Vec<u64> = free.take(scale.saturating_sub(there.len())).collect();
        if !stale.is_empty() {
            round.changed.borrow_mut().insert(name.to_owned());
        }
        let mut own = Own {
            image: image.name.clone(),
            labels: self.labels(service, &hash, &image.id),
            aliases: true,
            mounts_files: !image.is_wasm,
            quick,
            contents,
            ..shared
        };
        if !digest.is_empty() {
            own.labels.insert(labels::CONTENTS.to_owned(), digest);
        }
        let own = &own;
        self.with_each(stale, async |container| {
            self.recreate(service, container, own, round.options).await
        })
        .await?;
        let made = stream::iter(missing.into_iter().map(Ok::<u64, ComposeError>));
        made.try_for_each_concurrent(AT_ONCE, |number| async move {
            let mut own = own.clone();
            own.name = self.container_name(service, number);
            own.labels.insert(labels::NUMBER.to_owned(), number.to_string());
            self.create(service, &own).await?;
            self.done(Kind::Container, &own.name, "created");
            Ok(())
        })
        .await
    }

    pub(crate) fn container_name(&self, service: &Service, number: u64) -> String {
        service
            .container_name
            .clone()
            .unwrap_or_else(|| format!("{}-{}-{number}", self.project.name, service.name))
    }

    /// Makes a container in the place of another one. Until the new one is there, the old one is not touched.
    async fn recreate(
        &self,
        service: &Service,
        old: &Container,
        own: &Own,
        options: &UpOptions,
    ) -> Result<(), ComposeError> {
        let mut own = own.clone();
        let name = self.container_name(service, old.number.max(1));
        own.name = format!("{}_{name}", old.id().get(..12).unwrap_or_default());
        own.labels
            .insert(labels::NUMBER.to_owned(), old.number.max(1).to_string());
        if !options.renew_volumes {
            own.kept = self.anonymous(service, old).await?;
        }
        let alias = own.name.clone();
        let mut wanted = requests::of(self.project, service, &own)?;
        let endpoints = wanted
            .request
            .networking_config
            .endpoints_config
            .values_mut()
            .flatten();
        for endpoint in endpoints.chain(wanted.further.iter_mut().map(|(_, settings)| settings)) {
            for known in endpoint
                .aliases
                .iter_mut()
                .flatten()
                .filter(|known| **known == alias)
            {
                known.clone_from(&name);
            }
        }
        let id = self
            .create_wanted(service, &own.name, wanted, own.contents.as_deref())
            .await?;
        let replaced = async {
            self.stop_and_remove_quietly(old, options.timeout, false).await?;
            let renamed = self.client.rename_container(&id, &name).await;
            renamed.map_err(ComposeError::call("rename container", &own.name))
        };
        if let Err(error) = replaced.await {
            // The old one is still there, in whichever state, and the next `up` takes it up.
            drop(self.client.remove_container(&id, false, false, true).await);
            return Err(error);
        }
        self.done(Kind::Container, &name, "recreated");
        Ok(())
    }

    async fn anonymous(&self, service: &Service, old: &Container) -> Result<Vec<Kept>, ComposeError> {
        let inspected = self.client.inspect_container(old.id()).await;
        let inspected = inspected.map_err(ComposeError::call("inspect container", &old.name))?;
        let named = |target: &str| {
            service
                .volumes
                .iter()
                .any(|volume| volume.target == target && volume.source.is_some())
        };
        let volumes = inspected
            .mounts
            .into_iter()
            .filter(|mount| mount.kind == "volume");
        Ok(volumes
            .filter(|mount| !mount.name.is_empty() && !named(&mount.destination))
            // A named volume that the service had before is no anonymous one.
            .filter(|mount| mount.name.len() == 64 && mount.name.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .map(|mount| Kept {
                name: mount.name,
                target: mount.destination,
            })
            .collect())
    }

    /// Services that are to be started again when another one is.
    async fn stop_who_must_follow(&self, selected: &[String], round: &Round<'_>) -> Result<(), ComposeError> {
        let changed = round.changed.borrow().clone();
        if changed.is_empty() {
            return Ok(());
        }
        let observed = self.observed().await?;
        for name in selected {
            let service = self.project.service(name)?;
            let follows =
                |(other, how): (&String, &crate::Dependency)| how.restart && changed.contains(other);
            if service.depends_on.iter().any(follows) && !changed.contains(name) {
                let up = observed.of_service(name).filter(|container| container.is_up());
                let stop = Stop {
                    timeout: round.options.timeout,
                    ..Stop::default()
                };
                self.with_each(up, async |container| self.stop_one(container, &stop).await)
                    .await?;
            }
        }
        Ok(())
    }

    /// Starts a service's containers, when those that it depends on are as far as they must be.
    pub(crate) async fn start_service(&self, name: &str, with_deps: bool) -> Result<(), ComposeError> {
        let service = self.project.service(name)?;
        if with_deps {
            self.wait_for_dependencies(service).await?;
        }
        let observed = self.observed().await?;
        let down = observed.of_service(name).filter(|container| !container.is_up());
        self.with_each(down, async |container| {
            let started = self.client.start_container(container.id(), None).await;
            started.map_err(ComposeError::call("start container", &container.name))?;
            self.done(Kind::Container, &container.name, "started");
            Ok(())
        })
        .await
    }
}
