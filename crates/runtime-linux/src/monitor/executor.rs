//! The last steps in a container's process: finding its program and executing it.
//!
//! What goes wrong here is told through a pipe that closes when the program is executed, because libcontainer passes on
//! texts alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use libcontainer::capabilities::drop_privileges;
use libcontainer::oci_spec::runtime::{LinuxCapabilities, Spec};
use libcontainer::syscall::syscall::create_syscall;
use libcontainer::workload::{Executor, ExecutorError, ExecutorValidationError};
use rustix::fs::{
    Access, AtFlags, CWD, FileType, Mode, OFlags, accessat, fcntl_setfl, fstat, major, minor, open,
};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Resource, Rlimit, geteuid, setrlimit};
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
use sampan_process::awaited::awaited_for;
use tokio::io::Interest;

use super::init;
use crate::filter::Filter;
use crate::wire::{Failure, FailureKind};

/// The device that takes and gives nothing.
const NULL: (u32, u32) = (1, 3);

/// The most that is read of what went wrong, in bytes.
const MOST: u64 = 64 << 10;

/// The pipe through which the container's process tells why it has no program.
pub(super) struct Report {
    reader: File,
    writer: Option<OwnedFd>,
}

impl Report {
    pub(super) fn new() -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        Ok(Self {
            reader: reader.into(),
            writer: Some(writer),
        })
    }

    /// The end of the process that is cloned next.
    pub(super) fn writer(&self) -> RawFd {
        self.writer.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// The process was cloned, and has its own.
    pub(super) fn cloned(&mut self) {
        self.writer = None;
    }

    /// What went wrong; `None` when the program was executed. Waits for one of the two.
    pub(super) fn failure(mut self) -> Option<Failure> {
        self.cloned();
        let mut bytes = Vec::new();
        // A pipe that cannot be read says nothing.
        let _ = (&self.reader).take(MOST).read_to_end(&mut bytes);
        serde_json::from_slice(&bytes).ok()
    }

    /// The same, where others are to be served meanwhile.
    pub(super) async fn awaited(mut self) -> Option<Failure> {
        self.cloned();
        let reader = awaited_for(self.reader.into(), Interest::READABLE).ok()?;
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        while (bytes.len() as u64) < MOST {
            let read = reader.async_io(Interest::READABLE, |fd| Ok(rustix::io::read(fd, &mut part)?));
            match read.await {
                Ok(length) if length > 0 => bytes.extend_from_slice(&part[..length]),
                _ => break,
            }
        }
        serde_json::from_slice(&bytes).ok()
    }
}

/// What is left to do for a program. libcontainer knows nothing of it, so that the rights to install a filter are kept until
/// now.
#[derive(Clone, Debug)]
pub(super) struct Confine {
    pub(super) filter: Option<Filter>,
    pub(super) capabilities: LinuxCapabilities,
    /// Those of them by which the kernel decides.
    pub(super) effective: CapabilitySet,
}

/// Runs in the container's process, in a clone of this one.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) report: RawFd,
    pub(super) confine: Confine,
    /// Whether the program is a child of the container's first process, and not that itself.
    pub(super) init: bool,
    /// How many descriptors it may have, where that was said. Until then this process needs some of its own.
    pub(super) descriptors: Option<Rlimit>,
    /// Whether its standard input is nothing at all.
    pub(super) no_input: bool,
}

impl Launch {
    pub(super) fn tell(&self, failure: &Failure) {
        let Ok(json) = serde_json::to_vec(failure) else {
            return;
        };
        // Without the pipe nobody can be told; libcontainer tells its own words.
        if let Ok(pipe) = descriptor::borrowed(self.report) {
            let _ = rustix::io::write(pipe, &json);
        }
    }
}

impl Executor for Launch {
    fn validate(&self, spec: &Spec) -> Result<(), ExecutorValidationError> {
        find(spec).map(drop).map_err(|failure| {
            self.tell(&failure);
            ExecutorValidationError::ArgValidationError(failure.what)
        })
    }

    fn setup_envs(
        &self,
        _: HashMap<String, String>,
    ) -> Result<(), libcontainer::workload::ExecutorSetEnvsError> {
        // The program is given its own, in order; this process's is empty and stays so.
        Ok(())
    }

