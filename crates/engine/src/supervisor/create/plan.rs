//! Docker's create body to limits and grants. `docs/design/daemon-api.md` has the table.

use std::net::IpAddr;

use sampan_api::container::{Config, HostConfig};
use sampan_runtime::{Isolation, Placement};
use sampan_types::serving::LogOutput;
use sampan_types::{ByteCount, Effort, Grants, Limits};

use super::signal;
use crate::supervisor::error::{Result, SupervisorError};

/// What Docker counts a processor's period as, where none is said, in microseconds.
const PERIOD: i64 = 100_000;

/// What a container may use and reach, apart from files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) limits: Limits,
    pub(crate) grants: Grants,
    pub(crate) isolation: Isolation,
    pub(crate) cpu_weight: u64,
    pub(crate) effort: Effort,
}

fn invalid<T>(text: impl Into<String>) -> Result<T> {
    Err(SupervisorError::Invalid(text.into()))
}

impl Plan {
    /// Reads what was asked for.
    pub(crate) fn of(host: &HostConfig) -> Result<Self> {
        let mut plan = Self {
            limits: Limits::default(),
            grants: Grants::default(),
            isolation: match host.isolation.as_str() {
                "" | "default" => Isolation::Shared,
                "process" => Isolation::Process,
                other => return invalid(format!("invalid isolation '{other}' on linux")),
            },
            cpu_weight: Placement::USUAL_WEIGHT,
            effort: Effort::default(),
        };
        plan.resources(host)?;
        for option in host.security_opt.iter().flatten() {
            plan.security(option)?;
        }
        Ok(plan)
    }

    fn resources(&mut self, host: &HostConfig) -> Result<()> {
        let limits = &mut self.limits;
        match host.memory {
            0 => {}
            memory if memory < 65_536 => return invalid("Minimum memory limit allowed is 64KB"),
            memory => limits.memory = ByteCount::new(memory.unsigned_abs()),
        }
        if host.memory_reservation > 0 && host.memory > 0 && host.memory < host.memory_reservation {
            return invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        limits.cpu_millis = cpu_millis(host)?;
        match host.cpu_shares {
            shares if shares < 0 => return invalid("invalid CPU shares: must be a positive value"),
            0 => {}
            shares => self.cpu_weight = shares.unsigned_abs().clamp(2, 262_144),
        }
        match host.pids_limit {
            None | Some(0 | -1) => {}
            Some(most) if most < 0 => return invalid("invalid PIDs limit: use -1 for unlimited"),
            Some(most) => limits.instances = most.unsigned_abs(),
        }
        for ulimit in host.ulimits.iter().flatten() {
            if ulimit.name == "nofile" && ulimit.hard > 0 {
                limits.open_files = ulimit.hard.unsigned_abs();
            }
        }
        for (name, value) in &host.storage_opt {
            match name.as_str() {
                "size" => {
                    limits.disk = value
                        .parse()
                        .map_err(|e| SupervisorError::Invalid(format!("invalid storage option: {e}")))?;
                }
                other => return invalid(format!("unknown storage option: {other}")),
            }
        }
        Ok(())
    }

    /// One `--security-opt`.
    fn security(&mut self, option: &str) -> Result<()> {
        let wrong = |error: &dyn std::fmt::Display| {
            SupervisorError::Invalid(format!("invalid --security-opt `{option}`: {error}"))
        };
        let (name, value) = option.split_once(['=', ':']).unwrap_or((option, ""));
        let grants = &mut self.grants;
        match name {
            "wasm.net" => grants.net.push(value.parse().map_err(|e| wrong(&e))?),
            "wasm.http" => grants.http.push(value.parse().map_err(|e| wrong(&e))?),
            "wasm.listen" => grants.listen.push(value.parse().map_err(|e| wrong(&e))?),
            "wasm.compile" => self.effort = value.parse().map_err(|e| wrong(&e))?,
            "wasm.limit" => self.limits.set(value).map_err(|e| wrong(&e))?,
            // They take rights away that a Wasm container has not got.
            "no-new-privileges" | "label" | "seccomp" | "apparmor" | "systempaths" | "writable-cgroups" => {}
            _ => return invalid(format!("invalid --security-opt 2: \"{option}\"")),
        }
        Ok(())
    }
}

pub(crate) fn cpu_millis(host: &HostConfig) -> Result<Option<u64>> {
    if host.nano_cpus < 0 || (host.nano_cpus > 0 && host.nano_cpus < 10_000_000) {
        return invalid("range of CPUs is from 0.01 upwards");
    }
    if host.nano_cpus > 0 {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        if host.nano_cpus.unsigned_abs() > processors as u64 * 1_000_000_000 {
            return invalid(format!(
                "range of CPUs is from 0.01 to {processors}.00, as there are only {processors} CPUs available"
            ));
        }
        if host.cpu_period > 0 {
            return invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set.");
        }
        if host.cpu_quota > 0 {
            return invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set.");
        }
        return Ok(Some(host.nano_cpus.unsigned_abs().div_ceil(1_000_000)));
    }
    if host.cpu_period != 0 && !(1_000..=1_000_000).contains(&host.cpu_period) {
        return invalid(
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)",
        );
    }
    match host.cpu_quota {
        quota if quota > 0 && quota < 1_000 => invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)"),
        quota if quota > 0 => {
            let period = if host.cpu_period > 0 {
                host.cpu_period
            } else {
                PERIOD
            };
            let millis = quota.unsigned_abs().saturating_mul(1_000) / period.unsigned_abs();
            Ok(Some(millis.max(1)))
        }
        _ => Ok(None),
    }
}

