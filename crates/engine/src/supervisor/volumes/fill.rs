//! What the image has at a volume's place goes into the volume, when that is empty.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::containers::copy_tree;
use crate::supervisor::error::{Result, SupervisorError};

/// Copies what lies at `at` in the root filesystem into an empty volume. Files that are there are never touched.
pub(crate) fn fill(volume: &Path, rootfs: &Path, at: &str) -> Result<()> {
    let empty = fs::read_dir(volume)
        .map_err(SupervisorError::io("read", volume))?
        .next()
        .is_none();
    let Some(from) = beneath(rootfs, at).filter(|_| empty) else {
        return Ok(());
    };
    copy_tree(&from, volume).map_err(SupervisorError::io("fill", volume))
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
