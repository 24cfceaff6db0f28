//! What is mounted in a container beside its files.

use std::collections::BTreeMap;

use sampan_runtime::LinuxSpec;
use sampan_runtime::linux::{LinuxMount, Mounted, Namespace};
use sampan_types::ContainerId;
use serde_json::{Value, json};

use crate::wire::{Failure, FailureKind};

/// All mounts, in their order: the usual ones without those in whose place something was asked for, then what was.
pub(super) fn mounts(spec: &LinuxSpec, joins: &BTreeMap<ContainerId, u32>) -> Result<Value, Failure> {
    let mut all: Vec<Value> = usual(spec, joins)?
        .into_iter()
        .filter(|mount| {
            let place = mount["destination"].as_str().unwrap_or_default();
            !spec.mounts.iter().any(|own| own.target.as_os_str() == place)
        })
        .collect();
    let mut own: Vec<&LinuxMount> = spec.mounts.iter().collect();
    // What lies in another comes after it.
    own.sort_by_key(|mount| mount.target.components().count());
    for mount in own {
        all.push(asked(mount)?);
    }
    Ok(Value::Array(all))
}

/// How what is mounted on the host later is seen in the container.
pub(super) fn root_propagation(spec: &LinuxSpec) -> &'static str {
    let follows = spec.mounts.iter().any(
        |mount| matches!(&mount.what, Mounted::Bind { propagation, .. } if propagation.ends_with("slave")),
    );
    if follows { "slave" } else { "private" }
}

fn asked(mount: &LinuxMount) -> Result<Value, Failure> {
    let access = if mount.read_only { "ro" } else { "rw" };
    Ok(match &mount.what {
        Mounted::Bind {
            source,
            recursive,
            propagation,
        } => {
            let bind = if *recursive { "rbind" } else { "bind" };
            json!({
                "destination": mount.target, "type": "bind", "source": source,
                "options": [bind, access, propagation],
            })
        }
        Mounted::Tmpfs { options } => {
            let mut all = vec!["noexec", "nosuid", "nodev"];
            for (against, word) in [("exec", "noexec"), ("suid", "nosuid"), ("dev", "nodev")] {
                if options.iter().any(|option| option == against) {
                    all.retain(|usual| *usual != word);
                }
            }
            all.push(access);
            let own = options.iter().map(String::as_str);
            all.extend(own.filter(|option| !matches!(*option, "exec" | "suid" | "dev" | "ro" | "rw")));
            all.dedup();
            json!({
                "destination": mount.target, "type": "tmpfs", "source": "tmpfs", "options": all,
            })
        }
        // The monitor has written it into memory and put a bind in its place; its content is in no document.
        Mounted::Hidden(_) => {
            return Err(Failure::new(
                FailureKind::Engine,
                "a hidden file has no place in a specification".to_owned(),
            ));
        }
    })
}

fn usual(spec: &LinuxSpec, joins: &BTreeMap<ContainerId, u32>) -> Result<Vec<Value>, Failure> {
    let one = |destination: &str, kind: &str, source: &str, options: &[&str]| json!({ "destination": destination, "type": kind, "source": source, "options": options });
    // A privileged container may change its kernel.
    let kernel = if spec.privileged { "rw" } else { "ro" };
    let shm = format!("size={}", spec.shm_size);
    let mut all = vec![
        one("/proc", "proc", "proc", &["nosuid", "noexec", "nodev"]),
        one(
            "/dev",
            "tmpfs",
            "tmpfs",
            &["nosuid", "strictatime", "mode=755", "size=65536k"],
        ),
        one(
            "/dev/pts",
            "devpts",
            "devpts",
            &[
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5",
            ],
        ),
        one("/sys", "sysfs", "sysfs", &["nosuid", "noexec", "nodev", kernel]),
        one(
            "/sys/fs/cgroup",
            "cgroup",
            "cgroup",
            &[kernel, "nosuid", "noexec", "nodev"],
        ),
    ];
    let bound = |root: &str, path: &str| one(path, "bind", &format!("{root}{path}"), &["rbind", "rprivate"]);
    let (queues, memory) = match &spec.namespaces.ipc {
        Namespace::Own => (
            one("/dev/mqueue", "mqueue", "mqueue", &["nosuid", "noexec", "nodev"]),
            one(
                "/dev/shm",
                "tmpfs",
                "shm",
                &["nosuid", "noexec", "nodev", "mode=1777", &shm],
            ),
        ),
        Namespace::Host => (bound("", "/dev/mqueue"), bound("", "/dev/shm")),
        Namespace::Of(id) => {
            let pid = joins.get(id).ok_or_else(|| super::not_there(id))?;
            let root = format!("/proc/{pid}/root");
            (bound(&root, "/dev/mqueue"), bound(&root, "/dev/shm"))
        }
    };
    // A host need not have queues to share.
    let shared = |mount: &Value| {
        let source = mount["source"].as_str().unwrap_or_default();
        mount["type"] != "bind" || std::path::Path::new(source).exists()
    };
    all.extend([queues, memory].into_iter().filter(shared));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tmpfs(target: &str, options: &[&str]) -> LinuxMount {
        LinuxMount {
            what: Mounted::Tmpfs {
                options: options.iter().map(|o| (*o).to_owned()).collect(),
            },
            target: target.into(),
            read_only: false,
        }
    }

    #[test]
    fn what_is_asked_for_takes_the_place_of_the_usual_and_comes_in_order() {
        let spec = LinuxSpec {
            mounts: vec![
                tmpfs("/a/b", &["size=1m", "exec"]),
                tmpfs("/a", &[]),
                tmpfs("/dev/shm", &["size=1k"]),
            ],
            ..LinuxSpec::default()
        };
        let all = mounts(&spec, &BTreeMap::new()).unwrap();
        let places: Vec<&str> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|mount| mount["destination"].as_str().unwrap())
            .collect();
        let expected = [
            "/proc",
            "/dev",
            "/dev/pts",
            "/sys",
            "/sys/fs/cgroup",
            "/dev/mqueue",
            "/a",
            "/a/b",
            "/dev/shm",
        ];
        assert_eq!(places, expected);
        assert_eq!(all[7]["options"], json!(["nosuid", "nodev", "rw", "size=1m"]));
    }
}
