//! What a container uses, each time it is asked.

use std::collections::BTreeMap;

use crate::Time;
use crate::wire::{unset, wire};

wire! {
    /// What a container uses.
    #[serde(rename_all = "snake_case")]
    pub struct Stats {
        #[serde(skip_serializing_if = "unset")]
        pub id: String,
        /// With a slash before it.
        #[serde(skip_serializing_if = "unset")]
        pub name: String,
        #[serde(skip_serializing_if = "unset")]
        pub os_type: String,
        pub read: Time,
        pub cpu_stats: CpuStats,
        pub memory_stats: MemoryStats,
        #[serde(skip_serializing_if = "unset")]
        pub networks: BTreeMap<String, NetworkStats>,
        pub pids_stats: PidsStats,
        pub blkio_stats: BlkioStats,
        pub num_procs: u32,
        pub storage_stats: StorageStats,
        pub preread: Time,
        pub precpu_stats: CpuStats,
        /// Each limit of a Wasm container beside its use: Sampan's own, unknown to other engines.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sampan: Option<serde_json::Value>,
    }

    /// Processor time.
    #[serde(rename_all = "snake_case")]
    pub struct CpuStats {
        pub cpu_usage: CpuUsage,
        /// Of the whole machine, in nanoseconds.
        #[serde(skip_serializing_if = "unset")]
        pub system_cpu_usage: u64,
        #[serde(skip_serializing_if = "unset")]
        pub online_cpus: u32,
        pub throttling_data: ThrottlingData,
    }

    /// Processor time of one container, in nanoseconds.
    #[serde(rename_all = "snake_case")]
    pub struct CpuUsage {
        pub total_usage: u64,
        #[serde(skip_serializing_if = "unset")]
        pub percpu_usage: Vec<u64>,
        pub usage_in_kernelmode: u64,
        pub usage_in_usermode: u64,
    }

    /// How often its share of processors was used up.
    #[serde(rename_all = "snake_case")]
    pub struct ThrottlingData {
        pub periods: u64,
        pub throttled_periods: u64,
        pub throttled_time: u64,
    }

    /// Memory, in bytes.
    #[serde(rename_all = "snake_case")]
    pub struct MemoryStats {
        #[serde(skip_serializing_if = "unset")]
        pub usage: u64,
        #[serde(skip_serializing_if = "unset")]
        pub max_usage: u64,
        #[serde(skip_serializing_if = "unset")]
        pub stats: BTreeMap<String, u64>,
        #[serde(skip_serializing_if = "unset")]
        pub failcnt: u64,
        #[serde(skip_serializing_if = "unset")]
        pub limit: u64,
    }

    /// Processes.
    #[serde(rename_all = "snake_case")]
    pub struct PidsStats {
        #[serde(skip_serializing_if = "unset")]
        pub current: u64,
        #[serde(skip_serializing_if = "unset")]
        pub limit: u64,
    }

    /// Block devices.
    #[serde(rename_all = "snake_case")]
    pub struct BlkioStats {
        pub io_service_bytes_recursive: Option<Vec<BlkioEntry>>,
        pub io_serviced_recursive: Option<Vec<BlkioEntry>>,
        pub io_queue_recursive: Option<Vec<BlkioEntry>>,
        pub io_service_time_recursive: Option<Vec<BlkioEntry>>,
        pub io_wait_time_recursive: Option<Vec<BlkioEntry>>,
        pub io_merged_recursive: Option<Vec<BlkioEntry>>,
        pub io_time_recursive: Option<Vec<BlkioEntry>>,
        pub sectors_recursive: Option<Vec<BlkioEntry>>,
    }

    /// One block device.
    #[serde(rename_all = "snake_case")]
    pub struct BlkioEntry {
        pub major: u64,
        pub minor: u64,
        pub op: String,
        pub value: u64,
    }

    /// Of Windows alone.
    #[serde(rename_all = "snake_case")]
    pub struct StorageStats {
        #[serde(skip_serializing_if = "unset")]
        pub read_count_normalized: u64,
        #[serde(skip_serializing_if = "unset")]
        pub read_size_bytes: u64,
        #[serde(skip_serializing_if = "unset")]
        pub write_count_normalized: u64,
        #[serde(skip_serializing_if = "unset")]
        pub write_size_bytes: u64,
    }

    /// One network interface.
    #[serde(rename_all = "snake_case")]
    pub struct NetworkStats {
        pub rx_bytes: u64,
        pub rx_packets: u64,
        pub rx_errors: u64,
        pub rx_dropped: u64,
        pub tx_bytes: u64,
        pub tx_packets: u64,
        pub tx_errors: u64,
        pub tx_dropped: u64,
    }
}
