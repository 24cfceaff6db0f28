//! The writable root folder of a container: its own copy of the image's files.
//!
//! A copy gives the same answers on every file system and needs no rights. File systems that share extents
//! (btrfs, xfs) make it cheap; with `--read-only` none is made.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};
use std::path::Path;

use rustix::fs::Mode;

/// Copies a tree: folders, files with their modes, links as they are. Everything else stays behind, as it did
/// when the image was unpacked without rights.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    copy(from, to, false)
}

/// The same with owners and all bits of modes, as root, for containers in which they mean something.
pub(crate) fn copy_tree_owned(from: &Path, to: &Path) -> io::Result<()> {
    copy(from, to, true)
}

fn copy(from: &Path, to: &Path, owned: bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let source = entry.path();
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&source, &target, owned)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if kind.is_file() {
            copy_file(&source, &target)?;
        } else {
            continue;
        }
        if owned {
            own(&source, &target)?;
        }
    }
    if owned {
        return own(from, to);
    }
    // Last, so that a folder without the right to write can still be filled.
    let mode = fs::metadata(from)?.permissions().mode();
    fs::set_permissions(to, fs::Permissions::from_mode(mode | 0o700))
}

/// Gives a copy the owner and the mode of its original.
fn own(source: &Path, target: &Path) -> io::Result<()> {
    let meta = fs::symlink_metadata(source)?;
    lchown(target, Some(meta.uid()), Some(meta.gid()))?;
    if meta.is_symlink() {
        return Ok(());
    }
    // Behind the owner, of which a change takes bits away.
    fs::set_permissions(target, meta.permissions())
}

fn copy_file(source: &Path, target: &Path) -> io::Result<()> {
    let from = File::open(source)?;
    let to = File::create_new(target)?;
    if rustix::fs::ioctl_ficlone(&to, &from).is_err() {
        io::copy(&mut &from, &mut &to)?;
    }
    let meta = from.metadata()?;
    // What was not touched since is told by its time.
    to.set_modified(meta.modified()?)?;
    let mode = Mode::from_raw_mode(meta.permissions().mode());
    Ok(rustix::fs::fchmod(&to, mode | Mode::RUSR | Mode::WUSR)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_apart_from_its_original() {
        let dir = tempfile::tempdir().unwrap();
        let from = dir.path().join("from");
        fs::create_dir_all(from.join("a/b")).unwrap();
        fs::write(from.join("a/b/file"), "one").unwrap();
        symlink("/etc/passwd", from.join("link")).unwrap();
        fs::set_permissions(from.join("a/b/file"), fs::Permissions::from_mode(0o555)).unwrap();
        let to = dir.path().join("to");
        copy_tree(&from, &to).unwrap();
        fs::write(to.join("a/b/file"), "two").unwrap();
        assert_eq!(fs::read_to_string(from.join("a/b/file")).unwrap(), "one");
        assert_eq!(fs::read_link(to.join("link")).unwrap(), Path::new("/etc/passwd"));
        assert_eq!(
            fs::metadata(to.join("a/b/file")).unwrap().permissions().mode() & 0o777,
            0o755
        );
    }
}
