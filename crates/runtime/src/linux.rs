//! What a Linux container is beside what containers of every kind are.
//!
//! Values, read and checked by the engine: nothing here has Docker's spellings, and nothing needs to be parsed again but
//! names of users, which only the container's own files can resolve.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use sampan_types::{ContainerId, SecretBytes};
use serde::{Deserialize, Serialize};

/// All capabilities, in the order of the kernel's numbers.
pub const CAPABILITIES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];

/// Everything about a container of kind linux that other kinds do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinuxSpec {
    /// Its files.
    pub root: LinuxRoot,
    /// What else stands where, in the order in which it is mounted.
    pub mounts: Vec<LinuxMount>,
    /// Its name.
    pub hostname: String,
    /// Its domain of NIS, where it has one.
    pub domainname: String,
    /// As whom its program runs.
    pub identity: Identity,
    /// Whether it may do what the host's root may.
    pub privileged: bool,
    /// All capabilities that it may ever have, as `CAP_CHOWN`.
    pub capabilities: BTreeSet<String>,
    /// Whether its first process is one that takes in orphans and hands signals on to the program.
    pub init: bool,
    /// Whether its programs gain no rights by set-id bits.
    pub no_new_privileges: bool,
    /// Which system calls it may use.
    pub seccomp: Seccomp,
    /// Paths that it cannot see.
    pub masked_paths: Vec<String>,
    /// Paths that it cannot change.
    pub readonly_paths: Vec<String>,
    /// Which namespaces are its own.
    pub namespaces: Namespaces,
    /// Devices of the host that it has.
    pub devices: Vec<DeviceGrant>,
    /// Further rules for devices: `c 42:* rmw`.
    pub device_rules: Vec<DeviceRule>,
    /// Limits of each of its processes.
    pub rlimits: Vec<Rlimit>,
    /// Parameters of its kernel namespaces.
    pub sysctls: BTreeMap<String, String>,
    /// Size of `/dev/shm`, in bytes; 0 for none at all.
    pub shm_size: u64,
    /// What it may use.
    pub resources: Resources,
    /// How eagerly the kernel ends it for want of memory.
    pub oom_score_adj: Option<i32>,
    /// Beneath which cgroup its own one is; empty is the engine's.
    pub cgroup_parent: String,
    /// Whether its variables are secrets: once it runs they are in no document.
    pub confidential: bool,
}

/// The files of a container: folders of the host, of which the upper ones hide the lower ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinuxRoot {
    /// What it does not change, the uppermost first.
    pub lower: Vec<PathBuf>,
    /// Where its changes are. Empty where there are none: then it is for reading alone.
    pub upper: PathBuf,
    /// An empty folder on the same file system, for the kernel.
    pub work: PathBuf,
    /// Whether it can change nothing.
    pub read_only: bool,
}

/// Something that is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinuxMount {
    /// What.
    pub what: Mounted,
    /// Where in the container.
    pub target: PathBuf,
    /// Whether it cannot be changed.
    pub read_only: bool,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mounted {
    /// A file or folder of the host.
    Bind {
        /// Where on the host.
        source: PathBuf,
        /// Whether with what is mounted in it.
        recursive: bool,
        /// `rprivate`, `rshared` and their like.
        propagation: String,
    },
    /// Memory.
    Tmpfs {
        /// Options of the kernel: `size=64k`, `noexec`.
        options: Vec<String>,
    },
    /// A file that is in memory alone, and ends with the container. It is on no disk and in no document.
    Hidden(HiddenFile),
}

/// A file that nobody sees but the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenFile {
    /// What is in it.
    pub content: SecretBytes,
    /// Its bits.
    pub mode: u32,
    /// Whose it is: user and group.
    pub owner: (u32, u32),
}

/// As whom a process runs. Names are resolved in the container's own files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// `USER[:GROUP]`, each a name or a number; empty is root.
    pub user: String,
    /// Further groups.
    pub groups: Vec<String>,
}

/// Which system calls a container may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seccomp {
    /// Those of Docker's usual profile.
    #[default]
    Usual,
    /// All.
    Unconfined,
    /// Those of a profile in Docker's form, as JSON.
    Profile(String),
}

/// Which namespaces are the container's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespaces {
    /// Processes.
    pub pid: Namespace,
    /// Memory and queues between processes.
    pub ipc: Namespace,
    /// Names of the machine.
    pub uts: Namespace,
    /// Network.
    pub network: Namespace,
    /// Cgroups. `None` is what is usual for the host's hierarchy.
    pub cgroup: Option<Namespace>,
}

