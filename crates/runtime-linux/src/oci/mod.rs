//! The OCI runtime specification of a container, as libcontainer reads it (`config.json`).

mod devices;
mod mounts;
mod resources;
mod seccomp;
mod users;

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::Path;

use sampan_process::users as standing;
use sampan_runtime::linux::{Namespace, Rlimit};
use sampan_runtime::{LinuxSpec, linux};
use sampan_types::ContainerId;
use serde_json::{Map, Value, json};

use crate::wire::{Failure, FailureKind, ProcessOrder};
pub(crate) use resources::{DISKS, resources, unmet};
pub(crate) use seccomp::profile;
pub(crate) use users::{Account, account};

/// What the monitor knows of the host and of other containers.
pub(crate) struct Surroundings<'a> {
    /// The container's files, for its users.
    pub(crate) root: &'a OwnedFd,
    /// Where they are attached.
    pub(crate) rootfs: &'a Path,
    pub(crate) cgroup: &'a str,
    /// Whether all controllers are in one hierarchy.
    pub(crate) unified: bool,
    /// The names of the hierarchies of cgroups v1 beneath `/sys/fs/cgroup`.
    pub(crate) hierarchies: &'a [String],
    /// The network namespace that was made for it.
    pub(crate) network: Option<String>,
    /// A process of each other container whose namespaces are joined.
    pub(crate) joins: &'a BTreeMap<ContainerId, u32>,
    /// Where the memory is attached that another container shares with it.
    pub(crate) memory: &'a Path,
    /// The capabilities that this process can hand on, as the kernel's bits.
    pub(crate) permitted: u64,
    /// How far each limit of processes can be raised here; `None` is without end.
    pub(crate) ceiling: &'a dyn Fn(&str) -> Option<u64>,
}

/// A specification, and what the host could not do.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) json: Value,
    /// What its program keeps of the rights that it is made with; libcontainer leaves it all.
    pub(crate) capabilities: Value,
    /// As whom its program runs.
    pub(crate) account: Account,
    pub(crate) warnings: Vec<String>,
}

/// Makes the specification.
pub(crate) fn config(
    spec: &LinuxSpec,
    process: &ProcessOrder,
    terminal: bool,
    around: &Surroundings<'_>,
) -> Result<Config, Failure> {
    let mut warnings = Vec::new();
    let identity = process.identity.as_ref().unwrap_or(&spec.identity);
    let account = account(around.root, identity)?;
    let mut document = process_json(spec, process, &account, terminal);
    let capabilities = capabilities(&spec.capabilities, around.permitted, &mut warnings);
    document["rlimits"] = rlimits(&spec.rlimits, around.ceiling, &mut warnings);
    let (mut limits, unmet) = resources::resources(&spec.resources);
    warnings.extend(unmet);
    let (devices, rules) = devices::devices(spec)?;
    limits["devices"] = rules;
    let (read_only, masked) = closed_paths(spec, around.hierarchies);
    let mut linux = json!({
        "cgroupsPath": around.cgroup,
        "resources": limits,
        "namespaces": namespaces(spec, around)?,
        "devices": devices,
        "maskedPaths": masked,
        "readonlyPaths": read_only,
        "rootfsPropagation": mounts::root_propagation(spec),
    });
    if !spec.sysctls.is_empty() {
        linux["sysctl"] = json!(spec.sysctls);
    }
    let mut json = json!({
        "ociVersion": "1.0.2",
        "root": { "path": around.rootfs, "readonly": spec.root.read_only },
        "process": document,
        "mounts": mounts::mounts(spec, around.memory)?,
        "linux": linux,
    });
    if spec.namespaces.uts == Namespace::Own {
        json["hostname"] = json!(spec.hostname);
        if !spec.domainname.is_empty() {
            json["domainname"] = json!(spec.domainname);
        }
    }
    Ok(Config {
        json,
        capabilities,
        account,
        warnings,
    })
}

/// Paths that it cannot change, and those that it cannot see. libcontainer mounts hierarchies of cgroups v1 so that they can be
/// written, whatever is asked for, and those that have a name at the host's root: from there the kernel is told what to
/// execute when a group is empty (CVE-2022-0492).
fn closed_paths(spec: &LinuxSpec, hierarchies: &[String]) -> (Vec<String>, Vec<String>) {
    const CGROUPS: &str = "/sys/fs/cgroup";
    let (mut read_only, mut masked) = (spec.readonly_paths.clone(), spec.masked_paths.clone());
    let given = spec.mounts.iter().any(|mount| mount.target == Path::new(CGROUPS));
    if !spec.privileged && !given {
        read_only.push(CGROUPS.to_owned());
        read_only.extend(hierarchies.iter().map(|name| format!("{CGROUPS}/{name}")));
        masked.push(format!("{CGROUPS}/systemd"));
    }
    (read_only, masked)
}

