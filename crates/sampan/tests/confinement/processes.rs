//! Other processes: making them, tracing them, signalling them.

use std::process::{Child, Command};

use sampan_testkit::takeover::Outcome;

use super::place::Captive;
use super::{assert_refused, with_each};

/// Processes that are nobody's business: the daemon's (here the test's), its zygote's, and one that would not miss a
/// signal.
struct Others {
    victim: Child,
    pids: Vec<u64>,
}

impl Others {
    fn of(captive: &Captive) -> Self {
        let victim = Command::new("sleep").arg("600").spawn().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", captive.pid())).unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1;
        let zygote = after_name.split_whitespace().nth(1).unwrap().parse().unwrap();
        let pids = vec![u64::from(victim.id()), zygote, u64::from(std::process::id()), 1];
        Self { victim, pids }
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        let alive = self.victim.try_wait().unwrap().is_none();
        self.victim.kill().unwrap();
        self.victim.wait().unwrap();
        assert!(alive || std::thread::panicking(), "it was signalled");
    }
}

/// Processes that a process has made.
fn children(pid: u32) -> String {
    let mut children = String::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let list = thread.unwrap().path().join("children");
        children.push_str(&std::fs::read_to_string(list).unwrap_or_default());
    }
    children
}

#[test]
fn no_process_is_made() {
    with_each(|_, captive| {
        let child = libc::SIGCHLD as u64;
        let flags = [
            child,
            child | libc::CLONE_VM as u64,
            child | (libc::CLONE_VM | libc::CLONE_VFORK) as u64,
            child | libc::CLONE_PARENT as u64,
            child | libc::CLONE_NEWUSER as u64,
            child | (libc::CLONE_NEWNS | libc::CLONE_NEWPID | libc::CLONE_NEWNET) as u64,
            // A thread in a world of its own.
            (libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND | libc::CLONE_NEWUSER) as u64,
        ];
        let mut outcomes = vec![
            ("fork".to_owned(), captive.call(libc::SYS_fork, &[])),
            ("vfork".to_owned(), captive.call(libc::SYS_vfork, &[])),
        ];
        for flags in flags {
            outcomes.push((
                format!("clone {flags:x}"),
                captive.call(libc::SYS_clone, &[flags]),
            ));
            let order: Vec<u8> = [flags & !0xff, 0, 0, 0, flags & 0xff, 0, 0, 0]
                .iter()
                .flat_map(|n: &u64| n.to_ne_bytes())
                .collect();
            let order = captive.taken.put(&order);
            outcomes.push((
                format!("clone3 {flags:x}"),
                captive.call(libc::SYS_clone3, &[order, 64]),
            ));
        }
        for program in ["/proc/self/exe", "/bin/sh", "/usr/bin/true"] {
            outcomes.push((
                "execve".to_owned(),
                captive.call_on(libc::SYS_execve, 0, program, &[0, 0]),
            ));
            let outcome = captive.call_on(libc::SYS_execveat, 1, program, &[libc::AT_FDCWD as u64, 0, 0, 0]);
            outcomes.push(("execveat".to_owned(), outcome));
        }
        assert_refused(captive.kind, &outcomes);
        assert_eq!(children(captive.pid()), "");
    });
}