/// Whose a namespace is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Namespace {
    /// The container's.
    #[default]
    Own,
    /// The host's.
    Host,
    /// Another container's.
    Of(ContainerId),
}

/// A device of the host in a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGrant {
    /// Where on the host: a device, or a folder of devices.
    pub source: PathBuf,
    /// Where in the container.
    pub target: PathBuf,
    /// Of `r`, `w`, `m`.
    pub access: String,
}

/// A rule for devices by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRule {
    /// `a`, `b` or `c`.
    pub kind: char,
    /// `None` is any.
    pub major: Option<i64>,
    /// `None` is any.
    pub minor: Option<i64>,
    /// Of `r`, `w`, `m`.
    pub access: String,
}

/// A limit of each process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rlimit {
    /// As the kernel names it: `RLIMIT_NOFILE`.
    pub name: String,
    /// What holds.
    pub soft: u64,
    /// How far a process may raise it.
    pub hard: u64,
}

/// What a container may use; `None` is what the machine gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Resources {
    /// Memory, in bytes.
    pub memory: Option<i64>,
    /// Memory and swap together, in bytes; -1 is without end.
    pub memory_swap: Option<i64>,
    /// Memory that it keeps when memory is scarce, in bytes.
    pub memory_reservation: Option<i64>,
    /// How readily its memory is swapped, up to 100.
    pub swappiness: Option<u64>,
    /// Whether it waits for memory instead of being ended.
    pub oom_kill_disable: bool,
    /// Its weight for processors, 1024 being the usual one.
    pub cpu_shares: Option<u64>,
    /// Processor time in each period, in microseconds.
    pub cpu_quota: Option<i64>,
    /// The period, in microseconds.
    pub cpu_period: Option<u64>,
    /// Processors, as `0-2,4`.
    pub cpus: Option<String>,
    /// Memory nodes, as `0-2,4`.
    pub mems: Option<String>,
    /// Processes and threads; -1 is without end.
    pub pids: Option<i64>,
    /// Its weight for disks, 10 to 1000.
    pub blkio_weight: Option<u16>,
}

/// Another program in a Linux container that runs.
#[derive(Debug)]
pub struct ExecSpec {
    /// Its identity.
    pub id: ContainerId,
    /// Program and arguments.
    pub args: Vec<String>,
    /// Environment.
    pub env: Vec<(String, String)>,
    /// Working folder.
    pub cwd: Option<String>,
    /// As whom; `None` as the container's own program.
    pub identity: Option<Identity>,
    /// Whether it may do what the host's root may.
    pub privileged: bool,
    /// Standard streams.
    pub streams: crate::KeptStreams,
}

/// What a Linux container uses, as the kernel counts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counted {
    /// Processor time, in nanoseconds: all, in programs, in the kernel.
    pub cpu: [u64; 3],
    /// The same of each processor, where it is counted.
    pub per_cpu: Vec<u64>,
    /// How often and how long the quota held it: periods, of which throttled, nanoseconds.
    pub throttled: [u64; 3],
    /// Memory in use, in bytes.
    pub memory: u64,
    /// The most that was in use, where it is counted.
    pub memory_max: u64,
    /// How often more was wanted than there may be.
    pub memory_failures: u64,
    /// Its limit, where it has one.
    pub memory_limit: Option<u64>,
    /// What the kernel tells besides, by its names.
    pub memory_details: BTreeMap<String, u64>,
    /// Processes and threads.
    pub pids: u64,
    /// Their limit, where it has one.
    pub pids_limit: Option<u64>,
    /// Bytes of disks: device numbers, what was done, how many.
    pub disks: Vec<(u64, u64, String, u64)>,
}

/// What this machine's control groups can do for containers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlGroups {
    /// Whether all controllers are in one hierarchy, which is version 2.
    pub unified: bool,
    /// Memory is limited.
    pub memory: bool,
    /// What is swapped out is limited.
    pub swap: bool,
    /// Containers can be kept from being ended for want of memory.
    pub oom_kill_disable: bool,
    /// Processor time is limited, and shared out.
    pub cpu: bool,
    /// Containers are kept on some processors.
    pub cpuset: bool,
    /// Processes are counted.
    pub pids: bool,
}
