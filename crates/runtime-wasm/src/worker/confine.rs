//! What a worker gives up before it takes its first guest.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus,
};
use rustix::process::{
    DumpableBehavior, Gid, Resource, Rlimit, Uid, getrlimit, set_dumpable_behavior, setrlimit,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
    set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};
use sampan_types::grants::Access;
use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

use super::wire::Ports;
use crate::confine::{self, ConfineError};

/// The user that owns nothing, as whom workers without files run where they can.
const NOBODY: u32 = 65_534;
/// Files whose content says how names of hosts are looked up.
const RESOLVER: [&str; 5] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
];
/// Landlock's newest version that is asked for; older kernels give what they have.
const LANDLOCK: ABI = ABI::V6;

/// Gives up everything but the folders and ports. On the one thread of the process. `empty` is a folder in which
/// nothing is.
pub(super) fn confine(
    folders: &[OwnedFd],
    access: &[Access],
    network: Option<&Ports>,
    empty: &Path,
) -> Result<(), ConfineError> {
    limits()?;
    if folders.is_empty() && network.is_none() && rustix::process::geteuid().is_root() {
        let failed = |error: rustix::io::Errno| ConfineError::Rights("the root folder", error.into());
        rustix::process::chroot(empty).map_err(failed)?;
        rustix::process::chdir("/").map_err(failed)?;
    }
    give_up_rights(folders.is_empty())?;
    let enforced = landlock(folders, access, network)?;
    if !enforced && !folders.is_empty() {
        // Without it, seccomp could not tell one folder from another.
        return Err(ConfineError::NoLandlock);
    }
    seccomp(!folders.is_empty(), network.is_some())
}

fn limits() -> Result<(), ConfineError> {
    let failed = |what| move |error: rustix::io::Errno| ConfineError::Limit(what, error.into());
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(failed("core dumps"))?;
    // As many descriptors as it may have at all.
    let files = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: files.maximum,
            maximum: files.maximum,
        },
    )
    .map_err(failed("open files"))
}

/// Capabilities and, where there are no files, the user.
fn give_up_rights(nobody: bool) -> Result<(), ConfineError> {
    let failed = |what| move |error: rustix::io::Errno| ConfineError::Rights(what, error.into());
    if rustix::process::geteuid().is_root() {
        // Who owns the files of a folder is not who started the engine: like Docker's root, a guest passes by
        // permissions, but only in the folders that it was given.
        let kept = match nobody {
            true => CapabilitySet::empty(),
            false => CapabilitySet::DAC_OVERRIDE | CapabilitySet::FOWNER,
        };
        for capability in CapabilitySet::all().iter() {
            // The bounding set of a container may be smaller already.
            let _ = remove_capability_from_bounding_set(capability);
        }
        if nobody {
            let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
            set_thread_groups(&[]).map_err(failed("its groups"))?;
            set_thread_res_gid(group, group, group).map_err(failed("its group"))?;
            set_thread_res_uid(user, user, user).map_err(failed("its user"))?;
        }
        let sets = CapabilitySets {
            effective: kept,
            permitted: kept,
            inheritable: CapabilitySet::empty(),
        };
        set_capabilities(None, sets).map_err(failed("its capabilities"))?;
    }
    set_no_new_privs(true).map_err(failed("new privileges"))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("being traced"))
}

