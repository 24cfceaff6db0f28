//! A real dockerd, where one is on the path.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

use super::client::Client;
use crate::setup::Setup;

pub(in crate::suite) struct Docker {
    child: Child,
    socket: PathBuf,
    version: String,
}

impl Docker {
    /// With an image `true` of busybox; `None` where there is no dockerd or no busybox.
    pub(in crate::suite) fn start(setup: &Setup) -> Result<Option<Self>> {
        let (dockerd, busybox) = (Path::new("/usr/sbin/dockerd"), Path::new("/bin/busybox"));
        if !dockerd.exists() || !busybox.exists() {
            return Ok(None);
        }
        let folder = setup.work.join("docker");
        fs::create_dir_all(&folder)?;
        let socket = folder.join("docker.sock");
        let log = fs::File::create(folder.join("log"))?;
        let child = Command::new(dockerd)
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("pid"))
            .arg("--host")
            .arg(format!("unix://{}", socket.display()))
            .args(["--bridge", "none", "--iptables=false"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut docker = Self {
            child,
            socket,
            version: String::new(),
        };
        for _ in 0..200 {
            if let Ok(version) = docker.client().and_then(|mut c| c.get("/version")) {
                docker.version = format!("dockerd {}", field(&version, "Version"));
                docker.import(&folder, busybox)?;
                return Ok(Some(docker));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("dockerd does not answer")
    }

    fn import(&self, folder: &Path, busybox: &Path) -> Result<()> {
        let root = folder.join("root");
        fs::create_dir_all(root.join("bin"))?;
        fs::copy(busybox, root.join("bin/true"))?;
        let tar = folder.join("true.tar");
        let packed = Command::new("tar")
            .arg("-C")
            .arg(&root)
            .arg("-cf")
            .arg(&tar)
            .arg(".")
            .status()?;
        let imported = Command::new("docker")
            .arg("--host")
            .arg(self.host())
            .args(["import", "--change", "CMD [\"/bin/true\"]"])
            .arg(&tar)
            .arg("true")
            .stdout(Stdio::null())
            .status()?;
        if !packed.success() || !imported.success() {
            bail!("dockerd does not take the image");
        }
        Ok(())
    }

    pub(in crate::suite) fn client(&self) -> Result<Client> {
        Client::connect(&self.socket)
    }

    /// Where its clients find it, as they are told.
    pub(in crate::suite) fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    pub(in crate::suite) fn version(&self) -> &str {
        &self.version
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        if let Ok(pid) = libc::pid_t::try_from(self.child.id()) {
            crate::process::ask(pid);
        }
        let _ = self.child.wait();
    }
}

fn field<'a>(json: &'a str, name: &str) -> &'a str {
    let key = format!("\"{name}\":\"");
    json.rsplit_once(&key)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("of unknown version", |(value, _)| value)
}
