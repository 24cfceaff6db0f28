//! `run`: a container of a service for one task.

use std::collections::BTreeMap;

use crate::host::Kind;
use crate::requests::Own;
use crate::session::Session;
use crate::up::{Pull, UpOptions};
use crate::{ComposeError, Host, Port, Service, Volume, labels};

/// What of the service is to be other than the files say.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The service.
    pub service: String,
    /// Its command.
    pub command: Option<Vec<String>>,
    /// Its entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// Further variables.
    pub environment: BTreeMap<String, Option<String>>,
    /// Further labels.
    pub labels: BTreeMap<String, String>,
    /// Its name.
    pub name: Option<String>,
    /// Its user.
    pub user: Option<String>,
    /// Its working directory.
    pub working_dir: Option<String>,
    /// Further mounts.
    pub volumes: Vec<Volume>,
    /// Ports that are published.
    pub ports: Vec<Port>,
    /// Publish the service's own ports as well.
    pub service_ports: bool,
    /// Answer to the service's names in networks.
    pub use_aliases: bool,
    /// Without a terminal, or with one.
    pub tty: bool,
    /// Whether it reads what is typed.
    pub stdin: bool,
    /// Do not start what it depends on.
    pub no_deps: bool,
    /// Rights that it has beside the service's.
    pub cap_add: Vec<String>,
    /// Rights that it lacks.
    pub cap_drop: Vec<String>,
    /// When its image is downloaded.
    pub pull: Pull,
    /// Build its image.
    pub build: bool,
    /// Remove containers of services that are not in the files.
    pub remove_orphans: bool,
    /// Remove the container when it ends.
    pub auto_remove: bool,
}

/// A container for one task, which was made and not started.
#[derive(Clone, Debug)]
pub struct OneOff {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl<H: Host> Session<'_, H> {
    /// Brings up what the service depends on, and makes a container for one task.
    pub async fn create_one_off(&self, options: &RunOptions) -> Result<OneOff, ComposeError> {
        let service = self.project.service(&options.service)?;
        let others: Vec<String> = service.depends_on.keys().cloned().collect();
        let others: Vec<String> = others
            .into_iter()
            .filter(|other| self.project.services.contains_key(other))
            .collect();
        let up = UpOptions {
            services: others.clone(),
            remove_orphans: options.remove_orphans,
            ignore_orphans: true,
            ..UpOptions::default()
        };
        if !options.no_deps && !others.is_empty() {
            self.up(&up).await?;
            self.wait_for_dependencies(service).await?;
        } else {
            self.ensure_resources().await?;
        }
        let image = UpOptions {
            pull: options.pull,
            build: options.build,
            ..UpOptions::default()
        };
        let images = self
            .images(std::slice::from_ref(&options.service), &image)
            .await?;
        let Some(image) = images.get(&options.service) else {
            return Err(ComposeError::NoService(options.service.clone()));
        };
        let changed = changed(service, options);
        let slug = slug();
        let name = options
            .name
            .clone()
            .unwrap_or_else(|| format!("{}-{}-run-{}", self.project.name, service.name, &slug[..12]));
        let mut labels = self.labels(service, &service.config_hash(), &image.id);
        labels.extend(options.labels.clone());
        labels.insert(labels::ONE_OFF.to_owned(), "True".to_owned());
        labels.insert(labels::SLUG.to_owned(), slug);
        let own = Own {
            name: name.clone(),
            labels,
            image: image.name.clone(),
            aliases: options.use_aliases,
            mounts_files: !image.is_wasm,
            contents: self.contents(service, !image.is_wasm)?,
            ..self.shared(service).await?
        };
        let mut wanted = crate::requests::of(self.project, &changed, &own)?;
        wanted.request.config.attach_stdin = options.stdin;
        wanted.request.config.stdin_once = options.stdin;
        wanted.request.host_config.auto_remove = options.auto_remove;
        let id = self
            .create_wanted(&changed, &name, wanted, own.contents.as_deref())
            .await?;
        self.done(Kind::Container, &name, "created");
        Ok(OneOff { id, name })
    }
}

fn changed(service: &Service, options: &RunOptions) -> Service {
    let mut service = service.clone();
    service.container_name = None;
    service.restart = None;
    service.deploy = service.deploy.map(|mut deploy| {
        deploy.restart_policy = None;
        deploy
    });
    service.tty = options.tty;
    service.stdin_open = options.stdin;
    if !options.service_ports {
        service.ports.clear();
    }
    service.ports.extend(options.ports.clone());
    if options.entrypoint.is_some() {
        service.entrypoint.clone_from(&options.entrypoint);
        // The image's and the service's command belong to their entrypoint.
        service.command = Some(Vec::new());
    }
    if options.command.is_some() {
        service.command.clone_from(&options.command);
    }
    service.environment.extend(options.environment.clone());
    if options.user.is_some() {
        service.user.clone_from(&options.user);
    }
    if options.working_dir.is_some() {
        service.working_dir.clone_from(&options.working_dir);
    }
    for volume in &options.volumes {
        service.volumes.retain(|own| own.target != volume.target);
        service.volumes.push(volume.clone());
    }
    service.cap_add.extend(options.cap_add.clone());
    service.cap_drop.extend(options.cap_drop.clone());
    service
}

/// Letters that no other container has.
fn slug() -> String {
    use std::hash::{BuildHasher, RandomState};
    // Each state is seeded from the system's random numbers.
    (0..4)
        .map(|part: u8| format!("{:016x}", RandomState::new().hash_one(part)))
        .collect()
}
