//! What is written down of a container: what it is, and how it stands. The two change at different times, so each
//! has its own key in the journal.

use std::collections::BTreeMap;

use sampan_api::Time;
use sampan_api::container::{Config, Health, HostConfig, MountPoint, PortMap, Status};
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, ContainerName, Digest, Split};
use serde::{Deserialize, Serialize};

use super::networks::Endpoint;

/// What a container is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: ContainerId,
    pub(crate) name: ContainerName,
    pub(crate) created: Time,
    /// Whose it is; decides with whom it may share a process.
    pub(crate) domain: String,
    /// What the image says and what was asked for, as one.
    pub(crate) config: Config,
    pub(crate) host: HostConfig,
    /// The image; its digest is the id.
    pub(crate) image: sampan_store::Descriptor,
    /// Which runtime runs it. Records of before there was a second one do not say it.
    #[serde(default = "wasm")]
    pub(crate) kind: Kind,
    /// The platform that was asked for.
    pub(crate) platform: Option<String>,
    /// The program and its arguments, for people.
    pub(crate) path: String,
    pub(crate) args: Vec<String>,
    pub(crate) mounts: Vec<MountRecord>,
    /// What was asked of each network, by the network's name.
    pub(crate) networks: BTreeMap<String, Wanted>,
    /// To whom it is linked in the usual network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<super::links::LinkRecord>,
    /// Whether it has a folder of its own.
    #[serde(default)]
    pub(crate) folder: bool,
    /// Folders between its own changes and the image's files, the uppermost first: what earlier steps of a build
    /// changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) beneath: Vec<std::path::PathBuf>,
    /// Whether it belongs to a build: no other daemon goes on with it.
    #[serde(default, skip_serializing_if = "is_not")]
    pub(crate) transient: bool,
    /// Whether it keeps its image's `/etc/hostname` and only reads the engine's other files: what a step of BuildKit
    /// writes there is the image's, or refused.
    #[serde(default, skip_serializing_if = "is_not")]
    pub(crate) own_hostname: bool,
    /// Which versions of its program there were and are.
    #[serde(default, skip_serializing_if = "Versions::is_first")]
    pub(crate) versions: Versions,
}

/// Versions of a container's program, counted from the one that it was made with. What the record says of an image and
/// its configuration is of the one that was there first of those that answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Versions {
    /// Which one the record is of.
    pub(crate) now: u64,
    /// The last one that answered, if only a part of the requests.
    pub(crate) last: u64,
    /// A newer one that answers a part of the requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second: Option<Box<Second>>,
}

impl Versions {
    /// Whether there never was another one.
    pub(crate) fn is_first(&self) -> bool {
        *self == Self::default()
    }
}

/// A version that answers beside the one of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Second {
    pub(crate) version: u64,
    pub(crate) split: Split,
    pub(crate) image: sampan_store::Descriptor,
    pub(crate) config: Config,
    pub(crate) path: String,
    pub(crate) args: Vec<String>,
}

/// What a container asked of a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<std::net::Ipv4Addr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address6: Option<std::net::Ipv6Addr>,
    /// Kept and shown; there is no link to which they would be local.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) link_local: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) links: Option<Vec<String>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) mac: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) driver_opts: Option<sampan_api::Strings>,
}

/// Something of the host in a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MountRecord {
    pub(crate) kind: MountKind,
    /// The volume's name; empty for others.
    #[serde(default)]
    pub(crate) name: String,
    /// The folder of the host; empty for a tmpfs.
    #[serde(default)]
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) writable: bool,
    /// As it was written, for people.
    #[serde(default)]
    pub(crate) mode: String,
    /// A volume that was made for this container alone.
    #[serde(default)]
    pub(crate) anonymous: bool,
    /// How much fits into a tmpfs.
    #[serde(default)]
    pub(crate) size: Option<u64>,
    /// Whether the image's files are copied into an empty volume.
    #[serde(default)]
    pub(crate) copy: bool,
    /// How mounts spread, where that was said beside the mode.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) propagation: String,
}

/// The ways in which mounts spread.
pub(crate) const PROPAGATIONS: [&str; 6] = ["private", "rprivate", "slave", "rslave", "shared", "rshared"];

/// What is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MountKind {
    Bind,
    /// A single file of the host, for a Wasm container to read: a bind to those who ask.
    File,
    Volume,
    Tmpfs,
}

impl MountKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bind | Self::File => "bind",
            Self::Volume => "volume",
            Self::Tmpfs => "tmpfs",
        }
    }
}

