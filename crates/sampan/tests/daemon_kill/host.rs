//! A machine with one daemon: folders that outlive it, and the processes that belong to them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sampan_network::links::Links;
use sampan_store::digest_of;
use sampan_testkit::guest;
use sampan_types::Algorithm;
use serde_json::Value;

#[path = "../support/ordinary.rs"]
mod ordinary;

use crate::client::{Answer, Client};
use crate::small_disk::Disk;

/// The ordinary user, of whom the machine knows nothing.
const SAILOR: u32 = 54_321;

/// The folders, and the daemon while there is one.
pub(crate) struct Host {
    folder: tempfile::TempDir,
    /// Where the data lies, as the daemon sees it.
    root: PathBuf,
    disk: Option<Disk>,
    binary: PathBuf,
    daemon: Option<Child>,
    /// Whether daemons are started as a script starts them in the background: with signals that are ignored.
    pub(crate) ignoring: bool,
    /// Further arguments of daemons.
    pub(crate) more: Vec<String>,
}

/// What a process of a daemon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Daemon,
    Zygote,
    Worker,
    Network,
    Monitor,
    /// A monitor that waits for a container.
    Spare,
}

impl Host {
    /// With images of small programs.
    pub(crate) fn new() -> Self {
        Self::over(|_| Some(None)).expect("no disk is needed")
    }

    /// The same, with its data on a disk of this size. `None` where this user may not mount one.
    pub(crate) fn on_a_small_disk(size: &str) -> Option<Self> {
        Self::over(|root| Disk::mount(root, size).map(Some))
    }

    fn over(disk: impl FnOnce(&Path) -> Option<Option<Disk>>) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("sampan-kill-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        let root = folder.path().join("root");
        fs::create_dir(&root).expect("a new folder takes folders");
        let host = Self {
            disk: disk(&root)?,
            root,
            binary: sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")),
            folder,
            daemon: None,
            ignoring: false,
            more: Vec::new(),
        };
        for name in ["cat", "exit"] {
            host.pack(&guest::wat(name), name);
        }
        host.pack(&guest::evil("endless_loop"), "endless");
        Some(host)
    }

    /// The data as this process sees it.
    pub(crate) fn data(&self) -> PathBuf {
        match &self.disk {
            Some(disk) => disk.seen(&self.root),
            None => self.root.clone(),
        }
    }

    pub(crate) fn run_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.run_dir().join("sampan.sock")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// From now on another copy of the binary is started, as after an upgrade.
    pub(crate) fn upgrade(&mut self) {
        let copy = self.folder.path().join("sampan-next");
        fs::copy(&self.binary, &copy).expect("the binary can be copied");
        self.binary = copy;
    }

    /// From now on the daemon is started by a user who is root in a namespace of his own alone.
    #[allow(dead_code, reason = "made for networks")]
    pub(crate) fn in_a_namespace_of_users(&mut self) {
        self.dress("exec unshare --user --map-root-user");
    }

