//! How much a container may have.

use sampan_api::container::{DeviceMapping, HostConfig, RestartPolicy, Ulimit};

use crate::{ComposeError, Service};

/// Limits, restart policy and devices.
pub(super) fn host_config(service: &Service) -> Result<HostConfig, ComposeError> {
    let limits = service.limits();
    let kept = service.reservations();
    let cpus = limits.cpus.or(service.cpus).unwrap_or(0.0);
    let ulimits = service.ulimits.iter().map(|(name, limit)| Ulimit {
        name: name.clone(),
        hard: limit.hard,
        soft: limit.soft,
    });
    let devices = service.devices.iter().map(|device| DeviceMapping {
        path_on_host: device.source.clone(),
        path_in_container: device.target.clone(),
        cgroup_permissions: device.permissions.clone(),
    });
    let ulimits: Vec<_> = ulimits.collect();
    let devices: Vec<_> = devices.collect();
    Ok(HostConfig {
        // Compose's numbers have few digits, and a billionth is what the API counts in.
        nano_cpus: (cpus * 1e9).round() as i64,
        cpu_shares: service.cpu_shares.unwrap_or(0),
        cpu_quota: service.cpu_quota.unwrap_or(0),
        cpu_period: service.cpu_period.unwrap_or(0),
        cpuset_cpus: service.cpuset.clone().unwrap_or_default(),
        memory: limits.memory.or(service.mem_limit).unwrap_or(0),
        memory_reservation: kept.memory.or(service.mem_reservation).unwrap_or(0),
        memory_swap: service.memswap_limit.unwrap_or(0),
        memory_swappiness: service.mem_swappiness,
        shm_size: service.shm_size.unwrap_or(0),
        pids_limit: limits.pids.or(service.pids_limit),
        oom_kill_disable: service.oom_kill_disable,
        oom_score_adj: service.oom_score_adj.unwrap_or(0),
        cgroup_parent: service.cgroup_parent.clone().unwrap_or_default(),
        ulimits: (!ulimits.is_empty()).then_some(ulimits),
        devices: (!devices.is_empty()).then_some(devices),
        device_cgroup_rules: (!service.device_cgroup_rules.is_empty())
            .then(|| service.device_cgroup_rules.clone()),
        restart_policy: restart_policy(service)?,
        ..HostConfig::default()
    })
}

fn restart_policy(service: &Service) -> Result<RestartPolicy, ComposeError> {
    let policy = |name: &str, times: i64| RestartPolicy {
        name: name.to_owned(),
        maximum_retry_count: times,
    };
    if let Some(text) = &service.restart {
        let (name, times) = match text.split_once(':') {
            Some((name, times)) => (name, times.parse().ok()),
            None => (text.as_str(), Some(0)),
        };
        return match (name, times) {
            ("" | "no" | "always" | "unless-stopped" | "on-failure", Some(times)) => Ok(policy(name, times)),
            _ => Err(ComposeError::model(
                format!("services.{}.restart", service.name),
                format!("is `{text}`, and must be `no`, `always`, `unless-stopped` or `on-failure[:TIMES]`"),
            )),
        };
    }
    let deploy = service
        .deploy
        .as_ref()
        .and_then(|deploy| deploy.restart_policy.as_ref());
    Ok(match deploy {
        None => RestartPolicy::default(),
        Some(wanted) => {
            let times = wanted.max_attempts.unwrap_or(0);
            match wanted.condition.as_deref() {
                Some("none" | "no") => policy("no", 0),
                Some("on-failure") => policy("on-failure", times),
                Some("unless-stopped") => policy("unless-stopped", 0),
                _ => policy("always", 0),
            }
        }
    })
}
