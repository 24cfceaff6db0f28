//! Registries: who the caller is there, and what an image there is.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::image::{Descriptor, Platform};
use crate::wire::{or_default, unset, wire};

/// Who the caller is at a registry. Its secrets are never shown by `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", default)]
pub struct AuthConfig {
    #[serde(skip_serializing_if = "unset", deserialize_with = "or_default")]
    pub username: String,
    #[serde(skip_serializing_if = "unset", deserialize_with = "or_default")]
    pub password: String,
    /// Base64 of name and password with a colon between.
    #[serde(skip_serializing_if = "unset", deserialize_with = "or_default")]
    pub auth: String,
    #[serde(
        rename = "serveraddress",
        skip_serializing_if = "unset",
        deserialize_with = "or_default"
    )]
    pub server_address: String,
    #[serde(
        rename = "identitytoken",
        skip_serializing_if = "unset",
        deserialize_with = "or_default"
    )]
    pub identity_token: String,
    #[serde(
        rename = "registrytoken",
        skip_serializing_if = "unset",
        deserialize_with = "or_default"
    )]
    pub registry_token: String,
}

impl fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthConfig")
            .field("username", &self.username)
            .field("server_address", &self.server_address)
            .finish_non_exhaustive()
    }
}

wire! {
    /// The answer to `POST /auth`.
    #[serde(rename_all = "PascalCase")]
    pub struct AuthResponse {
        pub identity_token: String,
        pub status: String,
    }

    /// What an image at a registry is.
    #[serde(rename_all = "PascalCase")]
    pub struct DistributionInspect {
        pub descriptor: Descriptor,
        pub platforms: Vec<Platform>,
    }

    /// How registries are reached.
    #[serde(rename_all = "PascalCase")]
    pub struct ServiceConfig {
        #[serde(rename = "InsecureRegistryCIDRs")]
        pub insecure_registry_cidrs: Vec<String>,
        pub index_configs: std::collections::BTreeMap<String, IndexInfo>,
        pub mirrors: Vec<String>,
    }

    /// How one registry is reached.
    #[serde(rename_all = "PascalCase")]
    pub struct IndexInfo {
        pub name: String,
        pub mirrors: Vec<String>,
        pub secure: bool,
        pub official: bool,
    }
}