#[test]
fn no_process_is_traced_or_signalled() {
    with_each(|_, captive| {
        let others = Others::of(captive);
        let mut outcomes = Vec::new();
        captive.taken.clear();
        let room = captive.taken.put(&[0; 256]);
        let vector: Vec<u8> = [room, 8].iter().flat_map(|n: &u64| n.to_ne_bytes()).collect();
        let vector = captive.taken.put(&vector);
        let kill = libc::SIGKILL as u64;
        for pid in &others.pids {
            let pid = *pid;
            let attempts = [
                (
                    "ptrace attach",
                    libc::SYS_ptrace,
                    [u64::from(libc::PTRACE_ATTACH), pid, 0, 0, 0, 0],
                ),
                (
                    "ptrace seize",
                    libc::SYS_ptrace,
                    [u64::from(libc::PTRACE_SEIZE), pid, 0, 0, 0, 0],
                ),
                (
                    "process_vm_readv",
                    libc::SYS_process_vm_readv,
                    [pid, vector, 1, vector, 1, 0],
                ),
                (
                    "process_vm_writev",
                    libc::SYS_process_vm_writev,
                    [pid, vector, 1, vector, 1, 0],
                ),
                ("kill", libc::SYS_kill, [pid, kill, 0, 0, 0, 0]),
                ("kill of nothing", libc::SYS_kill, [pid, 0, 0, 0, 0, 0]),
                ("tkill", libc::SYS_tkill, [pid, kill, 0, 0, 0, 0]),
                ("tgkill", libc::SYS_tgkill, [pid, pid, kill, 0, 0, 0]),
                (
                    "rt_sigqueueinfo",
                    libc::SYS_rt_sigqueueinfo,
                    [pid, kill, room, 0, 0, 0],
                ),
                (
                    "rt_tgsigqueueinfo",
                    libc::SYS_rt_tgsigqueueinfo,
                    [pid, pid, kill, room, 0, 0],
                ),
                ("pidfd_open", libc::SYS_pidfd_open, [pid, 0, 0, 0, 0, 0]),
                ("pidfd_getfd", libc::SYS_pidfd_getfd, [0, 0, 0, 0, 0, 0]),
                (
                    "pidfd_send_signal",
                    libc::SYS_pidfd_send_signal,
                    [0, kill, 0, 0, 0, 0],
                ),
                (
                    "process_madvise",
                    libc::SYS_process_madvise,
                    [0, vector, 1, 4, 0, 0],
                ),
                ("kcmp", libc::SYS_kcmp, [pid, pid, 0, 0, 0, 0]),
                ("prlimit64", libc::SYS_prlimit64, [pid, 7, 0, room, 0, 0]),
                ("setpriority", libc::SYS_setpriority, [0, pid, 19, 0, 0, 0]),
                (
                    "sched_setaffinity",
                    libc::SYS_sched_setaffinity,
                    [pid, 8, room, 0, 0, 0],
                ),
                (
                    "sched_setscheduler",
                    libc::SYS_sched_setscheduler,
                    [pid, 0, room, 0, 0, 0],
                ),
                ("migrate_pages", libc::SYS_migrate_pages, [pid, 0, 0, 0, 0, 0]),
                (
                    "get_robust_list",
                    libc::SYS_get_robust_list,
                    [pid, room, room, 0, 0, 0],
                ),
                ("setpgid", libc::SYS_setpgid, [pid, 0, 0, 0, 0, 0]),
            ];
            for (call, number, arguments) in attempts {
                outcomes.push((format!("{call} of {pid}"), captive.call(number, &arguments)));
            }
        }
        assert_refused(captive.kind, &outcomes);
    });
}

/// The kernel sends the signal of one's choice to whom a descriptor's owner is said to be, in root's name if it was
/// root who said so.
#[test]
fn no_descriptor_signals_its_owner() {
    with_each(|_, captive| {
        let others = Others::of(captive);
        let event = captive.call(libc::SYS_eventfd2, &[0, 0]).given();
        let mut outcomes = Vec::new();
        for pid in &others.pids[..1] {
            let owner: Vec<u8> = [1_u32, u32::try_from(*pid).unwrap()]
                .iter()
                .flat_map(|n| n.to_ne_bytes())
                .collect();
            let owner = captive.taken.put(&owner);
            for fd in [event, 0] {
                for (call, command, argument) in [
                    ("F_SETSIG", 10, libc::SIGKILL as u64),
                    ("F_SETOWN", libc::F_SETOWN as u64, *pid),
                    ("F_SETOWN_EX", 15, owner),
                    ("F_SETLEASE", libc::F_SETLEASE as u64, 0),
                    ("F_NOTIFY", libc::F_NOTIFY as u64, 1),
                ] {
                    outcomes.push((
                        call.to_owned(),
                        captive.call(libc::SYS_fcntl, &[fd, command, argument]),
                    ));
                }
                for (call, request) in [("FIOSETOWN", 0x8901), ("SIOCSPGRP", 0x8902), ("FIOASYNC", 0x5452)] {
                    outcomes.push((
                        call.to_owned(),
                        captive.call(libc::SYS_ioctl, &[fd, request, owner]),
                    ));
                }
            }
        }
        assert_refused(captive.kind, &outcomes);
    });
}

#[test]
fn only_its_own_threads_are_signalled() {
    with_each(|_, captive| {
        let pid = u64::from(captive.pid());
        assert_eq!(captive.call(libc::SYS_tgkill, &[pid, pid, 0]), Outcome::Gave(0));
    });
}
