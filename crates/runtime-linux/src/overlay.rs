//! The files of a container: folders of the host over each other, as one mount that is nowhere attached until somebody
//! moves it. It ends with its descriptors, so nothing of it is left behind by whoever dies.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use rustix::fs::CWD;
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
    let mut lower = OsString::new();
    for (number, folder) in root.lower.iter().enumerate() {
        if number > 0 {
            lower.push(":");
        }
        lower.push(escaped(folder));
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

/// Folders are kept apart by colons.
fn escaped(folder: &Path) -> OsString {
    let mut bytes = Vec::new();
    for byte in folder.as_os_str().as_bytes() {
        if matches!(byte, b':' | b'\\') {
            bytes.push(b'\\');
        }
        bytes.push(*byte);
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_in_a_folder_is_no_end_of_it() {
        assert_eq!(escaped(Path::new(r"/a:b\c")), r"/a\:b\\c");
    }
}
