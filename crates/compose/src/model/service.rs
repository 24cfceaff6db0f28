//! A service.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::extension::Extension;
use super::{bytes, number, or_default, span, texts, whole};

/// A service of a project.
#[expect(
    missing_docs,
    reason = "the fields are described by the Compose specification, under the same names"
)]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    #[serde(skip)]
    pub name: String,
    /// Its whole tree, which its hash is over.
    #[serde(skip)]
    pub tree: Value,
    pub image: Option<String>,
    pub build: Option<Build>,
    pub command: Option<Vec<String>>,
    pub entrypoint: Option<Vec<String>>,
    #[serde(deserialize_with = "or_default")]
    pub environment: BTreeMap<String, Option<String>>,
    #[serde(deserialize_with = "texts")]
    pub labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "texts")]
    pub annotations: BTreeMap<String, String>,
    pub depends_on: BTreeMap<String, Dependency>,
    pub networks: BTreeMap<String, Option<Attachment>>,
    pub network_mode: Option<String>,
    pub ports: Vec<Port>,
    pub expose: Vec<String>,
    pub volumes: Vec<Volume>,
    pub volumes_from: Vec<String>,
    pub tmpfs: Vec<String>,
    pub secrets: Vec<Mounted>,
    pub configs: Vec<Mounted>,
    pub healthcheck: Option<HealthCheck>,
    pub deploy: Option<Deploy>,
    pub develop: Option<Develop>,
    pub logging: Option<Logging>,
    pub container_name: Option<String>,
    pub hostname: Option<String>,
    pub domainname: Option<String>,
    pub mac_address: Option<String>,
    pub user: Option<String>,
    pub working_dir: Option<String>,
    pub platform: Option<String>,
    pub pull_policy: Option<String>,
    pub restart: Option<String>,
    #[serde(deserialize_with = "whole")]
    pub scale: Option<i64>,
    pub attach: Option<bool>,
    pub tty: bool,
    pub stdin_open: bool,
    pub privileged: bool,
    pub read_only: bool,
    pub init: Option<bool>,
    pub stop_signal: Option<String>,
    #[serde(deserialize_with = "span")]
    pub stop_grace_period: Option<Duration>,
    #[serde(deserialize_with = "number")]
    pub cpus: Option<f64>,
    #[serde(deserialize_with = "whole")]
    pub cpu_shares: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub cpu_quota: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub cpu_period: Option<i64>,
    pub cpuset: Option<String>,
    #[serde(deserialize_with = "bytes")]
    pub mem_limit: Option<i64>,
    #[serde(deserialize_with = "bytes")]
    pub mem_reservation: Option<i64>,
    #[serde(deserialize_with = "bytes")]
    pub memswap_limit: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub mem_swappiness: Option<i64>,
    #[serde(deserialize_with = "bytes")]
    pub shm_size: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub pids_limit: Option<i64>,
    pub oom_kill_disable: Option<bool>,
    #[serde(deserialize_with = "whole")]
    pub oom_score_adj: Option<i64>,
    pub ulimits: BTreeMap<String, Ulimit>,
    #[serde(deserialize_with = "texts")]
    pub sysctls: BTreeMap<String, String>,
    pub devices: Vec<Device>,
    pub device_cgroup_rules: Vec<String>,
    pub cap_add: Vec<String>,
    pub cap_drop: Vec<String>,
    pub security_opt: Vec<String>,
    pub group_add: Vec<Value>,
    pub dns: Vec<String>,
    pub dns_opt: Vec<String>,
    pub dns_search: Vec<String>,
    pub extra_hosts: BTreeMap<String, Vec<String>>,
    pub links: Vec<String>,
    pub external_links: Vec<String>,
    pub ipc: Option<String>,
    pub pid: Option<String>,
    pub uts: Option<String>,
    pub userns_mode: Option<String>,
    pub cgroup: Option<String>,
    pub cgroup_parent: Option<String>,
    pub isolation: Option<String>,
    pub runtime: Option<String>,
    #[serde(deserialize_with = "texts")]
    pub storage_opt: BTreeMap<String, String>,
    /// What the specification does not know.
    #[serde(rename = "x-sampan", deserialize_with = "or_default")]
    pub sampan: Extension,
}

impl Service {
    /// How many containers it has.
    pub fn replicas(&self) -> usize {
        let deploy = self.deploy.as_ref().and_then(|deploy| deploy.replicas);
        self.scale
            .or(deploy)
            .map_or(1, |count| usize::try_from(count).unwrap_or(0))
    }

