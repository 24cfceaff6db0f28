//! Docker's create body of a Linux container, read at its creation. What cannot be had is refused.

use sampan_api::container::{Config, HostConfig};
use sampan_runtime::linux::{DeviceRule, Rlimit, Seccomp};

use super::{capabilities, processors};
use crate::supervisor::create::cpu_millis;
use crate::supervisor::error::{Result, SupervisorError};

/// The limits of processes that there are, as the command line writes them.
const ULIMITS: [&str; 16] = [
    "as",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];
/// The least memory with which a container's first process starts.
const LEAST_MEMORY: i64 = 6 << 20;

fn invalid<T>(text: impl Into<String>) -> Result<T> {
    Err(SupervisorError::Invalid(text.into()))
}

fn later<T>(what: &str) -> Result<T> {
    Err(SupervisorError::Unsupported(format!(
        "{what} is not possible for Linux containers yet"
    )))
}

/// Refuses what makes no sense and what cannot be had; tells what changes nothing.
pub(crate) fn check(config: &Config, host: &HostConfig) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    capabilities::capabilities(host, &capabilities::available())?;
    Security::of(host)?;
    rlimits(host)?;
    device_rules(host)?;
    memory(host)?;
    cpu_millis(host)?;
    processors::check(&host.cpuset_cpus, &host.cpuset_mems)?;
    network(config, host)?;
    if !matches!(host.isolation.as_str(), "" | "default") {
        return invalid(format!(
            "Invalid isolation: {:?} - linux only supports 'default'",
            host.isolation
        ));
    }
    for (what, mode) in [
        ("pid mode", &host.pid_mode),
        ("UTS mode", &host.uts_mode),
        ("IPC mode", &host.ipc_mode),
    ] {
        let other = mode.strip_prefix("container:").filter(|_| what != "UTS mode");
        let known = match what {
            "IPC mode" => matches!(mode.as_str(), "" | "private" | "shareable" | "host" | "none"),
            _ => matches!(mode.as_str(), "" | "private" | "host"),
        };
        if !known && other.is_none_or(str::is_empty) {
            return invalid(format!("invalid {what}: {mode}"));
        }
    }
    match host.userns_mode.as_str() {
        "" | "host" => {}
        other => return invalid(format!("invalid user namespace mode: {other}")),
    }
    match host.cgroupns_mode.as_str() {
        "" | "private" | "host" => {}
        other => return invalid(format!("invalid cgroup namespace mode: {other}")),
    }
    if host.device_requests.as_ref().is_some_and(|all| !all.is_empty()) {
        return invalid("could not select device driver \"\" with capabilities");
    }
    if host.storage_opt.contains_key("size") {
        return invalid("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
    }
    if !(-1000..=1000).contains(&host.oom_score_adj) {
        return invalid(format!(
            "Invalid value {}, range for oom score adj is [-1000, 1000]",
            host.oom_score_adj
        ));
    }
    if host.shm_size < 0 {
        return invalid("SHM size can not be less than 0");
    }
    let words = [&config.entrypoint, &config.cmd];
    if words
        .iter()
        .all(|words| words.as_ref().is_none_or(|w| w.is_empty()))
    {
        return invalid("no command specified");
    }
    let devices = [
        host.blkio_weight_device.as_ref().map_or(0, Vec::len),
        host.blkio_device_read_bps.as_ref().map_or(0, Vec::len),
        host.blkio_device_write_bps.as_ref().map_or(0, Vec::len),
        host.blkio_device_read_iops.as_ref().map_or(0, Vec::len),
        host.blkio_device_write_iops.as_ref().map_or(0, Vec::len),
    ];
    for (given, what) in [
        (devices.iter().sum::<usize>() > 0, "limiting single disks"),
        (
            matches!(host.network_mode.as_str(), "none" | "host")
                && host.port_bindings.as_ref().is_some_and(|ports| !ports.is_empty()),
            "publishing ports in this network mode",
        ),
        (host.cpu_realtime_runtime != 0, "real-time processor time"),
    ] {
        if given {
            warnings.push(format!(
                "{what} is kept, and changes nothing for a Linux container yet"
            ));
        }
    }
    Ok(warnings)
}

