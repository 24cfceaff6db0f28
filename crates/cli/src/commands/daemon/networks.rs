//! The flags of `sampan daemon` that say what networks are like. Each stands for a key of `daemon.json`, and as in dockerd
//! only one of both may say it.

use std::net::IpAddr;

use clap::Args;
use sampan_daemon::{AddressPool, Settings};
use sampan_types::grants::Cidr;

use super::twice::Twice;

/// What networks are like.
#[derive(Debug, Args)]
pub(super) struct NetworkArgs {
    /// Where ports are published that name no address (default: 127.0.0.1)
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// The gateway of the network `bridge`, with the length of its subnet's prefix
    #[arg(long, value_name = "ADDRESS/LENGTH")]
    bip: Option<Cidr>,
    /// The part of that subnet from which addresses are chosen
    #[arg(long, value_name = "SUBNET")]
    fixed_cidr: Option<Cidr>,
    /// The largest packet of the network `bridge`, in bytes
    #[arg(long, value_name = "BYTES")]
    mtu: Option<u32>,
    /// Name servers of containers, in place of the machine's
    #[arg(long, value_name = "ADDRESS")]
    dns: Vec<IpAddr>,
    /// Options of their resolvers: `ndots:1`
    #[arg(long = "dns-opt", value_name = "OPTION")]
    dns_opts: Vec<String>,
    /// Where they look for short names
    #[arg(long, value_name = "DOMAIN")]
    dns_search: Vec<String>,
    /// Whether members of the network `bridge` reach each other (default: true)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    icc: Option<bool>,
    /// Whether they seem to be the host elsewhere (default: true)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    ip_masq: Option<bool>,
    /// Whether to let the host forward packets, without which containers reach nothing else (default: true)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    ip_forward: Option<bool>,
    /// Whether to let all packets pass then, also between other networks of the host
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    ip_forward_no_drop: Option<bool>,
    /// A range from which networks get their subnets: `base=10.0.0.0/8,size=24`
    #[arg(long = "default-address-pool", value_name = "RANGE")]
    default_address_pools: Vec<AddressPool>,
}

impl NetworkArgs {
    /// Puts what was said among the settings of a file, which may not say the same.
    pub(super) fn settle(&self, twice: &mut Twice, settings: &mut Settings) {
        twice.one("ip", self.ip, &mut settings.ip);
        twice.one("bip", self.bip, &mut settings.bip);
        twice.one("fixed-cidr", self.fixed_cidr, &mut settings.fixed_cidr);
        twice.one("mtu", self.mtu, &mut settings.mtu);
        twice.one("icc", self.icc, &mut settings.icc);
        twice.one("ip-masq", self.ip_masq, &mut settings.ip_masq);
        twice.one("ip-forward", self.ip_forward, &mut settings.ip_forward);
        let (flag, setting) = (self.ip_forward_no_drop, &mut settings.ip_forward_no_drop);
        twice.one("ip-forward-no-drop", flag, setting);
        let servers: Vec<String> = self.dns.iter().map(ToString::to_string).collect();
        twice.several("dns", &servers, &mut settings.dns);
        twice.several("dns-opts", &self.dns_opts, &mut settings.dns_opts);
        twice.several("dns-search", &self.dns_search, &mut settings.dns_search);
        let (pools, setting) = (&self.default_address_pools, &mut settings.default_address_pools);
        twice.several("default-address-pools", pools, setting);
    }
}
