//! What containers and networks have where nobody said otherwise: the settings of dockerd's `daemon.json` that say so.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use sampan_api::Strings;
use sampan_api::container::{HostConfig, Ulimit};
pub use sampan_runtime::Forwarding;

/// The bytes of `/dev/shm`, as Docker has it.
const SHM_SIZE: i64 = 64 << 20;

/// What containers and networks have where nobody said otherwise. The names are those of `daemon.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Defaults {
    /// `ip`: where ports are published that name no address. Only this machine reaches the loopback, which is the usual.
    pub ip: IpAddr,
    /// `dns`, in place of the machine's servers.
    pub dns: Vec<String>,
    /// `dns-search`.
    pub dns_search: Vec<String>,
    /// `dns-opts`.
    pub dns_options: Vec<String>,
    /// `default-shm-size`, in bytes.
    pub shm_size: i64,
    /// `default-ipc-mode`.
    pub ipc_mode: String,
    /// `default-cgroupns-mode`; empty is what is usual on the machine.
    pub cgroupns_mode: String,
    /// `cgroup-parent`.
    pub cgroup_parent: String,
    /// `init`.
    pub init: bool,
    /// `no-new-privileges`.
    pub no_new_privileges: bool,
    /// The text of `seccomp-profile`, or `unconfined`.
    pub seccomp_profile: Option<String>,
    /// `default-ulimits`.
    pub ulimits: Vec<Ulimit>,
    /// `default-address-pools`: ranges, and the length of the prefix of each network. Docker's where there is none.
    pub address_pools: Vec<(IpNet, u8)>,
    /// `default-network-opts`, by driver.
    pub network_options: BTreeMap<String, Strings>,
    /// `ip-forward` and `ip-forward-no-drop`: who lets packets through the host.
    pub forwarding: Forwarding,
    /// The network that is always there.
    pub bridge: BridgeDefaults,
}

/// What the network `bridge` has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeDefaults {
    /// `bip`: the gateway's address, with the length of the subnet's prefix.
    pub address: Option<IpNet>,
    /// `fixed-cidr`: the part of it from which addresses are chosen.
    pub range: Option<IpNet>,
    /// `mtu`.
    pub mtu: Option<u32>,
    /// `icc`: whether members reach each other.
    pub icc: Option<bool>,
    /// `ip-masq`: whether members seem to be the host elsewhere.
    pub masquerade: Option<bool>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            ip: Ipv4Addr::LOCALHOST.into(),
            dns: Vec::new(),
            dns_search: Vec::new(),
            dns_options: Vec::new(),
            shm_size: SHM_SIZE,
            ipc_mode: "private".to_owned(),
            cgroupns_mode: String::new(),
            cgroup_parent: String::new(),
            init: false,
            no_new_privileges: false,
            seccomp_profile: None,
            ulimits: Vec::new(),
            address_pools: Vec::new(),
            network_options: BTreeMap::new(),
            forwarding: Forwarding::Guarded,
            bridge: BridgeDefaults::default(),
        }
    }
}

impl Defaults {
    /// Fills in what every container has.
    pub(super) fn fill(&self, host: &mut HostConfig) {
        if matches!(host.network_mode.as_str(), "" | "default") {
            host.network_mode = "bridge".to_owned();
        }
        if host.restart_policy.name.is_empty() {
            host.restart_policy.name = "no".to_owned();
        }
        if host.ipc_mode.is_empty() {
            host.ipc_mode.clone_from(&self.ipc_mode);
        }
        if host.shm_size == 0 {
            host.shm_size = self.shm_size;
        }
    }

    /// Fills in what only Linux containers have.
    pub(super) fn fill_linux(&self, host: &mut HostConfig) {
        if host.cgroupns_mode.is_empty() {
            host.cgroupns_mode.clone_from(&self.cgroupns_mode);
        }
        if host.cgroup_parent.is_empty() {
            host.cgroup_parent.clone_from(&self.cgroup_parent);
        }
        if self.init && host.init.is_none() {
            host.init = Some(true);
        }
        let says = |host: &HostConfig, key: &str| {
            let options = host.security_opt.iter().flatten();
            options
                .map(|option| option.split(['=', ':']).next())
                .any(|k| k == Some(key))
        };
        if self.no_new_privileges && !says(host, "no-new-privileges") {
            let options = host.security_opt.get_or_insert_default();
            options.push("no-new-privileges".to_owned());
        }
        if let Some(profile) = &self.seccomp_profile
            && !host.privileged
            && !says(host, "seccomp")
        {
            let options = host.security_opt.get_or_insert_default();
            options.push(format!("seccomp={profile}"));
        }
        for limit in &self.ulimits {
            let limits = host.ulimits.get_or_insert_default();
            if !limits.iter().any(|own| own.name == limit.name) {
                limits.push(limit.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_container_says_itself_is_left() {
        let limit = |name: &str, soft| Ulimit {
            name: name.to_owned(),
            soft,
            hard: 100,
        };
        let defaults = Defaults {
            shm_size: 1,
            init: true,
            no_new_privileges: true,
            seccomp_profile: Some("unconfined".to_owned()),
            cgroup_parent: "/own".to_owned(),
            ulimits: vec![limit("nofile", 10), limit("core", 0)],
            ..Defaults::default()
        };
        let mut silent = HostConfig::default();
        defaults.fill(&mut silent);
        defaults.fill_linux(&mut silent);
        assert_eq!(
            (silent.shm_size, silent.init, silent.cgroup_parent.as_str()),
            (1, Some(true), "/own")
        );
        assert_eq!(
            silent.security_opt.unwrap(),
            ["no-new-privileges", "seccomp=unconfined"]
        );
        assert_eq!(silent.ulimits.unwrap(), defaults.ulimits);

        let own = HostConfig {
            shm_size: 2,
            init: Some(false),
            cgroup_parent: "/other".to_owned(),
            security_opt: Some(vec!["no-new-privileges=false".into(), "seccomp=builtin".into()]),
            ulimits: Some(vec![limit("nofile", 20)]),
            ..HostConfig::default()
        };
        let mut filled = own.clone();
        defaults.fill(&mut filled);
        defaults.fill_linux(&mut filled);
        assert_eq!(
            (filled.shm_size, filled.init, &filled.cgroup_parent),
            (2, Some(false), &own.cgroup_parent)
        );
        assert_eq!(filled.security_opt, own.security_opt);
        assert_eq!(filled.ulimits.unwrap(), [limit("nofile", 20), limit("core", 0)]);
    }
}
