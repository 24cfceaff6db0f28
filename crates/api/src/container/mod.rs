//! Containers.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

mod config;
mod host;
mod inspect;
mod list;
mod request;
mod stats;

pub use config::{Config, Health, HealthConfig, HealthSummary, HealthcheckResult};
pub use host::{
    BindOptions, DeviceMapping, DeviceRequest, Driver, HostConfig, ImageOptions, LogConfig, Mount,
    PortBinding, PortMap, RestartPolicy, ThrottleDevice, TmpfsOptions, Ulimit, UpdateRequest, VolumeOptions,
    WeightDevice,
};
pub use inspect::{DriverData, Inspect, MountPoint, NetworkSettings, State, Status};
pub use list::{Filters, NetworkSettingsSummary, PortSummary, Summary, SummaryHostConfig};
pub use request::{
    Change, CommitResponse, CreateRequest, CreateResponse, PathStat, PruneReport, Top, UpdateResponse,
    WaitError, WaitResponse,
};
pub use stats::{
    BlkioEntry, BlkioStats, CpuStats, CpuUsage, MemoryStats, NetworkStats, PidsStats, Stats, StorageStats,
    ThrottlingData,
};
