//! What a Linux container changed: its upper layer says so itself.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use sampan_process::marks;

use super::stack::Stacked;
use crate::supervisor::error::Result;
use crate::supervisor::layer::{Change, Difference};
use crate::supervisor::record::Record;
use crate::supervisor::{Supervisor, tree_size};

/// Where the changes of a container are, and what they are changes to.
pub(crate) struct Layers {
    upper: PathBuf,
    lower: Option<PathBuf>,
    /// What is at `lower` meanwhile.
    _files: Option<Stacked>,
}

impl Supervisor {
    /// The layers of a container that has some.
    pub(in crate::supervisor) fn linux_layers(&self, record: &Record) -> Result<Option<Layers>> {
        let upper = self.folder(&record.id).join(super::files::UPPER);
        if !record.folder || !upper.is_dir() {
            return Ok(None);
        }
        let image = self.image_of_record(record)?;
        let files = match &image.runnable.rootfs {
            Some(plan) => Some(self.stacked(&self.linux_image(image.lease(), plan)?)?),
            None => None,
        };
        Ok(Some(Layers {
            upper,
            lower: files.as_ref().map(Stacked::path),
            _files: files,
        }))
    }

    /// How much a container's own files are, and those with its image's as far as they are unpacked, in bytes.
    pub(in crate::supervisor) fn linux_sizes(&self, record: &Record) -> Result<(u64, u64)> {
        let upper = self.folder(&record.id).join(super::files::UPPER);
        let own = if record.folder { tree_size(&upper) } else { 0 };
        let image = self.image_of_record(record)?;
        let plan = image.runnable.rootfs.as_ref();
        let found = plan.map(|plan| sampan_image::unpack::Layers::find(self.shared.engine.store(), plan));
        let folders = found.transpose()?.flatten().map(|layers| layers.folders());
        let below: u64 = folders.iter().flatten().map(|folder| tree_size(folder)).sum();
        Ok((own, own + below))
    }
}

impl Layers {
    /// All differences, folders before what is in them.
    pub(crate) fn differences(&self) -> io::Result<Vec<Difference>> {
        let mut found = Vec::new();
        self.walk(Path::new(""), false, &mut found)?;
        Ok(found)
    }

    fn below(&self, path: &Path) -> Option<Metadata> {
        fs::symlink_metadata(self.lower.as_ref()?.join(path)).ok()
    }

    /// `fresh` is whether nothing of the image shows through here.
    fn walk(&self, at: &Path, fresh: bool, found: &mut Vec<Difference>) -> io::Result<()> {
        let folder = self.upper.join(at);
        let mut names: Vec<_> = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.file_name()))
            .collect::<io::Result<_>>()?;
        names.sort_unstable();
        for name in &names {
            let path = at.join(name);
            let meta = fs::symlink_metadata(self.upper.join(&path))?;
            let before = self.below(&path).filter(|_| !fresh);
            let is = |kind| Difference {
                kind,
                path: Path::new("/").join(&path),
                size: if meta.is_file() { meta.len() } else { 0 },
            };
            if is_whiteout(&meta) {
                found.push(is(Change::Deleted));
                continue;
            }
            found.push(is(match before {
                Some(_) => Change::Modified,
                None => Change::Added,
            }));
            if meta.is_dir() {
                let hides = is_opaque(&self.upper.join(&path));
                let fresh = fresh || hides || !before.as_ref().is_some_and(Metadata::is_dir);
                if hides && before.is_some() {
                    self.hidden(&path, found)?;
                }
                self.walk(&path, fresh, found)?;
            }
        }
        Ok(())
    }

    /// What the image had in a folder that was made anew, and the container has not.
    fn hidden(&self, at: &Path, found: &mut Vec<Difference>) -> io::Result<()> {
        let Some(lower) = &self.lower else { return Ok(()) };
        let mut names: Vec<_> = fs::read_dir(lower.join(at))?
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .collect();
        names.sort_unstable();
        for name in names {
            let path = at.join(name);
            if fs::symlink_metadata(self.upper.join(&path)).is_err() {
                found.push(Difference {
                    kind: Change::Deleted,
                    path: Path::new("/").join(path),
                    size: 0,
                });
            }
        }
        Ok(())
    }
}

fn is_whiteout(meta: &Metadata) -> bool {
    meta.file_type().is_char_device() && meta.rdev() == 0
}

fn is_opaque(folder: &Path) -> bool {
    let mut value = [0; 4];
    let got = rustix::fs::lgetxattr(folder, marks::opaque(), &mut value[..]);
    got.is_ok_and(|n| value[..n].starts_with(b"y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_layer_tells_what_was_changed() {
        let dir = tempfile::tempdir().unwrap();
        let (upper, lower) = (dir.path().join("upper"), dir.path().join("lower"));
        for (folder, files) in [
            (&lower, &["etc/passwd", "etc/hosts", "usr/bin/x"][..]),
            (&upper, &["etc/passwd", "new/file", "usr/bin/y"]),
        ] {
            for file in files {
                let path = folder.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "text").unwrap();
            }
        }
        let layers = Layers {
            upper,
            lower: Some(lower),
            _files: None,
        };
        let found = layers.differences().unwrap();
        let told: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.kind as u8, one.path.display()))
            .collect();
        let expected = [
            "0 /etc",
            "0 /etc/passwd",
            "1 /new",
            "1 /new/file",
            "0 /usr",
            "0 /usr/bin",
            "1 /usr/bin/y",
        ];
        assert_eq!(told, expected);
    }
}