    /// The hash of all that makes its containers what they are.
    pub fn config_hash(&self) -> String {
        let mut tree = self.tree.clone();
        if let Some(members) = tree.as_object_mut() {
            for key in [
                "build",
                "pull_policy",
                "scale",
                "depends_on",
                "profiles",
                "develop",
            ] {
                members.remove(key);
            }
            if let Some(Value::Object(deploy)) = members.get_mut("deploy") {
                deploy.remove("replicas");
            }
        }
        super::hash(&tree)
    }

    /// The image's name: its own, or that of what is built.
    pub fn image_name(&self, project: &str) -> String {
        self.image
            .clone()
            .unwrap_or_else(|| format!("{project}-{}", self.name))
    }

    /// The services whose images this one's is built from.
    pub(crate) fn builds_from(&self) -> impl Iterator<Item = &str> {
        let contexts = self
            .build
            .iter()
            .flat_map(|build| build.additional_contexts.values());
        contexts.filter_map(|context| context.strip_prefix("service:"))
    }

    /// Limits of `deploy.resources`, where there are any.
    pub(crate) fn limits(&self) -> Limits {
        self.deploy
            .as_ref()
            .and_then(|deploy| deploy.resources.limits.clone())
            .unwrap_or_default()
    }

    /// What `deploy.resources` keeps for it.
    pub(crate) fn reservations(&self) -> Limits {
        self.deploy
            .as_ref()
            .and_then(|deploy| deploy.resources.reservations.clone())
            .unwrap_or_default()
    }
}

/// How far a service must be, before others start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Condition {
    /// Its containers have started.
    #[default]
    #[serde(rename = "service_started")]
    Started,
    /// Its containers are healthy.
    #[serde(rename = "service_healthy")]
    Healthy,
    /// Its containers have ended well.
    #[serde(rename = "service_completed_successfully")]
    Completed,
}

impl Condition {
    /// As the specification calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "service_started",
            Self::Healthy => "service_healthy",
            Self::Completed => "service_completed_successfully",
        }
    }
}

/// What a service waits for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// How far the other must be.
    pub condition: Condition,
    /// Whether it is started again when the other is.
    pub restart: bool,
    /// Whether it cannot do without.
    pub required: bool,
}

macro_rules! parts {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* })+) => {
        $($(#[$meta])*
        #[allow(missing_docs, reason = "the fields are described by the Compose specification, under the same names")]
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind,)* })+
    };
}

