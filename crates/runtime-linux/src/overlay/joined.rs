//! Folders over each other for kernels that take them in one text alone (Linux before 6.8).
//!
//! The text that `fsconfig` takes is too short for many layers; that of `mount` is a page. So they are mounted by it, in a
//! mount namespace of a thread that ends right after, under names of a few letters: the numbers of descriptors.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::{Errno, Result};
use rustix::mount::{
    MountFlags, MountPropagationFlags, OpenTreeFlags, mount as attach, mount_change, open_tree,
};
use rustix::process::chdir;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use sampan_process::users;
use sampan_runtime::LinuxRoot;

/// Mounts them, attached nowhere.
pub(super) fn mount(root: &LinuxRoot) -> Result<OwnedFd> {
    std::thread::scope(|scope| {
        let work = scope.spawn(|| apart(root));
        work.join().unwrap_or(Err(Errno::NOMEM))
    })
}

/// On a thread of its own, whose namespace and working folder end with it.
fn apart(root: &LinuxRoot) -> Result<OwnedFd> {
    // SAFETY: neither of the two is about descriptors or memory, and this thread relies on neither.
    unsafe { unshare_unsafe(UnshareFlags::NEWNS | UnshareFlags::FS) }?;
    mount_change(
        "/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )?;
    // Opened here, because the kernel lays only folders of this namespace over each other.
    let open = |path: &Path| {
        openat(
            CWD,
            path,
            OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )
    };
    let lower: Vec<OwnedFd> = root.lower.iter().map(|path| open(path)).collect::<Result<_>>()?;
    let names: Vec<String> = lower
        .iter()
        .map(|folder| folder.as_raw_fd().to_string())
        .collect();
    let mut options = format!("lowerdir={}", names.join(":"));
    let mut own = Vec::new();
    if !root.upper.as_os_str().is_empty() {
        for (key, path) in [("upperdir", &root.upper), ("workdir", &root.work)] {
            let folder = open(path)?;
            options.push_str(&format!(",{key}={}", folder.as_raw_fd()));
            own.push(folder);
        }
    }
    if !users::is_root() {
        options.push_str(",userxattr");
    }
    let place = std::path::absolute(root.lower.first().ok_or(Errno::INVAL)?).map_err(|_| Errno::NOENT)?;
    chdir("/proc/self/fd")?;
    let options = std::ffi::CString::new(options).map_err(|_| Errno::INVAL)?;
    attach("overlay", &place, "overlay", MountFlags::empty(), Some(&*options))?;
    open_tree(
        CWD,
        &place,
        OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::OPEN_TREE_CLONE,
    )
}
