//! Creating a container: what was asked for is parsed, named, and written down. Nothing runs yet.

mod folders;
mod merge;
mod mounts;
mod plan;
pub(crate) mod ports;
pub(crate) mod signal;

use std::sync::Arc;

use sampan_api::Time;
use sampan_api::container::{CreateRequest, CreateResponse, HostConfig};
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, ContainerName, Platform, TRACES};

use super::cell::{Cell, Private};
use super::error::{Result, SupervisorError, step};
use super::images::Image;
use super::layer::check_files;
use super::log::LogPlan;
use super::record::{MountKind, MountRecord, Record, State, Versions};
use super::{Caller, Supervisor, names};
pub(crate) use merge::{command, environment, environment_at, merge};
pub(crate) use plan::{Plan, RUNC, access_log, cpu_millis, extra_hosts, restart_policy};

/// How often a name is drawn before the id has to do.
const ATTEMPTS: u8 = 6;

/// What a build says of a container beside its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Within {
    /// What earlier steps changed, the last one first.
    pub(crate) beneath: Vec<std::path::PathBuf>,
    /// Whether it goes with its build.
    pub(crate) transient: bool,
    /// What its program gets and nothing is written down of.
    pub(crate) private: Private,
    /// Its image, which no name need lead to any more.
    pub(crate) image: Option<Arc<Image>>,
    /// Whether `/etc/hostname` is the image's.
    pub(crate) own_hostname: bool,
}

impl Supervisor {
    /// Creates a container.
    pub async fn create(
        &self,
        caller: &Caller,
        name: Option<&str>,
        platform: Option<Platform>,
        request: CreateRequest,
    ) -> Result<CreateResponse> {
        self.create_within(caller, name, platform, request, Within::default())
            .await
    }

    #[tracing::instrument(name = "container.create", target = TRACES, level = "trace", skip_all)]
    pub(crate) async fn create_within(
        &self,
        caller: &Caller,
        name: Option<&str>,
        platform: Option<Platform>,
        request: CreateRequest,
        within: Within,
    ) -> Result<CreateResponse> {
        super::strangers::check(caller, &request)?;
        let CreateRequest {
            mut config,
            host_config: mut host,
            networking_config: networking,
        } = request;
        let name = name.map(parse_name).transpose()?;
        if config.image.is_empty() {
            return Err(SupervisorError::Invalid("no image was named".to_owned()));
        }
        let defaults = &self.shared.config.defaults;
        defaults.fill(&mut host);
        plan::check(&config, &host)?;
        // What only Linux containers have is refused before anything is looked for, where there are none.
        let linux = self.shared.engine.runtime(Kind::Linux).is_ok();
        let mut warnings = match linux {
            true => Vec::new(),
            false => plan::check_wasm(&host)?,
        };
        let image = match &within.image {
            Some(image) => image.clone(),
            None => self.image(&config.image, platform.as_ref())?,
        };
        merge(&mut config, &image.runnable.config);
        let kind = self.kind(&image, &config).await?;
        if kind == Kind::Linux {
            super::strangers::check_linux(caller)?;
            defaults.fill_linux(&mut host);
            warnings = super::linux::check(&config, &host)?;
            let groups = self
                .shared
                .engine
                .runtime(kind)
                .ok()
                .and_then(|linux| linux.control_groups());
            warnings.extend(
                groups
                    .into_iter()
                    .flat_map(|groups| super::linux::unmet(&host, groups)),
            );
        } else {
            if linux {
                warnings = plan::check_wasm(&host)?;
            }
            super::strangers::check_grants(caller, &Plan::of(&host)?.grants)?;
            ports::check(&config, &host)?;
            if host.cgroupns_mode.is_empty() {
                host.cgroupns_mode = "private".to_owned();
            }
        }
        if host.runtime.is_empty() {
            host.runtime = if kind == Kind::Linux { RUNC } else { "sampan" }.to_owned();
        }
        // Most are started as soon as they are made.
        if let Ok(runtime) = self.shared.engine.runtime(kind) {
            runtime.foresee();
        }
        self.log_defaults(&mut host);
        LogPlan::parse(&host.log_config.kind, &host.log_config.config)?;
        super::health::check(&config)?;
        access_log(&config)?;
        let links = self.links_of(caller, &host)?;
        let others = self.mounts_of(caller, &host)?;
        let asked = mounts::asked(&config, &host, others, std::iter::empty())?;
        let mut networks = self
            .shared
            .networks()
            .asked(&host.network_mode, &networking.endpoints_config)?;
        if !config.mac_address.is_empty() {
            // Where older clients say the address of the first network.
            if let Some(wanted) = networks.get_mut(&host.network_mode)
                && wanted.mac.is_empty()
            {
                wanted.mac.clone_from(&config.mac_address);
            }
        }

        if kind == Kind::Linux && host.uts_mode == "host" && !config.hostname.is_empty() {
            return Err(SupervisorError::Invalid(
                "conflicting options: hostname and the UTS mode".to_owned(),
            ));
        }
        let id = super::new_id()?;
        if config.hostname.is_empty() {
            let other = host.network_mode.strip_prefix("container:");
            config.hostname = match other {
                // As in Docker, it has the name under which its addresses are known.
                // Whether there is one matters when it starts, as in Docker; clients take a 404 here for a missing image.
                Some(other) => match self.shared.find(other) {
                    Ok(other) => other.record().config.hostname.clone(),
                    Err(_) => id.short().to_owned(),
                },
                None if kind == Kind::Linux && host.uts_mode == "host" => {
                    rustix::system::uname().nodename().to_string_lossy().into_owned()
                }
                None => id.short().to_owned(),
            };
        }
        let name = self.reserve(&id, name)?;
        let mut made = Made {
            supervisor: self,
            id: &id,
            name: &name,
            volumes: Vec::new(),
            done: false,
        };
        let words = merge::command(&config);
        let mounts = self
            .mount_records(caller, kind, asked, &image, &words, &mut made)
            .await?;
        check_files(&mounts, &image, host.readonly_rootfs)?;
        let (path, args) = self.shown_command(&image, words);
        let record = Record {
            id: id.clone(),
            name: name.clone(),
            created: Time::now(),
            domain: caller.domain.clone(),
            config,
            host,
            image: image.descriptor.clone(),
            kind,
            platform: platform.map(|platform| platform.to_string()),
            path,
            args,
            mounts,
            networks,
            links,
            folder: false,
            beneath: within.beneath,
            transient: within.transient,
            own_hostname: within.own_hostname,
            versions: Versions::default(),
        };
        step!("supervisor::create::journal");
        self.shared.journal.put(&Record::key(&id), &record)?;
        made.done = true;
        self.shared.wrote();
        let cell = Cell::new(record, State::default());
        cell.live().private = within.private;
        self.shared.index_mut().insert(cell.clone());
        self.container_event(&cell, "create", &[]);
        Ok(CreateResponse {
            id: id.to_string(),
            warnings,
        })
    }

