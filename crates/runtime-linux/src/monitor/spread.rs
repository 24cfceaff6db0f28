//! Binds through which mounts spread: what is mounted later on the host appears in the container (`slave`), and what the
//! container mounts appears on the host, too (`shared`).
//!
//! The monitor's own mounts are slaves of the host's, which is enough for neither: nothing comes back from a slave, and all
//! binds of one container would be of the same sort. So where one bind spreads, each is copied beforehand as it is to be, the
//! shared ones in the host's namespace, and lies among the monitor's mounts until the container has bound it. Then they are
//! taken away at once: whoever removed the folder that they lie in would remove the host's files.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{MountFlags, OpenTreeFlags, mount, open_tree};
use sampan_process::mounts::set_propagation;
use sampan_runtime::linux::{LinuxMount, Mounted};

use super::namespaces::{among, attach};
use crate::remains;

/// Puts copies in the place of binds, where one of them spreads. `host` is the host's namespace of mounts.
pub(super) fn stage(folder: &Path, host: File, mounts: &mut [LinuxMount]) -> io::Result<()> {
    let spreads = |mount: &LinuxMount| match &mount.what {
        Mounted::Bind { propagation, .. } => Spread::of(propagation) != Spread::Private,
        Mounted::Tmpfs { .. } | Mounted::Hidden(_) => false,
    };
    if !mounts.iter().any(spreads) {
        return Ok(());
    }
    let folder = folder.join(remains::SPREAD);
    fs::create_dir(&folder)?;
    // In a file system of their own, with which all go at once.
    mount(
        "spread",
        &folder,
        "tmpfs",
        MountFlags::empty(),
        Some(c"mode=0700"),
    )?;
    for (number, mount) in mounts.iter_mut().enumerate() {
        let Mounted::Bind {
            source,
            recursive,
            propagation,
        } = &mut mount.what
        else {
            continue;
        };
        let spread = Spread::of(propagation);
        let copied = match spread {
            Spread::Private => copy(source, *recursive)?,
            Spread::Slave | Spread::Shared => among(&host, || copy(source, *recursive))?,
        };
        match spread {
            // As the host's mount is.
            Spread::Shared => {}
            Spread::Slave => set_propagation(&copied, libc::MS_SLAVE)?,
            Spread::Private => set_propagation(&copied, libc::MS_PRIVATE)?,
        }
        let place = place(&folder, number, source)?;
        attach(&copied, &place)?;
        *source = place;
    }
    Ok(())
}

/// Takes the copies away, once the container has bound them or never will.
pub(super) fn clear(folder: &Path) {
    let place = folder.join(remains::SPREAD);
    // What could not be taken away keeps the folder from being removed.
    remains::taken_away(folder, &place);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spread {
    Private,
    Slave,
    Shared,
}

impl Spread {
    fn of(word: &str) -> Self {
        match word {
            "shared" | "rshared" => Self::Shared,
            "slave" | "rslave" => Self::Slave,
            _ => Self::Private,
        }
    }
}

fn copy(source: &Path, recursive: bool) -> io::Result<OwnedFd> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::OPEN_TREE_CLONE;
    if recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    Ok(open_tree(CWD, source, flags)?)
}

/// Where a copy is attached: a folder for a folder, a file for all else.
fn place(folder: &Path, number: usize, source: &Path) -> io::Result<PathBuf> {
    let place = folder.join(number.to_string());
    match source.is_dir() {
        true => fs::create_dir(&place)?,
        false => drop(File::create_new(&place)?),
    }
    Ok(place)
}
