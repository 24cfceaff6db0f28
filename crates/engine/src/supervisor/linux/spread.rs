//! How mounts spread through binds: what is asked for, and whether the host's own mounts allow it, in dockerd's words.

use std::fs;
use std::path::Path;

use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::MountRecord;

/// How a bind spreads: what was asked for, once the mount that its source lies on was found to be one that can.
pub(super) fn checked(mount: &MountRecord) -> Result<String> {
    let word = mount.propagation();
    let wanted = match word {
        "shared" | "rshared" => "shared",
        "slave" | "rslave" => "shared or slave",
        _ => return Ok(word.to_owned()),
    };
    let failed = SupervisorError::io("find the mount of", &mount.source);
    let found = fs::canonicalize(&mount.source).and_then(|source| {
        let table = fs::read_to_string("/proc/self/mountinfo")?;
        Ok(holding(&table, &source))
    });
    let (on, spreads) = found.map_err(failed)?;
    let enough = spreads
        .iter()
        .any(|word| word.starts_with("shared:") || (wanted != "shared" && word.starts_with("master:")));
    match enough {
        true => Ok(word.to_owned()),
        false => Err(SupervisorError::NotSpread {
            path: mount.source.clone(),
            on,
            wanted,
        }),
    }
}

/// The mount that a path lies on, of several at one place the last one, and how it spreads (proc(5), `/proc/PID/mountinfo`).
fn holding(table: &str, path: &Path) -> (String, Vec<String>) {
    let mut best = (String::new(), Vec::new());
    for line in table.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let Some(place) = words.get(4).map(|place| plain(place)) else {
            continue;
        };
        if path.starts_with(&place) && place.len() >= best.0.len() {
            let optional = words.iter().skip(6).take_while(|word| **word != "-");
            best = (place, optional.map(|word| (*word).to_owned()).collect());
        }
    }
    best
}

/// A path of the table, in which blanks and their like are three octal digits.
fn plain(escaped: &str) -> String {
    let mut parts = escaped.split('\\');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part
            .get(..3)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok())
        {
            Some(byte) => {
                out.push(byte);
                out.extend_from_slice(&part.as_bytes()[3..]);
            }
            None => {
                out.push(b'\\');
                out.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_counts_and_of_two_the_last() {
        let table = "20 1 8:1 / / rw - ext4 /dev/a rw\n\
            21 20 0:5 / /mnt/a\\040b rw shared:7 master:2 - tmpfs t rw\n\
            22 20 0:6 / /mnt/twice rw - tmpfs t rw\n\
            23 20 0:7 / /mnt/twice rw master:9 propagate_from:1 - tmpfs t rw\n";
        let of = |path: &str| holding(table, Path::new(path));
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            of("/mnt/a b/c"),
            ("/mnt/a b".to_owned(), words(&["shared:7", "master:2"]))
        );
        assert_eq!(of("/mnt/a"), ("/".to_owned(), Vec::new()));
        let twice = words(&["master:9", "propagate_from:1"]);
        assert_eq!(of("/mnt/twice"), ("/mnt/twice".to_owned(), twice));
    }
}
