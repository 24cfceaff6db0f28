//! What the runtime of Linux containers is told about one that is to start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_api::container::HostConfig;
use sampan_runtime::linux::{
    DeviceGrant, ExecSpec, Identity, LinuxMount, Mounted, Namespace, Namespaces, Seccomp,
};
use sampan_runtime::{KeptStreams, LinuxSpec, Logs, NetworkPlace, Resources};

use super::capabilities;
use super::options::{Security, device_rules, rlimits};
use super::spread;
use crate::environment::extend;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::environment_at;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::execs::Exec;
use crate::supervisor::images::Ready;
use crate::supervisor::life::terminal_size;
use crate::supervisor::record::{MountKind, MountRecord, Record};

/// What nobody in a container may see.
const MASKED: [&str; 12] = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
];
/// What nobody in a container may change.
const READ_ONLY: [&str; 5] = [
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];
/// What of the kernel's numbers a mount may stand for, as in runc.
const IN_PROC: [&str; 11] = [
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/net/dev",
    "/proc/slabinfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/sys/crypto/fips_enabled",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/uptime",
];
/// Docker's period of quotas, in microseconds.
const PERIOD: i64 = 100_000;

impl Supervisor {
    /// Everything that other kinds do not have.
    pub(crate) async fn linux_spec(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        ready: &Arc<Ready>,
        places: &[NetworkPlace],
    ) -> Result<LinuxSpec> {
        let host = &record.host;
        let root = self.linux_root(cell, ready).await?;
        let mut mounts = self.linux_files(record, places)?;
        for mount in &record.mounts {
            mounts.push(linux_mount(host, mount)?);
        }
        for (target, file) in &cell.live().private.files {
            mounts.push(LinuxMount {
                what: Mounted::Hidden(file.clone()),
                target: PathBuf::from(target),
                read_only: true,
            });
        }
        let available = capabilities::available();
        let security = Security::of(host)?;
        let (masked, read_only) = closed_paths(host);
        Ok(LinuxSpec {
            root,
            mounts,
            hostname: record.config.hostname.clone(),
            domainname: record.config.domainname.clone(),
            identity: Identity {
                user: record.config.user.clone(),
                groups: host.group_add.clone().unwrap_or_default(),
            },
            privileged: host.privileged,
            capabilities: capabilities::capabilities(host, &available)?,
            init: host.init == Some(true),
            no_new_privileges: security.no_new_privileges,
            seccomp: match host.privileged {
                true => Seccomp::Unconfined,
                false => security.seccomp,
            },
            masked_paths: masked.unwrap_or_default(),
            readonly_paths: read_only.unwrap_or_default(),
            namespaces: self.namespaces(host)?,
            devices: devices(host),
            device_rules: device_rules(host)?,
            rlimits: rlimits(host)?,
            sysctls: host.sysctls.clone().into_iter().collect::<BTreeMap<_, _>>(),
            shm_size: match host.ipc_mode.as_str() {
                "none" => 0,
                _ => u64::try_from(host.shm_size).unwrap_or(0),
            },
            resources: resources(host),
            oom_score_adj: i32::try_from(host.oom_score_adj).ok().filter(|n| *n != 0),
            cgroup_parent: host.cgroup_parent.clone(),
            confidential: !cell.live().private.env.is_empty(),
        })
    }

    fn namespaces(&self, host: &HostConfig) -> Result<Namespaces> {
        let whose = |mode: &str| match mode.strip_prefix("container:") {
            Some(other) => Ok(Namespace::Of(self.shared.find(other)?.id.clone())),
            None if mode == "host" => Ok(Namespace::Host),
            None => Ok::<_, SupervisorError>(Namespace::Own),
        };
        Ok(Namespaces {
            pid: whose(&host.pid_mode)?,
            ipc: self.lent(whose(&host.ipc_mode)?)?,
            uts: whose(&host.uts_mode)?,
            network: whose(&host.network_mode)?,
            cgroup: match host.cgroupns_mode.as_str() {
                "host" => Some(Namespace::Host),
                "private" => Some(Namespace::Own),
                _ => None,
            },
        })
    }

