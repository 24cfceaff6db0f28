//! What a step or a container changed, as the archive of a layer (image-spec layer.md).

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{FileType, Stat, lgetxattr};
use sampan_process::marks;

use super::tree::{self, DEPTH};
use crate::supervisor::layer::{Change, Difference, Entries, WHITEOUT, whiteout};

/// How a layer says the same.
const OPAQUE_NAME: &str = ".wh..wh..opq";

/// Writes layers.
pub(in crate::supervisor) struct Packing<W: Write> {
    out: Entries<W>,
}

impl<W: Write> Packing<W> {
    /// Nothing is said to be later than `epoch`. Owners are those of the files where they are `owned`.
    pub(in crate::supervisor) fn new(out: W, epoch: Option<i64>, owned: bool) -> Self {
        Self {
            out: Entries::new(out, epoch, owned),
        }
    }

    /// The upper folder of an overlay.
    pub(super) fn upper(&mut self, upper: &Path) -> io::Result<()> {
        let folder = File::open(upper)?;
        self.folder(&folder, upper, Path::new(""), 0)
    }

    fn folder(&mut self, folder: &File, real: &Path, at: &Path, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(io::Error::other("folders lie too deep in each other"));
        }
        for name in tree::names(folder)? {
            let path = at.join(&name);
            let stat = tree::look(folder, &name)?;
            if tree::kind(&stat) == FileType::CharacterDevice && stat.st_rdev == 0 {
                self.out.mark(&whiteout(&path))?;
                continue;
            }
            self.entry(folder, &path, &stat)?;
            if tree::kind(&stat) == FileType::Directory {
                let real = real.join(&name);
                let mut value = [0; 4];
                let length = lgetxattr(&real, marks::opaque(), &mut value[..]).unwrap_or(0);
                if value[..length].starts_with(b"y") {
                    self.out.mark(&path.join(OPAQUE_NAME))?;
                }
                self.folder(&tree::inner(folder, &name)?, &real, &path, depth + 1)?;
            }
        }
        Ok(())
    }

    /// What is different in a folder, by a list.
    pub(in crate::supervisor) fn differences(&mut self, own: &Path, all: &[Difference]) -> io::Result<()> {
        if all.is_empty() {
            // There need be no folder.
            return Ok(());
        }
        let root = tree::Root::open(own)?;
        for one in all {
            let path = one.path.strip_prefix("/").unwrap_or(&one.path);
            if one.kind == Change::Deleted {
                self.out.mark(&whiteout(path))?;
                continue;
            }
            let parent = root.folder(&Path::new("/").join(path.parent().unwrap_or(Path::new(""))))?;
            let stat = tree::look(&parent, path.file_name().unwrap_or_default())?;
            self.entry(&parent, path, &stat)?;
        }
        Ok(())
    }

    fn entry(&mut self, parent: &File, path: &Path, stat: &Stat) -> io::Result<()> {
        nameable(path)?;
        self.out
            .add(parent, path.file_name().unwrap_or_default(), stat, path)
    }

    /// Ends the archive, and tells how many entries it has.
    pub(in crate::supervisor) fn finish(self) -> io::Result<(W, u64)> {
        self.out.finish()
    }
}

/// Whether a path can be named in a layer: what begins as a whiteout would take something else away.
pub(super) fn nameable(path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default();
    match name.as_bytes().starts_with(WHITEOUT.as_bytes()) {
        false => Ok(()),
        true => Err(io::Error::other(format!(
            "`{}` cannot be in a layer: a name that begins with `.wh.` takes another file away",
            path.display()
        ))),
    }
}
