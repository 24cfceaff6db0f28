//! From an order to a process that waits to execute its program. Nothing here needs to be undone but what
//! [`crate::remains`] clears: mounts and namespaces go with the processes.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use libcontainer::container::Container;
use libcontainer::container::builder::ContainerBuilder;
use libcontainer::oci_spec::runtime::LinuxCapabilities;
use libcontainer::syscall::syscall::SyscallType;
use rustix::fs::{Mode, OFlags, ResolveFlags, fchown, mkdirat, openat, openat2, readlinkat};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Gid, Pid, PidfdFlags, Resource, Rlimit, Uid, getrlimit, pidfd_open};
use rustix::thread::CapabilitySet;
use sampan_process::users;
use sampan_runtime::linux::{CAPABILITIES, Mounted, Namespace, Seccomp};
use sampan_runtime::{LinuxSpec, TerminalSize};
use sampan_types::ContainerId;
use serde_json::{Value, json};

use super::arrival::Arrival;
use super::console::Console;
use super::entry::{Entry, Streams};
use super::executor::{Confine, Launch, Report};
use super::hidden;
use super::namespaces::{lent_memory, own_network};
use super::spread;
use crate::cgroup::{Cgroup, hierarchies, is_unified, path_of};
use crate::filter::Filter;
use crate::oci::{self, Account, Surroundings};
use crate::wire::{Failure, FailureKind, GuestOrder, ProcessOrder, Settings};
use crate::{overlay, remains};

/// How many links may lead from one to the next, as in the kernel.
const LINKS: u32 = 40;

/// The container, while its monitor lives.
pub(super) struct Made {
    pub(super) spec: LinuxSpec,
    /// Its files.
    pub(super) root: OwnedFd,
    pub(super) cgroup: Cgroup,
    container: Container,
    /// The process of its specification, of which others in it have a part.
    process: Value,
    confine: Confine,
    descriptors: Option<Rlimit>,
    folder: PathBuf,
    /// Its first process.
    first: OwnedFd,
    /// Kept for those who come to it by this process's descriptors.
    _network: Option<OwnedFd>,
}

/// A process that was cloned, and may run already.
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) pidfd: OwnedFd,
    pub(super) ends: Ends,
    pub(super) report: Report,
}

/// Our ends of a process's streams.
pub(super) enum Ends {
    Terminal(OwnedFd),
    Pipes {
        /// Where its input is open.
        stdin: Option<OwnedFd>,
        stdout: OwnedFd,
        stderr: OwnedFd,
    },
}

fn failed(step: &'static str) -> impl Fn(&dyn std::error::Error) -> Failure {
    move |error| Failure::engine(step, error)
}

