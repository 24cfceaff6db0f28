//! Options of the driver `local`, by dockerd's rules.
//!
//! For a folder of the host nothing is mounted: a container gets the folder itself. Any other file system is mounted in
//! the volume's own folder while a container runs that uses it.

use std::path::PathBuf;

use sampan_api::Strings;
use sampan_types::ByteCount;

use super::filesystem::FileSystem;
use crate::supervisor::error::{Result, SupervisorError};

/// Where a volume's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Backing {
    /// In its own folder.
    Own,
    /// In a folder of the host.
    Folder(PathBuf),
    /// In a file system that is mounted in its own folder.
    FileSystem(FileSystem),
}

/// Checks what was asked for.
pub(super) fn backing(name: &str, options: &Strings) -> Result<Backing> {
    let invalid = |why: String| Err(SupervisorError::Invalid(format!("create {name}: {why}")));
    const KNOWN: [&str; 4] = ["type", "o", "device", "size"];
    if let Some(key) = options.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return invalid(format!("invalid option: \"{key}\""));
    }
    if let Some(size) = options.get("size") {
        match size.parse::<ByteCount>() {
            Ok(size) if size.get() == 0 => {}
            // What dockerd says where the file system keeps no quotas of projects.
            Ok(_) => return invalid("quota size requested but no quota support".to_owned()),
            Err(_) => return invalid(format!("invalid size: '{size}'")),
        }
    }
    for (option, others) in [
        ("device", &["type"][..]),
        ("type", &["device"]),
        ("o", &["device", "type"]),
    ] {
        let missing = others.iter().find(|other| !options.contains_key(**other));
        if let (true, Some(missing)) = (options.contains_key(option), missing) {
            return invalid(format!("missing required option: \"{missing}\""));
        }
    }
    let (Some(kind), Some(device)) = (options.get("type"), options.get("device")) else {
        return Ok(Backing::Own);
    };
    let words = options.get("o").map_or("", String::as_str);
    let binds = words
        .split(',')
        .any(|word| matches!(word.trim(), "bind" | "rbind"));
    if !binds {
        let port = |url: &str| {
            url.trim_start_matches('/')
                .split('/')
                .next()
                .is_some_and(|host| host.contains(':'))
        };
        if kind == "cifs" && port(device) && !device.contains('[') {
            return invalid("port not allowed in CIFS device URL, include 'port' in 'o='".to_owned());
        }
        return Ok(Backing::FileSystem(FileSystem {
            kind: kind.clone(),
            device: device.clone(),
            options: words.to_owned(),
        }));
    }
    let only = |word: &str| matches!(word.trim(), "bind" | "rbind" | "rw" | "");
    if let Some(word) = words.split(',').find(|word| !only(word)) {
        return invalid(format!(
            "the mount option \"{word}\" has no meaning here; `:ro` belongs to the container's own mount"
        ));
    }
    match device.starts_with('/') {
        true => Ok(Backing::Folder(PathBuf::from(device))),
        false => invalid(format!("the device \"{device}\" is no absolute path of a folder")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Backing> {
        let options = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        backing("v", &options.collect())
    }

    #[test]
    fn folders_and_file_systems_are_told_from_each_other() {
        assert_eq!(asked(&[]).unwrap(), Backing::Own);
        assert_eq!(asked(&[("size", "0")]).unwrap(), Backing::Own);
        let folder = [("type", "none"), ("o", "bind"), ("device", "/srv/x")];
        assert_eq!(asked(&folder).unwrap(), Backing::Folder("/srv/x".into()));
        let memory = [("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m,uid=7")];
        let Backing::FileSystem(memory) = asked(&memory).unwrap() else {
            panic!("a file system");
        };
        assert_eq!(
            (memory.kind.as_str(), memory.options.as_str()),
            ("tmpfs", "size=1m,uid=7")
        );
    }

    #[test]
    fn all_else_is_refused_with_its_reason() {
        for (pairs, words) in [
            (&[("color", "red")][..], "invalid option: \"color\""),
            (&[("size", "1g")], "quota size requested but no quota support"),
            (&[("size", "much")], "invalid size"),
            (&[("type", "nfs")], "missing required option: \"device\""),
            (&[("o", "bind")], "missing required option: \"device\""),
            (&[("device", "/x")], "missing required option: \"type\""),
            (
                &[
                    ("type", "cifs"),
                    ("device", "//server:1445/x"),
                    ("o", "username=u"),
                ],
                "port not allowed in CIFS device URL",
            ),
            (
                &[("type", "none"), ("device", "/x"), ("o", "bind,ro")],
                "mount option \"ro\"",
            ),
            (
                &[("type", "none"), ("device", "x"), ("o", "bind")],
                "no absolute path",
            ),
        ] {
            let error = asked(pairs).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
