//! Volumes.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use crate::wire::{unset, wire};
use crate::{Strings, Time};

wire! {
    /// One volume.
    #[serde(rename_all = "PascalCase")]
    pub struct Volume {
        pub created_at: Time,
        pub driver: String,
        pub labels: Option<Strings>,
        pub mountpoint: String,
        pub name: String,
        pub options: Option<Strings>,
        /// `local`.
        pub scope: String,
        #[serde(skip_serializing_if = "unset")]
        pub status: std::collections::BTreeMap<String, serde_json::Value>,
        /// Filled in by `system df` alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub usage_data: Option<UsageData>,
    }

    /// How much a volume holds and who uses it.
    #[serde(rename_all = "PascalCase")]
    pub struct UsageData {
        pub ref_count: i64,
        pub size: i64,
    }

    /// `POST /volumes/create`.
    #[serde(rename_all = "PascalCase")]
    pub struct CreateRequest {
        /// Not supported; any value but none is refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cluster_volume_spec: Option<serde_json::Value>,
        #[serde(skip_serializing_if = "unset")]
        pub driver: String,
        pub driver_opts: Option<Strings>,
        pub labels: Option<Strings>,
        /// Empty for one that the engine makes up.
        #[serde(skip_serializing_if = "unset")]
        pub name: String,
    }

    /// A list of volumes.
    #[serde(rename_all = "PascalCase")]
    pub struct ListResponse {
        pub volumes: Vec<Volume>,
        pub warnings: Option<Vec<String>>,
    }

    /// What a removal of unused volumes took.
    #[serde(rename_all = "PascalCase")]
    pub struct PruneReport {
        pub volumes_deleted: Vec<String>,
        pub space_reclaimed: u64,
    }
}
