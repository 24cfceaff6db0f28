//! A real dockerd, where one is on the path.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Result, bail};

use super::client::Client;
use super::{Networks, apart, memory};
use crate::setup::Setup;

pub(crate) struct Docker {
    child: Child,
    folder: PathBuf,
    socket: PathBuf,
    version: String,
}

impl Docker {
    /// With the images `true` and `sleep` of busybox; `None` where there is no dockerd or no busybox.
    pub(crate) fn start(setup: &Setup, networks: Networks) -> Result<Option<Self>> {
        let dockerd = Path::new("/usr/sbin/dockerd");
        if !dockerd.exists() || apart::busybox().is_none() {
            return Ok(None);
        }
        let folder = setup.work.join(format!("docker-{networks:?}").to_lowercase());
        fs::create_dir_all(&folder)?;
        let socket = folder.join("docker.sock");
        let log = fs::File::create(folder.join("log"))?;
        let mut command = networks.command(setup, dockerd);
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("pid"))
            .arg("--host")
            .arg(format!("unix://{}", socket.display()))
            .stderr(log);
        if networks == Networks::None {
            command.args(["--bridge", "none", "--iptables=false"]);
        }
        let child = command.spawn()?;
        let mut docker = Self {
            child,
            folder,
            socket,
            version: String::new(),
        };
        for _ in 0..200 {
            if let Ok(version) = docker.client().and_then(|mut c| c.get("/version")) {
                docker.version = format!("dockerd {}", field(&version, "Version"));
                apart::import(setup, &docker.socket)?;
                return Ok(Some(docker));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("dockerd does not answer")
    }

    /// Proportional memory of dockerd, containerd and the shims, in KiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        memory::of(|_, words| words.contains(&*self.folder.to_string_lossy()))
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Client::connect(&self.socket)
    }

    /// Where its clients find it, as they are told.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        crate::process::leave(&mut self.child);
    }
}

pub(super) fn field<'a>(json: &'a str, name: &str) -> &'a str {
    let key = format!("\"{name}\":\"");
    json.rsplit_once(&key)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("of unknown version", |(value, _)| value)
}
