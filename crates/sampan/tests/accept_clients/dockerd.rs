//! The same requests to this daemon and to a real dockerd: what is not there, what is wrong, how documents look.
//!
//! `dockerd/known-20.10.txt` holds every difference from the dockerd that Debian 12 has; one more and one less fail the
//! test. Most are words of newer versions, whose source is the measure here, and statuses that 20.10 had none for.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sampan_testkit::layer::{Kind, Layer};
use sampan_testkit::place;

use crate::host::Host;

const READY: Duration = Duration::from_secs(60);

/// A dockerd with a folder of its own, without networks that touch the machine's.
struct Dockerd {
    process: Child,
    folder: tempfile::TempDir,
}

impl Dockerd {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("dockerd-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        let path = |name: &str| folder.path().join(name);
        let process = Command::new("dockerd")
            .arg("--data-root")
            .arg(path("root"))
            .arg("--exec-root")
            .arg(path("run"))
            .arg("--pidfile")
            .arg(path("pid"))
            .arg("--host")
            .arg(format!("unix://{}", path("sock").display()))
            .args(["--iptables=false", "--bridge=none", "--storage-driver=vfs"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(path("log")).expect("a log can be written"))
            .spawn()
            .expect("dockerd can be started");
        let daemon = Self { process, folder };
        let end = Instant::now() + READY;
        while std::os::unix::net::UnixStream::connect(daemon.path("sock")).is_err() {
            let log = || fs::read_to_string(daemon.path("log")).unwrap_or_default();
            assert!(Instant::now() < end, "dockerd does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
        daemon
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Dockerd {
    fn drop(&mut self) {
        // It ends its containerd, and unmounts what it mounted.
        if let Some(pid) = i32::try_from(self.process.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "accept: needs dockerd, its command line and a static busybox, which are no part of the tree"]
fn answers_differ_from_dockerd_only_where_it_is_known() {
    let version = Command::new("dockerd").arg("--version").output();
    let version = version.map(|said| String::from_utf8_lossy(&said.stdout).into_owned());
    let is_root = rustix::process::geteuid().is_root();
    let Some(version) = version
        .ok()
        .filter(|said| is_root && said.contains("version 20.10."))
    else {
        println!("not run: there is no dockerd 20.10 that root could start");
        return;
    };
    let (host, dockerd) = (Host::new(), Dockerd::new());
    let busybox = ["/bin/busybox", "/usr/bin/busybox"];
    let busybox = busybox.iter().find(|path| Path::new(path).exists());
    let busybox = fs::read(busybox.expect("busybox-static is installed")).expect("it can be read");
    let image = Layer::new()
        .folder("bin")
        .entry("bin/busybox", Kind::File, "", 0o755, &busybox)
        .symlink("bin/sh", "busybox")
        .symlink("bin/true", "busybox");
    fs::write(host.path("linux.tar"), image.tar()).expect("an archive can be written");
    let sock = dockerd.path("sock");
    host.ok(&format!(
        "docker -H unix://{} import -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' linux.tar busybox",
        sock.display()
    ));
    host.ok("docker rmi hello");
    let here = place::repository().join("crates/sampan/tests/accept_clients/dockerd");
    let said = host.ok(&format!(
        "python3 {0}/compare.py {0}/requests.json run/sampan.sock {1}",
        here.display(),
        sock.display()
    ));
    let known = fs::read_to_string(here.join("known-20.10.txt")).unwrap_or_default();
    let new: Vec<&str> = said
        .lines()
        .filter(|line| !known.lines().any(|old| old == *line))
        .collect();
    let gone: Vec<&str> = known
        .lines()
        .filter(|line| !said.lines().any(|now| now == *line))
        .collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "{version}differences that are new:\n{}\nand gone:\n{}\nall of them:\n{said}",
        new.join("\n"),
        gone.join("\n")
    );
}
