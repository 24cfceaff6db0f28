//! What containers have where nobody said otherwise, from the file of settings.

use std::path::Path;

use sampan_daemon::{CgroupnsMode, IpcMode, Settings};
use sampan_engine::supervisor::{BridgeDefaults, Defaults, Forwarding};

use crate::error::CliError;

/// Filters of system calls that have a name.
const NAMED: [&str; 2] = ["builtin", "unconfined"];

pub(super) fn defaults(settings: &Settings) -> Result<Defaults, CliError> {
    let usual = Defaults::default();
    let ulimits = settings.default_ulimits.iter().map(|(name, limit)| {
        let mut limit = limit.clone();
        // As in Docker, the key is what counts.
        limit.name.clone_from(name);
        limit
    });
    Ok(Defaults {
        ip: settings.ip.unwrap_or(usual.ip),
        dns: settings.dns.clone(),
        dns_search: settings.dns_search.clone(),
        dns_options: settings.dns_opts.clone(),
        shm_size: settings.default_shm_size.unwrap_or(usual.shm_size),
        ipc_mode: match settings.default_ipc_mode {
            Some(IpcMode::Shareable) => "shareable".to_owned(),
            Some(IpcMode::Private) | None => usual.ipc_mode,
        },
        cgroupns_mode: match settings.default_cgroupns_mode {
            Some(CgroupnsMode::Host) => "host".to_owned(),
            Some(CgroupnsMode::Private) => "private".to_owned(),
            None => usual.cgroupns_mode,
        },
        cgroup_parent: settings.cgroup_parent.clone().unwrap_or_default(),
        init: settings.init == Some(true),
        no_new_privileges: settings.no_new_privileges == Some(true),
        seccomp_profile: settings.seccomp_profile.as_deref().map(profile).transpose()?,
        ulimits: ulimits.collect(),
        address_pools: settings
            .default_address_pools
            .iter()
            .map(|pool| (pool.base, pool.size))
            .collect(),
        network_options: settings.default_network_opts.clone(),
        forwarding: match (settings.ip_forward, settings.ip_forward_no_drop) {
            (Some(false), _) => Forwarding::Left,
            (_, Some(true)) => Forwarding::Open,
            _ => Forwarding::Guarded,
        },
        bridge: BridgeDefaults {
            address: settings.bip,
            range: settings.fixed_cidr,
            mtu: settings.mtu.filter(|mtu| *mtu > 0),
            icc: settings.icc,
            masquerade: settings.ip_masq,
        },
    })
}

fn profile(text: &str) -> Result<String, CliError> {
    if NAMED.contains(&text) {
        return Ok(text.to_owned());
    }
    let path = Path::new(text);
    std::fs::read_to_string(path).map_err(|source| CliError::Read {
        path: path.to_owned(),
        source,
    })
}