    /// What a container of an image is. Refuses what no backend runs, as early as it can be told.
    pub(crate) async fn kind(
        &self,
        image: &std::sync::Arc<Image>,
        config: &sampan_api::container::Config,
    ) -> Result<Kind> {
        let kind = match (image.runnable.kind, image.runnable.must_be_wasm) {
            (Kind::Linux, false) => self.program(image, &merge::command(config)).await?.kind,
            (kind, _) => kind,
        };
        self.shared.engine.runtime(kind)?;
        Ok(kind)
    }

    fn log_defaults(&self, host: &mut HostConfig) {
        let (driver, options) = (&self.shared.config.log_driver, &self.shared.config.log_options);
        let log = &mut host.log_config;
        if log.kind.is_empty() {
            log.kind.clone_from(driver);
        }
        if log.kind == *driver {
            for (key, value) in options {
                log.config.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }

    /// The mounts of the containers of `VolumesFrom`.
    fn mounts_of(&self, caller: &Caller, host: &HostConfig) -> Result<Vec<MountRecord>> {
        let mut all = Vec::new();
        for word in host.volumes_from.iter().flatten() {
            let (other, mode) = word.split_once(':').unwrap_or((word, "rw"));
            // Clients take a 404 here for a missing image.
            let found = self.seen_by(caller, other);
            let record = found
                .map_err(|error| SupervisorError::Invalid(error.to_string()))?
                .record();
            for mount in record.mounts.iter().filter(|m| m.kind != MountKind::Tmpfs) {
                all.push(MountRecord {
                    writable: mount.writable && mode != "ro",
                    copy: false,
                    anonymous: false,
                    ..mount.clone()
                });
            }
        }
        Ok(all)
    }

    /// Takes the name, or draws one.
    fn reserve(&self, id: &ContainerId, name: Option<ContainerName>) -> Result<ContainerName> {
        let mut index = self.shared.index_mut();
        if let Some(name) = name {
            index.take_name(&name, id)?;
            return Ok(name);
        }
        for attempt in 0..ATTEMPTS {
            let mut random = [0; 3];
            super::random(&mut random)?;
            if let Ok(name) = names::generate(random, attempt).parse::<ContainerName>()
                && index.take_name(&name, id).is_ok()
            {
                return Ok(name);
            }
        }
        let name = parse_name(id.short())?;
        index.take_name(&name, id)?;
        Ok(name)
    }

    /// Makes what mounts need: volumes, with the image's files in them.
    async fn mount_records(
        &self,
        caller: &Caller,
        kind: Kind,
        asked: Vec<mounts::Asked>,
        image: &std::sync::Arc<Image>,
        command: &[String],
        made: &mut Made<'_>,
    ) -> Result<Vec<MountRecord>> {
        let mut records = Vec::with_capacity(asked.len());
        for mounts::Asked {
            mut record,
            labels,
            must_exist,
        } in asked
        {
            match record.kind {
                MountKind::Bind | MountKind::File => {
                    record.kind = check_bind(caller, kind, &record, must_exist)?;
                }
                MountKind::Volume => {
                    self.mount_volume(&mut record, labels, image, command, caller, made)
                        .await?
                }
                MountKind::Tmpfs => {}
            }
            records.push(record);
        }
        Ok(records)
    }

    async fn mount_volume(
        &self,
        record: &mut MountRecord,
        mut labels: sampan_api::Strings,
        image: &std::sync::Arc<Image>,
        command: &[String],
        caller: &Caller,
        made: &mut Made<'_>,
    ) -> Result<()> {
        super::strangers::check_volume(caller, record.name.is_empty())?;
        if record.name.is_empty() {
            record.name = super::random_hex()?;
            labels.insert(super::volumes::ANONYMOUS.to_owned(), String::new());
        }
        let fresh = self.shared.volumes().get(&record.name).is_none();
        let made_for = record.anonymous.then(|| made.id.clone());
        self.make_volume(&record.name, labels, sampan_api::Strings::new(), made_for)?;
        self.shared.volumes().use_by(&record.name, made.id);
        made.volumes
            .push((record.name.clone(), fresh && record.anonymous));
        let path = self.shared.volumes().source(&record.name);
        if path != self.shared.volumes().path(&record.name) {
            folders::check_device(caller, &record.name, &path)?;
        }
        record.source = path.display().to_string();
        let own = self
            .shared
            .volumes()
            .get(&record.name)
            .map(|held| held.record.file_system());
        if record.copy && image.runnable.rootfs.is_some() && own.flatten().is_none() {
            let ready = self.program(image, command).await;
            let ready_kind = ready.as_ref().map_or(Kind::Wasm, |ready| ready.kind);
            // An image whose program is not found has its files nevertheless, but those come with the program.
            let Ok(ready) = ready else { return Ok(()) };
            let owned = ready_kind == Kind::Linux;
            if let Some(layers) = &ready.layers {
                let files = self.stacked(layers)?;
                super::volumes::fill(&path, &files.path(), &record.destination, owned)?;
            } else if let Some(rootfs) = &ready.rootfs {
                super::volumes::fill(&path, rootfs.path(), &record.destination, owned)?;
            }
        }
        Ok(())
    }

    /// The program and its arguments as `inspect` shows them.
    pub(crate) fn shown_command(&self, image: &Image, mut words: Vec<String>) -> (String, Vec<String>) {
        if words.is_empty() {
            let name = image.runnable.program.as_ref().map(|program| match program {
                sampan_image::ProgramSource::Blob { digest, .. } => digest.to_string(),
                sampan_image::ProgramSource::InRootfs { path } => path.display().to_string(),
            });
            return (name.unwrap_or_default(), Vec::new());
        }
        (words.remove(0), words)
    }
}

/// What was made for a container that is not written down yet; taken back unless it is done.
struct Made<'a> {
    supervisor: &'a Supervisor,
    id: &'a ContainerId,
    name: &'a ContainerName,
    /// Each with whether it was made for this container alone.
    volumes: Vec<(String, bool)>,
    done: bool,
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        self.supervisor.shared.index_mut().free_name(self.name);
        for (name, own) in &self.volumes {
            self.supervisor.shared.volumes().leave(name, self.id);
            if *own && let Err(error) = self.supervisor.remove_volume(name) {
                tracing::warn!(%error, name, "a volume of a container that was not made could not be removed");
            }
        }
    }
}

