//! The first process of a container with `--init`: it takes in orphans, hands signals on, and ends as the program does.
//!
//! It is the clone of the monitor that would have executed the program. So no file must lie in the container for it, whose
//! libraries it would not find there.
#![allow(unsafe_code)]

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;

use libc::c_int;

/// The name that Docker's has.
const NAME: &std::ffi::CStr = c"docker-init";

/// Comes back in a child, which is to execute the program. The process that asked stays, and never comes back. `report` is
/// the child's, to tell that it could not.
pub(super) fn hand_over(report: RawFd) -> io::Result<()> {
    let before = block_all()?;
    // SAFETY: this process has one thread, so that the clone may do whatever this process may.
    match unsafe { libc::fork() } {
        -1 => {
            let error = io::Error::last_os_error();
            restore(&before)?;
            Err(error)
        }
        0 => {
            lead();
            restore(&before)
        }
        child => stay(child, report),
    }
}

fn checked(result: c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn block_all() -> io::Result<libc::sigset_t> {
    let mut all = MaybeUninit::uninit();
    let mut before = MaybeUninit::uninit();
    // SAFETY: both sets are there, the first is filled before it is read, and the second by the call that succeeded.
    unsafe {
        checked(libc::sigfillset(all.as_mut_ptr()))?;
        checked(libc::sigprocmask(
            libc::SIG_SETMASK,
            all.as_ptr(),
            before.as_mut_ptr(),
        ))?;
        Ok(before.assume_init())
    }
}

fn restore(before: &libc::sigset_t) -> io::Result<()> {
    // SAFETY: the set is there, and none is asked for.
    checked(unsafe { libc::sigprocmask(libc::SIG_SETMASK, before, std::ptr::null_mut()) })
}

/// Makes the program a group of its own, to which a terminal's keys go.
fn lead() {
    // SAFETY: neither touches memory. Without a terminal the second fails, and nothing is to be done.
    unsafe {
        libc::setpgid(0, 0);
        libc::tcsetpgrp(libc::STDIN_FILENO, libc::getpgrp());
    }
}

/// Stays until the program has ended.
fn stay(child: libc::pid_t, report: RawFd) -> ! {
    // SAFETY: none of the calls keeps what it is given. The descriptor that tells the monitor that the program is executed
    // must not stay open here, where nothing uses it again.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, NAME.as_ptr());
        libc::close(report);
        let mut all = MaybeUninit::uninit();
        libc::sigfillset(all.as_mut_ptr());
        loop {
            let signal = libc::sigwaitinfo(all.as_ptr(), std::ptr::null_mut());
            match signal {
                libc::SIGCHLD => {
                    if let Some(status) = reap(child) {
                        libc::_exit(code(status));
                    }
                }
                // It was interrupted by one that cannot be blocked.
                ..=0 => {}
                // It fails where the program has just ended, of which the next signal tells.
                signal => drop(libc::kill(child, signal)),
            }
        }
    }
}

/// Takes the ends of all that have ended; the program's, if it is among them.
fn reap(program: libc::pid_t) -> Option<c_int> {
    let mut found = None;
    loop {
        let mut status = 0;
        // SAFETY: the status is there.
        match unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) } {
            ..=0 => return found,
            pid if pid == program => found = Some(status),
            _ => {}
        }
    }
}

/// The exit code of a container whose program ended so.
fn code(status: c_int) -> c_int {
    match libc::WIFSIGNALED(status) {
        true => 128 + libc::WTERMSIG(status),
        false => libc::WEXITSTATUS(status),
    }
}
