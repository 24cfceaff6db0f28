//! What of a container depends on the machine it runs on.

use std::collections::BTreeMap;

use crate::wire::{unset, wire};
use crate::{Port, Strings};

/// Published ports: what is exposed alone has `null`.
pub type PortMap = BTreeMap<Port, Option<Vec<PortBinding>>>;

/// Makes documents that hold the limits of a container among other fields. Go nests them without a key of their own;
/// serde's `flatten` would buffer the whole document for that.
macro_rules! with_resources {
    ($(#[$of_struct:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        wire! {
            $(#[$of_struct])*
            pub struct $name {
                $($fields)*
                pub cpu_shares: i64,
                /// In bytes.
                pub memory: i64,
                /// In billionths of a processor.
                pub nano_cpus: i64,
                pub cgroup_parent: String,
                pub blkio_weight: u16,
                pub blkio_weight_device: Option<Vec<WeightDevice>>,
                pub blkio_device_read_bps: Option<Vec<ThrottleDevice>>,
                pub blkio_device_write_bps: Option<Vec<ThrottleDevice>>,
                #[serde(rename = "BlkioDeviceReadIOps")]
                pub blkio_device_read_iops: Option<Vec<ThrottleDevice>>,
                #[serde(rename = "BlkioDeviceWriteIOps")]
                pub blkio_device_write_iops: Option<Vec<ThrottleDevice>>,
                /// In microseconds.
                pub cpu_period: i64,
                /// In microseconds of each period.
                pub cpu_quota: i64,
                pub cpu_realtime_period: i64,
                pub cpu_realtime_runtime: i64,
                pub cpuset_cpus: String,
                pub cpuset_mems: String,
                pub devices: Option<Vec<DeviceMapping>>,
                pub device_cgroup_rules: Option<Vec<String>>,
                pub device_requests: Option<Vec<DeviceRequest>>,
                #[serde(skip_serializing_if = "unset")]
                pub kernel_memory: i64,
                pub memory_reservation: i64,
                pub memory_swap: i64,
                pub memory_swappiness: Option<i64>,
                pub oom_kill_disable: Option<bool>,
                pub pids_limit: Option<i64>,
                pub ulimits: Option<Vec<Ulimit>>,
                pub cpu_count: i64,
                pub cpu_percent: i64,
                #[serde(rename = "IOMaximumIOps")]
                pub io_maximum_iops: u64,
                #[serde(rename = "IOMaximumBandwidth")]
                pub io_maximum_bandwidth: u64,
            }
        }
    };
}

with_resources! {
    /// What of a container depends on the machine it runs on.
    #[serde(rename_all = "PascalCase")]
    pub struct HostConfig {
        pub binds: Option<Vec<String>>,
        #[serde(rename = "ContainerIDFile")]
        pub container_id_file: String,
        pub log_config: LogConfig,
        pub network_mode: String,
        pub port_bindings: Option<PortMap>,
        pub restart_policy: RestartPolicy,
        pub auto_remove: bool,
        pub volume_driver: String,
        pub volumes_from: Option<Vec<String>>,
        /// Lines and columns.
        pub console_size: [u64; 2],
        #[serde(skip_serializing_if = "unset")]
        pub annotations: Strings,
        pub cap_add: Option<Vec<String>>,
        pub cap_drop: Option<Vec<String>>,
        pub cgroupns_mode: String,
        pub dns: Option<Vec<String>>,
        pub dns_options: Option<Vec<String>>,
        pub dns_search: Option<Vec<String>>,
        pub extra_hosts: Option<Vec<String>>,
        pub group_add: Option<Vec<String>>,
        pub ipc_mode: String,
        pub cgroup: String,
        pub links: Option<Vec<String>>,
        pub oom_score_adj: i64,
        pub pid_mode: String,
        pub privileged: bool,
        pub publish_all_ports: bool,
        pub readonly_rootfs: bool,
        pub security_opt: Option<Vec<String>>,
        #[serde(skip_serializing_if = "unset")]
        pub storage_opt: Strings,
        #[serde(skip_serializing_if = "unset")]
        pub tmpfs: Strings,
        #[serde(rename = "UTSMode")]
        pub uts_mode: String,
        pub userns_mode: String,
        pub shm_size: i64,
        #[serde(skip_serializing_if = "unset")]
        pub sysctls: Strings,
        #[serde(skip_serializing_if = "unset")]
        pub runtime: String,
        pub isolation: String,
        #[serde(skip_serializing_if = "unset")]
        pub mounts: Vec<Mount>,
        pub masked_paths: Option<Vec<String>>,
        pub readonly_paths: Option<Vec<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub init: Option<bool>,
    }
}

with_resources! {
    /// `POST /containers/{id}/update`: what is to be changed; what has its zero value stays.
    #[serde(rename_all = "PascalCase")]
    pub struct UpdateRequest {
        pub restart_policy: RestartPolicy,
    }
}

wire! {
    /// What happens after a container ended.
    #[serde(rename_all = "PascalCase")]
    pub struct RestartPolicy {
        /// Empty, `no`, `always`, `on-failure` or `unless-stopped`.
        pub name: String,
        pub maximum_retry_count: i64,
    }

    /// Where a container's output goes.
    #[serde(rename_all = "PascalCase")]
    pub struct LogConfig {
        /// Empty is the daemon's usual one.
        #[serde(rename = "Type")]
        pub kind: String,
        pub config: Strings,
    }

    /// One port of the host.
    #[serde(rename_all = "PascalCase")]
    pub struct PortBinding {
        #[serde(rename = "HostIp")]
        pub host_ip: String,
        /// A number, a range, or nothing for any free one.
        pub host_port: String,
    }

    /// One mount.
    #[serde(rename_all = "PascalCase")]
    pub struct Mount {
        /// `bind`, `volume`, `tmpfs`, `image`, `npipe` or `cluster`.
        #[serde(rename = "Type", skip_serializing_if = "unset")]
        pub kind: String,
        #[serde(skip_serializing_if = "unset")]
        pub source: String,
        #[serde(skip_serializing_if = "unset")]
        pub target: String,
        #[serde(skip_serializing_if = "unset")]
        pub read_only: bool,
        #[serde(skip_serializing_if = "unset")]
        pub consistency: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub bind_options: Option<BindOptions>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub volume_options: Option<VolumeOptions>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image_options: Option<ImageOptions>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tmpfs_options: Option<TmpfsOptions>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cluster_options: Option<crate::Empty>,
    }

    /// Of a mount of a folder of the host.
    #[serde(rename_all = "PascalCase")]
    pub struct BindOptions {
        #[serde(skip_serializing_if = "unset")]
        pub propagation: String,
        #[serde(skip_serializing_if = "unset")]
        pub non_recursive: bool,
        #[serde(skip_serializing_if = "unset")]
        pub create_mountpoint: bool,
        #[serde(skip_serializing_if = "unset")]
        pub read_only_non_recursive: bool,
        #[serde(skip_serializing_if = "unset")]
        pub read_only_force_recursive: bool,
    }

    /// Of a mount of a volume.
    #[serde(rename_all = "PascalCase")]
    pub struct VolumeOptions {
        #[serde(skip_serializing_if = "unset")]
        pub no_copy: bool,
        #[serde(skip_serializing_if = "unset")]
        pub labels: Strings,
        #[serde(skip_serializing_if = "unset")]
        pub subpath: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub driver_config: Option<Driver>,
    }

    /// Of a mount of an image.
    #[serde(rename_all = "PascalCase")]
    pub struct ImageOptions {
        #[serde(skip_serializing_if = "unset")]
        pub subpath: String,
    }

    /// Of a mount in memory.
    #[serde(rename_all = "PascalCase")]
    pub struct TmpfsOptions {
        #[serde(skip_serializing_if = "unset")]
        pub size_bytes: i64,
        #[serde(skip_serializing_if = "unset")]
        pub mode: u32,
        #[serde(skip_serializing_if = "unset")]
        pub options: Vec<Vec<String>>,
    }

    /// A driver and what it is told.
    #[serde(rename_all = "PascalCase")]
    pub struct Driver {
        #[serde(skip_serializing_if = "unset")]
        pub name: String,
        #[serde(skip_serializing_if = "unset")]
        pub options: Strings,
    }

    /// A device of the host.
    #[serde(rename_all = "PascalCase")]
    pub struct DeviceMapping {
        pub path_on_host: String,
        pub path_in_container: String,
        pub cgroup_permissions: String,
    }

    /// Devices by what they can do.
    #[serde(rename_all = "PascalCase")]
    pub struct DeviceRequest {
        pub driver: String,
        pub count: i64,
        #[serde(rename = "DeviceIDs")]
        pub device_ids: Option<Vec<String>>,
        pub capabilities: Option<Vec<Vec<String>>>,
        pub options: Option<Strings>,
    }

    /// The weight of a block device.
    #[serde(rename_all = "PascalCase")]
    pub struct WeightDevice {
        pub path: String,
        pub weight: u16,
    }

    /// The greatest rate of a block device.
    #[serde(rename_all = "PascalCase")]
    pub struct ThrottleDevice {
        pub path: String,
        pub rate: u64,
    }

    /// A resource limit of processes.
    #[serde(rename_all = "PascalCase")]
    pub struct Ulimit {
        pub name: String,
        pub hard: i64,
        pub soft: i64,
    }
}
