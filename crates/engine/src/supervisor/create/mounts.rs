//! `Binds`, `Mounts`, `Tmpfs`, `Volumes` and `VolumesFrom` to what stands where in a container.

use std::path::{Component, Path, PathBuf};

use sampan_api::Strings;
use sampan_api::container::{Config, HostConfig, Mount};
use sampan_types::ByteCount;

use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::{MountKind, MountRecord, PROPAGATIONS};
use crate::supervisor::volumes::{check_name, unknown_driver};

/// A mount that was asked for, and the volume that it may need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) record: MountRecord,
    /// Labels of a volume that is made for it.
    pub(crate) labels: Strings,
    /// Whether the folder of the host must be there already.
    pub(crate) must_exist: bool,
}

fn invalid<T>(text: impl Into<String>) -> Result<T> {
    Err(SupervisorError::Invalid(text.into()))
}

/// Reads all of them. `others` are the mounts of `VolumesFrom`, and `image` the volumes that the image declares.
pub(crate) fn asked(
    config: &Config,
    host: &HostConfig,
    others: Vec<MountRecord>,
    image: impl Iterator<Item = String>,
) -> Result<Vec<Asked>> {
    let mut all: Vec<Asked> = Vec::new();
    for bind in host.binds.iter().flatten() {
        add(&mut all, of_bind(bind)?)?;
    }
    let mut declared = config
        .volumes
        .iter()
        .flat_map(|volumes| volumes.keys().cloned())
        .peekable();
    // It makes volumes that are named in short, and those without a name.
    if declared.peek().is_some() || all.iter().any(|asked| asked.record.kind == MountKind::Volume) {
        made_by(&host.volume_driver)?;
    }
    for mount in &host.mounts {
        add(&mut all, of_mount(mount)?)?;
    }
    for (target, options) in &host.tmpfs {
        add(&mut all, of_tmpfs(target, options)?)?;
    }
    // What was said of a place goes before what others say of it.
    for record in others {
        if !has(&all, &record.destination) {
            all.push(Asked {
                record,
                labels: Strings::new(),
                must_exist: false,
            });
        }
    }
    for target in declared.chain(image) {
        let target = destination(&target)?;
        if !has(&all, &target) {
            all.push(volume(String::new(), target, true, String::new()));
        }
    }
    Ok(all)
}

fn made_by(driver: &str) -> Result<()> {
    unknown_driver(driver).map_or(Ok(()), invalid)
}

fn has(all: &[Asked], target: &str) -> bool {
    all.iter().any(|asked| asked.record.destination == target)
}

fn add(all: &mut Vec<Asked>, asked: Asked) -> Result<()> {
    if has(all, &asked.record.destination) {
        return invalid(format!("Duplicate mount point: {}", asked.record.destination));
    }
    all.push(asked);
    Ok(())
}

fn volume(name: String, destination: String, writable: bool, mode: String) -> Asked {
    Asked {
        record: MountRecord {
            kind: MountKind::Volume,
            anonymous: name.is_empty(),
            name,
            source: String::new(),
            destination,
            writable,
            mode,
            size: None,
            copy: true,
            propagation: String::new(),
        },
        labels: Strings::new(),
        must_exist: false,
    }
}

fn bind(source: String, destination: String, writable: bool, mode: String, must_exist: bool) -> Asked {
    Asked {
        record: MountRecord {
            kind: MountKind::Bind,
            name: String::new(),
            anonymous: false,
            source,
            destination,
            writable,
            mode,
            size: None,
            copy: false,
            propagation: String::new(),
        },
        labels: Strings::new(),
        must_exist,
    }
}

