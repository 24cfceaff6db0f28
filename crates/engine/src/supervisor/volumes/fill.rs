//! What the image has at a volume's place goes into the volume, when that is empty.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::containers::{copy_tree, copy_tree_owned};
use crate::supervisor::error::{Result, SupervisorError};

/// Copies what lies at `at` in the root filesystem into an empty volume, with owners where those mean something. Files that
/// are there are never touched.
pub(crate) fn fill(volume: &Path, rootfs: &Path, at: &str, owned: bool) -> Result<()> {
    let empty = fs::read_dir(volume)
        .map_err(SupervisorError::io("read", volume))?
        .next()
        .is_none();
    let Some(from) = beneath(rootfs, at).filter(|_| empty) else {
        return Ok(());
    };
    let copied = match owned {
        true => copy_tree_owned(&from, volume),
        false => copy_tree(&from, volume),
    };
    copied.map_err(SupervisorError::io("fill", volume))
}

/// A folder of the root filesystem. One that is reached through a symbolic link is left out: where that leads is
/// told by the image, and copying it is a convenience.
fn beneath(rootfs: &Path, at: &str) -> Option<PathBuf> {
    let mut path = rootfs.to_owned();
    for part in Path::new(at).components() {
        match part {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(name) => {
                path.push(name);
                if !fs::symlink_metadata(&path).ok()?.is_dir() {
                    return None;
                }
            }
            Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}
