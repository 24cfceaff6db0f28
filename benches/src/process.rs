//! Starts a program, waits for it, and tells what it cost.

#![allow(unsafe_code)]

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// From before the start to the end.
    pub(crate) wall: Duration,
    /// The largest resident memory, in KiB, as the kernel counts it.
    pub(crate) max_rss_kib: u64,
}

/// Runs to the end; anything but exit code 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<Cost> {
    let started = Instant::now();
    let child = command
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let pid = libc::pid_t::try_from(child.id()).context("a process id fits")?;
    let mut status = 0;
    // SAFETY: all bits zero is a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the child is ours and not waited for elsewhere; both pointers are valid.
    let ended = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    let wall = started.elapsed();
    if ended != pid || status != 0 {
        bail!("{command:?} failed with wait status {status:#x}");
    }
    Ok(Cost {
        wall,
        max_rss_kib: usage.ru_maxrss.unsigned_abs(),
    })
}

/// Ends a process that a benchmark started, at once.
pub(crate) fn end(pid: libc::pid_t) {
    // SAFETY: the call touches no memory.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// Asks a process that a benchmark started to end, and waits until it has.
pub(crate) fn leave(child: &mut Child) {
    if let Ok(pid) = libc::pid_t::try_from(child.id()) {
        // SAFETY: the call touches no memory.
        unsafe { libc::kill(pid, libc::SIGTERM) };
    }
    let _ = child.wait();
}

/// Has a command see no unified hierarchy of cgroups, in a mount namespace of its own.
pub(crate) fn without_unified(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    let hide = || {
        // SAFETY: plain system calls on constant strings, in a child before it executes.
        let done = unsafe {
            libc::unshare(libc::CLONE_NEWNS) == 0
                && libc::mount(
                    std::ptr::null(),
                    c"/".as_ptr(),
                    std::ptr::null(),
                    libc::MS_REC | libc::MS_PRIVATE,
                    std::ptr::null(),
                ) == 0
                && libc::umount2(c"/sys/fs/cgroup/unified".as_ptr(), libc::MNT_DETACH) == 0
        };
        if done {
            Ok(())
        } else {
            Err(std::io::Error::last_os_error())
        }
    };
    // SAFETY: what runs between fork and exec allocates nothing.
    unsafe { command.pre_exec(hide) };
}
