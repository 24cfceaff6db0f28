//! What the virtual machine boots from: a first file system in memory that finds the disk, and the disk.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::Test;
use super::packages::Packages;
use crate::shell;

/// Finds the disk and goes on from there.
const FIRST: &str = include_str!("first.sh");
/// The first process on the disk: sets the machine up and runs the tests.
const INIT: &str = include_str!("init.sh");
/// What the kernel needs to see the disk, each after those that it needs itself.
const DRIVERS: [&str; 6] = [
    "virtio_ring",
    "virtio",
    "virtio_pci_modern_dev",
    "virtio_pci_legacy_dev",
    "virtio_pci",
    "virtio_blk",
];
/// The disk: the tests write little, and what is not written takes no room.
const SIZE: u64 = 4 << 30;

/// Files for QEMU.
pub(super) struct Image {
    pub(super) initrd: PathBuf,
    pub(super) disk: PathBuf,
}

/// Makes both anew.
pub(super) fn make(
    folder: &Path,
    packages: &Packages,
    binary: &Path,
    programs: &[(String, PathBuf)],
    tests: &[Test],
) -> Result<Image> {
    shell::step("the machine's disk");
    let busybox = busybox()?;
    let image = Image {
        initrd: folder.join("initrd"),
        disk: folder.join("disk"),
    };
    let tree = Tree::new(folder.join("first"))?;
    tree.file("bin/busybox", &busybox)?;
    for name in ["dev", "disk"] {
        tree.folder(name)?;
    }
    for name in DRIVERS {
        // A kernel may have it built in.
        if let Some(module) = module(&packages.modules(), &format!("{name}.ko"))? {
            tree.file(&format!("lib/{name}.ko"), &module)?;
        }
    }
    tree.script("init", &FIRST.replace("DRIVERS", &DRIVERS.join(" ")))?;
    archive(&tree.0, &image.initrd)?;

    let tree = Tree::new(folder.join("tree"))?;
    for name in [
        "proc",
        "sys",
        "dev",
        "run",
        "root",
        "var",
        "usr/bin",
        "sbin",
        "repository/target/tmp",
    ] {
        tree.folder(name)?;
    }
    tree.folder("tmp")?;
    fs::set_permissions(tree.0.join("tmp"), Permissions::from_mode(0o1777))?;
    tree.file("bin/busybox", &busybox)?;
    // The kernel asks it for what it has not loaded.
    symlink("/bin/busybox", tree.0.join("sbin/modprobe"))?;
    tree.copy(&packages.modules(), &format!("lib/modules/{}", packages.version))?;
    tree.copy(&shell::root().join("guests"), "repository/guests")?;
    // By this the tests know the folder that things are built into.
    tree.text(
        "repository/target/CACHEDIR.TAG",
        "Signature: 8a477f597d28d172789f06886806bc55\n",
    )?;
    tree.program("repository/sampan", binary)?;
    for (name, path) in programs {
        tree.program(&format!("repository/target/debug/deps/{name}"), path)?;
    }
    tree.text("etc/passwd", "root:x:0:0::/root:/bin/sh\n")?;
    tree.text("etc/group", "root:x:0:\n")?;
    let lines: Vec<String> = tests
        .iter()
        .map(|test| format!("{} {}\n", test.file, test.name))
        .collect();
    tree.text("tests", &lines.concat())?;
    tree.script("init", INIT)?;
    File::create(&image.disk)?.set_len(SIZE)?;
    shell::run(
        shell::program("/usr/sbin/mke2fs")
            .args(["-q", "-F", "-t", "ext4", "-d"])
            .arg(&tree.0)
            .arg(&image.disk),
    )?;
    Ok(image)
}

fn busybox() -> Result<PathBuf> {
    let known = ["/bin/busybox", "/usr/bin/busybox"].map(PathBuf::from);
    let found = known.into_iter().find(|path| path.exists());
    let found = found.context("busybox is not installed: as root, `apt-get install busybox-static`")?;
    match libraries(&found)?.is_empty() {
        true => Ok(found),
        false => bail!(
            "`{}` needs libraries: as root, `apt-get install busybox-static`",
            found.display()
        ),
    }
}

fn module(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            if let Some(found) = module(&path, name)? {
                return Ok(Some(found));
            }
        } else if path.file_name().is_some_and(|found| found == name) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The folder as the kernel reads it at its start.
fn archive(folder: &Path, to: &Path) -> Result<()> {
    let names = shell::capture(shell::program("find").arg(".").current_dir(folder))?;
    let mut command = shell::program("busybox");
    command
        .args(["cpio", "-o", "-H", "newc"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(File::create(to)?)
        .stderr(Stdio::null());
    let mut child = command.spawn().context("cannot start busybox")?;
    if let Some(mut stdin) = child.stdin.take() {
        std::io::Write::write_all(&mut stdin, names.as_bytes())?;
    }
    match child.wait()?.success() {
        true => Ok(()),
        false => bail!("`busybox cpio` failed"),
    }
}

/// The libraries of a program, the loader among them, as the loader finds them here.
fn libraries(program: &Path) -> Result<BTreeSet<PathBuf>> {
    let output = shell::program("ldd")
        .arg(program)
        .output()
        .context("cannot start ldd")?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(told
        .split_whitespace()
        .filter(|word| word.starts_with('/') && !word.ends_with(':'))
        .map(PathBuf::from)
        .collect())
}

/// A folder that becomes a file system.
struct Tree(PathBuf);

impl Tree {
    fn new(path: PathBuf) -> Result<Self> {
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("cannot clear `{}`", path.display()))?;
        }
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        Ok(path)
    }

    fn place(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(path)
    }

    fn file(&self, name: &str, from: &Path) -> Result<()> {
        let to = self.place(name)?;
        fs::copy(from, &to).with_context(|| format!("cannot copy `{}`", from.display()))?;
        Ok(())
    }

    fn text(&self, name: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.place(name)?, text)?)
    }

    fn script(&self, name: &str, text: &str) -> Result<()> {
        self.text(name, text)?;
        Ok(fs::set_permissions(
            self.0.join(name),
            Permissions::from_mode(0o755),
        )?)
    }

    /// A folder with all that is in it.
    fn copy(&self, from: &Path, name: &str) -> Result<()> {
        shell::run(shell::program("cp").arg("-a").arg(from).arg(self.place(name)?))
    }

    /// With its libraries, at the places where they are here; without what is there to find faults in it.
    fn program(&self, name: &str, from: &Path) -> Result<()> {
        self.file(name, from)?;
        // What has been stripped, or cannot be, works as it is.
        shell::succeeds(shell::program("strip").arg(self.0.join(name)));
        for library in libraries(from)? {
            let inside = library.to_string_lossy().trim_start_matches('/').to_owned();
            if !self.0.join(&inside).exists() {
                self.file(&inside, &library)?;
            }
        }
        Ok(())
    }
}
