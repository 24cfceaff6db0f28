//! The kernel's calls for which no library has a name: notifications of seccomp, another process's memory, the
//! namespace of a socket, and where datagrams were going.
#![allow(unsafe_code)]

mod datagrams;

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;

/// `SO_NETNS_COOKIE`, which not every C library has.
const SO_NETNS_COOKIE: libc::c_int = 71;
/// `SECCOMP_SET_MODE_FILTER`.
const SET_MODE_FILTER: libc::c_ulong = 1;

pub(crate) use datagrams::{Datagram, hear_led, say_as, tell_of_led};

/// A call that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// Of the notification.
    pub(crate) id: u64,
    /// The thread that called.
    pub(crate) thread: u32,
    /// Which call.
    pub(crate) number: i64,
    pub(crate) arguments: [u64; 6],
}

/// Takes the next call. `None` where its caller has gone meanwhile. Blocks where none is there.
pub(crate) fn receive(notify: BorrowedFd<'_>) -> io::Result<Option<Call>> {
    // SAFETY: zeroes are a value of it, and what the kernel wants it to be.
    let mut got: libc::seccomp_notif = unsafe { MaybeUninit::zeroed().assume_init() };
    match ioctl(notify, libc::SECCOMP_IOCTL_NOTIF_RECV, &mut got) {
        Ok(()) => Ok(Some(Call {
            id: got.id,
            thread: got.pid,
            number: i64::from(got.data.nr),
            arguments: got.data.args,
        })),
        Err(Errno::NOENT | Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a call still waits, so that what was read of its caller was its caller's.
pub(crate) fn waits(notify: BorrowedFd<'_>, call: &Call) -> bool {
    let mut id = call.id;
    ioctl(notify, libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id).is_ok()
}

/// Answers a call.
pub(crate) fn answer(notify: BorrowedFd<'_>, call: &Call, result: Result<i64, Errno>) -> Result<(), Errno> {
    let mut answer = libc::seccomp_notif_resp {
        id: call.id,
        val: result.unwrap_or(0),
        error: result.err().map_or(0, |error| -error.raw_os_error()),
        flags: 0,
    };
    ioctl(notify, libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer)
}

/// Gives the caller a descriptor: at `place`, or as the answer to its call.
pub(crate) fn give(
    notify: BorrowedFd<'_>,
    call: &Call,
    fd: BorrowedFd<'_>,
    place: Option<u32>,
) -> Result<(), Errno> {
    let flags = match place {
        Some(_) => libc::SECCOMP_ADDFD_FLAG_SETFD,
        None => libc::SECCOMP_ADDFD_FLAG_SEND,
    };
    let mut giving = libc::seccomp_notif_addfd {
        id: call.id,
        flags: flags as u32,
        srcfd: fd.as_raw_fd() as u32,
        newfd: place.unwrap_or(0),
        newfd_flags: libc::O_CLOEXEC as u32,
    };
    ioctl(notify, libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut giving)
}

fn ioctl<T>(notify: BorrowedFd<'_>, request: libc::Ioctl, value: &mut T) -> Result<(), Errno> {
    // SAFETY: each request above is called with the type that it reads and writes, which lives through the call.
    match unsafe { libc::ioctl(notify.as_raw_fd(), request, std::ptr::from_mut(value)) } {
        -1 => Err(last()),
        _ => Ok(()),
    }
}

fn last() -> Errno {
    Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}

/// Copies from the memory of another process. What is not there is `EFAULT`.
pub(crate) fn read_memory(thread: u32, at: u64, bytes: &mut [u8]) -> Result<(), Errno> {
    let here = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    let there = libc::iovec {
        iov_base: at as *mut libc::c_void,
        iov_len: bytes.len(),
    };
    let thread = libc::pid_t::try_from(thread).map_err(|_| Errno::SRCH)?;
    // SAFETY: `here` is ours and of that length; `there` is of another process, and the kernel checks it.
    let got = unsafe { libc::process_vm_readv(thread, &raw const here, 1, &raw const there, 1, 0) };
    match usize::try_from(got) {
        Ok(got) if got == bytes.len() => Ok(()),
        Ok(_) => Err(Errno::FAULT),
        Err(_) => Err(last()),
    }
}

/// Tells the network namespace of a socket.
pub(crate) fn namespace_of(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut cookie = 0_u64;
    let mut length = size_of::<u64>() as libc::socklen_t;
    // SAFETY: the option is a number of 64 bits, and the length says so.
    let done = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    };
    match done {
        0 => Ok(cookie),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Lets the port of a socket be chosen when it connects, not when it is given an address.
pub(crate) fn port_at_connection(socket: BorrowedFd<'_>) -> Result<(), Errno> {
    let on: libc::c_int = 1;
    // SAFETY: the option is an `int`, and the length says so.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_IP,
            libc::IP_BIND_ADDRESS_NO_PORT,
            (&raw const on).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    match done {
        0 => Ok(()),
        _ => Err(last()),
    }
}

/// Installs a filter whose notifications come to the descriptor that it gives. Threads that are made later have it too.
pub(crate) fn listen_to_calls(filter: &mut [libc::sock_filter]) -> io::Result<std::os::fd::OwnedFd> {
    use std::os::fd::FromRawFd;
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).map_err(|_| io::ErrorKind::InvalidInput)?,
        filter: filter.as_mut_ptr(),
    };
    let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // SAFETY: the program has its length, and is read by the call alone.
    let fd = unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, flags, &raw const program) };
    match i32::try_from(fd) {
        // SAFETY: the kernel has just made it for this process.
        Ok(fd) if fd >= 0 => Ok(unsafe { std::os::fd::OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}