    /// What a container shares of its memory, if it does.
    fn lent(&self, ipc: Namespace) -> Result<Namespace> {
        if let Namespace::Of(id) = &ipc {
            let donor = self.shared.find(id.as_str())?.record();
            if !donor.host.ipc_mode.starts_with("container:")
                && !matches!(donor.host.ipc_mode.as_str(), "shareable" | "host")
            {
                return Err(SupervisorError::Invalid(format!(
                    "failed to join IPC namespace: container {id}: non-shareable IPC (hint: use IpcMode:shareable \
                     for the donor container)"
                )));
            }
        }
        Ok(ipc)
    }

    /// What the runtime is told about an exec.
    pub(crate) fn linux_exec(
        &self,
        cell: &Cell,
        exec: &Exec,
        size: Option<[u64; 2]>,
        detached: bool,
    ) -> ExecSpec {
        let record = cell.record();
        let request = &exec.request;
        // Those whom it is linked to may have gone since it started.
        let linked = self.links_told(&record).unwrap_or_default();
        let mut env = environment_at(request.tty, &record.config, linked);
        extend(&mut env, request.env.iter().flatten());
        let own = Some(request.working_dir.clone()).filter(|dir| !dir.is_empty());
        ExecSpec {
            id: exec.id.clone(),
            args: exec.words().to_vec(),
            env,
            cwd: own.or_else(|| Some(record.config.working_dir.clone()).filter(|dir| !dir.is_empty())),
            identity: (!request.user.is_empty()).then(|| Identity {
                user: request.user.clone(),
                groups: record.host.group_add.clone().unwrap_or_default(),
            }),
            privileged: request.privileged || record.host.privileged,
            streams: KeptStreams {
                stdin: request.attach_stdin && !detached,
                stdin_once: true,
                terminal: request.tty.then(|| terminal_size(size.unwrap_or_default())),
                log: Logs::default(),
            },
        }
    }
}

/// What a container may use.
pub(crate) fn resources(host: &HostConfig) -> Resources {
    let positive = |n: i64| (n > 0).then_some(n);
    let (quota, period) = match host.nano_cpus {
        0 => (positive(host.cpu_quota), positive(host.cpu_period)),
        nanos => (
            Some(i64::try_from(i128::from(nanos) * i128::from(PERIOD) / 1_000_000_000).unwrap_or(i64::MAX)),
            Some(PERIOD),
        ),
    };
    let swap = match host.memory_swap {
        // As much again as memory, as Docker has it.
        0 => positive(host.memory).map(|memory| memory.saturating_mul(2)),
        swap => Some(swap),
    };
    Resources {
        memory: positive(host.memory),
        memory_swap: swap,
        memory_reservation: positive(host.memory_reservation),
        swappiness: host.memory_swappiness.and_then(|n| u64::try_from(n).ok()),
        oom_kill_disable: host.oom_kill_disable == Some(true),
        cpu_shares: positive(host.cpu_shares).map(i64::unsigned_abs),
        cpu_quota: quota,
        cpu_period: period.map(i64::unsigned_abs),
        cpus: Some(host.cpuset_cpus.clone()).filter(|text| !text.is_empty()),
        mems: Some(host.cpuset_mems.clone()).filter(|text| !text.is_empty()),
        pids: host.pids_limit.filter(|n| *n > 0),
        blkio_weight: (host.blkio_weight > 0).then_some(host.blkio_weight),
    }
}

fn devices(host: &HostConfig) -> Vec<DeviceGrant> {
    let devices = host.devices.iter().flatten();
    devices
        .map(|device| DeviceGrant {
            source: PathBuf::from(&device.path_on_host),
            target: PathBuf::from(match device.path_in_container.as_str() {
                "" => &device.path_on_host,
                target => target,
            }),
            access: match device.cgroup_permissions.as_str() {
                "" => "rwm".to_owned(),
                access => access.to_owned(),
            },
        })
        .collect()
}

/// What nobody in a container may see, and what nobody may change; `None` where nothing is closed.
pub(crate) fn closed_paths(host: &HostConfig) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let paths = |own: &Option<Vec<String>>, usual: &[&str]| match own {
        _ if host.privileged => None,
        Some(own) => Some(own.clone()),
        None => Some(usual.iter().map(|path| (*path).to_owned()).collect()),
    };
    (
        paths(&host.masked_paths, &MASKED),
        paths(&host.readonly_paths, &READ_ONLY),
    )
}