/// Makes the container. Its process waits for [`Made::start`].
pub(super) fn container(
    settings: &Settings,
    id: &ContainerId,
    guest: GuestOrder,
    network: Option<OwnedFd>,
    stdin: bool,
    terminal: Option<TerminalSize>,
    host_mounts: File,
) -> Result<(Made, Process, Vec<String>), Failure> {
    let GuestOrder {
        process,
        mut linux,
        joins,
        plugged: _,
        yard: _,
    } = guest;
    let folder = &settings.folder;
    let cgroup = path_of(id, &linux.cgroup_parent);
    remains::note(folder, &cgroup).map_err(|e| failed("write down the cgroup")(&e))?;
    let root = overlay::mount(&linux.root).map_err(|e| failed("mount the files")(&e))?;
    let rootfs = folder.join(remains::ROOTFS);
    let state = folder.join("state");
    for folder in [&rootfs, &state] {
        fs::create_dir(folder).map_err(|e| failed("make a folder")(&e))?;
    }
    let root = overlay::attach(root, &rootfs).map_err(|e| failed("mount the files")(&e))?;
    // Before the others, which lie in this namespace alone.
    spread::stage(folder, host_mounts, &mut linux.mounts)
        .map_err(|e| failed("copy mounts that spread")(&e))?;
    hidden::place(folder, &mut linux.mounts).map_err(|e| failed("keep what is secret in memory")(&e))?;
    if let Some(cwd) = &process.cwd {
        folders(&root, Path::new(cwd)).map_err(|e| failed("make the working folder")(&e))?;
    }
    for mount in &linux.mounts {
        if let Mounted::Bind { source, .. } = &mount.what {
            led(&root, &mount.target, source.is_dir()).map_err(|e| failed("make a mount point")(&e))?;
        }
    }
    let network = match linux.namespaces.network {
        Namespace::Own if network.is_some() => network,
        Namespace::Own => Some(own_network().map_err(|e| failed("make a network namespace")(&e))?),
        Namespace::Host | Namespace::Of(_) => None,
    };
    let memory = folder.join(remains::MEMORY);
    if let Namespace::Of(id) = &linux.namespaces.ipc {
        let donor = *joins.get(id).ok_or_else(|| oci::not_there(id))?;
        lent_memory(donor, &memory).map_err(|e| failed("share the memory of the other container")(&e))?;
    }
    let around = Surroundings {
        root: &root,
        rootfs: &rootfs,
        cgroup: &cgroup,
        unified: is_unified(),
        hierarchies: hierarchies().map_err(|e| failed("find the hierarchies of cgroups")(&e))?,
        network: network
            .as_ref()
            .map(|fd| format!("/proc/{}/fd/{}", std::process::id(), fd.as_raw_fd())),
        joins: &joins,
        memory: &memory,
        permitted: permitted(),
        ceiling: &ceiling,
    };
    let mut config = oci::config(&linux, &process, terminal.is_some(), &around)?;
    let descriptors = put_off(&mut config.json["process"]["rlimits"]);
    write(&folder.join("config.json"), &config.json)?;
    let confine = confine(&linux, config.capabilities, &settings.filters)?;
    let mut plumbing = Plumbing::new(folder, stdin, terminal, &config.account)?;
    let launch = Launch {
        report: plumbing.report.writer(),
        confine: confine.clone(),
        init: linux.init,
        descriptors,
        no_input: !stdin && terminal.is_none(),
    };
    let builder = plumbing.fit(builder(id, &state)?.with_executor(launch));
    let built = builder
        .as_init(folder.as_path())
        .with_systemd(false)
        .with_detach(true)
        .build();
    spread::clear(folder);
    let container = match built {
        Ok(container) => container,
        Err(error) => return Err(plumbing.why(&error)),
    };
    if linux.confidential {
        // It was read, and those who join the container bring variables of their own.
        config.json["process"]["env"] = serde_json::json!([]);
        write(&folder.join("config.json"), &config.json)?;
    }
    let cgroup = Cgroup::new(cgroup);
    let rules = &config.json["linux"]["resources"]["devices"];
    cgroup
        .keep_devices(rules)
        .map_err(|e| failed("keep the container from devices")(&e))?;
    let unmet = cgroup
        .weigh_disks(linux.resources.blkio_weight)
        .map_err(|e| failed("give the container its share of the disks")(&e))?;
    let pid = container.pid().map_or(0, |pid| pid.as_raw());
    remains::note_process(folder, pid.unsigned_abs()).map_err(|e| failed("write down the process")(&e))?;
    let process = plumbing.process(pid)?;
    let first = process
        .pidfd
        .try_clone()
        .map_err(|e| failed("watch the process")(&e))?;
    let mut warnings = config.warnings;
    warnings.extend(unmet);
    warnings.extend(oom_score(linux.oom_score_adj, pid));
    let made = Made {
        process: config.json["process"].clone(),
        confine,
        descriptors,
        spec: linux,
        root,
        cgroup,
        folder: folder.clone(),
        first,
        _network: network,
        container,
    };
    Ok((made, process, warnings))
}

