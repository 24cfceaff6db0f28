//! Namespaces that the monitor makes itself, and what it gives up at its start.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, open, openat2};
use rustix::mount::{
    MountPropagationFlags, MoveMountFlags, OpenTreeFlags, mount_change, move_mount, open_tree,
};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::process::fchdir;
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};
use sampan_network::namespace::open_to_users;

fn unshare(flags: UnshareFlags) -> io::Result<()> {
    // SAFETY: of the two namespaces that are asked for here none is about descriptors or memory, and no other thread is
    // there that could rely on the old ones.
    Ok(unsafe { unshare_unsafe(flags) }?)
}

/// From now on nothing comes by standard input, and nothing goes by standard output.
pub(super) fn no_streams() -> io::Result<()> {
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    for stream in [libc::STDIN_FILENO, libc::STDOUT_FILENO] {
        // SAFETY: nobody in this process holds the numbers of standard streams as descriptors of their own.
        if unsafe { libc::dup2(nothing.as_raw_fd(), stream) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// From now on this process and its children have a keyring of their own, and none of whoever started the daemon.
pub(super) fn own_keys() -> io::Result<()> {
    /// `KEYCTL_JOIN_SESSION_KEYRING`; without a name it is a new one.
    const JOIN: libc::c_ulong = 1;
    // SAFETY: the call reads no memory where there is no name.
    let joined = unsafe { libc::syscall(libc::SYS_keyctl, JOIN, std::ptr::null::<libc::c_char>()) };
    match io::Error::last_os_error() {
        _ if joined >= 0 => Ok(()),
        // There are no keys, or somebody keeps this whole engine from them.
        error if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => Ok(()),
        error => Err(error),
    }
}

/// From now on mounts of this process are its own: they are seen by its children alone, and go with it. What is mounted on
/// the host later is seen here, too. Gives the host's namespace, in which it was before.
pub(super) fn own_mounts() -> io::Result<File> {
    let host = File::open("/proc/self/ns/mnt")?;
    unshare(UnshareFlags::NEWNS)?;
    let flags = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    mount_change("/", flags)?;
    Ok(host)
}

/// Does something among the mounts of another namespace: a mount can be copied by those alone who are in its namespace. This
/// process goes there for as long as that takes, and does not go on if it does not come back.
pub(super) fn among<T>(its: &File, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let path = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let here = open(".", path, Mode::empty())?;
    let own = File::open("/proc/self/ns/mnt")?;
    let kind = Some(LinkNameSpaceType::Mount);
    move_into_link_name_space(its.as_fd(), kind)?;
    let done = work();
    if move_into_link_name_space(own.as_fd(), kind).is_err() || fchdir(&here).is_err() {
        std::process::abort();
    }
    done
}

/// Attaches a mount that is attached nowhere.
pub(super) fn attach(mount: &OwnedFd, place: &Path) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    Ok(move_mount(mount, "", CWD, place, flags)?)
}

/// Attaches what a process of another container sees as `/dev/shm` to a new folder, among the mounts of this process.
///
/// There it sees nothing but the other's files, and follows no link of theirs.
pub(super) fn lent_memory(pid: u32, place: &Path) -> io::Result<()> {
    let its = File::open(format!("/proc/{pid}/ns/mnt"))?;
    let memory = among(&its, || {
        let path = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let flags =
            OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::AT_EMPTY_PATH;
        let memory = openat2(CWD, "/dev/shm", path, Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
        Ok(open_tree(&memory, "", flags)?)
    })?;
    std::fs::create_dir(place)?;
    attach(&memory, place)
}

/// A network namespace with nothing but a loopback interface. This process stays where it is.
pub(super) fn own_network() -> io::Result<OwnedFd> {
    let before = File::open("/proc/self/ns/net")?;
    unshare(UnshareFlags::NEWNET)?;
    let made = File::open("/proc/self/ns/net").and_then(|made| {
        loopback()?;
        open_to_users();
        Ok(made)
    });
    move_into_link_name_space(before.as_fd(), Some(LinkNameSpaceType::Network))?;
    Ok(made?.into())
}

/// Sets the loopback interface going.
fn loopback() -> io::Result<()> {
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    // SAFETY: all zeroes is a request without a name.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo\0") {
        *to = (*from).cast_signed();
    }
    request.ifr_ifru.ifru_flags = libc::IFF_UP as i16;
    // SAFETY: the request is as large as the kernel reads, and lives as long as the call.
    match unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &request) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