    /// From now on everything is done by an ordinary user of whom the machine knows nothing.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn as_an_ordinary_user(&mut self) {
        if self.gives_itself_away(SAILOR) {
            self.dress(&format!("exec {}", ordinary::as_user(SAILOR)));
        }
    }

    /// The same, where there are no namespaces of users for anybody.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn as_a_user_without_namespaces(&mut self) {
        assert!(self.gives_itself_away(SAILOR), "this takes root");
        self.dress(&format!("exec {}", ordinary::without_namespaces(SAILOR)));
    }

    /// From now on everything is done by an ordinary user whom `/etc/passwd` has, and to whom 65536 ids from `first` on are
    /// given. The host's own files stay as they are: this user sees others. Needs Debian's package `uidmap`.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn as_a_user_with_ids(&mut self, user: u32, first: u32) {
        self.as_a_known_user(user, first, "");
    }

    /// The same, where the programs are not there that would write the ids down.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn as_a_user_whose_ids_nobody_gives(&mut self) {
        let away = "{ [ ! -e /usr/bin/newuidmap ] || mount --bind /dev/null /usr/bin/newuidmap; } && ";
        self.as_a_known_user(SAILOR, 1_000_000_000, away);
    }

    fn as_a_known_user(&mut self, user: u32, first: u32, more: &str) {
        let etc = self.folder.path().join("etc");
        fs::create_dir(&etc).expect("a new folder takes folders");
        let mut binds = more.to_owned();
        for (file, line) in [
            ("passwd", format!("sailor:x:{user}:{user}::/:/bin/sh\n")),
            ("group", format!("sailor:x:{user}:\n")),
            ("subuid", format!("sailor:{first}:65536\n")),
            ("subgid", format!("sailor:{first}:65536\n")),
        ] {
            let theirs = PathBuf::from("/etc").join(file);
            let text = fs::read_to_string(&theirs).expect("every Debian has it");
            let own = etc.join(file);
            fs::write(&own, text + &line).expect("a new folder takes files");
            binds += &format!("mount --bind '{}' {} && ", own.display(), theirs.display());
        }
        assert!(self.gives_itself_away(user), "this takes root");
        let seen = format!("{binds} exec {} \"$0\" \"$@\"", ordinary::as_user(user));
        let seen = seen.replace('\'', "'\\''");
        self.dress(&format!("exec unshare --mount sh -c '{seen}'"));
    }

    /// Gives the folder to the ordinary user, if it is ours to give: nobody else's programs can look into what is built.
    fn gives_itself_away(&mut self, user: u32) -> bool {
        if !rustix::process::geteuid().is_root() {
            return false;
        }
        self.upgrade();
        let given = Command::new("chown")
            .args(["-R", &format!("{user}:{user}")])
            .arg(self.folder.path())
            .status();
        assert!(
            given.is_ok_and(|status| status.success()),
            "the folder can be given away"
        );
        true
    }

    /// Has the binary started by these words of a shell, which it ends.
    fn dress(&mut self, words: &str) {
        use std::os::unix::fs::PermissionsExt;
        let script = self.folder.path().join("as-user");
        let binary = self.binary.display();
        let text = format!("#!/bin/sh\n{words} '{binary}' \"$@\"\n");
        fs::write(&script, text).expect("a script can be written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it may be executed");
        self.binary = script;
    }

    /// A command line as this user writes it.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn sampan(&self, words: &[&str]) -> std::process::Output {
        let mut command = self.command();
        let socket = format!("unix://{}", self.socket().display());
        command
            .env("SAMPAN_HOST", socket)
            .args(words)
            .stdin(Stdio::null());
        command.output().expect("the binary starts")
    }

    fn command(&self) -> Command {
        let mut command = match &self.disk {
            Some(disk) => disk.command(&self.binary),
            None if self.ignoring => {
                let mut shell = Command::new("/bin/sh");
                shell
                    .args(["-c", "trap '' INT QUIT HUP; exec \"$0\" \"$@\""])
                    .arg(&self.binary);
                shell
            }
            None => Command::new(&self.binary),
        };
        command
            .env_clear()
            // Where the helpers that give ids are.
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", self.folder.path())
            .env("SAMPAN_ROOT", &self.root)
            .current_dir(self.folder.path());
        command
    }

    pub(crate) fn pack(&self, program: &Path, name: &str) {
        let output = self
            .command()
            .args(["image", "pack"])
            .arg(program)
            .arg(name)
            .output();
        let output = output.expect("the binary starts");
        assert!(output.status.success(), "{output:?}");
    }

    /// Starts the daemon and waits until it answers.
    #[track_caller]
    pub(crate) fn start(&mut self) {
        self.start_with(&[]);
        assert!(self.answers_or_falls(), "the daemon ended\n{}", self.log());
    }

    /// Waits until the daemon answers, or has ended by itself.
    pub(crate) fn answers_or_falls(&mut self) -> bool {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            if Client::connect(&self.socket()).is_ok_and(|mut c| c.ask("GET", "/_ping", "").is_ok()) {
                return true;
            }
            if self.has_fallen() {
                return false;
            }
            assert!(Instant::now() < end, "the daemon does not answer\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn has_fallen(&mut self) -> bool {
        let daemon = self.daemon.as_mut();
        daemon.is_some_and(|daemon| daemon.try_wait().is_ok_and(|status| status.is_some()))
    }

    /// Starts the daemon with variables, and waits for nothing.
    pub(crate) fn start_with(&mut self, env: &[(&str, &str)]) {
        assert!(self.daemon.is_none(), "one daemon at a time");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .expect("the folder takes a file");
        let mut command = self.command();
        command
            .args(["daemon", "--log-level", "warn", "--exec-root"])
            .arg(self.run_dir())
            .args(&self.more)
            .envs(env.iter().copied())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        self.daemon = Some(command.spawn().expect("the binary starts"));
    }

    /// Another daemon over the same folders, which is expected to end at once.
    pub(crate) fn second(&self) -> std::process::Output {
        let mut command = self.command();
        command.args(["daemon", "--exec-root"]).arg(self.run_dir());
        command.output().expect("the binary starts")
    }

    /// Whether the daemon ends by itself: `later`, within the time of what it does in the background.
    #[cfg(feature = "failpoints")]
    pub(crate) fn falls_soon(&mut self, later: bool) -> bool {
        let end = Instant::now() + Duration::from_millis(if later { 10_000 } else { 100 });
        while !self.has_fallen() {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Takes note that the daemon has ended by itself.
    #[cfg(feature = "failpoints")]
    #[track_caller]
    pub(crate) fn bury(&mut self) {
        sampan_testkit::until("the daemon to fall", || self.has_fallen().then_some(()));
        self.daemon = None;
    }

    /// SIGKILL.
    pub(crate) fn fell(&mut self) {
        let mut daemon = self.daemon.take().expect("a daemon runs");
        daemon.kill().expect("it can be killed");
        daemon.wait().expect("it is a child");
    }

    /// SIGTERM, and its end is awaited.
    pub(crate) fn stop(&mut self) {
        let mut daemon = self.daemon.take().expect("a daemon runs");
        kill(daemon.id(), Signal::TERM);
        let status = sampan_testkit::until("the daemon to end", || daemon.try_wait().expect("a child"));
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// All processes at once, and what a reboot takes away.
    pub(crate) fn pull_the_plug(&mut self) {
        while let processes = self.processes()
            && !processes.is_empty()
        {
            processes.keys().for_each(|pid| kill(*pid, Signal::KILL));
            if let Some(mut daemon) = self.daemon.take() {
                daemon.wait().expect("it is a child");
            }
        }
        fs::remove_dir_all(self.run_dir()).expect("the folder is ours");
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.socket()).expect("the daemon listens")
    }

    /// One request on a connection of its own, which must be answered.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        self.client()
            .ask(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.log()))
    }

    /// One request that must be done.
    #[track_caller]
    pub(crate) fn done(&self, method: &str, path: &str, body: &str) -> Answer {
        let answer = self.ask(method, path, body);
        let fine = answer.status < 300;
        assert!(fine, "{method} {path}: {}\n{}", answer.text(), self.log());
        answer
    }

    /// Creates a container and starts it.
    #[track_caller]
    pub(crate) fn runs(&self, name: &str, body: &str) {
        self.done("POST", &format!("/containers/create?name={name}"), body);
        self.done("POST", &format!("/containers/{name}/start"), "");
    }

    #[track_caller]
    pub(crate) fn inspect(&self, name: &str) -> Value {
        self.done("GET", &format!("/containers/{name}/json"), "").json()
    }

    /// A container's state as soon as it is what `wanted` says.
    #[track_caller]
    pub(crate) fn state(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end {
            last = self.inspect(name)["State"].clone();
            if wanted(&last) {
                return last;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("`{name}` stays as it is: {last}\n{}", self.log());
    }

    /// A container that runs and answers what it is asked.
    #[track_caller]
    pub(crate) fn answers(&self, name: &str) {
        let text = format!("are you there, {name}?\n");
        match self.client().challenge(name, &text) {
            Ok(heard) => assert_eq!(heard, text),
            Err(error) => panic!("`{name}`: {error}\n{}", self.log()),
        }
    }

    /// All processes that belong to this machine, as `/proc` tells.
    pub(crate) fn processes(&self) -> BTreeMap<u32, Role> {
        let mine = self.folder.path().to_string_lossy().into_owned();
        let mut found = BTreeMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else {
                continue;
            };
            let words = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
            let name = words.split('\0').next().unwrap_or_default();
            let errors = || fs::read_link(entry.path().join("fd/2")).is_ok_and(|to| to.starts_with(&mine));
            let role = match name {
                "sampan-network" if words.contains(&mine) => Role::Network,
                "sampan-worker" if words.contains(&mine) => Role::Worker,
                "sampan-monitor" if words.contains(&mine) => match words.contains("/spare.") {
                    true => Role::Spare,
                    false => Role::Monitor,
                },
                "sampan-zygote" if errors() => Role::Zygote,
                _ if words.contains("\0daemon\0") && words.contains(&mine) => Role::Daemon,
                _ => continue,
            };
            found.insert(pid, role);
        }
        found
    }

    pub(crate) fn with_role(&self, role: Role) -> Vec<u32> {
        let all = self.processes();
        all.into_iter()
            .filter(|(_, r)| *r == role)
            .map(|(pid, _)| pid)
            .collect()
    }
}

impl Host {
    /// A daemon that was killed leaves the bridges of its networks to the next, and here there is none. Their subnets
    /// would be taken for all later daemons of the machine.
    fn take_down_bridges(&self) {
        let data = digest_of(Algorithm::Sha256, self.root.as_os_str().as_encoded_bytes());
        let owner = format!("sampan {} ", data.hex().get(..16).unwrap_or_default());
        let Ok(links) = Links::here() else { return };
        for link in links.all().unwrap_or_default() {
            if link.alias.starts_with(&owner) {
                // It fails only where somebody else was faster.
                let _ = links.delete(link.index);
            }
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Whatever the test thinks of them: no process of its own may outlive it.
        for _ in 0..100 {
            let processes = self.processes();
            if processes.is_empty() {
                break;
            }
            processes.keys().for_each(|pid| kill(*pid, Signal::KILL));
            if let Some(mut daemon) = self.daemon.take() {
                let _ = daemon.wait();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.take_down_bridges();
    }
}

/// Sends a signal; a process that is gone already needs none.
pub(crate) fn kill(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let _ = kill_process(pid.expect("a process id"), signal);
}
