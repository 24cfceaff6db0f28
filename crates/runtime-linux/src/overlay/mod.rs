//! The files of a container: folders of the host over each other, as one mount that is nowhere attached until somebody
//! moves it. It ends with its descriptors, so nothing of it is left behind by whoever dies.

mod joined;

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, move_mount, open_tree,
};
use sampan_process::users;
use sampan_runtime::LinuxRoot;

use crate::error::LinuxError;

/// A copy of a mount, attached nowhere.
const COPY: OpenTreeFlags = OpenTreeFlags::OPEN_TREE_CLOEXEC.union(OpenTreeFlags::OPEN_TREE_CLONE);

fn step(step: &'static str) -> impl Fn(rustix::io::Errno) -> LinuxError {
    move |errno| LinuxError::Overlay {
        step,
        source: errno.into(),
    }
}

/// Mounts them, attached nowhere. Without a folder for changes there are none.
pub(crate) fn mount(root: &LinuxRoot) -> Result<OwnedFd, LinuxError> {
    if let ([only], true) = (&root.lower[..], root.upper.as_os_str().is_empty()) {
        // The kernel lays no folder over nothing.
        return open_tree(CWD, only, COPY).map_err(step("open_tree"));
    }
    let context = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC).map_err(step("overlay"))?;
    let set = |key: &str, value: &OsStr| fsconfig_set_string(context.as_fd(), key, value);
    set("source", OsStr::new("overlay")).map_err(step("source"))?;
    // The kernel takes 256 bytes at once, so each is named by a descriptor. That has no colons either.
    let mut held = Vec::with_capacity(root.lower.len());
    for folder in &root.lower {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = openat(CWD, folder, flags, Mode::empty()).map_err(step("lowerdir"))?;
        let name = OsString::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
        match set("lowerdir+", &name) {
            // Linux before 6.8 takes them all at once,
            Err(Errno::INVAL) if held.is_empty() => return joined::mount(root).map_err(step("lowerdir")),
            other => other.map_err(step("lowerdir"))?,
        }
        held.push(open);
    }
    if !root.upper.as_os_str().is_empty() {
        set("upperdir", root.upper.as_os_str()).map_err(step("upperdir"))?;
        set("workdir", root.work.as_os_str()).map_err(step("workdir"))?;
    }
    if !users::is_root() {
        fsconfig_set_flag(context.as_fd(), "userxattr").map_err(step("userxattr"))?;
    }
    match fsconfig_create(context.as_fd()) {
        // and before 6.5 it finds out here alone: it keeps whatever it is told until then.
        Err(Errno::INVAL) => return joined::mount(root).map_err(step("create")),
        other => other.map_err(step("create"))?,
    }
    fsmount(
        context.as_fd(),
        FsMountFlags::FSMOUNT_CLOEXEC,
        MountAttrFlags::empty(),
    )
    .map_err(step("fsmount"))
}

/// Attaches a mount to a folder. What comes back is the same files attached nowhere: whoever gets hold of a descriptor of the
/// attached one climbs from it into the host's files (CVE-2024-21626).
pub(crate) fn attach(mount: OwnedFd, folder: &Path) -> Result<OwnedFd, LinuxError> {
    move_mount(
        mount.as_fd(),
        "",
        CWD,
        folder,
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
    )
    .map_err(step("attach"))?;
    open_tree(mount.as_fd(), "", COPY | OpenTreeFlags::AT_EMPTY_PATH).map_err(step("open_tree"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn folder(dir: &Path, name: &str) -> PathBuf {
        let path = dir.join(name);
        std::fs::create_dir(&path).unwrap();
        path
    }

    /// More layers than any image has, with names that are long, have colons and would be escapes.
    fn many(dir: &Path, count: usize) -> LinuxRoot {
        let long = "l".repeat(100);
        let lower = (0..count).map(|number| {
            let path = folder(dir, &format!("{number}:{long}\\"));
            std::fs::write(path.join(format!("file-{number}")), "text").unwrap();
            std::fs::write(path.join("all"), number.to_string()).unwrap();
            path
        });
        LinuxRoot {
            lower: lower.collect(),
            upper: folder(dir, "upper"),
            work: folder(dir, "work"),
            read_only: false,
        }
    }

    fn look(mount: &OwnedFd, name: &str) -> String {
        let file = openat(mount, name, OFlags::RDONLY, Mode::empty()).unwrap();
        std::io::read_to_string(std::fs::File::from(file)).unwrap()
    }

    /// How folders come to lie over each other.
    type Way = fn(&LinuxRoot) -> Result<OwnedFd, LinuxError>;

    /// Needs root, as everything here does.
    #[test]
    fn many_folders_with_long_names_and_colons_are_one_root() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let ways: [Way; 2] = [mount, |root| joined::mount(root).map_err(step("joined"))];
        for mount in ways {
            let dir = tempfile::tempdir().unwrap();
            let root = many(dir.path(), 120);
            let mount = mount(&root).unwrap();
            for number in 0..120 {
                assert_eq!(look(&mount, &format!("file-{number}")), "text");
            }
            assert_eq!(look(&mount, "all"), "0", "the first hides the others");
            let new = openat(
                &mount,
                "new",
                OFlags::WRONLY | OFlags::CREATE,
                Mode::from_raw_mode(0o600),
            );
            drop(new.unwrap());
            assert!(root.upper.join("new").exists());
        }
    }

    #[test]
    fn without_a_folder_for_changes_there_are_none() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        for count in [1, 3] {
            let dir = tempfile::tempdir().unwrap();
            let mut root = many(dir.path(), count);
            root.upper = PathBuf::new();
            assert_eq!(look(&mount(&root).unwrap(), "all"), "0");
        }
    }
}
