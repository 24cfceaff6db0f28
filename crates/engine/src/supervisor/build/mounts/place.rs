//! Names and places of mounts.

use std::path::{Path, PathBuf};

use sampan_api::container::Mount as ApiMount;
use sampan_image::dockerfile::{Mount, clean_path};

use super::super::steps::invalid;
use super::super::sum::Sum;
use super::plan::One;
use crate::supervisor::error::Result;

/// By what a secret is known.
pub(super) fn secret_id(mount: &Mount) -> &str {
    match (mount.source.as_str(), mount.id.as_str()) {
        ("", "") => base(&mount.target),
        ("", id) => id,
        (source, _) => source,
    }
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    let named = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match named {
        "" | "." | ".." => "secret",
        named => named,
    }
}

pub(super) fn cache_id(one: &One) -> &str {
    match one.asked.id.as_str() {
        "" => &one.target,
        id => id,
    }
}

/// The name of a cache's folder: what makes it another one.
pub(super) fn cache_key(one: &One) -> String {
    let mount = &one.asked;
    let mut sum = Sum::default();
    sum.add(cache_id(one).as_bytes());
    sum.add(one.from.as_ref().map_or("", |from| from.sum.as_str()).as_bytes());
    sum.add(format!("{:?}", (mount.mode, mount.uid, mount.gid)).as_bytes());
    sum.finish().hex().to_owned()
}

/// Where something is mounted: absolute, and not over what a container itself needs.
pub(super) fn place(working: &str, written: &str) -> Result<String> {
    let refused = |why: &str| invalid(format!("invalid mount target {written:?}: {why}"));
    if written.contains('\0') {
        return Err(refused("it has a zero in it"));
    }
    let whole = match written.starts_with('/') {
        _ if written.is_empty() => return Err(refused("it says no place")),
        true => written.to_owned(),
        false => format!("/{working}/{written}"),
    };
    let path = clean_path(&whole);
    if path == "/" {
        return Err(refused("all files of the step cannot be hidden"));
    }
    let own = ["/proc", "/sys"]
        .iter()
        .find(|own| Path::new(&path).starts_with(own));
    match own {
        Some(own) => Err(refused(&format!("{own} is the kernel's"))),
        None => Ok(path),
    }
}

pub(super) fn bound(source: PathBuf, target: &str, writable: bool) -> Result<ApiMount> {
    let source = source.into_os_string().into_string().map_err(|_| {
        invalid(format!(
            "what is to be mounted at {target} has a name that is not UTF-8"
        ))
    })?;
    Ok(ApiMount {
        kind: "bind".to_owned(),
        source,
        target: target.to_owned(),
        read_only: !writable,
        ..ApiMount::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_absolute_and_leave_the_kernels_alone() {
        assert_eq!(place("/w", "a/../b").unwrap(), "/w/b");
        assert_eq!(place("/w", "/../../etc/x").unwrap(), "/etc/x");
        for bad in [
            "",
            "/",
            "..",
            "/a/..",
            "/proc",
            "/proc/sys/kernel",
            "/x/../sys/fs",
        ] {
            assert!(place("/", bad).is_err(), "{bad}");
        }
        assert!(place("/", "/process").is_ok());
    }

    #[test]
    fn ids_of_secrets_name_no_other_place() {
        for (id, name) in [
            ("key", "key"),
            ("../../etc/passwd", "passwd"),
            ("..", "secret"),
            ("a/", "a"),
        ] {
            let mount = Mount {
                id: id.to_owned(),
                ..Mount::default()
            };
            assert_eq!(base(secret_id(&mount)), name);
        }
    }
}