    fn exec(&self, spec: &Spec) -> Result<(), ExecutorError> {
        let failure = self.execute(spec);
        self.tell(&failure);
        // libcontainer would go on with descriptors that are closed.
        descriptor::leave()
    }
}

impl Launch {
    /// Finds the program with no more rights than it will have: one that it may not execute is passed over.
    fn found(&self, spec: &Spec) -> Result<PathBuf, Failure> {
        let failed = |error: Errno| Failure::engine("look for the program with its own rights", &error);
        let own = capabilities(None).map_err(failed)?;
        let mut its = own;
        its.effective = match geteuid().is_root() {
            true => own.effective & self.confine.effective,
            // Executing takes them.
            false => CapabilitySet::empty(),
        };
        set_capabilities(None, its).map_err(failed)?;
        let found = find(spec);
        set_capabilities(None, own).map_err(failed)?;
        found
    }

    /// Comes back only with why not.
    fn execute(&self, spec: &Spec) -> Failure {
        let path = match self.settle(spec, &[self.report]) {
            Ok(path) => path,
            Err(failure) => return failure,
        };
        match self.give_up() {
            Ok(()) => self.become_program(spec, &path),
            Err(failure) => failure,
        }
    }

    /// Leaves what is the host's but for some descriptors, and finds the program.
    pub(super) fn settle(&self, spec: &Spec, kept: &[RawFd]) -> Result<PathBuf, Failure> {
        // What is open in the monitor is the host's: nothing that the container names may lead through it.
        descriptor::close_all_but(kept)
            .map_err(|error| Failure::engine("close what is not the container's", &error))?;
        if self.no_input {
            own_null();
        }
        signals::as_they_were_made()
            .map_err(|error| Failure::engine("set signals to what they are usually", &error))?;
        inside()?;
        self.found(spec)
    }

    /// Takes the filter on and has no more rights from now on than its program will have.
    pub(super) fn give_up(&self) -> Result<(), Failure> {
        if let Some(limit) = &self.descriptors {
            setrlimit(Resource::Nofile, *limit)
                .map_err(|error| Failure::engine("limit descriptors", &error))?;
        }
        if let Some(filter) = &self.confine.filter {
            filter
                .install()
                .map_err(|error| Failure::engine("install the filter of system calls", &error))?;
        }
        drop_privileges(&self.confine.capabilities, create_syscall().as_ref())
            .map_err(|error| Failure::engine("drop capabilities", &error))
    }

    /// Comes back only with why not.
    pub(super) fn become_program(&self, spec: &Spec, path: &Path) -> Failure {
        let process = spec.process().as_ref();
        let args = process.and_then(|p| p.args().clone()).unwrap_or_default();
        let mut command = Command::new(path);
        command.env_clear();
        if let Some((first, rest)) = args.split_first() {
            command.arg0(first).args(rest);
        }
        for pair in process.and_then(|p| p.env().as_ref()).into_iter().flatten() {
            if let Some((name, value)) = pair.split_once('=') {
                command.env(name, value);
            }
        }
        if self.init
            && let Err(error) = init::hand_over(self.report)
        {
            return Failure::engine("start the program beneath an init", &error);
        }
        let error = command.exec();
        let kind = match error.kind() {
            // The program is there: its interpreter is not.
            io::ErrorKind::NotFound => FailureKind::NoProgram,
            _ => FailureKind::CannotExecute,
        };
        Failure::new(kind, format!("exec {}: {}", path.display(), words(&error)))
    }
}

/// Makes the container's own `/dev/null` the standard input. One that is something else, or may not be opened, stays away: what
/// is there until then is a pipe to which nobody writes. The host's would be the host's to its permissions.
fn own_null() {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(null) = open("/dev/null", flags, Mode::empty()) else {
        return;
    };
    let is_null = fstat(&null).is_ok_and(|stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice
            && (major(stat.st_rdev), minor(stat.st_rdev)) == NULL
    });
    if is_null && fcntl_setfl(&null, OFlags::empty()).is_ok() {
        // Else the pipe stays.
        let _ = descriptor::put_in_place_of_input(&null);
    }
}