/// Reads a name, with or without the slash that Docker shows before it.
pub(crate) fn parse_name(text: &str) -> Result<ContainerName> {
    text.strip_prefix('/').unwrap_or(text).parse().map_err(|_| {
        SupervisorError::Invalid(format!(
            "Invalid container name ({text}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
        ))
    })
}

/// What of the host is to be mounted: a folder is made where it is missing, unless it must be there. Gives what it is.
fn check_bind(caller: &Caller, kind: Kind, record: &MountRecord, must_exist: bool) -> Result<MountKind> {
    if !caller.host {
        return Err(SupervisorError::Denied(
            "folders of the host cannot be mounted through this socket".to_owned(),
        ));
    }
    match std::fs::metadata(&record.source) {
        Ok(meta) if meta.is_dir() || kind == Kind::Linux => Ok(MountKind::Bind),
        Ok(meta) if meta.is_file() => Ok(MountKind::File),
        Ok(_) => Err(SupervisorError::Invalid(format!(
            "invalid mount config for type \"bind\": {} is neither a folder nor a file, and cannot be mounted into a Wasm container",
            record.source
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && must_exist => {
            Err(SupervisorError::Invalid(format!(
                "invalid mount config for type \"bind\": bind source path does not exist: {}",
                record.source
            )))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => std::fs::create_dir_all(&record.source)
            .map(|()| MountKind::Bind)
            .map_err(SupervisorError::io("create", &record.source)),
        Err(error) => Err(SupervisorError::io("look at", &record.source)(error)),
    }
}