/// Whether the kernel enforces it.
fn landlock(folders: &[OwnedFd], access: &[Access], network: Option<&Ports>) -> Result<bool, ConfineError> {
    let mut handled = AccessNet::from_all(LANDLOCK);
    if network.is_some_and(|ports| ports.connect.is_none()) {
        handled.remove(AccessNet::ConnectTcp);
    }
    if network.is_some_and(|ports| ports.bind.is_none()) {
        handled.remove(AccessNet::BindTcp);
    }
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?;
    if !handled.is_empty() {
        rules = rules.handle_access(handled)?;
    }
    let mut rules = rules.create()?;
    for (folder, access) in folders.iter().zip(access) {
        let all: BitFlags<AccessFs> = match access {
            Access::ReadOnly => AccessFs::ReadFile | AccessFs::ReadDir,
            // No device nodes and sockets, and nothing of it is executed.
            Access::ReadWrite => {
                AccessFs::from_all(LANDLOCK)
                    & !(AccessFs::Execute
                        | AccessFs::MakeBlock
                        | AccessFs::MakeChar
                        | AccessFs::MakeSock
                        | AccessFs::IoctlDev)
            }
        };
        rules = rules.add_rule(PathBeneath::new(folder, all))?;
    }
    if let Some(ports) = network {
        for path in RESOLVER {
            // What is not there need not be allowed.
            if let Ok(file) = landlock::PathFd::new(path) {
                rules = rules.add_rule(PathBeneath::new(file, AccessFs::ReadFile))?;
            }
        }
        for port in ports.connect.iter().flatten() {
            rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
        }
        for port in ports.bind.iter().flatten() {
            rules = rules.add_rule(NetPort::new(*port, AccessNet::BindTcp))?;
        }
    }
    let status = rules.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

fn seccomp(files: bool, network: bool) -> Result<(), ConfineError> {
    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> = confine::computing()?;
    let mut allow = |calls: &[i64]| allowed.extend(calls.iter().map(|call| (*call, Vec::new())));
    allow(HOSTING);
    if files {
        allow(FILES);
    }
    if network {
        allow(NETWORK);
    }
    allowed.insert(libc::SYS_ioctl, one_of(1, SeccompCmpArgLen::Dword, IOCTLS)?);
    if !files {
        // What is open may be looked at. For a path it would tell whether a file is there; where it can, such a
        // worker has an empty root besides.
        let open = &[libc::AT_EMPTY_PATH as u64];
        allowed.insert(libc::SYS_newfstatat, one_of(3, SeccompCmpArgLen::Dword, open)?);
    }
    allowed.insert(libc::SYS_prctl, one_of(0, SeccompCmpArgLen::Dword, PRCTLS)?);
    if network {
        let families = &[libc::AF_INET as u64, libc::AF_INET6 as u64];
        allowed.insert(libc::SYS_socket, one_of(0, SeccompCmpArgLen::Dword, families)?);
    }
    confine::install(allowed)
}

/// The call, where one of its arguments is one of these.
fn one_of(argument: u8, length: SeccompCmpArgLen, values: &[u64]) -> Result<Vec<SeccompRule>, ConfineError> {
    let rules = values.iter().map(|value| {
        let condition = SeccompCondition::new(argument, length.clone(), SeccompCmpOp::Eq, *value)?;
        Ok(SeccompRule::new(vec![condition])?)
    });
    rules.collect()
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
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_accept4,
    libc::SYS_fcntl,
    libc::SYS_restart_syscall,
    libc::SYS_membarrier,
    libc::SYS_clock_getres,
    libc::SYS_getrusage,
];

/// Files beneath folders, whose bounds Landlock keeps.
const FILES: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_readlinkat,
    libc::SYS_utimensat,
    libc::SYS_getdents64,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_preadv2,
    libc::SYS_pwritev2,
    libc::SYS_dup,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fchmod,
];

/// Sockets, whose TCP ports Landlock keeps.
const NETWORK: &[i64] = &[
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_sendmmsg,
    libc::SYS_recvmmsg,
    // The C library reads how names are looked up.
    libc::SYS_openat,
    libc::SYS_uname,
];

/// Sizes and modes of terminals; bytes that are there; pages that were written (`PAGEMAP_SCAN`, for the pool).
const IOCTLS: &[u64] = &[
    libc::TCGETS,
    libc::TCGETS2,
    libc::TIOCSWINSZ,
    libc::TIOCGWINSZ,
    libc::FIONREAD,
    libc::FIONBIO,
    0xc060_6610,
];

/// Names of threads and of memory.
const PRCTLS: &[u64] = &[libc::PR_SET_NAME as u64, libc::PR_SET_VMA as u64];