/// Whether the working folder is one of the container's. The kernel says it; the C library would look for a path by itself,
/// and may find one.
fn inside() -> Result<(), Failure> {
    let outside = || {
        let what = "the working folder leads out of the container".to_owned();
        Failure::new(FailureKind::CannotExecute, what)
    };
    match rustix::process::getcwd(Vec::new()) {
        Ok(folder) if folder.to_bytes().starts_with(b"/") => Ok(()),
        _ => Err(outside()),
    }
}

/// Finds the program of a process as a shell would, from where the process is.
fn find(spec: &Spec) -> Result<PathBuf, Failure> {
    let process = spec.process().as_ref();
    let args = process.and_then(|p| p.args().as_ref());
    let name = args.and_then(|args| args.first()).map_or("", String::as_str);
    let said = |kind, why: &str| Failure::new(kind, format!("exec: \"{name}\": {why}"));
    if name.contains('/') {
        return match executable(Path::new(name)) {
            Ok(()) => Ok(name.into()),
            Err(Errno::NOENT | Errno::NOTDIR) => Err(said(
                FailureKind::NoProgram,
                &format!("stat {name}: no such file or directory"),
            )),
            Err(Errno::ISDIR) => Err(said(FailureKind::CannotExecute, "is a directory")),
            Err(_) => Err(said(FailureKind::CannotExecute, "permission denied")),
        };
    }
    let env = process.and_then(|p| p.env().as_ref());
    let path = env
        .into_iter()
        .flatten()
        .find_map(|pair| pair.strip_prefix("PATH="))
        .unwrap_or_default();
    let mut denied = false;
    if !name.is_empty() {
        for folder in path.split(':').filter(|folder| !folder.is_empty()) {
            let path = Path::new(folder).join(name);
            match executable(&path) {
                Ok(()) => return Ok(path),
                Err(Errno::ACCESS) => denied = true,
                Err(_) => {}
            }
        }
    }
    Err(match denied {
        true => said(FailureKind::CannotExecute, "permission denied"),
        false => said(FailureKind::NoProgram, "executable file not found in $PATH"),
    })
}

fn executable(path: &Path) -> Result<(), Errno> {
    let meta = fs::metadata(path).map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::IO))?;
    if meta.is_dir() {
        return Err(Errno::ISDIR);
    }
    accessat(CWD, path, Access::EXEC_OK, AtFlags::EACCESS).map_err(|_| Errno::ACCESS)
}

/// What the system says, without its number, as other engines write it.
pub(super) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let bare = text.split(" (os error").next().unwrap_or(&text);
    bare.to_lowercase()
}

mod signals {
    //! What a program inherits of signals: nothing of what the daemon was started with. A shell without job control has
    //! its background programs ignore SIGINT, `nohup` has them ignore SIGHUP.
    #![allow(unsafe_code)]

    use std::io;

    /// The kernel's count of signals.
    const SIGNALS: libc::c_int = 64;

