//! The system calls that a worker keeps, and with which arguments.
//!
//! Landlock knows files and TCP ports; what it does not know (other protocols, a connection that `sendto` makes, times and
//! modes of files, signals sent by a descriptor's owner) is kept shut here.

use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

use super::super::wire::Ports;
use crate::confine::{self, ConfineError, allow, one_of, rule};

/// What a worker is for, as far as calls go.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// Files are read.
    pub(super) files: bool,
    /// Files are made and changed.
    pub(super) changes: bool,
    /// No path leads anywhere but into the folders.
    pub(super) own_root: bool,
    pub(super) network: Option<&'a Ports>,
    /// Another process makes the sockets and leads them.
    pub(super) bordered: bool,
}

/// Refuses all other calls, for good.
pub(super) fn keep(shape: Shape<'_>) -> Result<(), ConfineError> {
    let mut kept = confine::computing()?;
    allow(&mut kept, HOSTING);
    kept.insert(libc::SYS_ioctl, one_of(1, IOCTLS)?);
    kept.insert(libc::SYS_prctl, one_of(0, PRCTLS)?);
    kept.insert(libc::SYS_fcntl, one_of(1, FCNTLS)?);
    // The first content of a component's memories is kept in a file in memory, which is sealed.
    let sealable = u64::from(libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING);
    kept.insert(libc::SYS_memfd_create, one_of(1, &[sealable])?);
    // `MSG_FASTOPEN` connects without `connect`, of which Landlock does not know.
    let no_connection = |argument| {
        let flag = SeccompCmpOp::MaskedEq(libc::MSG_FASTOPEN as u64);
        rule(&[(argument, flag, 0)]).map(|rule| vec![rule])
    };
    kept.insert(libc::SYS_sendto, no_connection(3)?);
    kept.insert(libc::SYS_sendmsg, no_connection(2)?);
    if shape.files {
        allow(&mut kept, READING);
    } else {
        // What is open may be looked at. For a path it would tell whether a file is there.
        let open = &[libc::AT_EMPTY_PATH as u64];
        kept.insert(libc::SYS_newfstatat, one_of(3, open)?);
    }
    if shape.changes {
        allow(&mut kept, CHANGING);
        if !shape.own_root {
            // Landlock lets everybody set times by any path: here only by a descriptor.
            let no_path = SeccompCondition::new(1, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
            kept.insert(libc::SYS_utimensat, vec![SeccompRule::new(vec![no_path])?]);
        }
    }
    if let Some(ports) = shape.network {
        allow(&mut kept, &[libc::SYS_connect, libc::SYS_recvmmsg]);
        if shape.bordered {
            // `sendmsg` is done by the other process: its address lies in memory, where no filter can see it.
        } else {
            allow(&mut kept, RESOLVING);
            kept.insert(libc::SYS_sendmmsg, no_connection(3)?);
        }
        kept.insert(libc::SYS_socket, sockets(ports.datagrams)?);
        // A socket without a port gets one from `listen`, of which Landlock does not know.
        let listens = ports.bind.as_ref().is_none_or(|ports| !ports.is_empty());
        if listens || shape.bordered {
            allow(&mut kept, &[libc::SYS_listen]);
        }
        if listens || ports.datagrams || shape.bordered {
            allow(&mut kept, &[libc::SYS_bind]);
        }
    }
    confine::install(kept)
}

/// Sockets of TCP and, where names are looked up or datagrams sent, UDP. Other protocols for streams (MPTCP, SCTP)
/// would pass Landlock by.
fn sockets(datagrams: bool) -> Result<Vec<SeccompRule>, ConfineError> {
    let mut kinds = vec![(libc::SOCK_STREAM, 0), (libc::SOCK_STREAM, libc::IPPROTO_TCP)];
    if datagrams {
        kinds.extend([(libc::SOCK_DGRAM, 0), (libc::SOCK_DGRAM, libc::IPPROTO_UDP)]);
    }
    let mut rules = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        for (kind, protocol) in &kinds {
            rules.push(rule(&[
                (0, SeccompCmpOp::Eq, family as u64),
                // Without `SOCK_CLOEXEC` and `SOCK_NONBLOCK`.
                (1, SeccompCmpOp::MaskedEq(0xf), *kind as u64),
                (2, SeccompCmpOp::Eq, *protocol as u64),
            ])?);
        }
    }
    Ok(rules)
}

/// What a process that hosts guests needs besides computing: its descriptors, waited for.
const HOSTING: &[i64] = &[
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_wait,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_poll,
    libc::SYS_ppoll,
    libc::SYS_recvmsg,
    libc::SYS_recvfrom,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_accept4,
    libc::SYS_restart_syscall,
    libc::SYS_membarrier,
    libc::SYS_clock_getres,
    libc::SYS_getrusage,
];

/// Files beneath folders, whose bounds Landlock and the root folder keep.
const READING: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_fadvise64,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_dup,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
];

/// Files that are made and changed. Modes are not among it: no guest can set any.
const CHANGING: &[i64] = &[
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_utimensat,
    libc::SYS_fallocate,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
];

/// The C library reads how names are looked up; that of static binaries (musl) with the older call.
const RESOLVING: &[i64] = &[
    libc::SYS_openat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    libc::SYS_uname,
];

/// Sizes and modes of terminals, and what their masters tell; bytes that are there; pages that were written (`PAGEMAP_SCAN`, for the pool).
const IOCTLS: &[u64] = &[
    request(libc::TCGETS),
    request(libc::TCGETS2),
    request(libc::TIOCSWINSZ),
    request(libc::TIOCGWINSZ),
    request(libc::TIOCPKT),
    request(libc::FIONREAD),
    request(libc::FIONBIO),
    0xc060_6610,
];

/// The kernel looks at 32 bits of a request; how C libraries hand it over differs.
const fn request(number: libc::Ioctl) -> u64 {
    number as u32 as u64
}

/// Names of threads and of memory.
const PRCTLS: &[u64] = &[libc::PR_SET_NAME as u64, libc::PR_SET_VMA as u64];

/// Copies and flags of descriptors. Not their owner: the kernel sends signals in root's name to whom `F_SETOWN` says.
const FCNTLS: &[u64] = &[
    libc::F_DUPFD_CLOEXEC as u64,
    libc::F_GETFD as u64,
    libc::F_SETFD as u64,
    libc::F_GETFL as u64,
    libc::F_SETFL as u64,
    libc::F_GET_SEALS as u64,
    libc::F_ADD_SEALS as u64,
];
