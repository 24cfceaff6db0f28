//! Limits that this machine, or this user, has no control groups for.

use sampan_api::container::HostConfig;
use sampan_runtime::ControlGroups;

/// What was asked for and is not done, in dockerd's words.
pub(crate) fn unmet(host: &HostConfig, groups: ControlGroups) -> Vec<String> {
    let processors = host.nano_cpus != 0 || host.cpu_quota != 0 || host.cpu_shares != 0;
    let sets = !host.cpuset_cpus.is_empty() || !host.cpuset_mems.is_empty();
    let pids = host.pids_limit.is_some_and(|limit| limit > 0);
    [
        (
            groups.memory,
            host.memory > 0,
            "memory limit capabilities",
            "Limitation discarded.",
        ),
        (
            groups.pids,
            pids,
            "PIDs limit capabilities",
            "PIDs limit discarded.",
        ),
        (
            groups.cpu,
            processors,
            "CPU limit capabilities",
            "Limitation discarded.",
        ),
        (groups.cpuset, sets, "cpuset", "Cpuset discarded."),
    ]
    .into_iter()
    .filter(|(there, asked, ..)| *asked && !there)
    .map(|(_, _, what, done)| {
        format!("Your kernel does not support {what} or the cgroup is not mounted. {done}")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_missed() {
        let none = ControlGroups::default();
        assert!(unmet(&HostConfig::default(), none).is_empty());
        let host = HostConfig {
            memory: 1 << 20,
            pids_limit: Some(-1),
            ..HostConfig::default()
        };
        let said = unmet(&host, none);
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("memory limit"), "{said:?}");
        let groups = ControlGroups { memory: true, ..none };
        assert!(unmet(&host, groups).is_empty());
    }
}