/// The kernel's bits of capabilities by name.
pub(crate) fn bits(names: &Value) -> u64 {
    let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    let numbers = names.filter_map(|name| linux::CAPABILITIES.iter().position(|known| *known == name));
    numbers.fold(0, |all, number| all | 1 << number)
}

/// Those of the wanted ones that can be handed on. The kernel refuses all where one is missing.
pub(crate) fn capabilities<'a>(
    wanted: impl IntoIterator<Item = &'a String>,
    permitted: u64,
    warnings: &mut Vec<String>,
) -> Value {
    let mut given = Vec::new();
    for name in wanted {
        let number = linux::CAPABILITIES.iter().position(|known| known == name);
        match number {
            Some(number) if permitted >> number & 1 == 1 => given.push(name),
            _ => warnings.push(format!(
                "`{name}` is not given: the engine does not have it itself"
            )),
        }
    }
    json!({ "bounding": given, "effective": given, "permitted": given })
}

/// What is alike for the container's own program and others in it. The capabilities are missing.
pub(crate) fn process_json(
    spec: &LinuxSpec,
    process: &ProcessOrder,
    account: &Account,
    terminal: bool,
) -> Value {
    // Where it is one user's groups alone, the kernel takes none.
    let groups = match standing::has_many() {
        true => account.groups.as_slice(),
        false => &[],
    };
    let mut document = json!({
        "terminal": terminal,
        "user": { "uid": account.uid, "gid": account.gid, "additionalGids": groups },
        "args": process.args,
        "env": environment(&process.env, account),
        "cwd": process.cwd.as_deref().unwrap_or("/"),
    });
    if spec.no_new_privileges {
        document["noNewPrivileges"] = json!(true);
    }
    document
}

/// The engine says `/` where it knows no home; the container's own files know better.
fn environment(env: &[(String, String)], account: &Account) -> Vec<String> {
    let own_home = |name: &str, value: &str| name == "HOME" && value == "/";
    env.iter()
        .map(|(name, value)| match own_home(name, value) {
            true => format!("HOME={}", account.home),
            false => format!("{name}={value}"),
        })
        .collect()
}

fn rlimits(asked: &[Rlimit], ceiling: &dyn Fn(&str) -> Option<u64>, warnings: &mut Vec<String>) -> Value {
    let limits = asked.iter().map(|limit| {
        let mut hard = limit.hard;
        if let Some(most) = ceiling(&limit.name).filter(|most| hard > *most) {
            warnings.push(format!(
                "`{}` stays at {most}: this host does not let the engine raise it to {hard}",
                limit.name
            ));
            hard = most;
        }
        json!({ "type": limit.name, "soft": limit.soft.min(hard), "hard": hard })
    });
    limits.collect()
}

fn namespaces(spec: &LinuxSpec, around: &Surroundings<'_>) -> Result<Value, Failure> {
    let linux::Namespaces {
        pid,
        ipc,
        uts,
        network,
        cgroup,
    } = &spec.namespaces;
    let usual = match around.unified {
        true => Namespace::Own,
        false => Namespace::Host,
    };
    let cgroup = cgroup.as_ref().unwrap_or(&usual);
    let mut all = vec![json!({ "type": "mount" })];
    for (kind, file, whose) in [
        ("pid", "pid", pid),
        ("ipc", "ipc", ipc),
        ("uts", "uts", uts),
        ("network", "net", network),
        ("cgroup", "cgroup", cgroup),
    ] {
        let mut one = Map::from_iter([("type".to_owned(), json!(kind))]);
        match (whose, &around.network) {
            (Namespace::Host, _) => continue,
            (Namespace::Own, Some(path)) if kind == "network" => {
                one.insert("path".to_owned(), json!(path));
            }
            (Namespace::Own, _) => {}
            (Namespace::Of(id), _) => {
                let pid = around.joins.get(id).ok_or_else(|| not_there(id))?;
                one.insert("path".to_owned(), json!(format!("/proc/{pid}/ns/{file}")));
            }
        }
        all.push(Value::Object(one));
    }
    Ok(Value::Array(all))
}

pub(crate) fn not_there(id: &ContainerId) -> Failure {
    let what = format!("cannot join the namespaces of container {id}: it is not running");
    Failure::new(FailureKind::Invalid, what)
}

#[cfg(test)]
mod tests;