/// Takes the limit of descriptors out of those that libcontainer sets early: with few it could not go on. What is left there is
/// what this process may have at most, since only with rights that are gone later it can be raised.
fn put_off(limits: &mut Value) -> Option<Rlimit> {
    let own = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    let limit = limits
        .as_array_mut()?
        .iter_mut()
        .find(|limit| limit["type"] == "RLIMIT_NOFILE")?;
    let (current, maximum) = (limit["soft"].as_u64(), limit["hard"].as_u64());
    let widest = maximum.unwrap_or(u64::MAX).max(own);
    (limit["soft"], limit["hard"]) = (widest.into(), widest.into());
    Some(Rlimit { current, maximum })
}

fn builder(id: &ContainerId, state: &Path) -> Result<ContainerBuilder, Failure> {
    ContainerBuilder::new(id.to_string(), SyscallType::default())
        .with_root_path(state)
        .and_then(ContainerBuilder::validate_id)
        .map_err(|e| failed("prepare the container")(&e))
}

impl Made {
    /// Lets the container's program be executed.
    pub(super) fn start(&mut self) -> Result<(), Failure> {
        self.container
            .start()
            .map_err(|e| failed("start the container")(&e))
    }

    /// Begins another program in the container.
    pub(super) fn exec(
        &self,
        settings: &Settings,
        order: &ProcessOrder,
        stdin: bool,
        terminal: Option<TerminalSize>,
    ) -> Result<Arrival, Failure> {
        if order.cwd.as_ref().is_some_and(|cwd| !cwd.starts_with('/')) {
            let why = "Cwd must be an absolute path";
            return Err(Failure::new(FailureKind::CannotExecute, why));
        }
        let identity = order.identity.as_ref().unwrap_or(&self.spec.identity);
        let account = oci::account(&self.root, identity)?;
        let mut document = oci::process_json(&self.spec, order, &account, terminal.is_some());
        document["rlimits"] = self.process["rlimits"].clone();
        let spec = json!({ "ociVersion": "1.0.2", "process": document });
        let spec = serde_json::from_value(spec).map_err(|e| failed("read the specification")(&e))?;
        let mut plumbing = Plumbing::new(&self.folder, stdin, terminal, &account)?;
        let launch = Launch {
            report: plumbing.report.writer(),
            confine: self.confine(settings, order.privileged)?,
            init: false,
            descriptors: self.descriptors,
            no_input: !stdin && terminal.is_none(),
        };
        let entry = Entry {
            first: (self.first_pid()?, &self.first),
            cgroup: &self.cgroup,
            spec,
            launch,
            streams: plumbing.streams(&self.folder)?,
            oom_score_adj: self.spec.oom_score_adj,
            usual_filter: order.privileged || !matches!(self.spec.seccomp, Seccomp::Profile(_)),
        };
        match entry.begin() {
            Ok(begun) => Ok(Arrival { begun, plumbing }),
            Err(error) => Err(plumbing.why(&error)),
        }
    }

    fn first_pid(&self) -> Result<u32, Failure> {
        let pid = self
            .container
            .pid()
            .ok_or_else(|| gone("the container has no process"))?;
        Ok(pid.as_raw().unsigned_abs())
    }

    /// That of another program in it.
    fn confine(&self, settings: &Settings, privileged: bool) -> Result<Confine, Failure> {
        if !privileged {
            return Ok(self.confine.clone());
        }
        let all = CAPABILITIES.map(str::to_owned);
        let all = oci::capabilities(&all, permitted(), &mut Vec::new());
        let spec = LinuxSpec {
            privileged,
            ..LinuxSpec::default()
        };
        confine(&spec, all, &settings.filters)
    }
}

fn confine(spec: &LinuxSpec, capabilities: Value, filters: &Path) -> Result<Confine, Failure> {
    let effective = CapabilitySet::from_bits_retain(oci::bits(&capabilities["effective"]));
    let parsed = serde_json::from_value(capabilities);
    let capabilities: LinuxCapabilities = parsed.map_err(|e| failed("read the capabilities")(&e))?;
    let filter =
        oci::profile(spec).map(|profile| Filter::of(&profile.source(), || profile.settled(), filters));
    Ok(Confine {
        filter: filter.transpose()?,
        capabilities,
        effective,
    })
}

