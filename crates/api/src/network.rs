//! Networks.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use std::collections::BTreeMap;

use crate::wire::{unset, wire};
use crate::{Strings, Time};

wire! {
    /// One network.
    #[serde(rename_all = "PascalCase")]
    pub struct Network {
        pub name: String,
        pub id: String,
        pub created: Time,
        /// `local`.
        pub scope: String,
        pub driver: String,
        #[serde(rename = "EnableIPv4")]
        pub enable_ipv4: bool,
        #[serde(rename = "EnableIPv6")]
        pub enable_ipv6: bool,
        #[serde(rename = "IPAM")]
        pub ipam: Ipam,
        pub internal: bool,
        pub attachable: bool,
        pub ingress: bool,
        pub config_from: ConfigReference,
        pub config_only: bool,
        /// By the container's full id; missing in lists of 1.52 and later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub containers: Option<BTreeMap<String, EndpointResource>>,
        pub options: Strings,
        pub labels: Strings,
    }

    /// A container in a network.
    #[serde(rename_all = "PascalCase")]
    pub struct EndpointResource {
        pub name: String,
        #[serde(rename = "EndpointID")]
        pub endpoint_id: String,
        pub mac_address: String,
        /// With the length of its prefix.
        #[serde(rename = "IPv4Address")]
        pub ipv4_address: String,
        /// With the length of its prefix.
        #[serde(rename = "IPv6Address")]
        pub ipv6_address: String,
    }

    /// Another network whose settings are taken over.
    #[serde(rename_all = "PascalCase")]
    pub struct ConfigReference {
        pub network: String,
    }

    /// A network's addresses.
    #[serde(rename_all = "PascalCase")]
    pub struct Ipam {
        pub driver: String,
        pub options: Option<Strings>,
        pub config: Option<Vec<IpamConfig>>,
    }

    /// One range of addresses.
    #[serde(rename_all = "PascalCase")]
    pub struct IpamConfig {
        #[serde(skip_serializing_if = "unset")]
        pub subnet: String,
        #[serde(rename = "IPRange", skip_serializing_if = "unset")]
        pub ip_range: String,
        #[serde(skip_serializing_if = "unset")]
        pub gateway: String,
        #[serde(rename = "AuxiliaryAddresses", skip_serializing_if = "unset")]
        pub auxiliary_addresses: Strings,
    }

    /// `POST /networks/create`.
    #[serde(rename_all = "PascalCase")]
    pub struct CreateRequest {
        pub name: String,
        /// Of old clients; names are always checked.
        #[serde(skip_serializing_if = "unset")]
        pub check_duplicate: bool,
        pub driver: String,
        pub scope: String,
        #[serde(rename = "EnableIPv4", skip_serializing_if = "Option::is_none")]
        pub enable_ipv4: Option<bool>,
        #[serde(rename = "EnableIPv6", skip_serializing_if = "Option::is_none")]
        pub enable_ipv6: Option<bool>,
        #[serde(rename = "IPAM")]
        pub ipam: Option<Ipam>,
        pub internal: bool,
        pub attachable: bool,
        pub ingress: bool,
        pub config_only: bool,
        pub config_from: Option<ConfigReference>,
        pub options: Option<Strings>,
        pub labels: Option<Strings>,
    }

    /// The answer to it.
    #[serde(rename_all = "PascalCase")]
    pub struct CreateResponse {
        pub id: String,
        pub warning: String,
    }

    /// `POST /networks/{id}/connect`.
    #[serde(rename_all = "PascalCase")]
    pub struct ConnectRequest {
        pub container: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub endpoint_config: Option<EndpointSettings>,
    }

    /// `POST /networks/{id}/disconnect`.
    #[serde(rename_all = "PascalCase")]
    pub struct DisconnectRequest {
        pub container: String,
        pub force: bool,
    }

    /// What a removal of unused networks took.
    #[serde(rename_all = "PascalCase")]
    pub struct PruneReport {
        /// `None` where nothing was.
        pub networks_deleted: Option<Vec<String>>,
    }

    /// A container's part of one network.
    #[serde(rename_all = "PascalCase")]
    pub struct EndpointSettings {
        #[serde(rename = "IPAMConfig")]
        pub ipam_config: Option<EndpointIpamConfig>,
        pub links: Option<Vec<String>>,
        pub aliases: Option<Vec<String>>,
        pub mac_address: String,
        pub driver_opts: Option<Strings>,
        pub gw_priority: i64,
        #[serde(rename = "NetworkID")]
        pub network_id: String,
        #[serde(rename = "EndpointID")]
        pub endpoint_id: String,
        pub gateway: String,
        #[serde(rename = "IPAddress")]
        pub ip_address: String,
        #[serde(rename = "IPPrefixLen")]
        pub ip_prefix_len: i64,
        #[serde(rename = "IPv6Gateway")]
        pub ipv6_gateway: String,
        #[serde(rename = "GlobalIPv6Address")]
        pub global_ipv6_address: String,
        #[serde(rename = "GlobalIPv6PrefixLen")]
        pub global_ipv6_prefix_len: i64,
        #[serde(rename = "DNSNames")]
        pub dns_names: Option<Vec<String>>,
    }

    /// Addresses that the caller chose.
    #[serde(rename_all = "PascalCase")]
    pub struct EndpointIpamConfig {
        #[serde(rename = "IPv4Address", skip_serializing_if = "unset")]
        pub ipv4_address: String,
        #[serde(rename = "IPv6Address", skip_serializing_if = "unset")]
        pub ipv6_address: String,
        #[serde(rename = "LinkLocalIPs", skip_serializing_if = "unset")]
        pub link_local_ips: Vec<String>,
    }

    /// The networks of a container that is to be created; a `null` means the network with nothing special.
    #[serde(rename_all = "PascalCase")]
    pub struct NetworkingConfig {
        pub endpoints_config: BTreeMap<String, Option<EndpointSettings>>,
    }
}