/// What cannot be had together with another container's network.
fn network(config: &Config, host: &HostConfig) -> Result<()> {
    let Some(other) = host.network_mode.strip_prefix("container:") else {
        return crate::supervisor::create::ports::check(config, host);
    };
    if other.is_empty() {
        return invalid("invalid network mode: invalid container format container:<name|id>");
    }
    let some = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    let published =
        host.publish_all_ports || host.port_bindings.as_ref().is_some_and(|ports| !ports.is_empty());
    for (given, what) in [
        (
            some(&host.links),
            "container type network can't be used with links. This would result in undefined behavior",
        ),
        (!config.hostname.is_empty(), "hostname and the network mode"),
        (some(&host.dns), "dns and the network mode"),
        (
            some(&host.extra_hosts),
            "custom host-to-IP mapping and the network mode",
        ),
        (!config.mac_address.is_empty(), "mac-address and the network mode"),
        (published, "port publishing and the container type network mode"),
        (
            !config.exposed_ports.is_empty(),
            "port exposing and the container type network mode",
        ),
    ] {
        if given {
            return invalid(format!("conflicting options: {what}"));
        }
    }
    Ok(())
}

fn memory(host: &HostConfig) -> Result<()> {
    if host.memory > 0 && host.memory < LEAST_MEMORY {
        return invalid("Minimum memory limit allowed is 6MB");
    }
    if host.memory_swap > 0 && host.memory == 0 {
        return invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    if host.memory_swap > 0 && host.memory_swap < host.memory {
        return invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if host.memory > 0 && host.memory_reservation > host.memory {
        return invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    match host.memory_swappiness {
        None | Some(-1..=100) => Ok(()),
        Some(other) => invalid(format!(
            "invalid value: {other}, valid memory swappiness range is 0-100"
        )),
    }
}

/// What was said about security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Security {
    pub(super) seccomp: Seccomp,
    pub(super) no_new_privileges: bool,
}

impl Security {
    pub(super) fn of(host: &HostConfig) -> Result<Self> {
        let mut security = Self::default();
        for option in host.security_opt.iter().flatten() {
            // Older clients write colons.
            let (name, value) = option
                .split_once('=')
                .or_else(|| option.split_once(':'))
                .unwrap_or((option, ""));
            match (name, value) {
                ("no-new-privileges", "" | "true") => security.no_new_privileges = true,
                ("no-new-privileges", "false") => security.no_new_privileges = false,
                ("seccomp", "unconfined") => security.seccomp = Seccomp::Unconfined,
                ("seccomp", "builtin") => security.seccomp = Seccomp::Usual,
                ("seccomp", profile) if profile.trim_start().starts_with('{') => {
                    if let Err(error) = serde_json::from_str::<serde_json::Value>(profile) {
                        return invalid(format!("Decoding seccomp profile failed: {error}"));
                    }
                    security.seccomp = Seccomp::Profile(profile.to_owned());
                }
                // Neither is enforced on this engine's behalf; to go without is what it does anyway.
                ("apparmor", "" | "unconfined") | ("label", "disable") => {}
                ("apparmor", _) => return later("an AppArmor profile"),
                ("label", _) => return later("an SELinux label"),
                _ => return invalid(format!("invalid --security-opt 2: \"{option}\"")),
            }
        }
        Ok(security)
    }
}

pub(super) fn rlimits(host: &HostConfig) -> Result<Vec<Rlimit>> {
    let limit = |n: i64| u64::try_from(n).unwrap_or(u64::MAX);
    let mut all = Vec::new();
    for ulimit in host.ulimits.iter().flatten() {
        let name = ulimit.name.to_ascii_lowercase();
        if !ULIMITS.contains(&name.as_str()) {
            return invalid(format!("invalid ulimit type: {}", ulimit.name));
        }
        if ulimit.hard >= 0 && (ulimit.soft > ulimit.hard || ulimit.soft < 0) {
            return invalid(format!(
                "ulimit soft limit must be less than or equal to hard limit: {} > {}",
                ulimit.soft, ulimit.hard
            ));
        }
        all.push(Rlimit {
            name: format!("RLIMIT_{}", name.to_ascii_uppercase()),
            soft: limit(ulimit.soft),
            hard: limit(ulimit.hard),
        });
    }
    Ok(all)
}

pub(super) fn device_rules(host: &HostConfig) -> Result<Vec<DeviceRule>> {
    let mut all = Vec::new();
    for text in host.device_cgroup_rules.iter().flatten() {
        all.push(device_rule(text).ok_or_else(|| {
            SupervisorError::Invalid(format!("invalid device cgroup rule format: '{text}'"))
        })?);
    }
    Ok(all)
}

/// `c 42:* rmw`.
fn device_rule(text: &str) -> Option<DeviceRule> {
    let mut words = text.split(' ');
    let (kind, numbers, access) = (words.next()?, words.next()?, words.next()?);
    let kind = match kind {
        "a" => 'a',
        "b" => 'b',
        "c" => 'c',
        _ => return None,
    };
    let (major, minor) = numbers.split_once(':')?;
    let number = |text: &str| match text {
        "*" => Some(None),
        text => text.parse::<u32>().ok().map(|n| Some(i64::from(n))),
    };
    let fits = (1..=3).contains(&access.len()) && access.chars().all(|c| "rwm".contains(c));
    if !fits || words.next().is_some() {
        return None;
    }
    Some(DeviceRule {
        kind,
        major: number(major)?,
        minor: number(minor)?,
        access: access.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use sampan_api::StrSlice;
    use sampan_api::container::Ulimit;

    use super::*;

    fn checked(change: impl FnOnce(&mut HostConfig)) -> std::result::Result<Vec<String>, String> {
        let mut host = HostConfig {
            network_mode: "none".into(),
            ..HostConfig::default()
        };
        change(&mut host);
        let config = Config {
            cmd: Some(StrSlice(vec!["true".into()])),
            ..Config::default()
        };
        check(&config, &host).map_err(|error| error.to_string())
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_dockers_words() {
        assert_eq!(checked(|_| ()), Ok(Vec::new()));
        let refused = |change: fn(&mut HostConfig), why: &str| {
            let error = checked(change).unwrap_err();
            assert!(error.contains(why), "{error}");
        };
        refused(
            |h| (h.network_mode, h.publish_all_ports) = ("container:x".into(), true),
            "conflicting options: port publishing",
        );
        assert!(checked(|h| h.network_mode = "bridge".into()).is_ok());
        refused(|h| h.pid_mode = "container:".into(), "invalid pid mode");
        refused(|h| h.uts_mode = "container:x".into(), "invalid UTS mode");
        refused(|h| h.memory = 1 << 20, "Minimum memory limit allowed is 6MB");
        refused(
            |h| (h.memory, h.memory_swap) = (8 << 20, 7 << 20),
            "Minimum memoryswap limit",
        );
        refused(
            |h| (h.memory, h.memory_reservation) = (8 << 20, 9 << 20),
            "less than memory reservation limit",
        );
        refused(|h| h.memory_swappiness = Some(101), "0-100");
        refused(
            |h| h.cpuset_cpus = "8000".into(),
            "Requested CPUs are not available",
        );
        refused(
            |h| h.cpuset_mems = "none".into(),
            "Invalid value none for cpuset mems",
        );
        refused(|h| h.isolation = "hyperv".into(), "only supports 'default'");
        refused(|h| h.oom_score_adj = 1001, "oom score adj");
        refused(
            |h| h.security_opt = Some(vec!["wasm.net=x:1".into()]),
            "--security-opt 2",
        );
        refused(
            |h| h.security_opt = Some(vec!["seccomp={".into()]),
            "Decoding seccomp profile failed",
        );
        refused(
            |h| {
                h.ulimits = Some(vec![Ulimit {
                    name: "nofile".into(),
                    soft: 2,
                    hard: 1,
                }]);
            },
            "must be less than or equal",
        );
        refused(
            |h| h.device_cgroup_rules = Some(vec!["x 1:1 r".into()]),
            "device cgroup rule",
        );
        assert!(checked(|h| h.pid_mode = "container:x".into()).is_ok());
        let none = Config::default();
        let host = HostConfig {
            network_mode: "host".into(),
            ..HostConfig::default()
        };
        assert_eq!(
            check(&none, &host).unwrap_err().to_string(),
            "no command specified"
        );
    }

    #[test]
    fn options_are_read() {
        let host = HostConfig {
            security_opt: Some(vec!["no-new-privileges".into(), "seccomp:unconfined".into()]),
            device_cgroup_rules: Some(vec!["c 42:* rmw".into()]),
            ..HostConfig::default()
        };
        let expected = Security {
            seccomp: Seccomp::Unconfined,
            no_new_privileges: true,
        };
        assert_eq!(Security::of(&host).unwrap(), expected);
        let rule = &device_rules(&host).unwrap()[0];
        assert_eq!((rule.kind, rule.major, rule.minor), ('c', Some(42), None));
    }
}
