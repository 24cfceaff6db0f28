//! A small file system in a mount namespace of its own, so that no privilege is needed where user namespaces are.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// It is there as long as this value.
pub(crate) struct Disk {
    /// A process that does nothing but hold the namespace.
    holder: Child,
}

impl Disk {
    /// Mounts one. `None` where this user may not.
    pub(crate) fn mount(at: &Path, size: &str) -> Option<Self> {
        let script =
            format!("mount -t tmpfs -o size={size},mode=700 none \"$1\" && echo mounted && exec sleep 3600");
        // Root needs no namespace of users, in which it would not be the host's root.
        let apart = match rustix::process::geteuid().is_root() {
            true => "-m",
            false => "-rm",
        };
        let holder = Command::new("unshare")
            .args([apart, "sh", "-c", &script, "sh"])
            .arg(at)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut disk = Self { holder: holder.ok()? };
        let mut line = String::new();
        let stdout = disk.holder.stdout.take()?;
        BufReader::new(stdout).read_line(&mut line).ok()?;
        (line.trim() == "mounted").then_some(disk)
    }

    /// A program that sees the disk.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("/usr/bin/nsenter");
        command.args(["-t", &self.holder.id().to_string(), "-m"]);
        if !rustix::process::geteuid().is_root() {
            command.args(["-U", "--preserve-credentials"]);
        }
        command.arg("--").arg(program);
        command
    }

    /// A path on the disk as this process sees it.
    pub(crate) fn seen(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // It fails only where the process has ended already.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
