//! What a project could leave on its machine.

use std::collections::BTreeSet;
use std::fs;

use crate::host::{Host, Role};

/// All of it that somebody could find.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remains {
    containers: usize,
    volumes: usize,
    networks: usize,
    monitors: usize,
    /// Mounts that this machine's folder is in, as this process sees them.
    mounts: usize,
    /// Folders of control groups of these containers.
    groups: BTreeSet<String>,
    /// Interfaces of the daemon's network namespace.
    links: BTreeSet<String>,
}

impl Remains {
    /// `ids` are all containers that there were. The calling thread is in the daemon's network namespace.
    pub(crate) fn of(host: &Host, ids: &BTreeSet<String>) -> Self {
        let count = |path: &str, list: &str| {
            let answer = host.done("GET", path, "").json();
            let list = if list.is_empty() { &answer } else { &answer[list] };
            list.as_array().map_or(0, Vec::len)
        };
        let folder = host.run_dir().with_file_name("").display().to_string();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let links = fs::read_to_string("/proc/thread-self/net/dev").unwrap();
        let links = links.lines().filter_map(|line| line.split_once(':'));
        let controllers = fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten();
        let groups =
            controllers.flat_map(|one| fs::read_dir(one.path().join("sampan")).into_iter().flatten());
        let groups = groups
            .flatten()
            .map(|group| group.file_name().to_string_lossy().into_owned());
        Self {
            containers: count("/containers/json?all=1", ""),
            volumes: count("/volumes", "Volumes"),
            networks: count("/networks", ""),
            monitors: host.with_role(Role::Monitor).len(),
            mounts: mounts.lines().filter(|line| line.contains(&folder)).count(),
            groups: groups.filter(|group| ids.contains(group)).collect(),
            links: links.map(|(name, _)| name.trim().to_owned()).collect(),
        }
    }
}

/// The ids of all containers that there are.
pub(crate) fn ids(host: &Host) -> BTreeSet<String> {
    let all = host.done("GET", "/containers/json?all=1", "").json();
    let all = all.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one["Id"].as_str()?.to_owned()))
        .collect()
}
