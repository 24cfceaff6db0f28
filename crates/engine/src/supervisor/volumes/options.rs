//! Options of the driver `local`, by dockerd's rules.
//!
//! Of what dockerd would mount, a folder of the host is all that is served, and nothing is mounted for it: a container
//! gets the folder itself. Other file systems would have to be mounted by the daemon, for containers that see files
//! through their own worker alone.

use std::path::PathBuf;

use sampan_api::Strings;
use sampan_types::ByteCount;

use crate::supervisor::error::{Result, SupervisorError};

/// Checks what was asked for, and gives the folder of the host that stands in the volume's place.
pub(super) fn device(name: &str, options: &Strings) -> Result<Option<PathBuf>> {
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
        return Ok(None);
    };
    let words = options.get("o").map_or("", String::as_str);
    let binds = words
        .split(',')
        .any(|word| matches!(word.trim(), "bind" | "rbind"));
    if !binds {
        return invalid(format!(
            "a file system of type \"{kind}\" is not mounted for containers of Sampan; mount it on the host, and name \
             its folder with type=none,o=bind,device=FOLDER"
        ));
    }
    let only = |word: &str| matches!(word.trim(), "bind" | "rbind" | "rw" | "");
    if let Some(word) = words.split(',').find(|word| !only(word)) {
        return invalid(format!(
            "the mount option \"{word}\" has no meaning here; `:ro` belongs to the container's own mount"
        ));
    }
    match device.starts_with('/') {
        true => Ok(Some(PathBuf::from(device))),
        false => invalid(format!("the device \"{device}\" is no absolute path of a folder")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Option<PathBuf>> {
        let options = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        device("v", &options.collect())
    }

    #[test]
    fn a_folder_of_the_host_is_served() {
        assert_eq!(asked(&[]).unwrap(), None);
        assert_eq!(asked(&[("size", "0")]).unwrap(), None);
        let folder = [("type", "none"), ("o", "bind"), ("device", "/srv/x")];
        assert_eq!(asked(&folder).unwrap(), Some("/srv/x".into()));
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
                &[("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m")],
                "type \"tmpfs\"",
            ),
            (
                &[("type", "nfs"), ("device", ":/x"), ("o", "addr=1.2.3.4")],
                "type \"nfs\"",
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
