//! Files of a container that are in memory alone.
//!
//! They lie in a file system of the kernel's memory, mounted in the monitor's own namespace: nobody else sees it, nothing of it
//! is written to a disk, and it goes with the container, however that ends.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::mount::{MountFlags, mount};
use sampan_runtime::linux::{HiddenFile, LinuxMount, Mounted};

/// The folder of them, in that of the container.
const FOLDER: &str = "hidden";

/// Writes them, and puts binds in their place.
pub(super) fn place(folder: &Path, mounts: &mut [LinuxMount]) -> io::Result<()> {
    let is_hidden = |mount: &LinuxMount| matches!(mount.what, Mounted::Hidden(_));
    if !mounts.iter().any(is_hidden) {
        return Ok(());
    }
    let memory = folder.join(FOLDER);
    DirBuilder::new().mode(0o700).create(&memory)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("hidden", &memory, "tmpfs", flags, Some(c"mode=0700"))?;
    for (number, mount) in mounts.iter_mut().enumerate() {
        let Mounted::Hidden(hidden) = &mount.what else {
            continue;
        };
        let source = memory.join(number.to_string());
        write(&source, hidden)?;
        mount.what = Mounted::Bind {
            source,
            recursive: false,
            propagation: "rprivate".to_owned(),
        };
        mount.read_only = true;
    }
    Ok(())
}

fn write(path: &Path, hidden: &HiddenFile) -> io::Result<()> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(hidden.content.expose())?;
    fchown(&file, Some(hidden.owner.0), Some(hidden.owner.1))?;
    // Behind the owner, whose change takes bits away.
    file.set_permissions(std::fs::Permissions::from_mode(hidden.mode & 0o7777))
}