/// Both ends of a process's streams, and the pipe for what goes wrong.
pub(super) struct Plumbing {
    ours: Option<Ends>,
    console: Option<(Console, TerminalSize)>,
    report: Report,
    its: Vec<OwnedFd>,
}

impl Plumbing {
    fn new(
        folder: &Path,
        stdin: bool,
        terminal: Option<TerminalSize>,
        account: &Account,
    ) -> Result<Self, Failure> {
        let io = |e: io::Error| failed("make the streams")(&e);
        let report = Report::new().map_err(io)?;
        if let Some(size) = terminal {
            let console = Console::new(folder).map_err(io)?;
            return Ok(Self {
                ours: None,
                console: Some((console, size)),
                report,
                its: Vec::new(),
            });
        }
        let pipe = || pipe_with(PipeFlags::CLOEXEC).map_err(|e| io(e.into()));
        let (stdin_its, stdin_ours) = match stdin {
            true => {
                let (read, write) = pipe()?;
                (read, Some(write))
            }
            // Nobody has the other end. The host's `/dev/null` would be the host's to its permissions, too.
            false => (pipe()?.0, None),
        };
        let ((stdout, stdout_its), (stderr, stderr_its)) = (pipe()?, pipe()?);
        // A program that is not root opens `/dev/stdout` anew.
        let (uid, gid) = (Uid::from_raw(account.uid), Gid::from_raw(account.gid));
        for pipe in [&stdout_its, &stderr_its].into_iter().chain(stdin_ours.as_ref()) {
            fchown(pipe, Some(uid), Some(gid)).map_err(|e| io(e.into()))?;
        }
        Ok(Self {
            ours: Some(Ends::Pipes {
                stdin: stdin_ours,
                stdout,
                stderr,
            }),
            console: None,
            report,
            its: vec![stdin_its, stdout_its, stderr_its],
        })
    }

    /// Gives the process its ends.
    fn fit(&mut self, builder: ContainerBuilder) -> ContainerBuilder {
        if let Some((console, _)) = &self.console {
            return builder.with_console_socket(Some(console.path()));
        }
        let mut its = std::mem::take(&mut self.its).into_iter();
        match (its.next(), its.next(), its.next()) {
            (Some(stdin), Some(stdout), Some(stderr)) => {
                builder.with_stdin(stdin).with_stdout(stdout).with_stderr(stderr)
            }
            _ => builder,
        }
    }

    /// The process's ends.
    fn streams(&mut self, folder: &Path) -> Result<Streams, Failure> {
        if let Some((console, _)) = &self.console {
            let socket = console.connect(folder);
            return socket
                .map(Streams::Console)
                .map_err(|e| failed("reach the terminal")(&e));
        }
        let its = std::mem::take(&mut self.its).try_into();
        its.map(Streams::Pipes).map_err(|_| gone("it has no streams"))
    }

    /// The process was cloned, and has its own.
    pub(super) fn cloned(&mut self) {
        self.report.cloned();
    }

    /// Why there is no process: in its own words, where it had the time for some.
    pub(super) fn why(self, error: &dyn std::error::Error) -> Failure {
        let own = self.report.failure();
        own.unwrap_or_else(|| failed("make the container")(error))
    }

    pub(super) fn process(mut self, pid: i32) -> Result<Process, Failure> {
        self.cloned();
        let known = Pid::from_raw(pid).ok_or_else(|| gone("it has no number"))?;
        let pidfd = pidfd_open(known, PidfdFlags::empty()).map_err(|e| failed("watch the process")(&e))?;
        let ends = match (self.ours, self.console) {
            (Some(ends), _) => ends,
            (None, Some((console, size))) => {
                let master = console.master().map_err(|e| failed("get the terminal")(&e))?;
                super::console::resize(&master, size);
                Ends::Terminal(master)
            }
            (None, None) => return Err(gone("it has no streams")),
        };
        Ok(Process {
            pid: pid.unsigned_abs(),
            pidfd,
            ends,
            report: self.report,
        })
    }
}

fn gone(why: &str) -> Failure {
    Failure::new(FailureKind::Engine, format!("the process was lost: {why}"))
}

