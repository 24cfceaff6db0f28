//! Images.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use crate::container::{DriverData, HealthConfig};
use crate::wire::{unset, wire};
use crate::{Port, Set, StrSlice, Strings, Time};

wire! {
    /// One image of a list.
    #[serde(rename_all = "PascalCase")]
    pub struct Summary {
        /// How many containers use it; -1 where nobody counted.
        pub containers: i64,
        /// In seconds since 1970.
        pub created: i64,
        pub id: String,
        pub labels: Option<Strings>,
        pub parent_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub descriptor: Option<Descriptor>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub manifests: Option<Vec<serde_json::Value>>,
        pub repo_digests: Vec<String>,
        pub repo_tags: Vec<String>,
        /// -1 where nobody counted.
        pub shared_size: i64,
        pub size: i64,
        /// The same again, for clients older than 1.44.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub virtual_size: Option<i64>,
    }

    /// Everything about one image.
    #[serde(rename_all = "PascalCase")]
    pub struct Inspect {
        pub id: String,
        pub repo_tags: Vec<String>,
        pub repo_digests: Vec<String>,
        pub parent: String,
        pub comment: String,
        #[serde(skip_serializing_if = "unset")]
        pub created: String,
        pub docker_version: String,
        pub author: String,
        pub config: ImageConfig,
        /// The same again, for clients that know no other place.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub container_config: Option<ImageConfig>,
        pub architecture: String,
        #[serde(skip_serializing_if = "unset")]
        pub variant: String,
        pub os: String,
        #[serde(skip_serializing_if = "unset")]
        pub os_version: String,
        pub size: i64,
        /// The same again, for clients older than 1.44.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub virtual_size: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub graph_driver: Option<DriverData>,
        #[serde(rename = "RootFS")]
        pub root_fs: RootFs,
        pub metadata: Metadata,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub descriptor: Option<Descriptor>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub manifests: Option<Vec<serde_json::Value>>,
    }

    /// What an image says of how to run it.
    #[serde(rename_all = "PascalCase")]
    pub struct ImageConfig {
        pub user: String,
        #[serde(skip_serializing_if = "unset")]
        pub exposed_ports: Set<Port>,
        pub env: Option<Vec<String>>,
        pub entrypoint: Option<StrSlice>,
        pub cmd: Option<StrSlice>,
        pub volumes: Option<Set>,
        pub working_dir: String,
        pub labels: Option<Strings>,
        #[serde(skip_serializing_if = "unset")]
        pub stop_signal: String,
        #[serde(skip_serializing_if = "unset")]
        pub args_escaped: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub healthcheck: Option<HealthConfig>,
        pub on_build: Option<Vec<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shell: Option<StrSlice>,
    }

    /// The layers of an image.
    #[serde(rename_all = "PascalCase")]
    pub struct RootFs {
        #[serde(rename = "Type", skip_serializing_if = "unset")]
        pub kind: String,
        #[serde(skip_serializing_if = "unset")]
        pub layers: Vec<String>,
    }

    /// What this engine knows of it beside.
    #[serde(rename_all = "PascalCase")]
    pub struct Metadata {
        pub last_tag_time: Time,
    }

    /// A piece of content (OCI image specification, "descriptor").
    #[serde(rename_all = "camelCase")]
    pub struct Descriptor {
        pub media_type: String,
        pub digest: String,
        pub size: i64,
        #[serde(skip_serializing_if = "unset")]
        pub urls: Vec<String>,
        #[serde(skip_serializing_if = "unset")]
        pub annotations: Strings,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub platform: Option<Platform>,
        #[serde(skip_serializing_if = "unset")]
        pub artifact_type: String,
    }

    /// What an image runs on (OCI image specification, "platform").
    #[serde(rename_all = "camelCase")]
    pub struct Platform {
        pub architecture: String,
        pub os: String,
        #[serde(rename = "os.version", skip_serializing_if = "unset")]
        pub os_version: String,
        #[serde(rename = "os.features", skip_serializing_if = "unset")]
        pub os_features: Vec<String>,
        #[serde(skip_serializing_if = "unset")]
        pub variant: String,
    }

    /// One step of an image's making.
    #[serde(rename_all = "PascalCase")]
    pub struct History {
        pub comment: String,
        /// In seconds since 1970.
        pub created: i64,
        pub created_by: String,
        /// `<missing>` but for the newest.
        pub id: String,
        pub size: i64,
        pub tags: Option<Vec<String>>,
    }

    /// One thing that a removal did: exactly one of both is set.
    #[serde(rename_all = "PascalCase")]
    pub struct DeleteItem {
        #[serde(skip_serializing_if = "unset")]
        pub deleted: String,
        #[serde(skip_serializing_if = "unset")]
        pub untagged: String,
    }

    /// What a removal of unused images took.
    #[serde(rename_all = "PascalCase")]
    pub struct PruneReport {
        /// `None` where nothing was.
        pub images_deleted: Option<Vec<DeleteItem>>,
        pub space_reclaimed: u64,
    }

    /// One image that a registry found.
    #[serde(rename_all = "snake_case")]
    pub struct SearchResult {
        pub star_count: i64,
        pub is_official: bool,
        pub name: String,
        pub is_automated: bool,
        pub description: String,
    }
}
