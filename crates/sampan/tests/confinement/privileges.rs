//! Rights, and calls that would give some back or meet parts of the kernel that nobody needs.

use sampan_testkit::takeover::Outcome;

use super::{assert_refused, with_each};

/// What the kernel says of a process's rights.
fn rights(pid: u32) -> Vec<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let wanted = ["Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:", "Seccomp"];
    let lines = status
        .lines()
        .filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    lines.map(str::to_owned).collect()
}

#[test]
fn no_right_comes_back() {
    with_each(|_, captive| {
        let before = rights(captive.pid());
        assert!(before.iter().any(|line| line == "NoNewPrivs:\t1"), "{before:?}");
        assert!(before.iter().any(|line| line == "Seccomp:\t2"), "{before:?}");
        captive.taken.clear();
        // As much of it as any of these reads, all bits set: capabilities, limits, programs for filters.
        let all = captive.taken.put(&[0xff; 4096]);
        let none = captive.taken.put(&[0; 4096]);
        let root = captive.taken.text("/");
        let memory = captive.taken.text("tmpfs");
        let dot = captive.taken.text(".");
        let head = captive.taken.put(&[0x22, 0x05, 0x08, 0x20, 0, 0, 0, 0]);
        let anonymous = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as u64;
        let everything = (libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC) as u64;
        let attempts: Vec<(&str, i64, Vec<u64>)> = vec![
            ("mount", libc::SYS_mount, vec![memory, root, memory, 0, 0]),
            (
                "remount",
                libc::SYS_mount,
                vec![memory, root, memory, libc::MS_REMOUNT | libc::MS_BIND, 0],
            ),
            ("umount2", libc::SYS_umount2, vec![root, 2]),
            (
                "open_tree",
                libc::SYS_open_tree,
                vec![libc::AT_FDCWD as u64, root, 1],
            ),
            ("move_mount", libc::SYS_move_mount, vec![0, root, 0, root, 0]),
            ("fsopen", libc::SYS_fsopen, vec![memory, 0]),
            ("fspick", libc::SYS_fspick, vec![0, root, 0]),
            (
                "mount_setattr",
                libc::SYS_mount_setattr,
                vec![0, root, 0, none, 32],
            ),
            (
                "unshare user",
                libc::SYS_unshare,
                vec![libc::CLONE_NEWUSER as u64],
            ),
            (
                "unshare mounts",
                libc::SYS_unshare,
                vec![libc::CLONE_NEWNS as u64],
            ),
            ("unshare files", libc::SYS_unshare, vec![libc::CLONE_FILES as u64]),
            ("setns", libc::SYS_setns, vec![0, 0]),
            ("chroot", libc::SYS_chroot, vec![dot]),
            ("pivot_root", libc::SYS_pivot_root, vec![dot, dot]),
            ("setuid", libc::SYS_setuid, vec![0]),
            ("setgid", libc::SYS_setgid, vec![0]),
            ("setresuid", libc::SYS_setresuid, vec![0, 0, 0]),
            ("setresgid", libc::SYS_setresgid, vec![0, 0, 0]),
            ("setfsuid", libc::SYS_setfsuid, vec![0]),
            ("setgroups", libc::SYS_setgroups, vec![0, 0]),
            ("setsid", libc::SYS_setsid, vec![]),
            ("capset", libc::SYS_capset, vec![head, all]),
            (
                "seccomp off",
                libc::SYS_prctl,
                vec![libc::PR_SET_SECCOMP as u64, 0, 0],
            ),
            ("another filter", libc::SYS_seccomp, vec![1, 0, none]),
            (
                "new privileges",
                libc::SYS_prctl,
                vec![libc::PR_SET_NO_NEW_PRIVS as u64, 0, 0, 0, 0],
            ),
            (
                "being dumped",
                libc::SYS_prctl,
                vec![libc::PR_SET_DUMPABLE as u64, 1],
            ),
            (
                "being traced",
                libc::SYS_prctl,
                vec![u64::from(0x5961_6d61_u32), u64::MAX],
            ),
            (
                "ambient rights",
                libc::SYS_prctl,
                vec![libc::PR_CAP_AMBIENT as u64, 2, 21, 0, 0],
            ),
            (
                "kept rights",
                libc::SYS_prctl,
                vec![libc::PR_SET_KEEPCAPS as u64, 1],
            ),
            (
                "reaping",
                libc::SYS_prctl,
                vec![libc::PR_SET_CHILD_SUBREAPER as u64, 1],
            ),
            (
                "speculation",
                libc::SYS_prctl,
                vec![libc::PR_SET_SPECULATION_CTRL as u64, 0, 2, 0, 0],
            ),
            ("keyctl", libc::SYS_keyctl, vec![0, u64::MAX - 2, 1]),
            (
                "add_key",
                libc::SYS_add_key,
                vec![memory, memory, none, 1, u64::MAX - 2],
            ),
            ("request_key", libc::SYS_request_key, vec![memory, memory, 0, 0]),
            ("bpf", libc::SYS_bpf, vec![0, none, 64]),
            (
                "perf_event_open",
                libc::SYS_perf_event_open,
                vec![none, 0, u64::MAX, u64::MAX, 0],
            ),
            ("userfaultfd", libc::SYS_userfaultfd, vec![1]),
            ("io_uring_setup", libc::SYS_io_uring_setup, vec![4, none]),
            ("io_uring_enter", libc::SYS_io_uring_enter, vec![0, 1, 0, 0, 0, 0]),
            ("io_setup", libc::SYS_io_setup, vec![4, none]),
            ("memfd_create", libc::SYS_memfd_create, vec![memory, 0]),
            ("memfd_secret", libc::SYS_memfd_secret, vec![0]),
            (
                "memory written and executed",
                libc::SYS_mmap,
                vec![0, 4096, everything, anonymous, u64::MAX, 0],
            ),
            (
                "memory made so",
                libc::SYS_mprotect,
                vec![none & !0xfff, 4096, everything],
            ),
            (
                "pkey_mprotect",
                libc::SYS_pkey_mprotect,
                vec![none & !0xfff, 4096, everything, u64::MAX],
            ),
            (
                "remap_file_pages",
                libc::SYS_remap_file_pages,
                vec![none & !0xfff, 4096, 0, 0, 0],
            ),
            ("TIOCSTI", libc::SYS_ioctl, vec![0, libc::TIOCSTI, root]),
            ("TIOCSCTTY", libc::SYS_ioctl, vec![0, libc::TIOCSCTTY, 1]),
            ("TIOCLINUX", libc::SYS_ioctl, vec![0, libc::TIOCLINUX, none]),
            ("setrlimit", libc::SYS_setrlimit, vec![7, all]),
            ("core dumps", libc::SYS_prlimit64, vec![0, 4, all, 0]),
            ("open files", libc::SYS_prlimit64, vec![0, 7, all, 0]),
            ("personality", libc::SYS_personality, vec![0x004_0000]),
            ("modify_ldt", libc::SYS_modify_ldt, vec![0, none, 64]),
            ("arch_prctl", libc::SYS_arch_prctl, vec![0x1002, none]),
            ("iopl", libc::SYS_iopl, vec![3]),
            ("ioperm", libc::SYS_ioperm, vec![0x60, 1, 1]),
            ("reboot", libc::SYS_reboot, vec![0, 0, 0]),
            ("init_module", libc::SYS_init_module, vec![none, 64, root]),
            ("finit_module", libc::SYS_finit_module, vec![0, root, 0]),
            ("kexec_load", libc::SYS_kexec_load, vec![0, 0, 0, 0]),
            ("sethostname", libc::SYS_sethostname, vec![root, 1]),
            ("settimeofday", libc::SYS_settimeofday, vec![none, 0]),
            ("clock_settime", libc::SYS_clock_settime, vec![0, none]),
            ("adjtimex", libc::SYS_adjtimex, vec![none]),
            ("syslog", libc::SYS_syslog, vec![3, none, 64]),
            ("swapon", libc::SYS_swapon, vec![root, 0]),
            ("acct", libc::SYS_acct, vec![root]),
            ("quotactl", libc::SYS_quotactl, vec![0, root, 0, none]),
            ("fanotify_init", libc::SYS_fanotify_init, vec![0, 0]),
            ("inotify_init1", libc::SYS_inotify_init1, vec![0]),
            ("lookup_dcookie", libc::SYS_lookup_dcookie, vec![1, none, 64]),
            ("shmget", libc::SYS_shmget, vec![0, 4096, 0o1666]),
            ("semget", libc::SYS_semget, vec![0, 1, 0o1666]),
            ("msgget", libc::SYS_msgget, vec![0, 0o1666]),
            ("mq_open", libc::SYS_mq_open, vec![memory, 0o102, 0o666, 0]),
            ("timer_create", libc::SYS_timer_create, vec![0, 0, none]),
            ("splice", libc::SYS_splice, vec![0, 0, 0, 0, 1, 0]),
            ("vmsplice", libc::SYS_vmsplice, vec![0, none, 1, 0]),
            ("flock", libc::SYS_flock, vec![0, 2]),
            ("vhangup", libc::SYS_vhangup, vec![]),
            ("landlock", libc::SYS_landlock_create_ruleset, vec![0, 0, 1]),
            // The calls of another interface, with other numbers.
            ("getpid of x32", 0x4000_0000 | libc::SYS_getpid, vec![]),
            ("open of x32", 0x4000_0000 | libc::SYS_open, vec![root, 0]),
            ("one that is not there", 100_000, vec![]),
        ];
        let outcomes: Vec<(String, Outcome)> = attempts
            .into_iter()
            .map(|(call, number, arguments)| (call.to_owned(), captive.call(number, &arguments)))
            .collect();
        assert_refused(captive.kind, &outcomes);
        assert_eq!(rights(captive.pid()), before);
    });
}
