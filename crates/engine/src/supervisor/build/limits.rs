//! What a request says of the containers of its steps and a step's result may depend on. BuildKit has it in the key by
//! which a step is found again; the classic builder has not.

use sampan_api::container::HostConfig;

/// What counts of it, word by word; nothing where nothing was said. Addresses of further hosts change from day to day, so
/// their names count alone.
pub(super) fn key(host: &HostConfig) -> Vec<String> {
    let mut words = Vec::new();
    if host.shm_size > 0 {
        words.push(format!("shm-size={}", host.shm_size));
    }
    for limit in host.ulimits.iter().flatten() {
        words.push(format!("ulimit={}={}:{}", limit.name, limit.soft, limit.hard));
    }
    if !host.cgroup_parent.is_empty() {
        words.push(format!("cgroup-parent={}", host.cgroup_parent));
    }
    for line in host.extra_hosts.iter().flatten() {
        let name = line.split([':', '=']).next().unwrap_or(line);
        words.push(format!("host={name}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use sampan_api::container::Ulimit;

    use super::*;

    #[test]
    fn only_what_was_said_counts() {
        assert_eq!(key(&HostConfig::default()), [""; 0]);
        let host = HostConfig {
            shm_size: 8 << 20,
            ulimits: Some(vec![Ulimit {
                name: "nofile".to_owned(),
                soft: 18,
                hard: 2000,
            }]),
            cgroup_parent: "/builds".to_owned(),
            extra_hosts: Some(vec!["there:10.0.0.1".to_owned()]),
            ..HostConfig::default()
        };
        let wanted = [
            "shm-size=8388608",
            "ulimit=nofile=18:2000",
            "cgroup-parent=/builds",
            "host=there",
        ];
        assert_eq!(key(&host), wanted);
    }
}
