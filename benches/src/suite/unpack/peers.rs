//! Who loads and unpacks: each with folders of its own on the same disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::NAME;
use super::archive::Archive;
use crate::daemons::{self, Engine, Networks};
use crate::setup::Setup;

/// One who loads and unpacks.
pub(super) trait Peer {
    fn name(&self) -> String;
    /// What of it a power cut would not take.
    fn durable(&self) -> &'static str;
    /// Until a container could start.
    fn load(&mut self, archive: &Archive) -> Result<Duration>;
    /// Nothing of it is left.
    fn forget(&mut self) -> Result<()>;
}

fn timed(command: &mut Command) -> Result<Duration> {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let took = started.elapsed();
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(took)
}

fn ready(mut ask: impl FnMut() -> bool) -> Result<()> {
    for _ in 0..200 {
        if ask() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("it does not answer")
}

/// A daemon that ends with this value.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        crate::process::leave(&mut self.0);
    }
}

pub(super) struct Sampan {
    engine: Engine,
    container: String,
}

impl Sampan {
    pub(super) fn start(setup: &Setup) -> Result<Self> {
        Ok(Self {
            engine: Engine::start(setup, Networks::Hosts)?,
            container: String::new(),
        })
    }
}

impl Peer for Sampan {
    fn name(&self) -> String {
        "sampan, load and create".to_owned()
    }
    fn durable(&self) -> &'static str {
        "blobs and names; layers behind it, and made again where a power cut comes first"
    }
    fn load(&mut self, archive: &Archive) -> Result<Duration> {
        let mut client = self.engine.client()?;
        let started = Instant::now();
        client.load(&archive.path)?;
        self.container = client.create(NAME, "none")?;
        Ok(started.elapsed())
    }
    fn forget(&mut self) -> Result<()> {
        let mut client = self.engine.client()?;
        client.remove(&self.container)?;
        client.remove_image(NAME)
    }
}

pub(super) struct Containerd {
    folder: PathBuf,
    version: String,
    _daemon: Daemon,
}

impl Containerd {
    /// `None` where it is not installed.
    pub(super) fn start(setup: &Setup) -> Result<Option<Self>> {
        let program = Path::new("/usr/bin/containerd");
        if !program.exists() || !Path::new("/usr/bin/ctr").exists() {
            return Ok(None);
        }
        let folder = setup.work.join("unpack-containerd");
        fs::create_dir_all(&folder)?;
        let config = folder.join("config.toml");
        let at = folder.display();
        fs::write(
            &config,
            format!(
                "version = 2\nroot = \"{at}/root\"\nstate = \"{at}/state\"\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n\
                 [grpc]\naddress = \"{at}/containerd.sock\"\n[ttrpc]\naddress = \"{at}/ttrpc.sock\"\n"
            ),
        )?;
        let log = fs::File::create(folder.join("log"))?;
        let child = Command::new(program)
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut peer = Self {
            folder,
            version: String::new(),
            _daemon: Daemon(child),
        };
        ready(|| {
            peer.ctr()
                .arg("version")
                .output()
                .is_ok_and(|told| told.status.success())
        })?;
        let told = Command::new(program).arg("--version").output()?;
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        peer.version = told.split_whitespace().nth(2).unwrap_or_default().to_owned();
        Ok(Some(peer))
    }

    fn ctr(&self) -> Command {
        let mut command = Command::new("/usr/bin/ctr");
        command.arg("-a").arg(self.folder.join("containerd.sock"));
        command
    }
}

impl Peer for Containerd {
    fn name(&self) -> String {
        format!(
            "containerd {}, `ctr image import --snapshotter overlayfs`",
            self.version
        )
    }
    fn durable(&self) -> &'static str {
        "blobs and names; layers are never synced"
    }
    fn load(&mut self, archive: &Archive) -> Result<Duration> {
        timed(
            self.ctr()
                .args(["image", "import", "--snapshotter", "overlayfs"])
                .arg(&archive.path),
        )
    }
    fn forget(&mut self) -> Result<()> {
        timed(self.ctr().args(["image", "rm", "--sync", NAME])).map(drop)
    }
}

pub(super) struct Docker(daemons::Docker);

impl Docker {
    pub(super) fn start(setup: &Setup) -> Result<Option<Self>> {
        Ok(daemons::Docker::start(setup, Networks::None)?.map(Self))
    }

    fn docker(&self) -> Command {
        let mut command = Command::new("docker");
        command.arg("--host").arg(self.0.host());
        command
    }
}

impl Peer for Docker {
    fn name(&self) -> String {
        format!("{}, `docker load`", self.0.version())
    }
    fn durable(&self) -> &'static str {
        "names; layers are never synced, and blobs are not kept"
    }
    fn load(&mut self, archive: &Archive) -> Result<Duration> {
        timed(self.docker().args(["load", "-q", "-i"]).arg(&archive.path))
    }
    fn forget(&mut self) -> Result<()> {
        timed(self.docker().args(["rmi", "-f", NAME])).map(drop)
    }
}

pub(super) struct Podman {
    folder: PathBuf,
    version: String,
}

impl Podman {
    /// `None` where it is not installed.
    pub(super) fn find(setup: &Setup) -> Option<Self> {
        let told = Command::new("podman").arg("--version").output().ok()?;
        let folder = setup.work.join("unpack-podman");
        fs::create_dir_all(&folder).ok()?;
        let version = String::from_utf8_lossy(&told.stdout).trim().to_owned();
        Some(Self { folder, version })
    }

    fn podman(&self) -> Command {
        let mut command = Command::new("podman");
        command
            .arg("--root")
            .arg(self.folder.join("root"))
            .arg("--runroot")
            .arg(self.folder.join("run"));
        command.args(["--storage-driver", "overlay"]);
        command
    }
}

impl Peer for Podman {
    fn name(&self) -> String {
        format!("{}, `podman load`", self.version)
    }
    fn durable(&self) -> &'static str {
        "names; layers are never synced, and blobs are not kept"
    }
    fn load(&mut self, archive: &Archive) -> Result<Duration> {
        timed(self.podman().args(["load", "-q", "-i"]).arg(&archive.path)).context("podman")
    }
    fn forget(&mut self) -> Result<()> {
        timed(self.podman().args(["rmi", "-f", NAME])).map(drop)
    }
}
