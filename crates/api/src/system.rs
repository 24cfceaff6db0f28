//! The engine as a whole.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use std::collections::BTreeMap;

use crate::registry::ServiceConfig;
use crate::wire::{unset, wire};
use crate::{Strings, Time};

wire! {
    /// `GET /version`.
    #[serde(rename_all = "PascalCase")]
    pub struct Version {
        pub platform: PlatformInfo,
        pub version: String,
        pub api_version: String,
        #[serde(rename = "MinAPIVersion", skip_serializing_if = "unset")]
        pub min_api_version: String,
        pub os: String,
        pub arch: String,
        #[serde(skip_serializing_if = "unset")]
        pub components: Vec<ComponentVersion>,
        /// Clients look for it and for the next without asking whether they are there.
        pub git_commit: String,
        /// Empty: there is no Go here.
        pub go_version: String,
        #[serde(skip_serializing_if = "unset")]
        pub kernel_version: String,
        #[serde(skip_serializing_if = "unset")]
        pub experimental: bool,
        #[serde(skip_serializing_if = "unset")]
        pub build_time: String,
    }

    /// The product.
    #[serde(rename_all = "PascalCase")]
    pub struct PlatformInfo {
        pub name: String,
    }

    /// A part of the product.
    #[serde(rename_all = "PascalCase")]
    pub struct ComponentVersion {
        pub name: String,
        pub version: String,
        #[serde(skip_serializing_if = "unset")]
        pub details: Strings,
    }

    /// `GET /info`.
    #[serde(rename_all = "PascalCase")]
    pub struct Info {
        #[serde(rename = "ID")]
        pub id: String,
        pub containers: i64,
        pub containers_running: i64,
        pub containers_paused: i64,
        pub containers_stopped: i64,
        pub images: i64,
        pub driver: String,
        pub driver_status: Vec<[String; 2]>,
        pub plugins: PluginsInfo,
        pub memory_limit: bool,
        pub swap_limit: bool,
        pub cpu_cfs_period: bool,
        pub cpu_cfs_quota: bool,
        #[serde(rename = "CPUShares")]
        pub cpu_shares: bool,
        #[serde(rename = "CPUSet")]
        pub cpu_set: bool,
        pub pids_limit: bool,
        #[serde(rename = "IPv4Forwarding")]
        pub ipv4_forwarding: bool,
        #[serde(rename = "BridgeNfIptables")]
        pub bridge_nf_iptables: bool,
        #[serde(rename = "BridgeNfIp6tables")]
        pub bridge_nf_ip6tables: bool,
        pub debug: bool,
        pub n_fd: i64,
        pub oom_kill_disable: bool,
        pub n_goroutines: i64,
        pub system_time: Time,
        pub logging_driver: String,
        pub cgroup_driver: String,
        #[serde(skip_serializing_if = "unset")]
        pub cgroup_version: String,
        pub n_events_listener: i64,
        pub kernel_version: String,
        pub operating_system: String,
        #[serde(rename = "OSVersion")]
        pub os_version: String,
        #[serde(rename = "OSType")]
        pub os_type: String,
        pub architecture: String,
        pub index_server_address: String,
        pub registry_config: ServiceConfig,
        #[serde(rename = "NCPU")]
        pub n_cpu: i64,
        pub mem_total: i64,
        pub generic_resources: Option<Vec<serde_json::Value>>,
        pub docker_root_dir: String,
        pub http_proxy: String,
        pub https_proxy: String,
        pub no_proxy: String,
        pub name: String,
        pub labels: Vec<String>,
        pub experimental_build: bool,
        pub server_version: String,
        pub runtimes: BTreeMap<String, Runtime>,
        pub default_runtime: String,
        pub swarm: SwarmInfo,
        pub live_restore_enabled: bool,
        pub isolation: String,
        pub init_binary: String,
        pub containerd_commit: Commit,
        pub runc_commit: Commit,
        pub init_commit: Commit,
        pub security_options: Vec<String>,
        #[serde(skip_serializing_if = "unset")]
        pub product_license: String,
        #[serde(skip_serializing_if = "unset")]
        pub default_address_pools: Vec<AddressPool>,
        #[serde(rename = "CDISpecDirs")]
        pub cdi_spec_dirs: Vec<String>,
        /// `None` where there are none.
        pub warnings: Option<Vec<String>>,
    }

    /// What extends the engine, by kind.
    #[serde(rename_all = "PascalCase")]
    pub struct PluginsInfo {
        pub volume: Vec<String>,
        pub network: Vec<String>,
        pub authorization: Option<Vec<String>>,
        pub log: Vec<String>,
    }

    /// A runtime.
    #[serde(rename_all = "camelCase")]
    pub struct Runtime {
        #[serde(skip_serializing_if = "unset")]
        pub path: String,
        #[serde(skip_serializing_if = "unset")]
        pub runtime_args: Vec<String>,
    }

    /// A range of addresses from which networks are made.
    #[serde(rename_all = "PascalCase")]
    pub struct AddressPool {
        pub base: String,
        pub size: i64,
    }

    /// The version of a helper.
    #[serde(rename_all = "PascalCase")]
    pub struct Commit {
        #[serde(rename = "ID")]
        pub id: String,
        #[serde(skip_serializing_if = "unset")]
        pub expected: String,
    }

    /// The swarm, of which there is none.
    #[serde(rename_all = "PascalCase")]
    pub struct SwarmInfo {
        #[serde(rename = "NodeID")]
        pub node_id: String,
        pub node_addr: String,
        /// `inactive`.
        pub local_node_state: String,
        pub control_available: bool,
        pub error: String,
        pub remote_managers: Option<Vec<serde_json::Value>>,
    }

    /// One thing that builds keep.
    #[serde(rename_all = "PascalCase")]
    pub struct BuildCache {
        #[serde(rename = "ID")]
        pub id: String,
        /// `regular` is a step's, `exec.cachemount` a folder of `RUN --mount=type=cache`.
        #[serde(rename = "Type")]
        pub kind: String,
        pub description: String,
        pub in_use: bool,
        /// Whether its bytes are another's, too; those are not counted here.
        pub shared: bool,
        pub size: i64,
        pub created_at: crate::Time,
        pub last_used_at: Option<crate::Time>,
        pub usage_count: i64,
    }

    /// `GET /system/df`.
    #[serde(rename_all = "PascalCase")]
    pub struct DiskUsage {
        pub layers_size: i64,
        pub images: Option<Vec<crate::image::Summary>>,
        pub containers: Option<Vec<crate::container::Summary>>,
        pub volumes: Option<Vec<crate::volume::Volume>>,
        pub build_cache: Option<Vec<BuildCache>>,
        /// From 1.52 on; so are those that follow.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image_usage: Option<Usage<crate::image::Summary>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub container_usage: Option<Usage<crate::container::Summary>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub volume_usage: Option<Usage<crate::volume::Volume>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub build_cache_usage: Option<Usage<BuildCache>>,
    }
}

/// What things of one sort take on the disk.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(
    rename_all = "PascalCase",
    default,
    bound(deserialize = "T: serde::Deserialize<'de>")
)]
pub struct Usage<T> {
    #[serde(skip_serializing_if = "unset")]
    pub active_count: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<T>,
    #[serde(skip_serializing_if = "unset")]
    pub reclaimable: i64,
    #[serde(skip_serializing_if = "unset")]
    pub total_count: i64,
    #[serde(skip_serializing_if = "unset")]
    pub total_size: i64,
}

impl<T> Default for Usage<T> {
    fn default() -> Self {
        Self {
            active_count: 0,
            items: Vec::new(),
            reclaimable: 0,
            total_count: 0,
            total_size: 0,
        }
    }
}
