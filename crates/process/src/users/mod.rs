//! A namespace of users for a daemon that an ordinary user starts. In it he is root, over himself and over the ids that
//! `/etc/subuid` and `/etc/subgid` give him; the host's own files and links stay the host's.
//!
//! The kernel lets a process into another such namespace only while it has one thread, so this comes before all else.
#![allow(unsafe_code)]

mod error;
mod maker;

use std::fs;
use std::io;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::OnceLock;

use rustix::mount::{MountFlags, mount};
use rustix::process::{getegid, geteuid};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

pub use error::UsersError;
use maker::Maker;
pub use maker::{ROLE, make};

/// As many ids as an image may be expected to use: those of `nobody` and below.
const ENOUGH: u64 = 65_536;
/// Where the kernel's control groups are.
const CGROUPS: &str = "/sys/fs/cgroup";

/// Which ids this process can give to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All of the machine's.
    Root,
    /// Those of a namespace of users, enough for the files of an image.
    Range,
    /// Its own user's alone, as whom it is root in a namespace of users.
    Alone,
    /// None: it is an ordinary user and nothing else.
    Ordinary,
}

/// Whether this process can give files and processes to other users.
pub fn has_many() -> bool {
    matches!(standing(), Standing::Root | Standing::Range)
}

/// Whether this process is the machine's root, and not root in a namespace of users alone. It does not change once processes of
/// containers are started.
pub fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| standing() == Standing::Root)
}

/// That of this process.
pub fn standing() -> Standing {
    if !geteuid().is_root() {
        return Standing::Ordinary;
    }
    // Without the files there are no such namespaces, and root is root.
    let of_map = |map| fs::read_to_string(map).map_or(Standing::Root, |map| of(&map));
    match (of_map("/proc/self/uid_map"), of_map("/proc/self/gid_map")) {
        (Standing::Root, Standing::Root) => Standing::Root,
        (Standing::Alone, _) | (_, Standing::Alone) => Standing::Alone,
        _ => Standing::Range,
    }
}

fn of(map: &str) -> Standing {
    let ids: u64 = map
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2)?.parse::<u64>().ok())
        .sum();
    match ids {
        // The first namespace has every number but the one that means none.
        ids if ids >= u64::from(u32::MAX) => Standing::Root,
        ids if ids >= ENOUGH => Standing::Range,
        _ => Standing::Alone,
    }
}

/// Goes into a namespace in which this user is root, with as many ids as he has: that of the processes which an earlier
/// daemon with the folder `run` left, or else a new one. `binary` is this program. What is missing is told; where the namespace
/// itself cannot be had, this process stays what it was.
pub fn enter(binary: &Path, run: &Path) -> Result<(), UsersError> {
    if let Some(users) = left_behind(run) {
        // Into another one they would not follow: signals and mounts do not go from one to its neighbour.
        join(&users).map_err(UsersError::NoNamespace)?;
        return match has_many() {
            true => Ok(()),
            false => Err(UsersError::Kept),
        };
    }
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    let maker = Maker::start(binary).map_err(UsersError::NoNamespace)?;
    let ranged = maker.give_range(uid, gid);
    if ranged.is_err() {
        maker.give_own(uid, gid).map_err(UsersError::NoNamespace)?;
    }
    let entered = maker.namespace().and_then(|users| join(&users));
    entered.map_err(UsersError::NoNamespace)?;
    ranged
}

/// Makes what Linux containers need beside the namespace: mounts that are this process's own, and among them control groups
/// that it may see. They are those of version 2, whatever the host has: libcontainer goes on without any where it is refused
/// those, and there alone.
pub fn furnish() -> Result<(), UsersError> {
    let flags = UnshareFlags::NEWNS | UnshareFlags::NEWCGROUP;
    // SAFETY: neither mounts nor control groups are about memory or descriptors, and there is no other thread yet.
    unsafe { unshare_unsafe(flags) }.map_err(|error| UsersError::NoMounts(error.into()))?;
    let usual = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("cgroup2", CGROUPS, "cgroup2", usual, None).map_err(|error| UsersError::NoMounts(error.into()))
}

fn join(users: &fs::File) -> io::Result<()> {
    Ok(move_into_link_name_space(
        users.as_fd(),
        Some(LinkNameSpaceType::User),
    )?)
}

/// The namespace of processes that an earlier daemon left in this folder; they name it in their arguments. A container's processes
/// can say the same of themselves, but are in namespaces of processes of their own, which they cannot leave.
fn left_behind(run: &Path) -> Option<fs::File> {
    let own = fs::read_link("/proc/self/ns/user").ok()?;
    let processes = fs::read_link("/proc/self/ns/pid").ok()?;
    // What lies in it, and not in another folder whose name begins alike.
    let run = format!("{}/", run.components().as_path().display());
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        if !words.starts_with("sampan-") || !words.contains(&run) {
            continue;
        }
        if fs::read_link(entry.path().join("ns/pid")).ok().as_ref() != Some(&processes) {
            continue;
        }
        let theirs = entry.path().join("ns/user");
        // Those of others cannot be looked into.
        if fs::read_link(&theirs).is_ok_and(|theirs| theirs != own) {
            return fs::File::open(theirs).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_which_ids_is_read_from_the_map() {
        assert_eq!(of("         0          0 4294967295\n"), Standing::Root);
        assert_eq!(of("0 1000 1\n1 100000 65536\n"), Standing::Range);
        assert_eq!(of("0 1000 1\n"), Standing::Alone);
        assert_eq!(of(""), Standing::Alone);
    }
}
