//! What is mounted in a container beside its files.

use std::path::Path;

use sampan_process::users;
use sampan_runtime::LinuxSpec;
use sampan_runtime::linux::{LinuxMount, Mounted, Namespace};
use serde_json::{Value, json};

use crate::wire::{Failure, FailureKind};

/// All mounts, in their order: the usual ones without those in whose place something was asked for, then what was. `memory` is
/// where that of another container is attached.
pub(super) fn mounts(spec: &LinuxSpec, memory: &Path) -> Result<Value, Failure> {
    let mut all: Vec<Value> = usual(spec, memory)
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
    let any = |end: &str| {
        let mut all = spec.mounts.iter();
        all.any(
            |mount| matches!(&mount.what, Mounted::Bind { propagation, .. } if propagation.ends_with(end)),
        )
    };
    match (any("shared"), any("slave")) {
        (true, _) => "shared",
        (false, true) => "slave",
        (false, false) => "private",
    }
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

fn usual(spec: &LinuxSpec, memory: &Path) -> Vec<Value> {
    let one = |destination: &str, kind: &str, source: &str, options: &[&str]| json!({ "destination": destination, "type": kind, "source": source, "options": options });
    // A privileged container may change its kernel.
    let kernel = if spec.privileged { "rw" } else { "ro" };
    let shm = format!("size={}", spec.shm_size);
    let mut terminals = vec!["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"];
    if users::has_many() {
        // That of terminals, which is nobody's where there is one group.
        terminals.push("gid=5");
    }
    let mut all = vec![
        one("/proc", "proc", "proc", &["nosuid", "noexec", "nodev"]),
        one(
            "/dev",
            "tmpfs",
            "tmpfs",
            &["nosuid", "strictatime", "mode=755", "size=65536k"],
        ),
        one("/dev/pts", "devpts", "devpts", &terminals),
    ];
    let bound = |source: &Path, path: &str| json!({ "destination": path, "type": "bind", "source": source, "options": ["rbind", "rprivate"] });
    match spec.namespaces.network == Namespace::Host && !users::is_root() {
        // It shows devices of a network that is not this user's: the kernel mounts it anew for its owner alone.
        true => all.push(bound(Path::new("/sys"), "/sys")),
        false => all.extend([
            one("/sys", "sysfs", "sysfs", &["nosuid", "noexec", "nodev", kernel]),
            one(
                "/sys/fs/cgroup",
                "cgroup",
                "cgroup",
                &[kernel, "nosuid", "noexec", "nodev"],
            ),
        ]),
    }
    // Queues are those of the namespace that is joined, whoever mounts them.
    let queues = one("/dev/mqueue", "mqueue", "mqueue", &["nosuid", "noexec", "nodev"]);
    let options = ["nosuid", "noexec", "nodev", "mode=1777", &shm];
    let memory = match &spec.namespaces.ipc {
        Namespace::Own if spec.shm_size == 0 => None,
        Namespace::Own => Some(one("/dev/shm", "tmpfs", "shm", &options)),
        Namespace::Host => Some(bound(Path::new("/dev/shm"), "/dev/shm")).filter(source_is_there),
        Namespace::Of(_) => Some(bound(memory, "/dev/shm")),
    };
    let queues = match &spec.namespaces.ipc {
        Namespace::Host => Some(bound(Path::new("/dev/mqueue"), "/dev/mqueue")).filter(source_is_there),
        Namespace::Own | Namespace::Of(_) => Some(queues),
    };
    all.extend([queues, memory].into_iter().flatten());
    all
}

/// A host need not have what is to be shared.
fn source_is_there(mount: &Value) -> bool {
    mount["source"]
        .as_str()
        .is_some_and(|source| Path::new(source).exists())
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
        let all = mounts(&spec, Path::new("/memory")).unwrap();
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
    #[test]
    fn memory_is_its_own_another_ones_or_none() {
        let memory = |ipc: Namespace, shm_size| {
            let mut spec = LinuxSpec {
                shm_size,
                ..LinuxSpec::default()
            };
            spec.namespaces.ipc = ipc;
            let all = mounts(&spec, Path::new("/lent")).unwrap();
            let of = |place: &str| {
                let all = all.as_array().unwrap();
                let one = all.iter().find(|mount| mount["destination"] == place);
                one.map(|mount| (mount["type"].clone(), mount["source"].clone()))
            };
            (of("/dev/mqueue"), of("/dev/shm"))
        };
        let queues = || Some((json!("mqueue"), json!("mqueue")));
        assert_eq!(
            memory(Namespace::Own, 1),
            (queues(), Some((json!("tmpfs"), json!("shm"))))
        );
        assert_eq!(memory(Namespace::Own, 0), (queues(), None));
        let id = sampan_types::ContainerId::from_random([7; 32]);
        assert_eq!(
            memory(Namespace::Of(id), 1),
            (queues(), Some((json!("bind"), json!("/lent"))))
        );
    }
}
