//! What the network process gives up once its namespaces are there.
//!
//! It reads other processes' memory and makes sockets for them, and a worker that was taken over talks to it. So it keeps
//! what that needs: the right to look at workers, and that to bind low ports. Its one thread in the host's namespace makes
//! sockets and looks up names there, and keeps no right at all.

use std::io;

use crate::confine::{self, Calls, ConfineError, allow, one_of};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

/// What a thread is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// It answers workers and daemons, and forwards.
    Containers,
    /// It makes sockets of the host and looks up names.
    Host,
}

/// Gives up everything else, on this thread and those that it will start.
pub(super) fn keep(side: Side) -> Result<(), ConfineError> {
    let kept = match side {
        Side::Containers => CapabilitySet::SYS_PTRACE | CapabilitySet::NET_BIND_SERVICE,
        Side::Host => CapabilitySet::empty(),
    };
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    let failed = |error: rustix::io::Errno| ConfineError::Rights("its capabilities", io::Error::from(error));
    set_capabilities(None, sets).map_err(failed)?;
    confine::install(calls(side)?)
}

fn calls(side: Side) -> Result<Calls, ConfineError> {
    let mut kept = confine::computing()?;
    allow(&mut kept, TALKING);
    kept.insert(libc::SYS_ioctl, one_of(1, IOCTLS)?);
    kept.insert(libc::SYS_prctl, one_of(0, &[libc::PR_SET_NAME as u64])?);
    kept.insert(libc::SYS_fcntl, one_of(1, FCNTLS)?);
    // A document that does not fit a packet travels in a file in memory.
    let sealable = u64::from(libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING);
    kept.insert(libc::SYS_memfd_create, one_of(1, &[sealable])?);
    let mut families = vec![libc::AF_INET as u64, libc::AF_INET6 as u64];
    match side {
        Side::Containers => {
            allow(&mut kept, WATCHING);
            allow(&mut kept, CARRYING);
        }
        Side::Host => {
            allow(&mut kept, RESOLVING);
            // The C library asks for a cache of names, and which addresses this machine has.
            families.extend([libc::AF_UNIX as u64, libc::AF_NETLINK as u64]);
        }
    }
    kept.insert(libc::SYS_socket, one_of(0, &families)?);
    Ok(kept)
}

/// Sockets of its own and of others, waited for.
const TALKING: &[i64] = &[
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_wait,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_poll,
    libc::SYS_ppoll,
    libc::SYS_bind,
    libc::SYS_connect,
    libc::SYS_listen,
    libc::SYS_accept4,
    libc::SYS_shutdown,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_restart_syscall,
];

/// Workers: what their calls name.
const WATCHING: &[i64] = &[
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_vm_readv,
];

/// Connections into containers, through pipes.
const CARRYING: &[i64] = &[libc::SYS_pipe2, libc::SYS_splice];

/// The C library reads how names are looked up, and asks name servers; that of static binaries (musl) with the older call.
const RESOLVING: &[i64] = &[
    libc::SYS_openat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    libc::SYS_newfstatat,
    libc::SYS_pread64,
    libc::SYS_uname,
    libc::SYS_sendmmsg,
    libc::SYS_recvmmsg,
    libc::SYS_getuid,
    libc::SYS_geteuid,
];

/// Notifications of calls, which are received, looked at, answered and given descriptors; whether a socket blocks, and how
/// many bytes wait there.
const IOCTLS: &[u64] = &[
    libc::SECCOMP_IOCTL_NOTIF_RECV as u32 as u64,
    libc::SECCOMP_IOCTL_NOTIF_ID_VALID as u32 as u64,
    libc::SECCOMP_IOCTL_NOTIF_SEND as u32 as u64,
    libc::SECCOMP_IOCTL_NOTIF_ADDFD as u32 as u64,
    libc::FIONBIO as u32 as u64,
    libc::FIONREAD as u32 as u64,
];

/// Copies and flags of descriptors, seals, and how much a pipe holds.
const FCNTLS: &[u64] = &[
    libc::F_DUPFD_CLOEXEC as u64,
    libc::F_GETFD as u64,
    libc::F_SETFD as u64,
    libc::F_GETFL as u64,
    libc::F_SETFL as u64,
    libc::F_GET_SEALS as u64,
    libc::F_ADD_SEALS as u64,
    libc::F_SETPIPE_SZ as u64,
];
