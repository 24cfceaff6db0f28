//! What this machine can do, and what follows from each no.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};
use sampan_types::ByteCount;
use serde::Serialize;

use super::address_space;

/// A pooled instance reserves this much: 4 GiB of memory and the guard behind it.
const SLOT: ByteCount = ByteCount::gib(6);

/// One thing that a machine has or has not.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was looked for.
    pub name: &'static str,
    /// Whether it is there.
    pub ok: bool,
    /// What was found.
    pub found: String,
    /// What follows where it is not there.
    pub follows: &'static str,
}

/// Looks at everything that matters. Never fails: what cannot be found out counts as not there.
pub fn machine() -> Vec<Finding> {
    vec![
        landlock(),
        seccomp(),
        user_namespaces(),
        overlayfs(),
        cgroups(),
        kvm(),
        address_space_for_pools(),
        open_files(),
        memory_maps(),
    ]
}

fn landlock() -> Finding {
    let lsm = read("/sys/kernel/security/lsm");
    // Where securityfs is not mounted, the list of system call numbers that the kernel logs tells nothing;
    // the symbol table, which every process may read by name, does.
    let there = lsm.split(',').any(|name| name.trim() == "landlock") || kernel_has("landlock_create_ruleset");
    Finding {
        name: "Landlock",
        ok: there,
        found: if there {
            "the kernel enforces it".into()
        } else {
            "not enabled in the kernel".into()
        },
        follows: "the compiler process keeps its view of the file system; seccomp and limits still hold it",
    }
}

fn seccomp() -> Finding {
    let actions = read("/proc/sys/kernel/seccomp/actions_avail");
    Finding {
        name: "seccomp filters",
        ok: actions.contains("errno"),
        found: if actions.is_empty() {
            "not in the kernel".into()
        } else {
            actions.trim().to_owned()
        },
        follows: "modules cannot be compiled, since the compiler process could not be confined",
    }
}

fn user_namespaces() -> Finding {
    let most: u64 = number("/proc/sys/user/max_user_namespaces");
    let debian = read("/proc/sys/kernel/unprivileged_userns_clone");
    let ok = most > 0 && debian.trim() != "0";
    Finding {
        name: "user namespaces",
        ok,
        found: if ok {
            format!("up to {most}")
        } else {
            "switched off".into()
        },
        follows: "Linux containers, and networks that carry, will need a daemon that root starts",
    }
}

fn overlayfs() -> Finding {
    let ok = read("/proc/filesystems")
        .lines()
        .any(|line| line.trim_start_matches("nodev").trim() == "overlay");
    Finding {
        name: "overlayfs",
        ok,
        found: if ok {
            "in the kernel".into()
        } else {
            "not loaded".into()
        },
        follows: "Linux containers will copy their files; Wasm containers do so anyway",
    }
}

fn cgroups() -> Finding {
    let v2 = Path::new("/sys/fs/cgroup/cgroup.controllers").exists();
    let hybrid = Path::new("/sys/fs/cgroup/unified/cgroup.controllers").exists();
    let v1 = Path::new("/sys/fs/cgroup/memory").exists();
    let found = match (v2, hybrid, v1) {
        (true, ..) => "version 2",
        (_, true, true) => "version 1 with a hybrid version 2",
        (_, _, true) => "version 1",
        _ => "none mounted",
    };
    Finding {
        name: "cgroups",
        ok: v2 || v1,
        found: found.into(),
        follows: "Linux containers will have no limits; those of Wasm containers do not use cgroups",
    }
}

fn kvm() -> Finding {
    let ok = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm")
        .is_ok();
    Finding {
        name: "KVM",
        ok,
        found: if ok {
            "/dev/kvm opens".into()
        } else {
            "/dev/kvm does not open".into()
        },
        follows: "no isolation by virtual machines; nothing uses it yet",
    }
}

fn address_space_for_pools() -> Finding {
    let space = address_space::reservable();
    let slots = space.get() / SLOT.get();
    Finding {
        name: "address space",
        ok: slots >= 1_000,
        found: format!("{space} can be reserved: {slots} pooled instances in a process"),
        follows: "fewer Wasm containers fit in one process; raise `ulimit -v`",
    }
}

fn open_files() -> Finding {
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    Finding {
        name: "open files",
        ok: current >= 1_024,
        found: format!(
            "{current} now, {} at the most",
            limit
                .maximum
                .map_or_else(|| "any number".into(), |m| m.to_string())
        ),
        follows: "containers with many files run into the limit of the process; raise `ulimit -n`",
    }
}

fn memory_maps() -> Finding {
    let maps = number("/proc/sys/vm/max_map_count");
    Finding {
        name: "memory maps",
        ok: maps >= 65_530,
        found: format!("{maps} in a process: about {} Wasm instances", maps / 4),
        follows: "fewer Wasm containers fit in one process; raise `sysctl vm.max_map_count`",
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn number(path: &str) -> u64 {
    read(path).trim().parse().unwrap_or(0)
}

fn kernel_has(symbol: &str) -> bool {
    read("/proc/kallsyms")
        .lines()
        .any(|line| line.ends_with(symbol) || line.contains(&format!("sys_{symbol}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_says_what_follows() {
        let all = machine();
        assert_eq!(all.len(), 9);
        for finding in all {
            assert!(
                !finding.found.is_empty() && !finding.follows.is_empty(),
                "{}",
                finding.name
            );
        }
    }
}
