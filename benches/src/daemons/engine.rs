//! Our daemon with its processes.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::memory::{self, pss};
use super::{Networks, apart};
use crate::setup::Setup;

pub(crate) struct Engine {
    child: Child,
    root: PathBuf,
    run: PathBuf,
}

impl Engine {
    /// Without any image.
    pub(crate) fn start(setup: &Setup, networks: Networks) -> Result<Self> {
        let folder = setup.work.join(format!("sampan-{networks:?}").to_lowercase());
        let (root, run) = (folder.join("data"), folder.join("run"));
        let mut command = networks.command(setup, &setup.sampan);
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .arg("--root")
            .arg(&root)
            .args(["daemon", "--log-level", "error", "--exec-root"])
            .arg(&run)
            .stderr(Stdio::inherit());
        let child = command.spawn()?;
        let engine = Self { child, root, run };
        for _ in 0..100 {
            if engine.client().and_then(|mut c| c.get("/_ping")).is_ok() {
                return Ok(engine);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the daemon does not answer")
    }

    /// Makes an image of a module.
    pub(crate) fn pack(&self, setup: &Setup, name: &str, module: &Path) -> Result<()> {
        let mut pack = setup.command(&setup.sampan);
        let root = pack.arg("--root").arg(&self.root);
        let status = root.args(["image", "pack"]).arg(module).arg(name).status()?;
        if !status.success() {
            bail!("the image `{name}` cannot be made");
        }
        Ok(())
    }

    /// Takes the images `true` and `sleep` of busybox.
    pub(crate) fn import(&self, setup: &Setup) -> Result<()> {
        apart::import(setup, &self.socket())
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.run.join("sampan.sock")
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Client::connect(&self.socket())
    }

    /// The daemon and everything that was started for it: its own binary under other names, and some of them from a
    /// mount of their own.
    fn processes(&self) -> Result<Vec<u32>> {
        let binary = |pid| fs::metadata(format!("/proc/{pid}/exe")).map(|file| (file.dev(), file.ino()));
        let ours = binary(self.child.id())?;
        memory::processes(|pid, _| binary(pid).is_ok_and(|file| file == ours))
    }

    /// Proportional memory of all, in KiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        self.processes()?.into_iter().map(pss).sum()
    }

    pub(crate) fn daemon_memory(&self) -> Result<f64> {
        pss(self.child.id())
    }

    /// How often any thread of any process was put on a processor of its own accord.
    pub(crate) fn wakes(&self) -> Result<u64> {
        let mut sum = 0;
        for pid in self.processes()? {
            for task in fs::read_dir(format!("/proc/{pid}/task"))? {
                let status = fs::read_to_string(task?.path().join("status"))?;
                sum += status
                    .lines()
                    .find_map(|line| {
                        line.strip_prefix("voluntary_ctxt_switches:")?
                            .trim()
                            .parse::<u64>()
                            .ok()
                    })
                    .unwrap_or(0);
            }
        }
        Ok(sum)
    }

    /// Whether a container gives back what it is asked.
    pub(crate) fn challenge(&self, id: &str, number: usize) -> Result<bool> {
        let mut stream = UnixStream::connect(self.socket())?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = format!(
            "POST /v1.41/containers/{id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: tcp\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let words = format!("challenge {number}\n");
        stream.write_all(words.as_bytes())?;
        let mut frame = vec![0; 8 + words.len()];
        stream.read_exact(&mut frame).context("no answer")?;
        Ok(frame[8..] == *words.as_bytes())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Everything of this binary was started for this run.
        for pid in self.processes().unwrap_or_default() {
            if let Ok(pid) = libc::pid_t::try_from(pid) {
                crate::process::end(pid);
            }
        }
        let _ = self.child.wait();
    }
}
