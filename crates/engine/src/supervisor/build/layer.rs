//! What a step changed, as the archive of a layer (image-spec layer.md).

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat, lgetxattr};
use tar::{Builder, EntryType, Header};

use super::tree::{self, DEPTH, own_attributes};
use crate::supervisor::layer::{Change, Difference};

/// By which overlayfs marks a folder that hides what is beneath it.
const OPAQUE: &str = "trusted.overlay.opaque";
/// How a layer says the same.
const OPAQUE_NAME: &str = ".wh..wh..opq";
/// What stands before the name of something that is gone.
const WHITEOUT: &str = ".wh.";

/// Writes layers.
pub(super) struct Packing<W: Write> {
    out: Builder<W>,
    /// Nothing is said to be later than this, in seconds since 1970.
    epoch: Option<i64>,
    /// Files with several names, by their numbers: the first name is the file, the others are links to it.
    linked: HashMap<(u64, u64), PathBuf>,
    /// Whether owners are those of the files; without root all are root's.
    owned: bool,
    entries: u64,
}

impl<W: Write> Packing<W> {
    pub(super) fn new(out: W, epoch: Option<i64>, owned: bool) -> Self {
        Self {
            out: Builder::new(out),
            epoch,
            linked: HashMap::new(),
            owned,
            entries: 0,
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
                self.gone(&path)?;
                continue;
            }
            self.entry(folder, &path, &stat)?;
            if tree::kind(&stat) == FileType::Directory {
                let real = real.join(&name);
                let mut value = [0; 4];
                let length = lgetxattr(&real, OPAQUE, &mut value[..]).unwrap_or(0);
                if value[..length].starts_with(b"y") {
                    self.empty(&path.join(OPAQUE_NAME))?;
                }
                self.folder(&tree::inner(folder, &name)?, &real, &path, depth + 1)?;
            }
        }
        Ok(())
    }

    /// What is different in a folder, by a list.
    pub(super) fn differences(&mut self, own: &Path, all: &[Difference]) -> io::Result<()> {
        for one in all {
            let path = one.path.strip_prefix("/").unwrap_or(&one.path);
            if one.kind == Change::Deleted {
                self.gone(path)?;
                continue;
            }
            let parent = tree::Root::open(own)?
                .folder(&Path::new("/").join(path.parent().unwrap_or(Path::new(""))))?;
            let stat = tree::look(&parent, path.file_name().unwrap_or_default())?;
            self.entry(&parent, path, &stat)?;
        }
        Ok(())
    }

    fn gone(&mut self, path: &Path) -> io::Result<()> {
        let mut name = std::ffi::OsString::from(WHITEOUT);
        name.push(path.file_name().unwrap_or_default());
        self.empty(&path.with_file_name(name))
    }

    fn empty(&mut self, path: &Path) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_size(0);
        header.set_mode(0o644);
        header.set_entry_type(EntryType::Regular);
        self.entries += 1;
        self.out.append_data(&mut header, path, io::empty())
    }

    fn header(&self, stat: &Stat, kind: EntryType) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(stat.st_mode & 0o7777);
        header.set_size(0);
        let (uid, gid) = if self.owned {
            (stat.st_uid, stat.st_gid)
        } else {
            (0, 0)
        };
        header.set_uid(uid.into());
        header.set_gid(gid.into());
        let time = self.epoch.map_or(stat.st_mtime, |epoch| epoch.min(stat.st_mtime));
        header.set_mtime(u64::try_from(time).unwrap_or(0));
        header
    }

    fn entry(&mut self, parent: &File, path: &Path, stat: &Stat) -> io::Result<()> {
        nameable(path)?;
        let name = path.file_name().unwrap_or_default();
        let kind = tree::kind(stat);
        let mut folder_name = path.as_os_str().to_owned();
        folder_name.push("/");
        if kind != FileType::Directory
            && stat.st_nlink > 1
            && let Some(first) = self.linked.get(&(stat.st_dev, stat.st_ino)).cloned()
        {
            let mut header = self.header(stat, EntryType::Link);
            self.entries += 1;
            return self.out.append_link(&mut header, path, first);
        }
        self.entries += 1;
        match kind {
            FileType::Directory => {
                let folder = tree::inner(parent, name)?;
                self.records(&folder)?;
                let mut header = self.header(stat, EntryType::Directory);
                self.out
                    .append_data(&mut header, Path::new(&folder_name), io::empty())?;
            }
            FileType::RegularFile => {
                let file = tree::regular(parent, name)?;
                self.records(&file)?;
                let size = u64::try_from(stat.st_size).unwrap_or(0);
                let mut header = self.header(stat, EntryType::Regular);
                header.set_size(size);
                let exact = file.chain(io::repeat(0)).take(size);
                self.out.append_data(&mut header, path, exact)?;
            }
            FileType::Symlink => {
                let target = tree::link_target(parent, name)?;
                let mut header = self.header(stat, EntryType::Symlink);
                self.out.append_link(&mut header, path, target)?;
            }
            FileType::Fifo => {
                let mut header = self.header(stat, EntryType::Fifo);
                self.out.append_data(&mut header, path, io::empty())?;
            }
            FileType::CharacterDevice | FileType::BlockDevice => {
                let kind = match kind {
                    FileType::BlockDevice => EntryType::Block,
                    _ => EntryType::Char,
                };
                let mut header = self.header(stat, kind);
                header.set_device_major(rustix::fs::major(stat.st_rdev))?;
                header.set_device_minor(rustix::fs::minor(stat.st_rdev))?;
                self.out.append_data(&mut header, path, io::empty())?;
            }
            // A socket is of the process that made it.
            _ => {
                self.entries -= 1;
                return Ok(());
            }
        }
        if stat.st_nlink > 1 && kind != FileType::Directory {
            self.linked.insert((stat.st_dev, stat.st_ino), path.to_owned());
        }
        Ok(())
    }

    /// Extended attributes go before their entry, as records of pax.
    fn records(&mut self, file: &File) -> io::Result<()> {
        let all = own_attributes(file)?;
        let named: Vec<(String, Vec<u8>)> = all
            .into_iter()
            .map(|(name, value)| (format!("SCHILY.xattr.{}", String::from_utf8_lossy(&name)), value))
            .collect();
        let records = named
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()));
        self.out.append_pax_extensions(records)
    }

    /// Ends the archive, and tells how many entries it has.
    pub(super) fn finish(self) -> io::Result<(W, u64)> {
        let entries = self.entries;
        self.out.into_inner().map(|out| (out, entries))
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
