//! A daemon of its own, an image whose files are modules, and commands that talk to it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sampan_testkit::layer::{Kind, Layer};
use sampan_testkit::{guest, until};

#[path = "../support/ordinary.rs"]
mod ordinary;

/// How long a command may take: a hang ends as a failure.
const COMMAND: Duration = Duration::from_secs(60);

pub(crate) struct Host {
    folder: tempfile::TempDir,
    user: Option<u32>,
    daemon: Child,
}

/// What a command left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn wasm(text: impl AsRef<[u8]>) -> Vec<u8> {
    wat::parse_bytes(text.as_ref()).unwrap().into_owned()
}

/// A module of `guests/wat`, or of `guests/evil` behind `evil:`.
fn module(name: &str) -> Vec<u8> {
    let path = match name.strip_prefix("evil:") {
        Some(evil) => guest::evil(evil),
        None => guest::wat(name),
    };
    wasm(fs::read(path).unwrap())
}

/// Gives a program a second name. Many tests do at once, and copies of a large program would fill a small disk.
fn place(program: &Path, name: &Path) {
    if fs::hard_link(program, name).is_err() {
        fs::copy(program, name).unwrap();
    }
}

impl Host {
    /// With the images `files`, whose program sleeps and whose `/bin` has modules, and `sleeper`, without files.
    pub(crate) fn new() -> Self {
        Self::started(None)
    }

    /// The same as an ordinary user, who has no mounts of his own, since there are no namespaces of users for anybody.
    pub(crate) fn of_ordinary_user() -> Self {
        const NOBODY: u32 = 65_534;
        Self::started(rustix::process::geteuid().is_root().then_some(NOBODY))
    }