    /// Each signal does what it does usually, and none is held back.
    pub(super) fn as_they_were_made() -> io::Result<()> {
        for signal in 1..=SIGNALS {
            // The C library keeps two for itself, and would not let them be changed.
            let usual = [0_u64; 4];
            // SAFETY: the kernel reads as much as its own form of an action has, which is no more than this; all zero is the
            // usual action. It refuses SIGKILL and SIGSTOP, which cannot be ignored.
            unsafe {
                libc::syscall(
                    libc::SYS_rt_sigaction,
                    signal,
                    usual.as_ptr(),
                    std::ptr::null_mut::<u64>(),
                    size_of::<u64>(),
                );
            }
        }
        let none = 0_u64;
        // SAFETY: the set has the size that is said.
        let done = unsafe {
            libc::syscall(
                libc::SYS_rt_sigprocmask,
                libc::SIG_SETMASK,
                &raw const none,
                std::ptr::null_mut::<u64>(),
                size_of::<u64>(),
            )
        };
        if done == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

pub(super) mod descriptor {
    //! A descriptor by its number: the process that writes to it is a clone of the one that opened it.
    #![allow(unsafe_code)]

    use std::io;
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

    /// The first that is not a standard stream.
    const FIRST: RawFd = 3;

    /// Closes all descriptors but the standard streams and some.
    pub(in super::super) fn close_all_but(kept: &[RawFd]) -> io::Result<()> {
        let mut kept: Vec<RawFd> = kept.iter().copied().filter(|fd| *fd >= FIRST).collect();
        kept.sort_unstable();
        let mut next = FIRST;
        for fd in kept {
            close_range(next, fd.saturating_sub(1))?;
            next = fd.saturating_add(1);
        }
        close_range(next, RawFd::MAX)
    }

    fn close_range(first: RawFd, last: RawFd) -> io::Result<()> {
        if first > last {
            return Ok(());
        }
        // SAFETY: what is executed next has no use for them, and what this process does until then opens its own.
        match unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } {
            0 => Ok(()),
            // Before 5.9, or behind a filter of the user's own.
            _ => close_each(first, last),
        }
    }

    fn close_each(first: RawFd, last: RawFd) -> io::Result<()> {
        let open = std::fs::read_dir("/proc/self/fd")?.flatten();
        let numbers: Vec<RawFd> = open
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        for number in numbers
            .into_iter()
            .filter(|number| (first..=last).contains(number))
        {
            // SAFETY: as above. The one by which the folder was read is closed already, so that this may fail.
            unsafe { libc::close(number) };
        }
        Ok(())
    }

    /// Makes it the standard input as well.
    pub(super) fn put_in_place_of_input(fd: impl AsFd) -> io::Result<()> {
        put_in_place_of(fd, 0)
    }

    /// Makes it a standard stream as well.
    pub(in super::super) fn put_in_place_of(fd: impl AsFd, stream: RawFd) -> io::Result<()> {
        // SAFETY: nobody here owns descriptors of standard streams.
        match unsafe { libc::dup2(fd.as_fd().as_raw_fd(), stream) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Ends this process at once. Whoever owned a descriptor that is closed must not be dropped.
    pub(in super::super) fn leave() -> ! {
        // SAFETY: nothing runs after it.
        unsafe { libc::_exit(127) }
    }

    /// The descriptor of this number, if there is one.
    pub(super) fn borrowed<'a>(number: RawFd) -> io::Result<BorrowedFd<'a>> {
        if number < 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        // SAFETY: it was opened by the process of which this one is a clone, which never closes it but by executing another
        // program; it is checked to be open before it is used.
        let fd = unsafe { BorrowedFd::borrow_raw(number) };
        rustix::io::fcntl_getfd(fd)?;
        Ok(fd)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn spec(name: &str, path: &str) -> Spec {
        let json = serde_json::json!({
            "ociVersion": "1.0.2",
            "process": { "cwd": "/", "user": { "uid": 0, "gid": 0 }, "args": [name], "env": [format!("PATH={path}")] },
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn programs_are_found_as_a_shell_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, mode) in [("run", 0o755), ("read", 0o644)] {
            fs::write(at(name), "#!/bin/sh\n").unwrap();
            fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let path = format!("/nonexistent:{}", folder.path().display());
        assert_eq!(find(&spec("run", &path)).unwrap(), at("run"));
        let whole = at("run").display().to_string();
        assert_eq!(find(&spec(&whole, "")).unwrap(), at("run"));
        for (name, kind, why) in [
            (
                "none",
                FailureKind::NoProgram,
                "executable file not found in $PATH",
            ),
            ("", FailureKind::NoProgram, "executable file not found in $PATH"),
            ("/none", FailureKind::NoProgram, "no such file or directory"),
            ("/", FailureKind::CannotExecute, "is a directory"),
            ("read", FailureKind::CannotExecute, "permission denied"),
        ] {
            let failure = find(&spec(name, &path)).unwrap_err();
            assert_eq!(failure.kind, kind, "{name}");
            assert!(failure.what.ends_with(why), "{failure}");
        }
    }

    #[test]
    fn what_went_wrong_comes_through_the_pipe_and_nothing_where_nothing_did() {
        let report = Report::new().unwrap();
        assert!(report.failure().is_none());
        let report = Report::new().unwrap();
        let launch = Launch {
            report: report.writer(),
            confine: Confine {
                filter: None,
                capabilities: LinuxCapabilities::default(),
                effective: CapabilitySet::empty(),
            },
            init: false,
            descriptors: None,
            no_input: false,
        };
        launch.tell(&Failure::new(FailureKind::CannotExecute, "because"));
        let failure = report.failure().unwrap();
        assert_eq!(
            (failure.kind, failure.what.as_str()),
            (FailureKind::CannotExecute, "because")
        );
    }
}
