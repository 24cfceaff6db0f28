//! Our daemon with its processes.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::client::Client;
use crate::setup::Setup;

pub(super) struct Engine {
    child: Child,
    run: PathBuf,
}

impl Engine {
    /// With the images `hello`, `loop` and `cat`.
    pub(super) fn start(setup: &Setup) -> Result<Self> {
        let root = setup.work.join("daemon");
        let run = setup.work.join("run");
        let wat = setup.work.join("loop.wat");
        fs::write(
            &wat,
            "(module (memory (export \"memory\") 1) (func (export \"_start\") (loop $l (br $l))))",
        )?;
        for (name, file) in [
            ("hello", setup.module("hello")),
            ("cat", setup.module("cat")),
            ("loop", wat),
        ] {
            let mut pack = setup.command(&setup.sampan);
            let status = pack
                .arg("--root")
                .arg(&root)
                .args(["image", "pack"])
                .arg(file)
                .arg(name)
                .status()?;
            if !status.success() {
                bail!("the image `{name}` cannot be made");
            }
        }
        let mut command = setup.command(&setup.sampan);
        command
            .arg("--root")
            .arg(&root)
            .args(["daemon", "--log-level", "error", "--exec-root"])
            .arg(&run)
            .stderr(Stdio::inherit());
        let child = command.spawn()?;
        let engine = Self { child, run };
        for _ in 0..100 {
            if engine.client().and_then(|mut c| c.get("/_ping")).is_ok() {
                return Ok(engine);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the daemon does not answer")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.run.join("sampan.sock")
    }

    pub(super) fn client(&self) -> Result<Client> {
        Client::connect(&self.socket())
    }

    /// The daemon and everything that was started for it: its own binary under other names.
    fn processes(&self) -> Result<Vec<u32>> {
        let exe = fs::read_link(format!("/proc/{}/exe", self.child.id()))?;
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let Ok(pid) = entry?.file_name().to_string_lossy().parse::<u32>() else {
                continue;
            };
            if fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|path| path == exe) {
                found.push(pid);
            }
        }
        Ok(found)
    }

    /// Proportional memory of all, in KiB.
    pub(super) fn memory(&self) -> Result<f64> {
        self.processes()?.into_iter().map(pss).sum()
    }

    pub(super) fn daemon_memory(&self) -> Result<f64> {
        pss(self.child.id())
    }

    /// How often any thread of any process was put on a processor of its own accord.
    pub(super) fn wakes(&self) -> Result<u64> {
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
    pub(super) fn challenge(&self, id: &str, number: usize) -> Result<bool> {
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

fn pss(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    text.lines()
        .find_map(|line| {
            line.strip_prefix("Pss:")?
                .trim()
                .strip_suffix(" kB")?
                .trim()
                .parse()
                .ok()
        })
        .context("the kernel does not tell shared memory")
}
