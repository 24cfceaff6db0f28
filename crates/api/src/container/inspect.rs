//! Everything about one container.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Config, Health, HostConfig, PortMap};
use crate::network::EndpointSettings;
use crate::wire::{unset, wire};
use crate::{Strings, Time};

/// Where a container is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not started yet.
    #[default]
    Created,
    Running,
    Paused,
    /// Between two runs.
    Restarting,
    Removing,
    Exited,
    /// Its removal failed.
    Dead,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Running,
        Self::Paused,
        Self::Restarting,
        Self::Removing,
        Self::Exited,
        Self::Dead,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }
}

wire! {
    /// Everything about one container.
    #[serde(rename_all = "PascalCase")]
    pub struct Inspect {
        pub id: String,
        pub created: Time,
        /// The program.
        pub path: String,
        pub args: Vec<String>,
        pub state: State,
        /// The id of its image.
        pub image: String,
        pub resolv_conf_path: String,
        pub hostname_path: String,
        pub hosts_path: String,
        pub log_path: String,
        /// With a slash before it.
        pub name: String,
        pub restart_count: i64,
        pub driver: String,
        pub platform: String,
        pub mount_label: String,
        pub process_label: String,
        pub app_armor_profile: String,
        /// `None` where there are none.
        #[serde(rename = "ExecIDs")]
        pub exec_ids: Option<Vec<String>>,
        pub host_config: HostConfig,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub graph_driver: Option<DriverData>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_rw: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_root_fs: Option<i64>,
        pub mounts: Vec<MountPoint>,
        pub config: Config,
        pub network_settings: NetworkSettings,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image_manifest_descriptor: Option<crate::image::Descriptor>,
        /// What it was granted, what it used, and its limits: Sampan's own, unknown to other engines.
        #[serde(rename = "Sampan", skip_serializing_if = "Option::is_none")]
        pub sampan: Option<serde_json::Value>,
    }

    /// Where a container is in its life.
    #[serde(rename_all = "PascalCase")]
    pub struct State {
        pub status: Status,
        pub running: bool,
        pub paused: bool,
        pub restarting: bool,
        #[serde(rename = "OOMKilled")]
        pub oom_killed: bool,
        pub dead: bool,
        pub pid: i64,
        pub exit_code: i64,
        pub error: String,
        pub started_at: Time,
        pub finished_at: Time,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub health: Option<Health>,
    }

    /// Where the container's root file system comes from.
    #[serde(rename_all = "PascalCase")]
    pub struct DriverData {
        pub data: Strings,
        pub name: String,
    }

    /// A place where something is mounted.
    #[serde(rename_all = "PascalCase")]
    pub struct MountPoint {
        #[serde(rename = "Type", skip_serializing_if = "unset")]
        pub kind: String,
        #[serde(skip_serializing_if = "unset")]
        pub name: String,
        pub source: String,
        pub destination: String,
        #[serde(skip_serializing_if = "unset")]
        pub driver: String,
        pub mode: String,
        #[serde(rename = "RW")]
        pub rw: bool,
        pub propagation: String,
    }

    /// A container's networks. The fields from `endpoint_id` on are those of the default bridge, for older clients.
    #[serde(rename_all = "PascalCase")]
    pub struct NetworkSettings {
        pub bridge: String,
        #[serde(rename = "SandboxID")]
        pub sandbox_id: String,
        pub sandbox_key: String,
        pub ports: PortMap,
        pub hairpin_mode: bool,
        #[serde(rename = "LinkLocalIPv6Address")]
        pub link_local_ipv6_address: String,
        #[serde(rename = "LinkLocalIPv6PrefixLen")]
        pub link_local_ipv6_prefix_len: i64,
        #[serde(rename = "SecondaryIPAddresses")]
        pub secondary_ip_addresses: Option<Vec<serde_json::Value>>,
        #[serde(rename = "SecondaryIPv6Addresses")]
        pub secondary_ipv6_addresses: Option<Vec<serde_json::Value>>,
        #[serde(rename = "EndpointID")]
        pub endpoint_id: String,
        pub gateway: String,
        #[serde(rename = "GlobalIPv6Address")]
        pub global_ipv6_address: String,
        #[serde(rename = "GlobalIPv6PrefixLen")]
        pub global_ipv6_prefix_len: i64,
        #[serde(rename = "IPAddress")]
        pub ip_address: String,
        #[serde(rename = "IPPrefixLen")]
        pub ip_prefix_len: i64,
        #[serde(rename = "IPv6Gateway")]
        pub ipv6_gateway: String,
        pub mac_address: String,
        pub networks: BTreeMap<String, EndpointSettings>,
    }
}
