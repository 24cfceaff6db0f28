//! A daemon with a Wasm stand-in for `busybox`, and commands that talk to it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sampan_testkit::layer::{Kind, Layer};

/// How long a daemon may take to answer.
const READY: Duration = Duration::from_secs(20);
/// How long a command of a client may take, in seconds: a hang ends as a failure.
const COMMAND: &str = "60";
/// Names under which the toolbox stands in `/bin`.
const TOOLS: &[&str] = &[
    "sh", "true", "false", "sleep", "cat", "ls", "echo", "env", "touch", "mkdir", "rm", "test", "printf",
    "id", "pwd",
];

/// A daemon of its own.
pub(crate) struct Host {
    folder: tempfile::TempDir,
    daemon: Child,
}

impl Host {
    /// Started, with the images `busybox` (the toolbox as `/bin/sh` and others) and `hello`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-clients-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        let log = fs::File::create(folder.path().join("log")).expect("a log can be written");
        let daemon = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
            .args(["daemon", "--root"])
            .arg(folder.path().join("root"))
            .arg("--exec-root")
            .arg(folder.path().join("run"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the daemon can be started");
        let host = Self { folder, daemon };
        let end = Instant::now() + READY;
        while std::os::unix::net::UnixStream::connect(host.path("run/sampan.sock")).is_err() {
            assert!(Instant::now() < end, "the daemon does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut image = Layer::new()
            .folder("tmp")
            .folder("bin")
            .folder("etc")
            .folder("var/opt");
        for tool in TOOLS {
            image = image.symlink(&format!("bin/{tool}"), "busybox");
        }
        let image = image.entry("bin/busybox", Kind::File, "", 0o755, sampan_toolbox::PLAIN);
        fs::write(host.path("busybox.tar"), image.tar()).expect("an archive can be written");
        host.ok(&format!(
            "docker import --platform wasi/wasm -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' {} busybox",
            host.path("busybox.tar").display()
        ));
        let hello = sampan_testkit::guest::wat("hello");
        let packed = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
            .arg("--root")
            .arg(host.path("root"))
            .args(["image", "pack"])
            .arg(hello)
            .arg("hello")
            .output()
            .expect("an image can be packed");
        assert!(
            packed.status.success(),
            "{}",
            String::from_utf8_lossy(&packed.stderr)
        );
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

    /// A line of a shell in the daemon's folder, with nothing of this user's home.
    pub(crate) fn shell(&self, line: &str) -> Output {
        let home = self.path("home");
        fs::create_dir_all(&home).expect("a home can be made");
        Command::new("timeout")
            .args([COMMAND, "bash", "-c", line])
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
        let mut family = vec![self.daemon.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at).copied() {
            family.extend(children(parent));
            at += 1;
        }
        for pid in family.iter().rev().filter_map(|pid| i32::try_from(*pid).ok()) {
            if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        let _ = self.daemon.wait();
    }
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