impl MountRecord {
    /// How mounts spread through it.
    pub(crate) fn propagation(&self) -> &str {
        let written = self.mode.split(',').find(|word| PROPAGATIONS.contains(word));
        match self.propagation.as_str() {
            "" => written.unwrap_or("rprivate"),
            word => word,
        }
    }

    /// As `inspect` shows it.
    pub(crate) fn shown(&self) -> MountPoint {
        MountPoint {
            kind: self.kind.name().to_owned(),
            name: self.name.clone(),
            source: self.source.clone(),
            destination: self.destination.clone(),
            driver: match self.kind {
                MountKind::Volume => "local".to_owned(),
                MountKind::Bind | MountKind::File | MountKind::Tmpfs => String::new(),
            },
            mode: self.mode.clone(),
            rw: self.writable,
            propagation: match self.kind {
                MountKind::Bind | MountKind::File => self.propagation().to_owned(),
                MountKind::Volume | MountKind::Tmpfs => String::new(),
            },
        }
    }
}

impl Record {
    /// The mounts as lists and `inspect` show them: what `HostConfig.Tmpfs` asked for is shown there alone.
    pub(crate) fn mounts_shown(&self) -> Vec<MountPoint> {
        let elsewhere = |mount: &MountRecord| {
            mount.kind == MountKind::Tmpfs
                && (self.host.tmpfs.keys()).any(|target| target.trim_end_matches('/') == mount.destination)
        };
        self.mounts
            .iter()
            .filter(|mount| !elsewhere(mount))
            .map(MountRecord::shown)
            .collect()
    }

    /// The same container with its newer version as its only one.
    pub(crate) fn second(&self) -> Option<Self> {
        let second = self.versions.second.as_deref()?.clone();
        Some(Self {
            image: second.image,
            config: second.config,
            path: second.path,
            args: second.args,
            versions: Versions {
                now: second.version,
                last: self.versions.last,
                second: None,
            },
            ..self.clone()
        })
    }

    /// The newest version that answers.
    pub(crate) fn newest(&self) -> u64 {
        let second = self.versions.second.as_ref();
        second.map_or(self.versions.now, |second| second.version)
    }

    /// Which versions answer, with their weights.
    pub(crate) fn lineup(&self) -> Vec<(u64, u32)> {
        let Versions { now, second, .. } = &self.versions;
        match second {
            None => vec![(*now, 1)],
            Some(second) => vec![(*now, second.split.old), (second.version, second.split.new)],
        }
    }

    /// The images that it needs.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Digest> {
        let second = self.versions.second.as_ref();
        std::iter::once(&self.image.digest).chain(second.map(|second| &second.image.digest))
    }

    pub(crate) fn key(id: &ContainerId) -> String {
        format!("c/{id}")
    }

    /// Whether somebody may write to it through the API.
    pub(crate) fn terminal(&self) -> bool {
        self.config.tty
    }
}

/// How a container stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) running: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub(crate) paused: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub(crate) restarting: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub(crate) dead: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub(crate) oom_killed: bool,
    pub(crate) exit_code: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) error: String,
    pub(crate) started: Time,
    pub(crate) finished: Time,
    pub(crate) restarts: u32,
    /// Somebody ended it, so that its restart policy rests.
    #[serde(skip_serializing_if = "is_not")]
    pub(crate) stopped_by_hand: bool,
    /// Which ports of the host lead to it, while it runs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) ports: PortMap,
    /// Its places in networks, while it runs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    /// Never written down: a health check begins anew with its daemon.
    #[serde(skip)]
    pub(crate) health: Option<Health>,
    #[serde(skip)]
    pub(crate) removing: bool,
    #[serde(skip)]
    pub(crate) pid: i64,
}

fn wasm() -> Kind {
    Kind::Wasm
}

fn is_not(value: &bool) -> bool {
    !*value
}

impl State {
    pub(crate) fn key(id: &ContainerId) -> String {
        format!("s/{id}")
    }

    /// The one word for it.
    pub(crate) fn status(&self) -> Status {
        if self.running {
            return match (self.paused, self.restarting) {
                (true, _) => Status::Paused,
                (_, true) => Status::Restarting,
                _ => Status::Running,
            };
        }
        if self.removing {
            Status::Removing
        } else if self.dead {
            Status::Dead
        } else if self.started.is_zero() {
            Status::Created
        } else {
            Status::Exited
        }
    }
}
