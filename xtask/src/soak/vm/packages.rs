//! QEMU and a kernel from Debian's packages, unpacked into a folder of their own and kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// What apt is asked for; it adds what this machine has not.
const WANTED: [&str; 2] = ["qemu-system-x86", "linux-image-cloud-amd64"];
/// Of all that comes, what is unpacked: not the services that a kernel's package asks for.
const UNPACKED: [&str; 6] = ["qemu-", "seabios", "ipxe-", "lib", "linux-image-", "vgabios"];

/// Where they lie.
pub(super) struct Packages {
    root: PathBuf,
    /// The kernel's version, as its modules have it.
    pub(super) version: String,
}

impl Packages {
    pub(super) fn kernel(&self) -> PathBuf {
        self.root.join("boot").join(format!("vmlinuz-{}", self.version))
    }

    pub(super) fn modules(&self) -> PathBuf {
        self.root.join("lib/modules").join(&self.version)
    }

    /// QEMU with its libraries and firmware.
    pub(super) fn qemu(&self) -> Command {
        let mut command = shell::program(self.root.join("usr/bin/qemu-system-x86_64"));
        let libraries =
            ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|folder| self.root.join(folder));
        let libraries = std::env::join_paths(libraries).unwrap_or_default();
        command.env("LD_LIBRARY_PATH", libraries);
        for folder in ["qemu", "seabios"] {
            command.arg("-L").arg(self.root.join("usr/share").join(folder));
        }
        command
    }
}

/// Fetches what is missing.
pub(super) fn ready(folder: &Path) -> Result<Packages> {
    let root = folder.join("root");
    let complete = folder.join("complete");
    if !complete.exists() {
        shell::step("packages of QEMU and of Debian's kernel");
        fetch(folder, &root)?;
        fs::write(&complete, "").context("cannot note that the packages are there")?;
    }
    let mut versions = fs::read_dir(root.join("lib/modules"))
        .context("the kernel's package has no modules")?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version = versions.next().context("the kernel's package has no modules")?;
    let packages = Packages { root, version };
    if !packages.modules().join("modules.alias").exists() {
        // As its package's own script does; busybox has it where kmod is not installed.
        let base = &packages.root;
        shell::run(
            shell::program("busybox")
                .args(["depmod", "-b"])
                .arg(base)
                .arg(&packages.version),
        )?;
    }
    Ok(packages)
}

fn fetch(folder: &Path, root: &Path) -> Result<()> {
    let archives = folder.join("debs");
    fs::create_dir_all(archives.join("partial")).context("cannot make a folder for packages")?;
    let download = || {
        shell::program("apt-get")
            .args([
                "install",
                "--download-only",
                "-y",
                "-qq",
                "--reinstall",
                "--no-install-recommends",
            ])
            .arg("-o")
            .arg(format!("Dir::Cache::archives={}", archives.display()))
            .args(["-o", "APT::Sandbox::User=root"])
            .args(WANTED)
            .status()
            .is_ok_and(|status| status.success())
    };
    if !download() {
        shell::run(shell::program("apt-get").args(["-qq", "update"]))?;
        if !download() {
            bail!("apt-get cannot fetch {} (it needs root)", WANTED.join(" and "));
        }
    }
    let mut found = 0;
    for entry in fs::read_dir(&archives)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".deb") && UNPACKED.iter().any(|start| name.starts_with(start)) {
            shell::run(shell::program("dpkg").arg("-x").arg(&path).arg(root))?;
            found += 1;
        }
    }
    if found == 0 {
        bail!("apt-get fetched no package into `{}`", archives.display());
    }
    Ok(())
}