/// `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone for a volume without a name.
fn of_bind(text: &str) -> Result<Asked> {
    let wrong = || SupervisorError::Invalid(format!("invalid volume specification: '{text}'"));
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, options) = match parts[..] {
        [target] => ("", target, ""),
        [source, target] => (source, target, ""),
        [source, target, options] => (source, target, options),
        _ => return Err(wrong()),
    };
    let target = destination(target)?;
    let (mut writable, mut copy) = (true, true);
    for option in options.split(',').filter(|o| !o.is_empty()) {
        match option {
            "ro" => writable = false,
            "rw" => writable = true,
            "nocopy" => copy = false,
            "z" | "Z" | "cached" | "delegated" | "consistent" | "private" | "rprivate" | "shared"
            | "rshared" | "slave" | "rslave" => {}
            _ => return invalid(format!("invalid mode: {options}")),
        }
    }
    let mode = options.to_owned();
    if source.starts_with('/') {
        return Ok(bind(normal(source), target, writable, mode, false));
    }
    if !source.is_empty() {
        check_name(source)?;
    } else if parts.len() > 1 {
        return Err(wrong());
    }
    // dockerd shows named volumes so where nothing was said.
    let mode = if mode.is_empty() && !source.is_empty() {
        "z".to_owned()
    } else {
        mode
    };
    let mut asked = volume(source.to_owned(), target, writable, mode);
    asked.record.copy = copy;
    Ok(asked)
}

/// An entry of `Mounts`.
fn of_mount(mount: &Mount) -> Result<Asked> {
    let wrong = |why: &str| {
        SupervisorError::Invalid(format!("invalid mount config for type \"{}\": {why}", mount.kind))
    };
    if mount.target.is_empty() {
        return Err(wrong("field Target must not be empty"));
    }
    let target = destination(&mount.target)?;
    let writable = !mount.read_only;
    match mount.kind.as_str() {
        "bind" => {
            if mount.source.is_empty() {
                return Err(wrong("field Source must not be empty"));
            }
            if !mount.source.starts_with('/') {
                return Err(wrong("invalid mount path: mount path must be absolute"));
            }
            let options = mount.bind_options.as_ref();
            let make = options.is_some_and(|o| o.create_mountpoint);
            let spread = options.map(|o| o.propagation.clone()).unwrap_or_default();
            if !spread.is_empty() && !PROPAGATIONS.contains(&spread.as_str()) {
                return Err(wrong(&format!("invalid propagation mode: {spread}")));
            }
            let mut asked = bind(normal(&mount.source), target, writable, String::new(), !make);
            asked.record.propagation = spread;
            Ok(asked)
        }
        "volume" => {
            if !mount.source.is_empty() {
                check_name(&mount.source)?;
            }
            let mut asked = volume(mount.source.clone(), target, writable, "z".to_owned());
            if let Some(options) = &mount.volume_options {
                if !options.subpath.is_empty() {
                    return Err(wrong("a part of a volume cannot be mounted; mount all of it"));
                }
                if let Some(driver) = &options.driver_config {
                    made_by(&driver.name)?;
                }
                asked.record.copy = !options.no_copy;
                asked.labels = options.labels.clone();
            }
            Ok(asked)
        }
        "tmpfs" => {
            if !mount.source.is_empty() {
                return Err(wrong("field Source must not be specified"));
            }
            let size = mount.tmpfs_options.as_ref().map_or(0, |o| o.size_bytes);
            let size = u64::try_from(size).ok().filter(|size| *size > 0);
            Ok(tmpfs(target, size, writable))
        }
        other => invalid(format!("mount type unknown: \"{other}\"")),
    }
}

fn of_tmpfs(target: &str, options: &str) -> Result<Asked> {
    let (mut size, mut writable) = (None, true);
    for option in options.split(',').filter(|o| !o.is_empty()) {
        match option.split_once('=').unwrap_or((option, "")) {
            ("size", value) => {
                let bytes: ByteCount = value.parse().map_err(|e| {
                    SupervisorError::Invalid(format!("invalid tmpfs option \"{option}\": {e}"))
                })?;
                size = Some(bytes.get());
            }
            ("ro", _) => writable = false,
            ("rw" | "noexec" | "exec" | "nosuid" | "suid" | "nodev" | "dev" | "mode" | "uid" | "gid", _)
            | ("noatime" | "atime" | "relatime" | "sync" | "async" | "nr_inodes", _) => {}
            _ => return invalid(format!("invalid tmpfs option \"{option}\"")),
        }
    }
    Ok(tmpfs(destination(target)?, size, writable))
}

