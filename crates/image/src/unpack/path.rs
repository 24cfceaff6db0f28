//! The name of an entry, taken apart.

use crate::decompress::Meter;
use crate::error::UnpackError;
use crate::unpack::note::readable;
use crate::unpack::{UnpackLimit, UnpackLimits};

/// What whiteouts begin with (image-spec layer.md §Whiteouts).
const WHITEOUT: &[u8] = b".wh.";
/// What aufs's own bookkeeping begins with.
const AUFS: &[u8] = b".wh..wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

/// Where an entry goes: a folder, relative to the root and without `.` or `..`, and a name in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EntryPath {
    /// Joined by slashes; empty for the root.
    pub(super) folder: Vec<u8>,
    /// Empty for the root itself.
    pub(super) name: Vec<u8>,
}

/// What an entry's name asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// To be made.
    Plain(EntryPath),
    /// To be taken away, as far as lower layers brought it.
    Whiteout(EntryPath),
    /// The folder's children from lower layers are to be taken away.
    Opaque(Vec<u8>),
    /// Nothing.
    Aufs,
}

fn refused(path: &[u8], why: &'static str) -> UnpackError {
    UnpackError::Refused {
        entry: readable(path),
        why,
    }
}

/// Takes a path apart. Leading slashes mean the root, as tar has it.
pub(super) fn split(path: &[u8], meter: &Meter) -> Result<EntryPath, UnpackError> {
    let limits: &UnpackLimits = meter.limits();
    if path.len() > limits.path {
        return Err(UnpackError::limit(UnpackLimit::Path, limits));
    }
    let mut folder = Vec::with_capacity(path.len());
    let mut name: &[u8] = b"";
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => continue,
            b".." => return Err(refused(path, "its path leads out of its folder")),
            _ if part.contains(&0) => return Err(refused(path, "its name contains a zero byte")),
            _ if part.len() > limits.name => return Err(UnpackError::limit(UnpackLimit::Name, limits)),
            _ => {}
        }
        if !name.is_empty() {
            if !folder.is_empty() {
                folder.push(b'/');
            }
            folder.extend_from_slice(name);
        }
        name = part;
    }
    Ok(EntryPath {
        folder,
        name: name.to_vec(),
    })
}

/// What an entry's name asks for.
pub(super) fn role(path: &[u8], meter: &Meter) -> Result<Role, UnpackError> {
    let at = split(path, meter)?;
    let parts = at.folder.split(|b| *b == b'/');
    for part in parts {
        if part.starts_with(AUFS) {
            return Ok(Role::Aufs);
        }
        if part.starts_with(WHITEOUT) {
            return Err(refused(path, "it lies in a folder whose name is a whiteout's"));
        }
    }
    if at.name == OPAQUE {
        return Ok(Role::Opaque(at.folder));
    }
    if at.name.starts_with(AUFS) {
        return Ok(Role::Aufs);
    }
    match at.name.strip_prefix(WHITEOUT) {
        None => Ok(Role::Plain(at)),
        Some(b"" | b"." | b"..") => Err(refused(path, "a whiteout of no file")),
        Some(name) => Ok(Role::Whiteout(EntryPath {
            name: name.to_vec(),
            folder: at.folder,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(path: &str) -> String {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        match role(path.as_bytes(), &Meter::new(&UnpackLimits::default())) {
            Ok(Role::Plain(at)) => format!("{}|{}", text(at.folder), text(at.name)),
            Ok(Role::Whiteout(at)) => format!("-{}|{}", text(at.folder), text(at.name)),
            Ok(Role::Opaque(folder)) => format!("={}", text(folder)),
            Ok(Role::Aufs) => "aufs".to_owned(),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn names_mean_one_thing() {
        for (path, role) in [
            ("a/b/c", "a/b|c"),
            ("/a//./b/", "a|b"),
            ("./", "|"),
            ("", "|"),
            ("a/.wh.b", "-a|b"),
            (".wh..wh..opq", "="),
            ("a/b/.wh..wh..opq", "=a/b"),
            (".wh..wh.plnk/1.2", "aufs"),
            (".wh..wh.aufs", "aufs"),
            ("...", "|..."),
            ("a/.wh....", "-a|..."),
        ] {
            assert_eq!(show(path), role, "{path}");
        }
        for bad in [
            "..", "a/..", "../a", "/../a", "a/../b", ".wh.", ".wh..", ".wh...", "a/.wh...", ".wh.a/b",
        ] {
            assert!(show(bad).contains("refused"), "{bad}: {}", show(bad));
        }
        assert!(show(&"x".repeat(256)).contains("name length"));
        assert!(show(&"x/".repeat(3_000)).contains("path length"));
    }
}