    fn started(user: Option<u32>) -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-exec-").tempdir().unwrap();
        // They lie where that user may look.
        place(
            &sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")),
            &folder.path().join("sampan"),
        );
        fs::copy(guest::evil("sleep_forever"), folder.path().join("sleeper.wat")).unwrap();
        if let Some(user) = user {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(user)).unwrap();
        }
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let daemon = match user {
            Some(user) => without_namespaces(folder.path(), user),
            None => command(folder.path(), None),
        }
        .arg("daemon")
        .arg("--exec-root")
        .arg(folder.path().join("run"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
        let host = Self { folder, user, daemon };
        until("the daemon", || UnixStream::connect(host.socket()).ok());
        let mut layer = Layer::new().folder("bin").folder("tmp");
        let modules = [
            ("app", module("stays")),
            ("bin/hello.wasm", module("hello")),
            ("bin/cat.wasm", module("cat")),
            ("bin/trap.wasm", module("trap")),
            ("bin/loop.wasm", module("evil:endless_loop")),
            ("bin/flood.wasm", module("evil:output_flood")),
            ("bin/disk.wasm", module("evil:full_disk")),
            ("bin/room.wasm", wasm(ROOM)),
            ("bin/thief.wasm", wasm(THIEF)),
            ("bin/box", sampan_toolbox::WASM.to_vec()),
        ];
        for (path, bytes) in &modules {
            layer = layer.entry(path, Kind::File, "", 0o755, bytes);
        }
        sampan_testkit::import(&host.socket(), &layer.tar(), "files", "CMD [\"/app\"]");
        let sleeper = host.folder.path().join("sleeper.wat");
        let packed = host.sampan(&["image", "pack", sleeper.to_str().unwrap(), "sleeper"]);
        assert_eq!(packed.code, Some(0), "{packed:?}");
        host
    }

    /// Makes the image `people`, which has users and the toolbox.
    pub(crate) fn import_people(&self) {
        let layer = Layer::new()
            .folder("bin")
            .folder("etc")
            .entry("app", Kind::File, "", 0o755, &module("stays"))
            .entry("bin/box", Kind::File, "", 0o755, sampan_toolbox::WASM)
            .entry("etc/passwd", Kind::File, "", 0o644, USERS.as_bytes())
            .entry("etc/group", Kind::File, "", 0o644, GROUPS.as_bytes());
        sampan_testkit::import(&self.socket(), &layer.tar(), "people", "CMD [\"/app\"]");
    }

    /// Ends the daemon alone and starts the next one, in a mount namespace of its own as systemd does.
    pub(crate) fn begin_again_apart(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        let folder = self.folder.path();
        let log = fs::File::options().append(true).open(folder.join("log")).unwrap();
        self.daemon = Command::new("/usr/bin/unshare")
            .args(["--mount", "--propagation", "slave"])
            .arg(folder.join("sampan"))
            .arg("daemon")
            .arg("--exec-root")
            .arg(folder.join("run"))
            .env_clear()
            .env("HOME", folder)
            .env("SAMPAN_ROOT", folder.join("root"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        until("the next daemon", || UnixStream::connect(self.socket()).ok());
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("run/sampan.sock")
    }

    pub(crate) fn connect(&self) -> UnixStream {
        let stream = UnixStream::connect(self.socket()).unwrap();
        stream.set_read_timeout(Some(COMMAND)).unwrap();
        stream
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = command(self.folder.path(), self.user);
        command.env("SAMPAN_HOST", self.socket()).args(args);
        command
    }

    /// Runs a command of `sampan` to its end.
    pub(crate) fn sampan(&self, args: &[&str]) -> Left {
        left(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Starts a container and gives its name.
    pub(crate) fn run(&self, image: &str, more: &[&str]) -> String {
        let args = [&["run", "-d", "-i"], more, &[image]].concat();
        let started = self.sampan(&args);
        assert_eq!(started.code, Some(0), "{started:?}");
        started.out.trim().to_owned()
    }

    /// The same with a command of its own.
    pub(crate) fn run_words(&self, image: &str, words: &[&str]) -> String {
        let started = self.sampan(&[&["run", "-d", image], words].concat());
        assert_eq!(started.code, Some(0), "{started:?}");
        started.out.trim().to_owned()
    }

    /// Runs a script in a container's shell.
    pub(crate) fn script(&self, container: &str, script: &str) -> Left {
        self.sampan(&["exec", container, "sh", "-c", script])
    }

    /// What `ps` in the container shows: number, parent and command of each.
    pub(crate) fn processes(&self, container: &str) -> Vec<(u32, u32, String)> {
        let listed = self.sampan(&["exec", container, "ps"]);
        assert_eq!(listed.code, Some(0), "{listed:?}");
        let line = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (
                words[0].parse().unwrap(),
                words[1].parse().unwrap(),
                words[3..].join(" "),
            )
        };
        let all = listed.out.lines().skip(1).map(line);
        all.filter(|(_, _, command)| command != "ps").collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // With its containers, which end with their daemon's zygote.
        for container in self.sampan(&["ps", "-aq"]).out.lines() {
            self.sampan(&["rm", "-f", container]);
        }
        let _ = rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.daemon),
            rustix::process::Signal::TERM,
        );
        let _ = self.daemon.wait();
    }
}

/// The binary with a home and a state of its own, for a user who may make no namespaces.
fn without_namespaces(folder: &Path, user: u32) -> Command {
    let words = format!("exec {} \"$0\" \"$@\"", ordinary::without_namespaces(user));
    let mut shell = at_home("/bin/sh", folder);
    shell.args(["-c", &words]).arg(folder.join("sampan"));
    shell
}

/// The binary with a home and a state of its own.
fn command(folder: &Path, user: Option<u32>) -> Command {
    let mut command = at_home(folder.join("sampan"), folder);
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command
}

fn at_home(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", folder)
        .env("SAMPAN_ROOT", folder.join("root"))
        .current_dir(folder);
    command
}

pub(crate) fn left(output: Output) -> Left {
    Left {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const USERS: &str = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:50::/:\n";
const GROUPS: &str = "root:x:0:\nstaff:x:50:\nextra:x:77:other,app\n";

/// Ends with the number of mebibytes that it could have, its first one not counted.
const ROOM: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (local $n i32)
        (block $full
            (loop $more
                (br_if $full (i32.eq (memory.grow (i32.const 16)) (i32.const -1)))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br $more)))
        (call $exit (local.get $n))))"#;

/// Wants what the toolbox has.
const THIEF: &str = r#"(module
    (import "sampan" "spawn" (func $spawn (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start") (drop (call $spawn (i32.const 0)))))"#;