fn tmpfs(destination: String, size: Option<u64>, writable: bool) -> Asked {
    Asked {
        record: MountRecord {
            kind: MountKind::Tmpfs,
            name: String::new(),
            anonymous: false,
            source: String::new(),
            destination,
            writable,
            mode: String::new(),
            size,
            copy: false,
            propagation: String::new(),
        },
        labels: Strings::new(),
        must_exist: false,
    }
}

/// A place in a container: absolute, and not the root itself.
fn destination(text: &str) -> Result<String> {
    if !text.starts_with('/') {
        return invalid(format!(
            "invalid mount path: '{text}' mount path must be absolute"
        ));
    }
    let normal = normal(text);
    if normal == "/" {
        return invalid("invalid specification: destination can't be '/'");
    }
    Ok(normal)
}

/// Takes `.`, `..` and doubled slashes away, as Go's `path.Clean` does.
fn normal(text: &str) -> String {
    let mut path = PathBuf::from("/");
    for part in Path::new(text).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                path.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bind: &str) -> Result<MountRecord> {
        let host = HostConfig {
            binds: Some(vec![bind.to_owned()]),
            ..HostConfig::default()
        };
        asked(&Config::default(), &host, Vec::new(), std::iter::empty()).map(|mut all| all.remove(0).record)
    }

    #[test]
    fn binds_are_folders_or_volumes() {
        let folder = one("/a/./b/../c:/data//x:ro").unwrap();
        assert_eq!(
            (
                folder.kind,
                folder.source.as_str(),
                folder.destination.as_str(),
                folder.writable
            ),
            (MountKind::Bind, "/a/c", "/data/x", false)
        );
        let named = one("cache:/c").unwrap();
        assert_eq!(
            (named.kind, named.name.as_str(), named.anonymous),
            (MountKind::Volume, "cache", false)
        );
        assert!(one("/only").unwrap().anonymous);
        for bad in ["", "a:b", "/a:/b:x", "/a:/", "x:/b:rw:ro", ":/b", "!:/b"] {
            assert!(one(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_driver_that_is_not_there_makes_no_volume() {
        let of = |driver: &str, bind: &str| {
            let host = HostConfig {
                volume_driver: driver.to_owned(),
                binds: Some(vec![bind.to_owned()]),
                ..HostConfig::default()
            };
            asked(&Config::default(), &host, Vec::new(), std::iter::empty())
        };
        for bind in ["cache:/c", "/only"] {
            assert!(of("local", bind).is_ok());
            let error = of("other", bind).unwrap_err().to_string();
            assert!(error.contains("plugin \"other\" not found"), "{error}");
        }
        assert!(of("other", "/a:/b").is_ok(), "it makes nothing");
    }

    #[test]
    fn one_place_takes_one_thing_and_the_image_speaks_last() {
        let host = HostConfig {
            binds: Some(vec!["/a:/x".to_owned()]),
            tmpfs: Strings::from([("/t".to_owned(), "size=1m,noexec".to_owned())]),
            ..HostConfig::default()
        };
        let image = ["/x".to_owned(), "/y".to_owned()];
        let all = asked(&Config::default(), &host, Vec::new(), image.into_iter()).unwrap();
        let places: Vec<_> = all
            .iter()
            .map(|a| (a.record.kind, a.record.destination.as_str()))
            .collect();
        assert_eq!(
            places,
            [
                (MountKind::Bind, "/x"),
                (MountKind::Tmpfs, "/t"),
                (MountKind::Volume, "/y")
            ]
        );
        assert_eq!(all[1].record.size, Some(1 << 20));
        let twice = HostConfig {
            binds: Some(vec!["/a:/x".to_owned(), "/b:/x/".to_owned()]),
            ..HostConfig::default()
        };
        assert!(asked(&Config::default(), &twice, Vec::new(), std::iter::empty()).is_err());
    }
}
