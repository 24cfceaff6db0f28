//! What a container leaves behind when whoever kept it is gone.

use std::fs;
use std::path::Path;

use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};

use crate::cgroup::Cgroup;

/// The cgroup's path, in the container's folder: who clears up knows nothing else of the container.
const CGROUP: &str = "cgroup";
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

/// Ends all processes of the container, and removes its cgroups and its folder. Mounts and namespaces go with the
/// processes.
pub(crate) fn clear(folder: &Path) {
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
