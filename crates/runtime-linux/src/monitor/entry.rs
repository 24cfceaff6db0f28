//! How another program comes into a container.
//!
//! Whoever has `SYS_PTRACE` in a container can take hold of each process that he sees there. So nothing is seen there that has
//! more than the container has: a first clone of the monitor joins the container's control groups and namespaces, becomes its
//! user, takes the filter of system calls on and gives up its rights, while it is in no namespace of processes but the
//! monitor's. The clone that it makes then is among the container's processes, and executes the program.
//!
//! A filter that somebody wrote may forbid what is left to do at that point. Such a one is taken on by the second clone.
#![allow(unsafe_code)]

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, IntoRawFd as _, OwnedFd};
use std::path::Path;

use libcontainer::oci_spec::runtime::{Process, Spec};
use libcontainer::syscall::syscall::create_syscall;
use libcontainer::tty::setup_console;
use rustix::fs::fchown;
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Gid, Pid, PidfdFlags, Uid, chdir, pidfd_open, setsid};
use rustix::thread::{
    CapabilitySet, ThreadNameSpaceType, capabilities, move_into_thread_name_spaces, set_capabilities,
    set_keep_capabilities, set_no_new_privs, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};
use sampan_process::users;

use super::executor::{Launch, descriptor, words};
use crate::cgroup::Cgroup;
use crate::wire::{Failure, FailureKind};

/// The working folder is none for the program.
fn no_folder(folder: &Path, error: Errno) -> Failure {
    let what = format!("chdir to cwd ({folder:?}): {}", words(&error.into()));
    Failure::new(FailureKind::CannotExecute, what)
}

/// A program on its way in.
pub(super) struct Entry<'a> {
    /// The container's first process, and the descriptor that stays its own.
    pub(super) first: (u32, &'a OwnedFd),
    pub(super) cgroup: &'a Cgroup,
    pub(super) spec: Spec,
    pub(super) launch: Launch,
    pub(super) streams: Streams,
    /// How eagerly the kernel ends it, where that was said.
    pub(super) oom_score_adj: Option<i32>,
    /// Whether the filter lets a process be cloned that begins a session, as Docker's own does.
    pub(super) usual_filter: bool,
}

/// A program that was begun.
pub(super) struct Begun {
    /// The first clone.
    pub(super) clone: OwnedFd,
    /// It writes the number of the second clone there.
    pub(super) number: OwnedFd,
}

/// Its ends of a program's streams.
pub(super) enum Streams {
    /// Where the master of its terminal is sent to.
    Console(OwnedFd),
    /// Input, output and errors.
    Pipes([OwnedFd; 3]),
}

/// How a process failed to become the program.
type Done<T> = Result<T, Failure>;

fn failed<E: std::error::Error>(step: &'static str) -> impl FnOnce(E) -> Failure {
    move |error| Failure::engine(step, &error)
}