/// Refuses what would stand in the place of what the kernel says of processes, as runc does: whoever chose it would say
/// it instead.
fn check_proc(mount: &MountRecord) -> Result<()> {
    let at = Path::new(&mount.destination);
    if at == Path::new("/proc") {
        let real = mount.kind == MountKind::Bind
            && rustix::fs::statfs(&mount.source).is_ok_and(|fs| fs.f_type == rustix::fs::PROC_SUPER_MAGIC);
        if !real {
            return Err(SupervisorError::Invalid(
                "a volume, a bind or a tmpfs at `/proc` cannot be mounted because it is not of type proc; an image that \
                 has one as `VOLUME` cannot be run"
                    .to_owned(),
            ));
        }
    } else if at.starts_with("/proc") && !IN_PROC.iter().any(|path| Path::new(path) == at) {
        return Err(SupervisorError::Invalid(format!(
            "`{}` cannot be mounted because it is inside `/proc`",
            mount.destination
        )));
    }
    Ok(())
}

/// Refuses a folder in the place of `/dev` in which a device cannot be made, because a link is there that would lead
/// elsewhere.
fn check_dev(mount: &MountRecord) -> Result<()> {
    if Path::new(&mount.destination) != Path::new("/dev") || mount.kind == MountKind::Tmpfs {
        return Ok(());
    }
    let is_link = |name: &&str| {
        let found = std::fs::symlink_metadata(Path::new(&mount.source).join(name));
        found.is_ok_and(|meta| meta.is_symlink())
    };
    match ["null", "zero", "full", "random", "urandom", "tty"]
        .iter()
        .find(|name| is_link(name))
    {
        Some(name) => Err(SupervisorError::Invalid(format!(
            "what is mounted at `/dev` has a link in the place of the device `{name}`; remove it there, or mount something else"
        ))),
        None => Ok(()),
    }
}

fn linux_mount(host: &HostConfig, mount: &MountRecord) -> Result<LinuxMount> {
    check_proc(mount)?;
    check_dev(mount)?;
    let what = match mount.kind {
        MountKind::Tmpfs => Mounted::Tmpfs {
            options: tmpfs(host, mount),
        },
        MountKind::Bind | MountKind::File | MountKind::Volume => {
            let source = PathBuf::from(&mount.source);
            if !source.exists() {
                // It may have been taken away since the container was made.
                std::fs::create_dir_all(&source).map_err(SupervisorError::io("create", &source))?;
            }
            Mounted::Bind {
                source,
                recursive: true,
                propagation: spread::checked(mount)?,
            }
        }
    };
    Ok(LinuxMount {
        what,
        target: PathBuf::from(&mount.destination),
        read_only: !mount.writable,
    })
}

/// The kernel's options of a tmpfs: as they were written, or from its fields.
fn tmpfs(host: &HostConfig, mount: &MountRecord) -> Vec<String> {
    let at = Path::new(&mount.destination);
    let written = host.tmpfs.iter().find(|(target, _)| Path::new(target) == at);
    if let Some((_, options)) = written {
        let words = options.split(',').filter(|word| !word.is_empty());
        return words.map(str::to_owned).collect();
    }
    let asked = host.mounts.iter().find(|own| Path::new(&own.target) == at);
    let mode = asked
        .and_then(|own| own.tmpfs_options.as_ref())
        .map_or(0, |o| o.mode);
    let mut options: Vec<String> = mount.size.iter().map(|size| format!("size={size}")).collect();
    if mode != 0 {
        options.push(format!("mode={mode:o}"));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_docker_reads_them() {
        assert_eq!(resources(&HostConfig::default()), Resources::default());
        let asked = resources(&HostConfig {
            memory: 64 << 20,
            nano_cpus: 1_500_000_000,
            pids_limit: Some(-1),
            ..HostConfig::default()
        });
        assert_eq!(asked.memory_swap, Some(128 << 20));
        assert_eq!(
            (asked.cpu_quota, asked.cpu_period),
            (Some(150_000), Some(100_000))
        );
        assert_eq!(asked.pids, None);
        let swap = resources(&HostConfig {
            memory: 64 << 20,
            memory_swap: -1,
            ..HostConfig::default()
        });
        assert_eq!(swap.memory_swap, Some(-1));
    }
}