/// What clients know the runtime of Linux containers by where nobody named another.
pub(crate) const RUNC: &str = "runc";

/// The label by which a container that serves HTTP gets a line in its log for each request.
const ACCESS_LOG: &str = "sampan.access-log";

/// To which of its outputs lines about requests go.
pub(crate) fn access_log(config: &Config) -> Result<Option<LogOutput>> {
    match config.labels.get(ACCESS_LOG).map(String::as_str) {
        None | Some("" | "none") => Ok(None),
        Some("stdout") => Ok(Some(LogOutput::Stdout)),
        Some("stderr") => Ok(Some(LogOutput::Stderr)),
        Some(other) => invalid(format!(
            "the label `{ACCESS_LOG}` cannot be `{other}`: use `stdout`, `stderr` or `none`"
        )),
    }
}

/// Refuses what no container can have.
pub(crate) fn check(config: &Config, host: &HostConfig) -> Result<()> {
    match host.runtime.as_str() {
        "" | "sampan" | RUNC => {}
        shim if shim.starts_with("io.containerd.") && shim != "io.containerd.runc.v2" => {}
        other => return invalid(format!("unknown or invalid runtime name: {other}")),
    }
    extra_hosts(host, &[])?;
    restart_policy(host)?;
    if !config.stop_signal.is_empty() {
        signal::parse(&config.stop_signal)?;
    }
    if !config.working_dir.is_empty() && !config.working_dir.starts_with('/') {
        return invalid(format!(
            "the working directory '{}' is invalid, it needs to be an absolute path",
            config.working_dir
        ));
    }
    for pair in config.env.iter().flatten() {
        if pair.starts_with('=') || pair.is_empty() {
            return invalid(format!("invalid environment variable: {pair}"));
        }
    }
    Ok(())
}

