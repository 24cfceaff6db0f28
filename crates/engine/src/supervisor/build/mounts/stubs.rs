//! Mount points: what a container had to be given for something to be mounted on is no part of the image.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Stat, lgetxattr, unlinkat};
use rustix::io::Errno;
use sampan_process::marks;

use super::super::tree::{self, Root};

/// The mount points of one step.
#[derive(Debug, Default)]
pub(in super::super) struct Stubs(Vec<Stub>);

#[derive(Debug)]
struct Stub {
    /// The deepest folder on the way that was there before, and how it was.
    there: PathBuf,
    /// What was missing beneath it.
    missing: PathBuf,
}

impl Stubs {
    /// Looks which of them are not there yet. `files` are those of the stage, as a mount that is attached nowhere or as a
    /// folder of the host.
    pub(in super::super) fn look<'t>(
        files: &Root,
        targets: impl Iterator<Item = &'t str>,
    ) -> io::Result<Self> {
        let top = files.real(Path::new("/"))?;
        let mut all = Vec::new();
        for target in targets {
            let path = Path::new(target);
            let mut there = path;
            let found = loop {
                match files.real(there) {
                    Ok(found) => break found,
                    Err(error) => match there.parent() {
                        Some(parent) => there = parent,
                        None => return Err(error),
                    },
                }
            };
            let (Ok(found), Ok(missing)) = (found.strip_prefix(&top), path.strip_prefix(there)) else {
                continue;
            };
            all.push(Stub {
                there: found.to_owned(),
                missing: missing.to_owned(),
            });
        }
        Ok(Self(all))
    }

    /// Takes those away that nobody put anything into, and the folders that the kernel copied for them alone. `upper` is
    /// what the step changed, `files` what was beneath.
    pub(in super::super) fn clear(&self, upper: &Path, files: &Root) -> io::Result<()> {
        let upper_root = Root::open(upper)?;
        for stub in &self.0 {
            let mut path = stub.there.join(&stub.missing);
            while path != stub.there {
                if !remove_empty(&upper_root, &path)? {
                    break;
                }
                path.pop();
            }
            // What is left of the way is the same as beneath, unless the step changed it.
            while path == stub.there || stub.there.starts_with(&path) {
                if path.as_os_str().is_empty() || !same(upper, &upper_root, files, &path)? {
                    break;
                }
                if !remove_empty(&upper_root, &path)? {
                    break;
                }
                path.pop();
            }
        }
        Ok(())
    }
}

/// Opens the folder that something is in, no link followed on the way.
fn parent(root: &Root, path: &Path) -> io::Result<Option<std::fs::File>> {
    let mut folder = root.folder(Path::new("/"))?;
    for part in path.parent().unwrap_or(Path::new("")).components() {
        folder = match tree::inner(&folder, part.as_os_str()) {
            Ok(inner) => inner,
            Err(error)
                if [Errno::NOENT, Errno::NOTDIR, Errno::LOOP]
                    .iter()
                    .any(|errno| error.raw_os_error() == Some(errno.raw_os_error())) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
    }
    Ok(Some(folder))
}

fn look(root: &Root, path: &Path) -> io::Result<Option<Stat>> {
    let Some(folder) = parent(root, path)? else {
        return Ok(None);
    };
    match tree::look(&folder, path.file_name().unwrap_or_default()) {
        Ok(stat) => Ok(Some(stat)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes an empty folder or an empty file; tells whether it is gone.
fn remove_empty(root: &Root, path: &Path) -> io::Result<bool> {
    let (Some(folder), Some(stat)) = (parent(root, path)?, look(root, path)?) else {
        return Ok(true);
    };
    let name = path.file_name().unwrap_or_default();
    let flags = match tree::kind(&stat) {
        FileType::Directory => AtFlags::REMOVEDIR,
        FileType::RegularFile if stat.st_size == 0 => AtFlags::empty(),
        _ => return Ok(false),
    };
    match unlinkat(&folder, name, flags).map_err(io::Error::from) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a folder is as it was beneath but for its times.
fn same(upper: &Path, own: &Root, files: &Root, path: &Path) -> io::Result<bool> {
    let Some(now) = look(own, path)? else {
        return Ok(true);
    };
    let Some(before) = look(files, path)? else {
        return Ok(false);
    };
    let opaque = lgetxattr(upper.join(path), marks::opaque(), &mut [0; 4][..]).is_ok();
    let what = |stat: &Stat| (stat.st_mode, stat.st_uid, stat.st_gid);
    Ok(!opaque && tree::kind(&now) == FileType::Directory && what(&now) == what(&before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_was_made_to_be_mounted_on_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (base, upper) = (folder.path().join("base"), folder.path().join("upper"));
        fs::create_dir_all(base.join("run")).unwrap();
        fs::create_dir_all(base.join("etc/kept")).unwrap();
        std::os::unix::fs::symlink("/run", base.join("link")).unwrap();
        let files = Root::open(&base).unwrap();
        let targets = [
            "/run/secrets/a",
            "/link/b/c",
            "/etc/kept/file",
            "/new/used",
            "/etc",
        ];
        let stubs = Stubs::look(&files, targets.into_iter()).unwrap();
        fs::create_dir_all(upper.join("run/secrets")).unwrap();
        fs::write(upper.join("run/secrets/a"), "").unwrap();
        fs::create_dir_all(upper.join("run/b/c")).unwrap();
        fs::create_dir_all(upper.join("etc/kept")).unwrap();
        fs::write(upper.join("etc/kept/file"), "the step's own").unwrap();
        fs::create_dir_all(upper.join("new/used")).unwrap();
        fs::write(upper.join("new/other"), "").unwrap();
        stubs.clear(&upper, &files).unwrap();
        assert!(!upper.join("run").exists(), "the kernel's copy goes, too");
        assert!(upper.join("etc/kept/file").exists());
        assert!(upper.join("new/other").exists() && !upper.join("new/used").exists());
    }
}
