//! Podman's service, which answers Docker's API as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Result, bail};

use super::client::Client;
use super::docker::field;
use super::{Networks, apart};
use crate::setup::Setup;

/// runc, because crun of Debian 12 refuses hybrid hierarchies of cgroups.
const CONTAINERS_CONF: &str =
    "[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n";

pub(crate) struct Podman {
    child: Child,
    socket: PathBuf,
    version: String,
}

impl Podman {
    /// With the images `true` and `sleep` of busybox; `None` where there is no podman or no busybox.
    pub(crate) fn start(setup: &Setup) -> Result<Option<Self>> {
        let podman = Path::new("/usr/bin/podman");
        if !podman.exists() || apart::busybox().is_none() {
            return Ok(None);
        }
        let folder = setup.work.join("podman");
        fs::create_dir_all(&folder)?;
        let conf = folder.join("containers.conf");
        fs::write(&conf, CONTAINERS_CONF)?;
        let socket = folder.join("podman.sock");
        let mut command = Networks::Own.command(setup, podman);
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("CONTAINERS_CONF", conf)
            .arg("--root")
            .arg(folder.join("data"))
            .arg("--runroot")
            .arg(folder.join("run"))
            .args(["--storage-driver", "overlay", "system", "service", "--time", "0"])
            .arg(format!("unix://{}", socket.display()))
            .stderr(fs::File::create(folder.join("log"))?);
        let mut podman = Self {
            child: command.spawn()?,
            socket,
            version: String::new(),
        };
        for _ in 0..200 {
            if let Ok(version) = podman.client().and_then(|mut c| c.get("/version")) {
                podman.version = format!("podman {}", field(&version, "Version"));
                apart::import(setup, &podman.socket)?;
                return Ok(Some(podman));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("podman does not answer")
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Client::connect(&self.socket)
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        crate::process::leave(&mut self.child);
    }
}