/// Refuses what a Wasm container cannot have and what it would be a lie to accept; tells what changes nothing.
pub(crate) fn check_wasm(host: &HostConfig) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let linux = |what: &str| invalid(format!("{what} needs a Linux container, and this image is Wasm"));
    let some = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    if host.privileged {
        return linux("privileged mode");
    }
    if some(&host.cap_add) {
        return linux("adding capabilities");
    }
    if host.devices.as_ref().is_some_and(|d| !d.is_empty())
        || host.device_requests.as_ref().is_some_and(|d| !d.is_empty())
        || some(&host.device_cgroup_rules)
    {
        return linux("access to devices");
    }
    if !host.sysctls.is_empty() {
        return linux("setting kernel parameters");
    }
    for (what, mode) in [
        ("sharing process ids", &host.pid_mode),
        ("sharing memory between processes", &host.ipc_mode),
    ] {
        if mode == "host" || mode.starts_with("container:") {
            return linux(what);
        }
    }
    if host.network_mode.starts_with("container:") {
        return linux("sharing the network of another container");
    }
    for (given, what) in [
        (!host.cpuset_cpus.is_empty(), "choosing processors"),
        (some(&host.dns), "choosing name servers"),
        (host.blkio_weight > 0, "weighing access to disks"),
        (host.oom_kill_disable == Some(true), "disabling the OOM killer"),
        (host.oom_score_adj != 0, "weighing it for the OOM killer"),
        (!host.cgroup_parent.is_empty(), "choosing a control group"),
        (host.uts_mode == "host", "sharing the host's name"),
        (host.userns_mode == "host", "sharing the host's users"),
        (
            host.ulimits
                .iter()
                .flatten()
                .any(|ulimit| ulimit.name != "nofile"),
            "a limit of a process other than `nofile`",
        ),
    ] {
        if given {
            warnings.push(format!(
                "{what} is kept, and changes nothing for a Wasm container"
            ));
        }
    }
    Ok(warnings)
}

/// Names that the container knows besides those of its networks: `NAME:ADDRESS` or `NAME=ADDRESS`. `machine` are the
/// addresses that stand for the host, which `host-gateway` means.
pub(crate) fn extra_hosts(host: &HostConfig, machine: &[IpAddr]) -> Result<Vec<(String, IpAddr)>> {
    let mut hosts = Vec::new();
    for text in host.extra_hosts.iter().flatten() {
        let parts = text.split_once('=').or_else(|| text.split_once(':'));
        let Some((name, address)) = parts.filter(|(name, _)| !name.is_empty()) else {
            return invalid(format!("bad format for add-host: \"{text}\""));
        };
        let bare = address.trim_start_matches('[').trim_end_matches(']');
        let name = name.to_ascii_lowercase();
        match bare.parse() {
            Ok(address) => hosts.push((name, address)),
            Err(_) if address == "host-gateway" => {
                hosts.extend(machine.iter().map(|address| (name.clone(), *address)));
            }
            Err(_) => return invalid(format!("invalid IP address in add-host: \"{address}\"")),
        }
    }
    Ok(hosts)
}

/// Checks the words of a restart policy.
pub(crate) fn restart_policy(host: &HostConfig) -> Result<()> {
    let policy = &host.restart_policy;
    match policy.name.as_str() {
        "" | "no" | "always" | "unless-stopped" if policy.maximum_retry_count != 0 => {
            invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'")
        }
        "on-failure" if policy.maximum_retry_count < 0 => {
            invalid("invalid restart policy: maximum retry count cannot be negative")
        }
        "" | "no" | "always" | "unless-stopped" | "on-failure" if host.auto_remove => {
            match policy.name.as_str() {
                "" | "no" => Ok(()),
                _ => invalid("can't create 'AutoRemove' container with restart policy"),
            }
        }
        "" | "no" | "always" | "unless-stopped" | "on-failure" => Ok(()),
        other => invalid(format!(
            "invalid restart policy: unknown policy '{other}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
        )),
    }
}

#[cfg(test)]
mod tests {
    use sampan_api::container::{RestartPolicy, Ulimit};

    use super::*;

    fn host(change: impl FnOnce(&mut HostConfig)) -> HostConfig {
        let mut host = HostConfig::default();
        change(&mut host);
        host
    }