fn write(path: &Path, json: &Value) -> Result<(), Failure> {
    // Variables may be secrets: nobody else of this machine reads them.
    let written = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(json.to_string().as_bytes()));
    written.map_err(|e| failed("write the specification")(&e))
}

/// Makes a folder of the container's, with those that it is in. Links lead where they would lead in the container.
fn folders(root: &OwnedFd, path: &Path) -> io::Result<()> {
    let open = |path: &Path| {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        openat2(root.as_fd(), path, flags, Mode::empty(), resolve)
    };
    match open(path) {
        Ok(_) => return Ok(()),
        Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Errno::NOENT.into());
    };
    folders(root, parent)?;
    match mkdirat(open(parent)?, name, Mode::from_raw_mode(0o755)) {
        Ok(()) | Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Makes what a link at a mount point leads to, where it leads to nothing: images have links there to files of programs that
/// do not run in them, such as `/etc/resolv.conf`.
fn led(root: &OwnedFd, target: &Path, folder: bool) -> io::Result<()> {
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let mut path = target.to_owned();
    for link in 0..LINKS {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(());
        };
        if link > 0 {
            folders(root, parent)?;
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let at = match openat2(root.as_fd(), parent, flags, Mode::empty(), resolve) {
            Ok(at) => at,
            // libcontainer makes folders and says what it cannot make.
            Err(_) => return Ok(()),
        };
        match readlinkat(&at, name, Vec::new()) {
            Ok(next) => path = parent.join(OsStr::from_bytes(next.to_bytes())),
            Err(Errno::NOENT) if link > 0 && folder => {
                return Ok(mkdirat(&at, name, Mode::from_raw_mode(0o755))?);
            }
            Err(Errno::NOENT) if link > 0 => {
                let flags =
                    OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                return Ok(openat(&at, name, flags, Mode::from_raw_mode(0o644)).map(drop)?);
            }
            Err(_) => return Ok(()),
        }
    }
    Err(Errno::LOOP.into())
}

/// Sets how eagerly the kernel ends a process. A host that does not let it be lowered is told of.
fn oom_score(asked: Option<i32>, pid: i32) -> Option<String> {
    let asked = asked?;
    let written = fs::write(format!("/proc/{pid}/oom_score_adj"), asked.to_string());
    let error = written.err()?;
    Some(format!(
        "`oom_score_adj` stays as it is and is not {asked}: {error}"
    ))
}

/// The capabilities that this process can hand on.
fn permitted() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("CapPrm:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
        .unwrap_or(0)
}

/// How far a limit of processes can be raised: to the end for who has the right, else to where it is.
fn ceiling(name: &str) -> Option<u64> {
    let right = CAPABILITIES.iter().position(|cap| *cap == "CAP_SYS_RESOURCE")?;
    // Of limits the kernel asks for the right over the whole machine.
    if users::is_root() && permitted() >> right & 1 == 1 {
        return None;
    }
    let resource = match name {
        "RLIMIT_AS" => Resource::As,
        "RLIMIT_CORE" => Resource::Core,
        "RLIMIT_CPU" => Resource::Cpu,
        "RLIMIT_DATA" => Resource::Data,
        "RLIMIT_FSIZE" => Resource::Fsize,
        "RLIMIT_LOCKS" => Resource::Locks,
        "RLIMIT_MEMLOCK" => Resource::Memlock,
        "RLIMIT_MSGQUEUE" => Resource::Msgqueue,
        "RLIMIT_NICE" => Resource::Nice,
        "RLIMIT_NOFILE" => Resource::Nofile,
        "RLIMIT_NPROC" => Resource::Nproc,
        "RLIMIT_RSS" => Resource::Rss,
        "RLIMIT_RTPRIO" => Resource::Rtprio,
        "RLIMIT_RTTIME" => Resource::Rttime,
        "RLIMIT_SIGPENDING" => Resource::Sigpending,
        "RLIMIT_STACK" => Resource::Stack,
        _ => return None,
    };
    getrlimit(resource).maximum
}
