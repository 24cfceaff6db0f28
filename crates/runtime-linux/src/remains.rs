//! What a container leaves behind when whoever kept it is gone.

use std::fs;
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::cgroup::{self, Cgroup};

/// The cgroup's path, in the container's folder: who clears up knows nothing else of the container.
const CGROUP: &str = "cgroup";
/// Its first process, likewise.
const FIRST: &str = "first";
/// Whoever keeps the container.
const MONITOR: &str = "monitor";
/// How long a process may take to go once it was killed.
const DYING: Timespec = Timespec {
    tv_sec: 10,
    tv_nsec: 0,
};
/// Where the container's files are mounted, in its folder, as its monitor sees it.
pub(crate) const ROOTFS: &str = "rootfs";
/// Where the memory is mounted that another container shares with it, likewise.
pub(crate) const MEMORY: &str = "memory";

/// Where copies of the host's mounts lie until the container has bound them, likewise.
pub(crate) const SPREAD: &str = "spread";

/// Writes down what will have to be cleared. Before anything is made.
pub(crate) fn note(folder: &Path, cgroup: &str) -> std::io::Result<()> {
    fs::write(folder.join(CGROUP), cgroup)
}

/// The cgroup of the container that a folder is of.
pub(crate) fn cgroup(folder: &Path) -> Option<Cgroup> {
    fs::read_to_string(folder.join(CGROUP)).ok().map(Cgroup::new)
}

/// Writes down the first process of a container that has no cgroup by which it could be found.
pub(crate) fn note_process(folder: &Path, pid: u32) -> std::io::Result<()> {
    match cgroup::are_had() {
        true => Ok(()),
        false => fs::write(
            folder.join(FIRST),
            First::now(pid).ok_or(std::io::ErrorKind::NotFound)?.0,
        ),
    }
}

/// Writes down whoever keeps the container: a later daemon to which it does not answer must end it.
pub(crate) fn note_monitor(folder: &Path, pid: u32) -> std::io::Result<()> {
    let known = First::now(pid).ok_or(std::io::ErrorKind::NotFound)?;
    fs::write(folder.join(MONITOR), known.0)
}

/// Ends whoever keeps the container, where it is still there.
pub(crate) fn end_monitor(folder: &Path) {
    if let Ok(known) = fs::read_to_string(folder.join(MONITOR)) {
        First(known).end();
    }
}

/// A process by its number and the time of its start: numbers are given anew.
#[derive(PartialEq, Eq)]
struct First(String);

impl First {
    fn now(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Behind the name, which may have anything in it.
        let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?;
        Some(Self(format!("{pid} {began}")))
    }

    /// Ends it, and with it all others of its namespace of processes.
    fn end(&self) {
        let pid = self.0.split(' ').next().and_then(|pid| pid.parse().ok());
        let Some(known) = pid.and_then(Pid::from_raw) else {
            return;
        };
        let Ok(pidfd) = pidfd_open(known, PidfdFlags::empty()) else {
            return;
        };
        // It is this one that the descriptor leads to, or it has ended.
        if Self::now(known.as_raw_nonzero().get().unsigned_abs()).as_ref() == Some(self)
            && pidfd_send_signal(&pidfd, Signal::KILL).is_ok()
        {
            let _ = poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&DYING));
        }
    }
}

/// Ends all processes of the container, and removes its cgroups and its folder. Mounts and namespaces go with the
/// processes.
pub(crate) fn clear(folder: &Path) {
    if let Ok(first) = fs::read_to_string(folder.join(FIRST)) {
        First(first).end();
    }
    match fs::read_to_string(folder.join(CGROUP)) {
        Ok(path) => {
            if let Err(error) = Cgroup::new(path).remove() {
                tracing::error!(%error, folder = %folder.display(), "what a container left behind could not be ended");
                // The next daemon tries again.
                return;
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::error!(%error, folder = %folder.display(), "what a container left behind cannot be read");
            return;
        }
    }
    remove(folder);
}

/// Removes the folder of a container of which nothing else is left.
///
/// Where files of the container, memory of another or folders of the host are still mounted, nothing is removed: that would
/// be those.
pub(crate) fn remove(folder: &Path) {
    for place in [ROOTFS, MEMORY, SPREAD].map(|name| folder.join(name)) {
        if !taken_away(folder, &place) {
            return;
        }
    }
    gone(folder, fs::remove_dir_all(folder));
}

/// Takes away what is mounted at a place of a container's folder, and the place; tells whether both are gone.
pub(crate) fn taken_away(folder: &Path, place: &Path) -> bool {
    // Each fails where nothing is mounted, which is as well. First what is shared with the host must be so no more, or the
    // host's mounts below it would go, too.
    let apart = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    let _ = mount_change(place, apart);
    let _ = unmount(place, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW);
    gone(folder, fs::remove_dir(place))
}

fn gone(folder: &Path, removed: std::io::Result<()>) -> bool {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "the folder of a container could not be removed");
            false
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_but_not_what_lies_where_files_are_mounted() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("run");
        fs::create_dir_all(folder.join(ROOTFS)).unwrap();
        fs::write(folder.join("config.json"), "{}").unwrap();
        remove(&folder);
        assert!(!folder.exists());
        remove(&folder);

        fs::create_dir_all(folder.join(ROOTFS)).unwrap();
        fs::write(folder.join(ROOTFS).join("file"), "of the container").unwrap();
        remove(&folder);
        assert!(folder.join(ROOTFS).join("file").exists());
    }
}
