//! What a process gives up for good before it touches hostile bytes.
//!
//! The compiler reads modules that anybody may have written; a fault in Cranelift must not become a fault
//! of the host. So its process first maps what it needs, then gives up the file system and the network
//! (Landlock), nearly all system calls (seccomp), and memory and time beyond its limits (rlimits). None of
//! the three can be taken back. A kernel without Landlock keeps the other two; the caller is told.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use sampan_types::ByteCount;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

/// What could not be given up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfineError {
    /// A resource limit was refused.
    #[error("cannot limit the process's {0}")]
    Limit(&'static str, #[source] std::io::Error),
    /// Landlock failed, on a kernel that has it.
    #[error("cannot give up the file system")]
    Landlock(#[from] landlock::RulesetError),
    /// Rights could not be given up.
    #[error("cannot give up {0}")]
    Rights(&'static str, #[source] std::io::Error),
    /// A folder that a process keeps cannot be put into its own root.
    #[error("cannot give the process the folder `{path}`")]
    Folder {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What needs Landlock cannot be had without.
    #[error("the kernel does not enforce Landlock, without which a container with files cannot be confined")]
    NoLandlock,
    /// Seccomp failed.
    #[error("cannot give up system calls")]
    Seccomp(#[from] seccompiler::Error),
    /// The filter could not be put together.
    #[error("cannot build the filter of system calls")]
    Filter(#[from] seccompiler::BackendError),
    /// This processor has no filter.
    #[error("no filter of system calls is known for the processor `{0}`")]
    Architecture(&'static str),
}

/// Bounds memory, time on a processor, and the size of files; forbids core dumps.
pub(crate) fn limit_resources(
    memory: ByteCount,
    cpu_seconds: u64,
    output: ByteCount,
) -> Result<(), ConfineError> {
    let set_two = |what, resource, current: u64, maximum: u64| {
        let limit = Rlimit {
            current: Some(current),
            maximum: Some(maximum),
        };
        setrlimit(resource, limit).map_err(|e| ConfineError::Limit(what, e.into()))
    };
    let set = |what, resource, value| set_two(what, resource, value, value);
    set("memory", Resource::As, memory.get())?;
    // Apart, so that the end by `SIGXCPU` tells it from the kernel's `SIGKILL` when the machine has no memory left.
    let cpu_seconds = cpu_seconds.max(1);
    set_two(
        "processor time",
        Resource::Cpu,
        cpu_seconds,
        cpu_seconds.saturating_add(1),
    )?;
    set("output", Resource::Fsize, output.get())?;
    set("core dumps", Resource::Core, 0)
}

/// Gives up every path and every network port. Tells whether the kernel enforces it.
pub(crate) fn give_up_files() -> Result<bool, ConfineError> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))?
        .handle_access(AccessNet::from_all(ABI::V5))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// Allows what computing with memory and threads needs, and refuses the rest with `EPERM`.
pub(crate) fn give_up_system_calls() -> Result<(), ConfineError> {
    install(computing()?)
}

/// What computing with memory and threads needs.
///
/// Signals go to the process itself alone. New processes cannot be made: `clone` is allowed for threads alone, and
/// `clone3`, whose flags a filter cannot see, answers `ENOSYS`, at which the C library turns to `clone`.
pub(crate) fn computing() -> Result<BTreeMap<i64, Vec<SeccompRule>>, ConfineError> {
    let when = |argument, length, operator, value| -> Result<Vec<SeccompRule>, ConfineError> {
        let condition = SeccompCondition::new(argument, length, operator, value)?;
        Ok(vec![SeccompRule::new(vec![condition])?])
    };
    let thread = libc::CLONE_THREAD as u64;
    let own_process = u64::from(std::process::id());
    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let thread_only = when(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?;
    allowed.insert(libc::SYS_clone, thread_only);
    let of_itself = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, 0)?;
    let ask_only = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
    let ask_only = SeccompRule::new(vec![of_itself, ask_only])?;
    allowed.insert(libc::SYS_prlimit64, vec![ask_only]);
    // Nothing is written and executed at once. Who writes first can still make it executable: that is how machine
    // code is loaded.
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let mut either = Vec::new();
        for right in [libc::PROT_WRITE, libc::PROT_EXEC] {
            either.extend(when(
                2,
                SeccompCmpArgLen::Dword,
                SeccompCmpOp::MaskedEq(right as u64),
                0,
            )?);
        }
        allowed.insert(call, either);
    }
    // How a process ends itself when it aborts.
    let self_only = when(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own_process)?;
    allowed.insert(libc::SYS_tgkill, self_only);
    Ok(allowed)
}

/// Refuses everything but these calls, for good.
///
/// Calls for which the C library and Rust have an older one at hand answer as on a kernel that does not know them.
pub(crate) fn install(mut allowed: BTreeMap<i64, Vec<SeccompRule>>) -> Result<(), ConfineError> {
    let mut unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    if let Entry::Vacant(statx) = allowed.entry(libc::SYS_statx) {
        statx.insert(Vec::new());
        unknown.insert(libc::SYS_statx, Vec::new());
    }
    let no_unknown = filter(
        unknown,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
    )?;
    let only_these = filter(
        allowed,
        SeccompAction::Errno(libc::EPERM as u32),
        SeccompAction::Allow,
    )?;
    // The kernel takes the strictest answer of all filters, so the list lets what is unknown through to the first
    // one; the list comes last, since after it no filter can be added.
    seccompiler::apply_filter(&no_unknown)?;
    seccompiler::apply_filter(&only_these)?;
    Ok(())
}

/// Calls with what must hold of their arguments; of none anything may.
pub(crate) type Calls = BTreeMap<i64, Vec<SeccompRule>>;

/// Lets calls through whatever their arguments are.
pub(crate) fn allow(kept: &mut Calls, calls: &[i64]) {
    kept.extend(calls.iter().map(|call| (*call, Vec::new())));
}

/// All of these hold of the call's arguments, of each of which the lower half counts.
pub(crate) fn rule(conditions: &[(u8, SeccompCmpOp, u64)]) -> Result<SeccompRule, ConfineError> {
    let conditions = conditions.iter().map(|(argument, operator, value)| {
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, operator.clone(), *value)
    });
    Ok(SeccompRule::new(conditions.collect::<Result<_, _>>()?)?)
}

/// The call, where one of its arguments is one of these.
pub(crate) fn one_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, ConfineError> {
    let rules = values
        .iter()
        .map(|value| rule(&[(argument, SeccompCmpOp::Eq, *value)]));
    rules.collect()
}

fn filter(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, ConfineError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| ConfineError::Architecture(std::env::consts::ARCH))?;
    Ok(SeccompFilter::new(rules, otherwise, matched, architecture)?.try_into()?)
}

/// System calls of a process that computes: memory, threads, clocks, and the descriptors it has.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_ftruncate,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::*;

    fn tgkill(process: u32, thread: i64) -> Result<(), std::io::Error> {
        // SAFETY: signal 0 only asks whether a signal could be sent.
        match unsafe { libc::syscall(libc::SYS_tgkill, process, thread, 0) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    }

    #[test]
    fn no_other_process_is_signalled() {
        let mut other = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let pid = other.id();
        assert!(tgkill(pid, i64::from(pid)).is_ok(), "before, it could");
        // The filter holds for the thread that sets it.
        let seen = std::thread::spawn(move || {
            // SAFETY: it has no arguments and tells a number.
            let own = unsafe { libc::syscall(libc::SYS_gettid) };
            give_up_system_calls().unwrap();
            let other = tgkill(pid, i64::from(pid)).map_err(|e| e.raw_os_error());
            (other, tgkill(std::process::id(), own).is_ok())
        });
        let seen = seen.join();
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(seen.unwrap(), (Err(Some(libc::EPERM)), true));
    }
}
