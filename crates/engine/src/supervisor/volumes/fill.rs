//! What the image has at a volume's place goes into the volume, when that is empty.

use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, ResolveFlags, open, openat2};

use crate::containers::{copy_tree, copy_tree_owned};
use crate::supervisor::error::{Result, SupervisorError};

/// Copies what lies at `at` in the root filesystem into an empty volume, with owners where those mean something. Files that
/// are there are never touched.
pub(crate) fn fill(volume: &Path, rootfs: &Path, at: &str, owned: bool) -> Result<()> {
    let empty = fs::read_dir(volume)
        .map_err(SupervisorError::io("read", volume))?
        .next()
        .is_none();
    let Some(folder) = beneath(rootfs, at).filter(|_| empty) else {
        return Ok(());
    };
    // The root filesystem may be mounted nowhere: then nothing in it has a name but by a descriptor.
    let from = PathBuf::from(format!("/proc/self/fd/{}/.", folder.as_raw_fd()));
    let copied = match owned {
        true => copy_tree_owned(&from, volume),
        false => copy_tree(&from, volume),
    };
    copied.map_err(SupervisorError::io("fill", volume))
}

/// A folder of the root filesystem. Links lead where they lead in the container, where the volume is mounted as well.
fn beneath(rootfs: &Path, at: &str) -> Option<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let root = open(rootfs, flags, Mode::empty()).ok()?;
    openat2(root, at, flags, Mode::empty(), resolve).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_folder_behind_links_is_that_of_the_image() {
        let folder = tempfile::tempdir().unwrap();
        let (rootfs, volume) = (folder.path().join("rootfs"), folder.path().join("volume"));
        fs::create_dir_all(rootfs.join("etc")).unwrap();
        fs::write(rootfs.join("etc/of-the-image"), "").unwrap();
        fs::write(folder.path().join("of-the-host"), "").unwrap();
        for (link, to) in [
            ("data", "/etc"),
            ("again", "data"),
            ("up", "../../.."),
            ("gone", "/nothing"),
        ] {
            symlink(to, rootfs.join(link)).unwrap();
        }
        for (at, found) in [
            ("/etc", vec!["of-the-image"]),
            ("/data", vec!["of-the-image"]),
            ("/again/", vec!["of-the-image"]),
            ("/up/etc", vec!["of-the-image"]),
            ("/up/../../of-the-host", vec![]),
            ("/gone", vec![]),
            ("/etc/of-the-image", vec![]),
        ] {
            fs::create_dir(&volume).unwrap();
            fill(&volume, &rootfs, at, false).unwrap();
            let names: Vec<_> = fs::read_dir(&volume)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(names, found, "{at}");
            fs::remove_dir_all(&volume).unwrap();
        }
    }
}
