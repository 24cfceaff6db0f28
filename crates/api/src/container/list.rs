//! Lists of containers.

use std::collections::BTreeMap;

use super::{HealthSummary, MountPoint, Status};
use crate::Strings;
use crate::network::EndpointSettings;
use crate::wire::{unset, wire};

/// Filters of a list: each name with the values of which one must fit.
pub type Filters = BTreeMap<String, Vec<String>>;

wire! {
    /// One container of a list.
    #[serde(rename_all = "PascalCase")]
    pub struct Summary {
        pub id: String,
        /// Each with a slash before it.
        pub names: Vec<String>,
        /// As the caller named it.
        pub image: String,
        #[serde(rename = "ImageID")]
        pub image_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image_manifest_descriptor: Option<crate::image::Descriptor>,
        pub command: String,
        /// In seconds since 1970.
        pub created: i64,
        pub ports: Vec<PortSummary>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_rw: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_root_fs: Option<i64>,
        pub labels: Strings,
        pub state: Status,
        /// For people: `Up 3 minutes`.
        pub status: String,
        pub host_config: SummaryHostConfig,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub health: Option<HealthSummary>,
        pub network_settings: NetworkSettingsSummary,
        pub mounts: Vec<MountPoint>,
    }

    /// What of the host's side stands in a list.
    #[serde(rename_all = "PascalCase")]
    pub struct SummaryHostConfig {
        #[serde(skip_serializing_if = "unset")]
        pub network_mode: String,
        #[serde(skip_serializing_if = "unset")]
        pub annotations: Strings,
    }

    /// What of its networks stands in a list.
    #[serde(rename_all = "PascalCase")]
    pub struct NetworkSettingsSummary {
        pub networks: BTreeMap<String, EndpointSettings>,
    }

    /// One port.
    #[serde(rename_all = "PascalCase")]
    pub struct PortSummary {
        #[serde(rename = "IP", skip_serializing_if = "unset")]
        pub ip: String,
        pub private_port: u16,
        #[serde(skip_serializing_if = "unset")]
        pub public_port: u16,
        #[serde(rename = "Type")]
        pub kind: String,
    }
}