impl Entry<'_> {
    /// Makes the first clone. What goes wrong in the clones is told through the pipe of [`Launch`].
    pub(super) fn begin(self) -> io::Result<Begun> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let clone = match clone(0)? {
            0 => {
                drop(reader);
                if let Err(failure) = self.go(&writer) {
                    self.launch.tell(&failure);
                }
                descriptor::leave()
            }
            pid => pid,
        };
        // Theirs are in the clones.
        drop((writer, self));
        let pid = Pid::from_raw(clone).ok_or(io::ErrorKind::NotFound)?;
        Ok(Begun {
            clone: pidfd_open(pid, PidfdFlags::empty())?,
            number: reader,
        })
    }

    /// The first clone. Comes back only where it failed, or is done.
    fn go(&self, parent: &OwnedFd) -> Done<()> {
        let process = self.process()?;
        if let Some(score) = self.oom_score_adj {
            // What the host does not allow was told when the container was started.
            let _ = fs::write("/proc/self/oom_score_adj", score.to_string());
        }
        self.cgroup
            .join()
            .map_err(failed("join the container's control groups"))?;
        self.join().map_err(failed("join the container's namespaces"))?;
        let syscall = create_syscall();
        for limit in process.rlimits().iter().flatten() {
            syscall.set_rlimit(limit).map_err(failed("set limits"))?;
        }
        let user = process.user();
        self.connect(user.uid())?;
        if process.no_new_privileges() == Some(true) {
            set_no_new_privs(true).map_err(failed("give up new rights"))?;
        }
        // Before the user is another: whoever started the program may be let into more folders.
        let later = match chdir(process.cwd()) {
            Ok(()) => false,
            Err(Errno::PERM) => true,
            Err(error) => return Err(no_folder(process.cwd(), error)),
        };
        let groups = user.additional_gids().iter().flatten();
        let groups: Vec<Gid> = groups.map(|gid| Gid::from_raw(*gid)).collect();
        become_user(user.uid(), user.gid(), &groups).map_err(failed("become the user"))?;
        if later {
            chdir(process.cwd()).map_err(|error| no_folder(process.cwd(), error))?;
        }
        let path = self
            .launch
            .settle(&self.spec, &[self.launch.report, parent.as_raw_fd()])?;
        if self.usual_filter {
            self.launch.give_up()?;
        }
        // Its parent is the monitor, whose child this one is.
        match clone(libc::CLONE_PARENT).map_err(failed("make a process in the container"))? {
            0 => {
                let failure = match self.arrive() {
                    Ok(()) => self.launch.become_program(&self.spec, &path),
                    Err(failure) => failure,
                };
                self.launch.tell(&failure);
                descriptor::leave()
            }
            pid => rustix::io::write(parent, &pid.to_ne_bytes())
                .map(drop)
                .map_err(failed("tell the number of the process")),
        }
    }

    /// The second clone, which the container sees.
    fn arrive(&self) -> Done<()> {
        setsid().map_err(failed("begin a session"))?;
        if let Streams::Console(_) = self.streams {
            // SAFETY: the call reads no memory. Where it fails the program has a terminal that sends it no signals.
            unsafe { libc::ioctl(libc::STDIN_FILENO, libc::TIOCSCTTY, 0) };
        }
        match self.usual_filter {
            true => Ok(()),
            false => self.launch.give_up(),
        }
    }

    fn process(&self) -> Done<&Process> {
        let process = self.spec.process().as_ref();
        process.ok_or_else(|| failed("read what is to be executed")(io::Error::from(io::ErrorKind::NotFound)))
    }

    /// Goes into the namespaces of the container's that are not this process's already. Its children are among the container's
    /// processes, and it is not.
    fn join(&self) -> io::Result<()> {
        let (pid, process) = self.first;
        let mut apart = ThreadNameSpaceType::empty();
        for (name, kind) in [
            ("mnt", ThreadNameSpaceType::MOUNT),
            ("pid", ThreadNameSpaceType::PROCESS_ID),
            ("ipc", ThreadNameSpaceType::INTER_PROCESS_COMMUNICATION),
            ("uts", ThreadNameSpaceType::HOST_NAME_AND_NIS_DOMAIN_NAME),
            ("net", ThreadNameSpaceType::NETWORK),
            ("cgroup", ThreadNameSpaceType::CONTROL_GROUP),
        ] {
            let of = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/{name}"));
            if of("self")? != of(&pid.to_string())? {
                apart |= kind;
            }
        }
        Ok(move_into_thread_name_spaces(process.as_fd(), apart)?)
    }

    /// Has the streams in the places of the standard ones.
    fn connect(&self, uid: u32) -> Done<()> {
        match &self.streams {
            Streams::Console(socket) => {
                let socket = socket
                    .try_clone()
                    .map_err(failed("keep the way of the terminal"))?;
                // It closes the descriptor that it is given.
                setup_console(create_syscall().as_ref(), socket.into_raw_fd(), false)
                    .map_err(failed("make the terminal"))?;
                fchown(io::stdin(), Some(Uid::from_raw(uid)), None)
                    .map_err(failed("give the terminal to the user"))
            }
            Streams::Pipes(pipes) => {
                for (stream, pipe) in (0..).zip(pipes) {
                    descriptor::put_in_place_of(pipe, stream).map_err(failed("connect the streams"))?;
                }
                Ok(())
            }
        }
    }
}

/// The user's ids, and all rights that there were before.
fn become_user(uid: u32, gid: u32, groups: &[Gid]) -> io::Result<()> {
    if users::has_many() {
        set_thread_groups(groups)?;
    }
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    set_keep_capabilities(true)?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    set_keep_capabilities(false)?;
    let mut own = capabilities(None)?;
    own.effective = own.permitted;
    own.inheritable = CapabilitySet::empty();
    Ok(set_capabilities(None, own)?)
}

/// A clone of this process, without the C library being told.
fn clone(flags: libc::c_int) -> io::Result<i32> {
    let flags = libc::c_ulong::from((flags | libc::SIGCHLD).cast_unsigned());
    // SAFETY: the clone has memory of its own, and goes on where this one does. A monitor has one thread, so that nobody else
    // holds a lock at this moment.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0_usize, 0_usize, 0_usize, 0_usize) };
    match i32::try_from(pid) {
        Ok(pid) if pid >= 0 => Ok(pid),
        _ => Err(io::Error::last_os_error()),
    }
}
