//! A daemon with a Wasm stand-in for `busybox`, and commands that talk to it.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sampan_testkit::layer::{Kind, Layer};

/// How long a daemon may take to answer.
const READY: Duration = Duration::from_secs(20);
/// How long a command of a client may take, in seconds: a hang ends as a failure.
const COMMAND: &str = "60";

/// Testcontainers that is run in a container of another engine looks for published ports at the gateway of the network
/// `bridge`. Sampan has them on loopback, where nobody wrote another address.
pub(crate) const HERE: &str =
    "TESTCONTAINERS_HOST_OVERRIDE=localhost TESTCONTAINERS_CONNECTION_MODE=docker_host";

/// A daemon of its own.
pub(crate) struct Host {
    folder: tempfile::TempDir,
    daemon: Child,
}

impl Host {
    /// Started, with the images `busybox` (the toolbox as `/bin/sh` and others) and `hello`.
    pub(crate) fn new() -> Self {
        Self::with(&serde_json::json!({}))
    }

    /// The same with these settings in its `daemon.json`.
    pub(crate) fn with(settings: &serde_json::Value) -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-clients-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        let file = folder.path().join("daemon.json");
        fs::write(&file, settings.to_string()).expect("settings can be written");
        let log = fs::File::create(folder.path().join("log")).expect("a log can be written");
        let daemon = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
            .args(["daemon", "--root"])
            .arg(folder.path().join("root"))
            .arg("--exec-root")
            .arg(folder.path().join("run"))
            .arg("--config-file")
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the daemon can be started");
        let host = Self { folder, daemon };
        let end = Instant::now() + READY;
        while UnixStream::connect(host.path("run/sampan.sock")).is_err() {
            assert!(Instant::now() < end, "the daemon does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::write(host.path("busybox.tar"), busybox().tar()).expect("an archive can be written");
        host.ok(&format!(
            "docker import --platform wasi/wasm -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' {} busybox",
            host.path("busybox.tar").display()
        ));
        host.pack(&sampan_testkit::guest::wat("hello"), "hello");
        host
    }

    /// A path in its folder.
    pub(crate) fn path(&self, beneath: &str) -> std::path::PathBuf {
        self.folder.path().join(beneath)
    }

    /// Where clients find it.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.path("run/sampan.sock").display())
    }

    /// An address of loopback behind which the daemon's socket is, for clients that know TCP alone.
    pub(crate) fn forwarded(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let socket = self.path("run/sampan.sock");
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(daemon) = UnixStream::connect(&socket) else {
                    return;
                };
                let both = (client.try_clone(), daemon.try_clone());
                let (Ok(client2), Ok(daemon2)) = both else { return };
                std::thread::spawn(move || pump(client, daemon, |to| to.shutdown(Shutdown::Write)));
                std::thread::spawn(move || {
                    pump(daemon2, client2, |to: &TcpStream| to.shutdown(Shutdown::Write))
                });
            }
        });
        format!("tcp://{address}")
    }

    /// Makes an image of a component that serves HTTP.
    pub(crate) fn serves(&self, name: &str) {
        let file = self.path(&format!("{name}.wasm"));
        fs::write(&file, sampan_testkit::guest::http_server("hello")).expect("a component can be written");
        self.pack(&file, name);
    }

    /// Makes an image of a Wasm file.
    pub(crate) fn pack(&self, file: &Path, name: &str) {
        let packed = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
            .arg("--root")
            .arg(self.path("root"))
            .args(["image", "pack"])
            .arg(file)
            .arg(name)
            .output()
            .expect("an image can be packed");
        assert!(
            packed.status.success(),
            "{}",
            String::from_utf8_lossy(&packed.stderr)
        );
    }

    /// `sampan compose` at this daemon, as words of a shell.
    pub(crate) fn own_compose(&self) -> String {
        format!(
            "env SAMPAN_HOST={} SAMPAN_ROOT={} {} compose",
            self.address(),
            self.path("own").display(),
            sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")).display()
        )
    }

    /// The daemon and all that it started.
    pub(crate) fn family(&self) -> Vec<u32> {
        let mut family = vec![self.daemon.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at).copied() {
            family.extend(children(parent));
            at += 1;
        }
        family
    }

    /// What the daemon wrote into its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).expect("the log can be read")
    }

    /// A line of a shell in the daemon's folder, with nothing of this user's home.
    pub(crate) fn shell(&self, line: &str) -> Output {
        self.shell_within(COMMAND, line)
    }

    /// The same where it may take longer: `seconds`.
    pub(crate) fn shell_within(&self, seconds: &str, line: &str) -> Output {
        let home = self.path("home");
        fs::create_dir_all(&home).expect("a home can be made");
        Command::new("timeout")
            .args([seconds, "bash", "-c", line])
            .current_dir(self.folder.path())
            .env("HOME", &home)
            .env("DOCKER_HOST", self.address())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("a shell can be started")
    }

    /// What a line of a shell that succeeds writes.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        let done = self.shell(line);
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "`{line}`: {}\n{out}{errors}", done.status);
        out
    }

    /// The exit code of a line of a shell, and all that it writes.
    pub(crate) fn code(&self, line: &str) -> (Option<i32>, String) {
        let done = self.shell(&format!("{{ {line}; }} 2>&1"));
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned(),
        )
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // The zygote and its workers would outlive their daemon.
        for pid in self
            .family()
            .iter()
            .rev()
            .filter_map(|pid| i32::try_from(*pid).ok())
        {
            if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        let _ = self.daemon.wait();
    }
}

/// All of one side into the other. One that is gone ends both.
fn pump<A: Read, B: Write>(mut from: A, mut to: B, end: impl Fn(&B) -> std::io::Result<()>) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = end(&to);
}

/// A root filesystem of the toolbox under its tools' names, and of a `top` that goes on for ever.
pub(crate) fn busybox() -> Layer {
    let mut image = Layer::new();
    for folder in [
        "tmp", "bin", "etc", "dev", "proc", "sys", "root", "home", "usr", "usr/bin", "var", "var/opt",
    ] {
        image = image.folder(folder);
    }
    for tool in sampan_toolbox::TOOLS {
        image = image.symlink(&format!("bin/{tool}"), "busybox");
    }
    let top = wat::parse_file(sampan_testkit::guest::wat("top")).expect("the guest is well-formed");
    let passwd = "root:x:0:0:root:/root:/bin/sh\npostgres:x:70:70::/var/lib/postgresql:/bin/sh\n";
    image
        .entry("bin/busybox", Kind::File, "", 0o755, sampan_toolbox::WASM)
        .entry("bin/top", Kind::File, "", 0o755, &top)
        .file("etc/passwd", passwd)
        .file("etc/group", "root:x:0:root\n")
}

fn children(parent: u32) -> Vec<u32> {
    let tasks = Path::new("/proc").join(parent.to_string()).join("task");
    fs::read_dir(tasks)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
