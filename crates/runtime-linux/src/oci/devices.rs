//! Devices of the host in a container, and the rules of its cgroup for them.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{major, minor};
use sampan_process::users;
use sampan_runtime::LinuxSpec;
use serde_json::{Value, json};

use crate::wire::{Failure, FailureKind};

/// How deep folders of devices are looked through.
const DEPTH: usize = 8;
/// What every container has a node for already, or makes itself.
const OWN: [&str; 4] = ["pts", "shm", "mqueue", "console"];
/// Character devices that every container may use: null, zero, full, random, urandom, tty, console, ptmx and terminals.
const USUAL: [(i64, Option<i64>); 9] = [
    (1, Some(3)),
    (1, Some(5)),
    (1, Some(7)),
    (1, Some(8)),
    (1, Some(9)),
    (5, Some(0)),
    (5, Some(1)),
    (5, Some(2)),
    (136, None),
];

/// A node.
struct Node {
    kind: &'static str,
    major: u32,
    minor: u32,
    mode: u32,
    uid: u32,
    gid: u32,
}

/// The nodes to make, and the rules.
pub(super) fn devices(spec: &LinuxSpec) -> Result<(Value, Value), Failure> {
    let mut nodes = Vec::new();
    if spec.privileged {
        // Those that everybody may open are there anyway, and an ordinary user opens few of the others.
        let all = users::is_root().then(|| beneath(Path::new("/dev"), DEPTH));
        for (path, node) in all.into_iter().flatten() {
            nodes.push(made(&path, &node));
        }
        return Ok((json!(nodes), json!([{ "allow": true, "access": "rwm" }])));
    }
    let mut rules = vec![json!({ "allow": false, "access": "rwm" })];
    for (major, minor) in USUAL {
        rules.push(rule("c", Some(major), minor, "rwm"));
    }
    // Nodes may be made of all, which gives no access to any.
    rules.push(rule("c", None, None, "m"));
    rules.push(rule("b", None, None, "m"));
    for device in &spec.devices {
        let source = fs::canonicalize(&device.source).map_err(|e| missing(&device.source, &e))?;
        let found = match node(&source) {
            Some(node) => vec![(device.target.clone(), node)],
            None => beneath(&source, DEPTH)
                .into_iter()
                .filter_map(|(path, node)| {
                    let rest = path.strip_prefix(&source).ok()?;
                    Some((device.target.join(rest), node))
                })
                .collect(),
        };
        if found.is_empty() {
            return Err(missing(&device.source, &"not a device node"));
        }
        for (target, node) in found {
            rules.push(rule(
                node.kind,
                Some(node.major.into()),
                Some(node.minor.into()),
                &device.access,
            ));
            nodes.push(made(&target, &node));
        }
    }
    for asked in &spec.device_rules {
        let mut kind = [0; 4];
        let kind = asked.kind.encode_utf8(&mut kind);
        rules.push(rule(kind, asked.major, asked.minor, &asked.access));
    }
    Ok((json!(nodes), json!(rules)))
}

fn missing(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    let what = format!(
        "error gathering device information while adding custom device \"{}\": {why}",
        path.display()
    );
    Failure::new(FailureKind::Invalid, what)
}

fn rule(kind: &str, major: Option<i64>, minor: Option<i64>, access: &str) -> Value {
    let mut rule = json!({ "allow": true, "type": kind, "access": access });
    if let Some(major) = major {
        rule["major"] = json!(major);
    }
    if let Some(minor) = minor {
        rule["minor"] = json!(minor);
    }
    rule
}

fn made(path: &Path, node: &Node) -> Value {
    json!({
        "path": path, "type": node.kind, "major": node.major, "minor": node.minor,
        "fileMode": node.mode & 0o7777, "uid": node.uid, "gid": node.gid,
    })
}

fn node(path: &Path) -> Option<Node> {
    let meta = fs::symlink_metadata(path).ok()?;
    let kind = match meta.file_type() {
        kind if kind.is_char_device() => "c",
        kind if kind.is_block_device() => "b",
        _ => return None,
    };
    Some(Node {
        kind,
        major: major(meta.rdev()),
        minor: minor(meta.rdev()),
        mode: meta.mode(),
        uid: meta.uid(),
        gid: meta.gid(),
    })
}

/// The devices in a folder. What cannot be read is not there.
fn beneath(folder: &Path, depth: usize) -> Vec<(PathBuf, Node)> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort_unstable();
    for path in paths {
        let own = OWN.iter().any(|name| path == Path::new("/dev").join(name));
        if own {
            continue;
        }
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() && depth > 0 => found.extend(beneath(&path, depth - 1)),
            Ok(_) => found.extend(node(&path).map(|node| (path, node))),
            Err(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use sampan_runtime::linux::{DeviceGrant, DeviceRule};

    use super::*;

    #[test]
    fn only_what_is_asked_for_is_there_beside_the_usual() {
        let spec = LinuxSpec {
            devices: vec![DeviceGrant {
                source: "/dev/null".into(),
                target: "/dev/nothing".into(),
                access: "r".into(),
            }],
            device_rules: vec![DeviceRule {
                kind: 'b',
                major: Some(7),
                minor: None,
                access: "rw".into(),
            }],
            ..LinuxSpec::default()
        };
        let (nodes, rules) = devices(&spec).unwrap();
        assert_eq!(nodes[0]["path"], "/dev/nothing");
        assert_eq!((&nodes[0]["major"], &nodes[0]["minor"]), (&json!(1), &json!(3)));
        let rules = rules.as_array().unwrap();
        assert_eq!(rules[0], json!({ "allow": false, "access": "rwm" }));
        let last = json!({ "allow": true, "type": "b", "major": 7, "access": "rw" });
        assert_eq!(rules.last(), Some(&last));
        assert!(
            rules.contains(&json!({ "allow": true, "type": "c", "major": 1, "minor": 3, "access": "r" }))
        );
    }

    #[test]
    fn what_is_no_device_is_refused() {
        for source in ["/nonexistent", "/etc/hostname"] {
            let spec = LinuxSpec {
                devices: vec![DeviceGrant {
                    source: source.into(),
                    target: source.into(),
                    access: "rwm".into(),
                }],
                ..LinuxSpec::default()
            };
            let failure = devices(&spec).unwrap_err();
            assert!(failure.what.contains(source), "{failure}");
        }
    }
}
