//! `sampan registry` as a process of its own, on a port of loopback that is free.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to begin.
const READY: Duration = Duration::from_secs(20);

/// A registry that ends with its value.
pub(crate) struct Registry {
    process: Child,
    _folder: tempfile::TempDir,
    address: String,
}

impl Registry {
    /// For everybody.
    pub(crate) fn new() -> Self {
        Self::start(|_| Vec::new())
    }

    /// For one user and password alone.
    pub(crate) fn for_user(user: &str, password: &str) -> Self {
        Self::start(|folder| {
            let file = folder.join("htpasswd");
            let made = Command::new("htpasswd")
                .args(["-Bbn", user, password])
                .output()
                .expect("htpasswd can be started");
            assert!(made.status.success(), "htpasswd makes a hash");
            fs::write(&file, made.stdout).expect("a file can be written");
            vec!["--htpasswd".to_owned(), file.display().to_string()]
        })
    }

    fn start(flags: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-registry-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        let log = folder.path().join("log");
        let process = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
            .arg("--root")
            .arg(folder.path().join("root"))
            .args(["registry", "--listen", "127.0.0.1:0"])
            .args(flags(folder.path()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("a log can be written"))
            .spawn()
            .expect("the registry can be started");
        let mut registry = Self {
            process,
            _folder: folder,
            address: String::new(),
        };
        let end = Instant::now() + READY;
        while registry.address.is_empty() {
            assert!(Instant::now() < end, "the registry does not begin");
            std::thread::sleep(Duration::from_millis(20));
            let said = fs::read_to_string(&log).expect("its log can be read");
            if let Some((_, address)) = said.trim_end().rsplit_once("http://") {
                registry.address = address.to_owned();
            }
        }
        registry
    }

    /// Host and port, as names of images begin.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