    #[test]
    fn resources_become_limits() {
        let plan = Plan::of(&host(|h| {
            h.memory = 64 << 20;
            h.nano_cpus = 1_500_000_000;
            h.cpu_shares = 512;
            h.pids_limit = Some(7);
            h.storage_opt.insert("size".into(), "10m".into());
            h.ulimits = Some(vec![Ulimit {
                name: "nofile".into(),
                hard: 33,
                soft: 22,
            }]);
            h.isolation = "process".into();
        }))
        .unwrap();
        assert_eq!(plan.limits.memory, ByteCount::mib(64));
        assert_eq!(plan.limits.cpu_millis, Some(1500));
        assert_eq!((plan.limits.instances, plan.limits.open_files), (7, 33));
        assert_eq!(plan.limits.disk, ByteCount::mib(10));
        assert_eq!((plan.cpu_weight, plan.isolation), (512, Isolation::Process));
        let quota = Plan::of(&host(|h| h.cpu_quota = 50_000)).unwrap();
        assert_eq!(quota.limits.cpu_millis, Some(500));
    }

    #[test]
    fn security_options_become_grants() {
        let plan = Plan::of(&host(|h| {
            h.security_opt = Some(
                [
                    "wasm.net=db:5432",
                    "wasm.http=api.example",
                    "wasm.listen=80",
                    "wasm.limit=stack=2m",
                    "wasm.compile=quick",
                    "no-new-privileges",
                ]
                .map(str::to_owned)
                .to_vec(),
            );
        }))
        .unwrap();
        assert_eq!(
            plan.grants.net.len() + plan.grants.http.len() + plan.grants.listen.len(),
            3
        );
        assert_eq!(plan.limits.stack, ByteCount::mib(2));
        assert_eq!(plan.effort, Effort::Quick);
        for bad in [
            "wasm.net=db",
            "wasm.compile=soon",
            "wasm.limit=x=1",
            "nonsense",
            "wasm.other=1",
        ] {
            assert!(
                Plan::of(&host(|h| h.security_opt = Some(vec![bad.into()]))).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn hosts_are_added_as_docker_reads_them() {
        let machine = ["172.17.0.1".parse().unwrap()];
        let read = |text: &str| extra_hosts(&host(|h| h.extra_hosts = Some(vec![text.into()])), &machine);
        for (text, name, address) in [
            ("Db:1.2.3.4", "db", "1.2.3.4"),
            ("six:fd00::1", "six", "fd00::1"),
            ("six=[fd00::1]", "six", "fd00::1"),
            ("h:host-gateway", "h", "172.17.0.1"),
        ] {
            assert_eq!(
                read(text).unwrap(),
                [(name.to_owned(), address.parse().unwrap())],
                "{text}"
            );
        }
        for text in ["x", ":1.2.3.4", "x:y", "x:"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_would_be_a_lie_is_refused() {
        let refused = |change: fn(&mut HostConfig)| {
            let host = host(change);
            check(&Config::default(), &host).is_err() || check_wasm(&host).is_err()
        };
        assert!(refused(|h| h.privileged = true));
        assert!(refused(|h| h.cap_add = Some(vec!["NET_ADMIN".into()])));
        assert!(refused(|h| h.pid_mode = "host".into()));
        assert!(refused(|h| h.network_mode = "container:x".into()));
        assert!(refused(|h| h.runtime = "kata".into()));
        assert!(refused(|h| {
            h.auto_remove = true;
            h.restart_policy = RestartPolicy {
                name: "always".into(),
                maximum_retry_count: 0,
            };
        }));
        assert!(refused(|h| h.restart_policy.name = "sometimes".into()));
        assert!(!refused(|h| h.cap_drop = Some(vec!["ALL".into()])));
        let warned = check_wasm(&host(|h| h.dns = Some(vec!["1.2.3.4".into()])));
        assert_eq!(warned.unwrap().len(), 1);
    }
}
