//! The files of a container: folders of the host over each other, as one mount that is nowhere attached until somebody
//! moves it. It ends with its descriptors, so nothing of it is left behind by whoever dies.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_set_string, fsmount, fsopen, move_mount, open_tree,
};
use sampan_runtime::LinuxRoot;

use crate::error::LinuxError;

fn step(step: &'static str) -> impl Fn(rustix::io::Errno) -> LinuxError {
    move |errno| LinuxError::Overlay {
        step,
        source: errno.into(),
    }
}

/// Mounts them, attached nowhere.
pub(crate) fn mount(root: &LinuxRoot) -> Result<OwnedFd, LinuxError> {
    let context = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC).map_err(step("overlay"))?;
    // The kernel takes 256 bytes for all of them, so each is named by a descriptor. That has no colons either.
    let mut held = Vec::with_capacity(root.lower.len());
    let mut lower = OsString::new();
    for folder in &root.lower {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = openat(CWD, folder, flags, Mode::empty()).map_err(step("lowerdir"))?;
        if !lower.is_empty() {
            lower.push(":");
        }
        lower.push(format!("/proc/self/fd/{}", open.as_raw_fd()));
        held.push(open);
    }
    let set = |key: &str, value: &OsStr| fsconfig_set_string(context.as_fd(), key, value);
    set("source", OsStr::new("overlay")).map_err(step("source"))?;
    set("lowerdir", &lower).map_err(step("lowerdir"))?;
    set("upperdir", root.upper.as_os_str()).map_err(step("upperdir"))?;
    set("workdir", root.work.as_os_str()).map_err(step("workdir"))?;
    fsconfig_create(context.as_fd()).map_err(step("create"))?;
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
    let flags =
        OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::AT_EMPTY_PATH;
    open_tree(mount.as_fd(), "", flags).map_err(step("open_tree"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Needs root, as everything here does.
    #[test]
    fn many_folders_with_long_names_and_colons_are_one_root() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir(&path).unwrap();
            path
        };
        let long = "l".repeat(100);
        let lower = (0..10).map(|number| {
            let path = folder(&format!("{number}:{long}\\"));
            std::fs::write(path.join(format!("file-{number}")), "text").unwrap();
            path
        });
        let root = LinuxRoot {
            lower: lower.collect(),
            upper: folder("upper"),
            work: folder("work"),
            read_only: false,
        };
        let mount = mount(&root).unwrap();
        for number in 0..10 {
            rustix::fs::statat(&mount, format!("file-{number}"), rustix::fs::AtFlags::empty()).unwrap();
        }
    }
}