parts! {
    /// How a service is in a network.
    pub struct Attachment {
        pub aliases: Vec<String>,
        pub ipv4_address: Option<String>,
        pub ipv6_address: Option<String>,
        pub link_local_ips: Vec<String>,
        pub mac_address: Option<String>,
        #[serde(deserialize_with = "whole")]
        pub priority: Option<i64>,
        #[serde(deserialize_with = "whole")]
        pub gw_priority: Option<i64>,
        #[serde(deserialize_with = "texts")]
        pub driver_opts: BTreeMap<String, String>,
    }

    /// A port.
    pub struct Port {
        #[serde(deserialize_with = "whole")]
        pub target: Option<i64>,
        pub published: Option<String>,
        pub host_ip: Option<String>,
        pub protocol: String,
    }

    /// Something that is mounted.
    pub struct Volume {
        #[serde(rename = "type")]
        pub kind: String,
        pub source: Option<String>,
        pub target: String,
        pub read_only: bool,
        pub bind: Option<BindOptions>,
        pub volume: Option<VolumeOptions>,
        pub tmpfs: Option<TmpfsOptions>,
        pub image: Option<ImageOptions>,
    }

    /// Of folders of the host.
    pub struct BindOptions {
        pub propagation: Option<String>,
        pub create_host_path: bool,
        pub recursive: Option<String>,
    }

    /// Of volumes.
    pub struct VolumeOptions {
        pub nocopy: bool,
        pub subpath: Option<String>,
    }

    /// Of file systems in memory.
    pub struct TmpfsOptions {
        #[serde(deserialize_with = "bytes")]
        pub size: Option<i64>,
        #[serde(deserialize_with = "whole")]
        pub mode: Option<i64>,
    }

    /// Of images.
    pub struct ImageOptions {
        pub subpath: Option<String>,
    }

    /// A secret or a configuration in a container.
    pub struct Mounted {
        pub source: String,
        pub target: String,
        #[serde(deserialize_with = "whole")]
        pub uid: Option<i64>,
        #[serde(deserialize_with = "whole")]
        pub gid: Option<i64>,
        #[serde(deserialize_with = "whole")]
        pub mode: Option<i64>,
    }

    /// How it is asked whether it is well.
    pub struct HealthCheck {
        pub test: Vec<String>,
        #[serde(deserialize_with = "span")]
        pub interval: Option<Duration>,
        #[serde(deserialize_with = "span")]
        pub timeout: Option<Duration>,
        #[serde(deserialize_with = "span")]
        pub start_period: Option<Duration>,
        #[serde(deserialize_with = "span")]
        pub start_interval: Option<Duration>,
        #[serde(deserialize_with = "whole")]
        pub retries: Option<i64>,
        pub disable: bool,
    }

    /// What of a cluster's rules one machine can follow.
    pub struct Deploy {
        #[serde(deserialize_with = "whole")]
        pub replicas: Option<i64>,
        pub resources: Resources,
        pub restart_policy: Option<RestartPolicy>,
    }

    /// The most and the least that it has.
    pub struct Resources {
        pub limits: Option<Limits>,
        pub reservations: Option<Limits>,
    }

    /// Amounts.
    pub struct Limits {
        #[serde(deserialize_with = "number")]
        pub cpus: Option<f64>,
        #[serde(deserialize_with = "bytes")]
        pub memory: Option<i64>,
        #[serde(deserialize_with = "whole")]
        pub pids: Option<i64>,
    }

    /// What happens after it ended.
    pub struct RestartPolicy {
        pub condition: Option<String>,
        #[serde(deserialize_with = "whole")]
        pub max_attempts: Option<i64>,
    }

    /// Where output is kept.
    pub struct Logging {
        pub driver: Option<String>,
        #[serde(deserialize_with = "texts")]
        pub options: BTreeMap<String, String>,
    }

    /// A limit of processes.
    pub struct Ulimit {
        pub soft: i64,
        pub hard: i64,
    }

    /// A device of the host.
    pub struct Device {
        pub source: String,
        pub target: String,
        pub permissions: String,
    }

    /// How its image is built.
    pub struct Build {
        pub context: String,
        pub dockerfile: Option<String>,
        pub dockerfile_inline: Option<String>,
        pub target: Option<String>,
        pub args: BTreeMap<String, Option<String>>,
        #[serde(deserialize_with = "texts")]
        pub labels: BTreeMap<String, String>,
        pub tags: Vec<String>,
        pub cache_from: Vec<String>,
        pub network: Option<String>,
        pub no_cache: bool,
        pub pull: bool,
        #[serde(deserialize_with = "bytes")]
        pub shm_size: Option<i64>,
        pub extra_hosts: BTreeMap<String, Vec<String>>,
        pub platforms: Vec<String>,
        #[serde(deserialize_with = "texts")]
        pub additional_contexts: BTreeMap<String, String>,
        pub secrets: Vec<Mounted>,
    }

    /// What helps those who change it.
    pub struct Develop {
        pub watch: Vec<WatchRule>,
    }

    /// What is to be done when files change.
    pub struct WatchRule {
        pub path: PathBuf,
        pub action: WatchAction,
        pub target: Option<String>,
        pub ignore: Vec<String>,
        pub include: Vec<String>,
        pub initial_sync: bool,
        pub exec: Option<Hook>,
    }

    /// A command for a container that runs.
    pub struct Hook {
        pub command: Vec<String>,
        pub user: Option<String>,
        pub privileged: bool,
        pub working_dir: Option<String>,
        pub environment: BTreeMap<String, Option<String>>,
    }
}

/// What is done when a file changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum WatchAction {
    /// It is copied into the containers.
    #[default]
    #[serde(rename = "sync")]
    Sync,
    /// The image is built and the containers are made anew.
    #[serde(rename = "rebuild")]
    Rebuild,
    /// The containers are started again.
    #[serde(rename = "restart")]
    Restart,
    /// It is copied, and the containers are started again.
    #[serde(rename = "sync+restart")]
    SyncRestart,
    /// It is copied, and a command runs in the containers.
    #[serde(rename = "sync+exec")]
    SyncExec,
}

impl Volume {
    /// Reads the short form, with paths meant from a folder.
    pub fn parse(text: &str, folder: &std::path::Path) -> Result<Self, crate::ComposeError> {
        let tree = crate::canonical::volume(text, folder)?;
        serde_json::from_value(tree).map_err(|error| crate::ComposeError::model(text, error.to_string()))
    }
}

impl Port {
    /// Reads the short form; a range becomes several.
    pub fn parse(text: &str) -> Result<Vec<Self>, crate::ComposeError> {
        let all = crate::canonical::ports(text)?;
        let read = all
            .into_iter()
            .map(serde_json::from_value)
            .collect::<Result<_, _>>();
        read.map_err(|error| crate::ComposeError::model(text, error.to_string()))
    }
}
