//! Mounts that are nowhere attached, and what `rustix` has no name for.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};

use crate::memory;

/// This process's binary, also after another one took its place on the disk.
pub const OWN_BINARY: &str = "/proc/self/exe";

/// Sets attributes of a mount (`libc::MOUNT_ATTR_…`), and of those in it.
pub fn set_attributes(mount: &OwnedFd, attributes: u64, recursive: bool) -> Result<(), Errno> {
    set(mount, attributes, libc::MS_PRIVATE, recursive)
}

/// Sets how a mount and those in it spread (`libc::MS_PRIVATE`, `MS_SLAVE` or `MS_SHARED`).
pub fn set_propagation(mount: &OwnedFd, propagation: u64) -> Result<(), Errno> {
    set(mount, 0, propagation, true)
}

fn set(mount: &OwnedFd, attributes: u64, propagation: u64, recursive: bool) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: attributes,
        attr_clr: 0,
        propagation,
        userns_fd: 0,
    };
    let mut flags = libc::AT_EMPTY_PATH;
    if recursive {
        flags |= libc::AT_RECURSIVE;
    }
    // SAFETY: the descriptor is open, the path is a C string, and the attributes live and have their size.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL)),
    }
}

/// The binary of this process as a file that cannot be written through it, to execute processes that meet strangers.
///
/// Whatever is executed within a container can be opened there by `/proc/PID/exe`, and written when it has ended: the
/// container's root would own the host's next start of the engine (CVE-2019-5736). A mount of its own is read-only; a kernel
/// without such mounts (before 5.12) gets a sealed copy in memory.
pub fn own_binary() -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::OPEN_TREE_CLONE;
    let mounted = open_tree(CWD, OWN_BINARY, flags).and_then(|mount| {
        let attributes = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
        set_attributes(&mount, attributes, false).map(|()| mount)
    });
    match mounted {
        Ok(mount) => Ok(mount),
        Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => {
            let copy = memory::sealed("sampan", &fs::read(OWN_BINARY)?)?;
            // A file that is open for writing cannot be executed.
            let read_only = File::open(format!("/proc/self/fd/{}", copy.as_raw_fd()))?;
            Ok(read_only.into())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn the_binary_can_be_executed_and_not_be_written() {
        let binary = own_binary().unwrap();
        let path = format!("/proc/self/fd/{}", binary.as_raw_fd());
        let listed = Command::new(&path).arg("--list").output().unwrap();
        assert!(String::from_utf8_lossy(&listed.stdout).contains("mounts::tests"));
        File::options().write(true).open(&path).unwrap_err();
        if rustix::process::geteuid().is_root() {
            let flags = rustix::fs::fstatvfs(&binary).unwrap().f_flag;
            assert!(flags.contains(rustix::fs::StatVfsMountFlags::RDONLY), "{flags:?}");
        }
    }

    #[test]
    fn a_sealed_copy_can_be_executed_too() {
        let copy = memory::sealed("copy", &fs::read("/proc/self/exe").unwrap()).unwrap();
        let reader = File::open(format!("/proc/self/fd/{}", copy.as_raw_fd())).unwrap();
        drop(copy);
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        assert!(
            Command::new(&path)
                .arg("--list")
                .output()
                .unwrap()
                .status
                .success()
        );
        let mut writer = File::options().write(true).open(&path).unwrap();
        writer.write_all(b"x").unwrap_err();
    }
}
