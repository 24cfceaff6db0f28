//! In which network a daemon lives, and where images come from.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::setup::Setup;

/// Where Debian puts the static busybox.
const BUSYBOX: [&str; 2] = ["/bin/busybox", "/usr/bin/busybox"];

/// Which network a daemon makes its own in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Networks {
    /// The host's, where it makes none.
    None,
    /// The host's.
    Hosts,
    /// A namespace of its own, which goes with it: dockerd has the host drop what is forwarded.
    Own,
}

impl Networks {
    /// A command that runs there.
    pub(crate) fn command(self, setup: &Setup, program: &Path) -> Command {
        match self {
            Self::None | Self::Hosts => setup.command(program),
            Self::Own => {
                let mut command = setup.command(Path::new("/usr/bin/unshare"));
                command
                    .args(["--net", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""])
                    .arg(program);
                command
            }
        }
    }
}

/// The static busybox of this machine, if it has one.
pub(crate) fn busybox() -> Option<&'static Path> {
    BUSYBOX.iter().map(Path::new).find(|path| path.exists())
}

/// A root file system of busybox alone, under its own name and those of the tools that are asked for.
pub(crate) fn root(setup: &Setup) -> Result<Option<PathBuf>> {
    let Some(busybox) = busybox() else {
        return Ok(None);
    };
    let root = setup.work.join("busybox");
    if !root.exists() {
        for folder in ["bin", "proc", "sys", "dev", "etc", "tmp"] {
            fs::create_dir_all(root.join(folder))?;
        }
        for name in ["true", "sleep"] {
            fs::copy(busybox, root.join("bin").join(name))?;
        }
    }
    Ok(Some(root))
}

/// The images `true` and `sleep` of busybox, by the docker command line.
pub(crate) fn import(setup: &Setup, socket: &Path) -> Result<()> {
    let Some(root) = root(setup)? else {
        bail!("there is no static busybox");
    };
    let tar = setup.work.join("busybox.tar");
    run(Command::new("tar")
        .arg("-C")
        .arg(&root)
        .arg("-cf")
        .args([tar.as_os_str(), OsStr::new(".")]))?;
    for (name, change) in [
        ("true", r#"CMD ["/bin/true"]"#),
        ("sleep", r#"CMD ["/bin/sleep", "1000"]"#),
    ] {
        let mut import = Command::new("docker");
        import.arg("--host").arg(format!("unix://{}", socket.display()));
        import.args(["import", "--change", change]).arg(&tar).arg(name);
        run(import.env("DOCKER_API_VERSION", "1.41"))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).status()?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}
