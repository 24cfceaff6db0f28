//! A daemon of its own, an image with a shell, and commands of `sampan compose` in a project's folder.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use sampan_testkit::layer::{Kind, Layer};
use sampan_testkit::{guest, until};

pub(crate) struct Host {
    folder: tempfile::TempDir,
    daemon: Child,
}

/// What a command left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Left {
    /// Its output, where it went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Its messages, where it failed.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert!(self.code.is_some_and(|code| code != 0), "{self:?}");
        self.err
    }
}

impl From<Output> for Left {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Host {
    /// With the images `box`, which has a shell and its tools, `stays`, which sleeps, `hello` and `exit`; and a project
    /// `proj` of one file.
    pub(crate) fn new(file: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("sampan-compose-")
            .tempdir()
            .unwrap();
        let binary = sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan"));
        // Many tests do at once, and copies of a large program would fill a small disk.
        if fs::hard_link(&binary, folder.path().join("sampan")).is_err() {
            fs::copy(&binary, folder.path().join("sampan")).unwrap();
        }
        fs::create_dir(folder.path().join("proj")).unwrap();
        fs::write(folder.path().join("proj/compose.yaml"), file).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let daemon = command(folder.path())
            .arg("daemon")
            .arg("--exec-root")
            .arg(folder.path().join("run"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let host = Self { folder, daemon };
        until("the daemon", || UnixStream::connect(host.socket()).ok());
        let mut layer = Layer::new().folder("bin").folder("tmp").folder("data");
        for tool in sampan_toolbox::TOOLS {
            layer = layer.symlink(&format!("bin/{tool}"), "busybox");
        }
        let layer = layer.entry("bin/busybox", Kind::File, "", 0o755, sampan_toolbox::WASM);
        sampan_testkit::import(&host.socket(), &layer.tar(), "box", "ENV PATH=/bin");
        for name in ["stays", "hello", "exit"] {
            let path = guest::wat(name);
            host.sampan(&["image", "pack", path.to_str().unwrap(), name]).ok();
        }
        host
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("run/sampan.sock")
    }

    /// A path in the project's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("proj").join(name)
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = command(self.folder.path());
        command
            .current_dir(self.path(""))
            .env("SAMPAN_HOST", self.socket())
            .stdin(Stdio::null())
            .args(args);
        command
    }

    /// Runs a command of `sampan` to its end.
    pub(crate) fn sampan(&self, args: &[&str]) -> Left {
        self.command(args).output().unwrap().into()
    }

    /// Runs a command of `sampan compose`, written as words, to its end.
    pub(crate) fn compose(&self, words: &str) -> Left {
        let args: Vec<&str> = std::iter::once("compose")
            .chain(words.split_whitespace())
            .collect();
        self.sampan(&args)
    }

    /// Containers of the project that fit: name and state of each, by name.
    pub(crate) fn states(&self) -> Vec<(String, String)> {
        let format = "{{.Name}} {{.State}}";
        let listed = self.sampan(&["compose", "ps", "-a", "--format", format]).ok();
        let mut all: Vec<_> = listed
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(name, state)| (name.to_owned(), state.to_owned()))
            .collect();
        all.sort();
        all
    }

    /// The id of a container.
    pub(crate) fn id(&self, name: &str) -> String {
        let ids = self.sampan(&["inspect", "--format", "{{.Id}}", name]).ok();
        ids.trim().to_owned()
    }

    /// Waits until the logs of a service hold a text.
    pub(crate) fn logs_say(&self, service: &str, text: &str) -> String {
        until(text, || {
            let logs = self.compose(&format!("logs --no-log-prefix {service}"));
            let all = logs.out + &logs.err;
            all.contains(text).then_some(all)
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // With its containers, which end with their daemon's zygote.
        for container in self.sampan(&["ps", "-aq"]).out.lines() {
            self.sampan(&["rm", "-f", container]);
        }
        let daemon = rustix::process::Pid::from_child(&self.daemon);
        let _ = rustix::process::kill_process(daemon, rustix::process::Signal::TERM);
        let _ = self.daemon.wait();
    }
}

/// The binary with a home and a state of its own.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(folder.join("sampan"));
    command
        .env_clear()
        .env("HOME", folder)
        .env("SAMPAN_ROOT", folder.join("root"))
        .current_dir(folder);
    command
}
