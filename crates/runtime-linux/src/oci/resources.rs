//! Limits of a container, as far as this host has the controllers for them.

use std::path::Path;

use sampan_runtime::Resources;
use serde_json::{Map, Value, json};

/// Where v1 keeps what not every kernel has.
const MEMSW: &str = "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes";
const BLKIO: [&str; 2] = [
    "/sys/fs/cgroup/blkio/blkio.weight",
    "/sys/fs/cgroup/blkio/blkio.bfq.weight",
];

/// What the weight among those who use a disk is called in warnings.
pub(crate) const DISKS: &str = "the weight for disks";

/// The part of the specification, and what the host cannot limit, in words.
pub(crate) fn resources(asked: &Resources) -> (Value, Vec<String>) {
    if !crate::cgroup::are_had() {
        return (json!({}), given(asked).map(unmet).collect());
    }
    let unified = crate::cgroup::is_unified();
    let host = Host {
        swap: unified || Path::new(MEMSW).exists(),
        weights: unified || BLKIO.iter().any(|file| Path::new(file).exists()),
        swappiness: !unified,
    };
    let (mut limits, warnings) = fit(asked, &host);
    if unified && let Some(limits) = limits.as_object_mut() {
        // The cgroup is given it by itself (`Cgroup::weigh_disks`).
        limits.remove("blockIO");
    }
    (limits, warnings)
}

/// What was asked for, where none of it can be had.
fn given(asked: &Resources) -> impl Iterator<Item = &'static str> {
    let cpu = [
        asked.cpu_shares.is_some(),
        asked.cpu_quota.is_some(),
        asked.cpus.is_some(),
        asked.mems.is_some(),
    ];
    let all = [
        (
            asked.memory.is_some() || asked.memory_reservation.is_some(),
            "memory",
        ),
        (cpu.contains(&true), "processors"),
        (asked.pids.is_some(), "the number of processes"),
        (asked.blkio_weight.is_some(), DISKS),
    ];
    all.into_iter().filter_map(|(given, what)| given.then_some(what))
}

/// What is said of a limit that the host has no controller for.
pub(crate) fn unmet(what: &str) -> String {
    format!("this host cannot limit {what}; the limit is not set")
}

/// What the host can limit.
struct Host {
    swap: bool,
    weights: bool,
    swappiness: bool,
}

fn fit(asked: &Resources, host: &Host) -> (Value, Vec<String>) {
    let mut warnings = Vec::new();
    let mut unless = |can: bool, given: bool, what: &str| {
        if given && !can {
            warnings.push(unmet(what));
        }
        given && can
    };
    let mut memory = Map::new();
    put(&mut memory, "limit", asked.memory);
    put(&mut memory, "reservation", asked.memory_reservation);
    if unless(host.swap, asked.memory_swap.is_some(), "swap") {
        put(&mut memory, "swap", asked.memory_swap);
    }
    if unless(host.swappiness, asked.swappiness.is_some(), "swappiness") {
        put(&mut memory, "swappiness", asked.swappiness);
    }
    if asked.oom_kill_disable {
        memory.insert("disableOOMKiller".to_owned(), json!(true));
    }
    let mut cpu = Map::new();
    put(&mut cpu, "shares", asked.cpu_shares);
    put(&mut cpu, "quota", asked.cpu_quota);
    put(&mut cpu, "period", asked.cpu_period);
    put(&mut cpu, "cpus", asked.cpus.as_ref());
    put(&mut cpu, "mems", asked.mems.as_ref());
    let mut all = json!({});
    if !memory.is_empty() {
        all["memory"] = Value::Object(memory);
    }
    if !cpu.is_empty() {
        all["cpu"] = Value::Object(cpu);
    }
    if let Some(pids) = asked.pids {
        all["pids"] = json!({ "limit": pids });
    }
    if let Some(weight) = asked.blkio_weight
        && unless(host.weights, true, DISKS)
    {
        all["blockIO"] = json!({ "weight": weight });
    }
    (all, warnings)
}

fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), json!(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Host = Host {
        swap: true,
        weights: true,
        swappiness: true,
    };

    #[test]
    fn what_was_not_asked_for_is_not_limited() {
        assert_eq!(fit(&Resources::default(), &ALL), (json!({}), Vec::new()));
    }

    #[test]
    fn what_the_host_cannot_limit_is_told() {
        let asked = Resources {
            memory: Some(1 << 20),
            memory_swap: Some(2 << 20),
            blkio_weight: Some(300),
            pids: Some(5),
            ..Resources::default()
        };
        let (json, warnings) = fit(&asked, &ALL);
        assert_eq!(
            json,
            json!({
                "memory": { "limit": 1 << 20, "swap": 2 << 20 },
                "pids": { "limit": 5 }, "blockIO": { "weight": 300 },
            })
        );
        assert!(warnings.is_empty());
        let none = Host {
            swap: false,
            weights: false,
            swappiness: false,
        };
        let (json, warnings) = fit(&asked, &none);
        assert_eq!(
            json,
            json!({ "memory": { "limit": 1 << 20 }, "pids": { "limit": 5 } })
        );
        assert_eq!(warnings.len(), 2);
    }
}
